// MARC 21 of the fields of a MODS record, for catalogues that take nothing else: main entries, no holdings.
// @see https://www.loc.gov/standards/mods/mods2marc-mapping.html
import { iso6392Of } from '../languages/codes.ts'
import type { Mods, Person } from '../mods/read.ts'
import { isAuthor } from '../mods/roles.ts'
import { escapeXml } from '../xml/read.ts'

export const marcNamespace = 'http://www.loc.gov/MARC21/slim'

export interface MarcFacts {
  readonly id: number
  readonly title: string
  readonly updatedAt: Date
  /** Addresses of the digital copy */
  readonly urls: readonly string[]
  readonly licence: { readonly uri: string; readonly label: string } | undefined
}

type Subfields = readonly (readonly [string, string | undefined])[]

function field(tag: string, indicators: string, subfields: Subfields): string {
  const written = subfields
    .filter(
      (subfield): subfield is readonly [string, string] => subfield[1] !== undefined && subfield[1] !== '',
    )
    .map(([code, value]) => `<subfield code="${code}">${escapeXml(value)}</subfield>`)
    .join('')
  return written === ''
    ? ''
    : `<datafield tag="${tag}" ind1="${indicators[0]}" ind2="${indicators[1]}">${written}</datafield>`
}

/** A name as main (1) or added (7) entry: of a person, or of a body. */
const entry = (kind: '1' | '7', { name, roles, isBody, authority }: Person): string =>
  field(isBody ? `${kind}10` : `${kind}00`, isBody ? '2 ' : '1 ', [
    ['a', name],
    // codes of three letters are relators, addresses of them as well
    ...roles.map(role => [/^([a-z]{3}|https?:\/\/.*)$/.test(role) ? '4' : 'e', role] as const),
    ['0', authority],
  ])

/** 008: forty characters, `|` where nothing was coded. */
function fixedFields(mods: Mods | undefined, updatedAt: Date): string {
  const entered = updatedAt.toISOString().slice(2, 10).replaceAll('-', '')
  const from = mods?.dateFrom?.slice(0, 4)
  const to = mods?.dateTo?.slice(0, 4)
  const dates =
    from === undefined ? 'n        ' : to === undefined || to === from ? `s${from}    ` : `m${from}${to}`
  return `${entered}${dates}xx |||||o|||||||||||${iso6392Of(mods?.languages ?? [])[0] ?? 'und'}| `
    .padEnd(40, '|')
    .slice(0, 40)
}

export function marcOfMods(mods: Mods | undefined, facts: MarcFacts): string {
  const isSerial = /periodical|newspaper|journal/i.test(mods?.genre ?? '') || mods?.issuance === 'serial'
  const names = mods?.persons ?? []
  const main = names.find(isAuthor)
  const mainTitle = mods?.title ?? facts.title
  const [title, ...rest] = mainTitle.split(' : ')
  const others = names.filter(name => name !== main).map(name => entry('7', name))
  const identifiers = (mods?.identifiers ?? []).map(({ scheme, value }) =>
    scheme === 'isbn'
      ? field('020', '  ', [['a', value]])
      : scheme === 'issn'
        ? field('022', '  ', [['a', value]])
        : field('024', '7 ', [
            ['a', value],
            ['2', scheme],
          ]),
  )
  return [
    `<record xmlns="${marcNamespace}" type="Bibliographic"><leader>00000ca${isSerial ? 's' : 'm'} a2200000 c 4500</leader>`,
    `<controlfield tag="001">${facts.id}</controlfield>`,
    `<controlfield tag="005">${facts.updatedAt
      .toISOString()
      .replace(/[-:TZ]/g, '')
      .replace(/\.\d+/, '')}.0</controlfield>`,
    '<controlfield tag="007">cr||||||||||||</controlfield>',
    `<controlfield tag="008">${fixedFields(mods, facts.updatedAt)}</controlfield>`,
    ...identifiers,
    mods?.record
      ? field('035', '  ', [
          ['a', mods.record.source ? `(${mods.record.source})${mods.record.value}` : mods.record.value],
        ])
      : '',
    field(
      '041',
      '  ',
      iso6392Of(mods?.languages ?? []).map(code => ['a', code] as const),
    ),
    main ? entry('1', main) : '',
    field('245', main ? '10' : '00', [
      ['a', title],
      ['b', rest.join(' : ') || undefined],
      ['n', mods?.volume ?? mods?.issue],
    ]),
    field('264', ' 1', [
      ['a', mods?.place],
      ['b', mods?.publisher],
      ['c', mods?.date],
    ]),
    ...(mods?.extents ?? []).map(extent => field('300', '  ', [['a', extent]])),
    ...(mods?.notes ?? []).map(note => field('500', '  ', [['a', note]])),
    ...(mods?.abstracts ?? []).map(text => field('520', '  ', [['a', text]])),
    facts.licence
      ? field('540', '  ', [
          ['a', facts.licence.label],
          ['u', facts.licence.uri],
        ])
      : '',
    ...(mods?.subjects ?? []).map(subject => field('653', '  ', [['a', subject]])),
    mods?.genre
      ? field('655', ' 7', [
          ['a', mods.genre],
          ['2', 'local'],
        ])
      : '',
    ...others,
    mods?.host?.title
      ? field('773', '08', [
          ['i', 'In'],
          ['t', mods.host.title],
          ['w', mods.host.record && `(${mods.host.record.source ?? ''})${mods.host.record.value}`],
        ])
      : '',
    ...facts.urls.map(url => field('856', '40', [['u', url]])),
    '</record>',
  ].join('')
}
