// What is mutated, and the tests that are to notice: rules that everything else trusts, each with the files of tests that tell them.

export interface Target {
  /** Sources, from the root */
  readonly sources: readonly string[]
  /** Files of tests below test/, the quick ones first */
  readonly tests: readonly string[]
}

export const targets: Readonly<Record<string, Target>> = {
  access: {
    sources: ['src/people/access/decide.ts', 'src/people/access/rows.ts'],
    tests: ['people/decide', 'people/rows', 'people/permissions'],
  },
  'conditional requests': { sources: ['src/http/etag.ts'], tests: ['conditional'] },
  pagination: { sources: ['src/catalogue/pages/pagination.ts'], tests: ['catalogue/pages'] },
  'image requests': {
    sources: ['src/formats/iiif-image/request.ts', 'src/formats/iiif-image/info.ts'],
    tests: ['formats/iiif-image', 'images/iiif-image-rules'],
  },
  'tiles of packs': { sources: ['src/images/serving/engine.ts'], tests: ['images/passages'] },
  'tokens of OAI-PMH': {
    sources: ['src/dissemination/oai/tokens.ts'],
    tests: ['dissemination/oai-tokens', 'dissemination/oai'],
  },
  'the tree': {
    sources: ['src/catalogue/tree/place.ts', 'src/catalogue/tree/move.ts'],
    tests: ['catalogue/tree', 'catalogue/rearranging'],
  },
  'imported records': {
    sources: ['src/intake/imports/in-turn.ts', 'src/intake/deliveries/folder.ts'],
    tests: ['intake/in-turn', 'intake/deliveries'],
  },
  dates: { sources: ['src/formats/mods/dates.ts'], tests: ['formats/dates', 'formats/mods'] },
}
