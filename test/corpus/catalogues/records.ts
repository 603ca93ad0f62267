// Catalogue records as systems write them, made here: bytes of ISO 2709, lines of MAB2 and PICA+.

export type Subfields = readonly (readonly [string, string])[]
export interface FieldMade {
  readonly tag: string
  readonly indicators?: string
  readonly value: string | Subfields
}

/** ISO 2709 with a true directory. @param encode bytes of a text in the encoding of the record */
export function iso2709Of(
  fields: readonly FieldMade[],
  leader = '00000cam a2200000 c 4500',
  encode: (text: string) => Buffer = text => Buffer.from(text, 'utf8'),
): Buffer {
  const bodies = fields.map(({ indicators = '  ', value }) =>
    Buffer.concat([
      typeof value === 'string'
        ? encode(value)
        : Buffer.concat([
            Buffer.from(indicators),
            ...value.map(([code, text]) => Buffer.concat([Buffer.from(`\x1f${code}`), encode(text)])),
          ]),
      Buffer.from('\x1e'),
    ]),
  )
  let start = 0
  const directory = fields.map(({ tag }, at) => {
    const length = (bodies[at] as Buffer).length
    const entry = tag + String(length).padStart(4, '0') + String(start).padStart(5, '0')
    start += length
    return entry
  })
  const base = 24 + directory.join('').length + 1
  const total = base + start + 1
  const head =
    String(total).padStart(5, '0') + leader.slice(5, 12) + String(base).padStart(5, '0') + leader.slice(17)
  return Buffer.concat([Buffer.from(`${head}${directory.join('')}\x1e`), ...bodies, Buffer.from('\x1d')])
}

/** A printed book. */
export const aBook = (number: string, title: string): FieldMade[] => [
  { tag: '001', value: number },
  { tag: '003', value: 'DE-601' },
  { tag: '008', value: '970101s1897    gw            000 0 ger d' },
  { tag: '020', value: [['a', '9783161484100']] },
  { tag: '100', indicators: '1 ', value: [['a', 'Storm, Theodor'], ['d', '1817-1888'], ['4', 'aut'], ['0', '(DE-588)118618725']] },
  { tag: '245', indicators: '14', value: [['a', title], ['b', 'Novelle /'], ['c', 'von Theodor Storm']] },
  { tag: '264', indicators: ' 1', value: [['a', 'Berlin :'], ['b', 'Paetel,'], ['c', '1897']] },
  { tag: '300', value: [['a', '222 S.']] },
  { tag: '650', indicators: ' 7', value: [['a', 'Deich'], ['z', 'Nordfriesland'], ['2', 'gnd']] },
  { tag: '773', indicators: '08', value: [['t', 'Gesammelte Schriften'], ['g', 'Band 7'], ['w', '(DE-601)123']] },
  { tag: '852', value: [['a', 'DE-8'], ['j', 'Ca 1234'], ['p', '00987']] },
] // prettier-ignore

export const aMab = (number: string, title: string): string =>
  [
    '### 00000nM2.01200024      h',
    `001 ${number}`,
    '037bger',
    '051 m',
    '100 Storm, Theodor',
    '100bMüller, Hans [Hrsg.]',
    `331 ¬Der¬ ${title}`,
    '335 Novelle',
    '410 Berlin',
    '412 Paetel',
    '425a1897',
    '433 222 S.',
    '451 Reclams Bibliothek ; 12',
    '542aISSN 0340-2215',
    '544 Ca 1234',
    '902s Deich',
    '902g Husum',
  ].join('\r\n') + '\r\n\r\n'

export const aPica = (number: string, title: string): string =>
  [
    '002@ $0Aau',
    `003@ $0${number}`,
    '010@ $ager',
    '011@ $a1897$n[1897]',
    `021A $aDer @${title}$dNovelle$hTheodor Storm`,
    '028A $aStorm$dTheodor$4aut$7gnd/118618725',
    '033A $pBerlin$nPaetel',
    '034D $a222 S.',
    '036E $aReclams Bibliothek$l12',
    '044K $aDeich',
    '209A/01 $aCa 1234$fMagazin',
    '209G/01 $a00987',
  ].join('\n') + '\n\n'
