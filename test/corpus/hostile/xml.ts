// Records that are made to hurt: well-formed or not, small to write and dear to read. Each is made by code, to a size.
const namespace = 'http://www.loc.gov/mods/v3'
const title = '<titleInfo><title>Hostile</title></titleInfo>'
const mods = (body: string, attributes = ''): string =>
  `<mods xmlns="${namespace}"${attributes}>${title}${body}</mods>`
const times = (n: number, of: (at: number) => string): string =>
  Array.from({ length: n }, (_, at) => of(at)).join('')

/** Records by what is hostile about them. @param n how much of it */
export const hostileRecords: Readonly<Record<string, (n: number) => string>> = {
  'attributes of one element': n =>
    mods(
      '',
      times(n, at => ` a${at}="1"`),
    ),
  'namespaces of one element': n =>
    mods(
      '',
      times(n, at => ` xmlns:a${at}="u${at}"`),
    ),
  'attributes of many elements': n =>
    mods(times(n / 100, at => `<note ID="i${at}"${times(100, k => ` a${k}="1"`)}/>`)),
  'namespaces declared again and again': n => mods(times(n, () => '<note xmlns:x="y"/>')),
  'namespaces in scope of many elements': n =>
    mods(
      times(n, () => '<note/>'),
      times(150, at => ` xmlns:a${at}="u${at}"`),
    ),
  'long names of elements': n => mods(`<${'n'.repeat(n)}/>`),
  'long names of attributes': n => mods(`<note ${'n'.repeat(n)}="1"/>`),
  'a long attribute': n => mods(`<note type="${'x'.repeat(n)}"/>`),
  'a long text': n => mods(`<note>${'x'.repeat(n)}</note>`),
  'a long text of blanks': n => mods(`<note>${' '.repeat(n)}</note>`),
  'lines without an end': n => mods('\n'.repeat(n)),
  'carriage returns': n => mods('\r'.repeat(n)),
  'references of characters': n => mods(`<note>${'&#228;'.repeat(n)}</note>`),
  'predefined entities': n => mods(`<note>${'&amp;'.repeat(n)}</note>`),
  'text between elements': n => mods(`<note>${'x<b/>'.repeat(n)}</note>`),
  'CDATA sections': n => mods(`<note>${'<![CDATA[x]]>'.repeat(n)}</note>`),
  comments: n => mods('<!--c-->'.repeat(n)),
  'a long comment': n => mods(`<!--${'c'.repeat(n)}-->`),
  'processing instructions': n => mods('<?p x?>'.repeat(n)),
  'elements side by side': n => mods('<note/>'.repeat(n)),
  'elements within each other': n => mods(`${'<relatedItem>'.repeat(n)}${'</relatedItem>'.repeat(n)}`),
  'elements within each other, to the limit': () =>
    mods(`${'<relatedItem>'.repeat(250)}${'</relatedItem>'.repeat(250)}`),
  'deep and wide': n =>
    mods(`${'<relatedItem>'.repeat(200)}${'<note/>'.repeat(n)}${'</relatedItem>'.repeat(200)}`),
  identifiers: n => mods(times(n, at => `<identifier type="local">${at}</identifier>`)),
  'identifiers to the limit': () => mods(times(1000, at => `<identifier type="local">h${at}</identifier>`)),
  names: n => mods(times(n, at => `<name><namePart>Name ${at}</namePart></name>`)),
  'parts of one name': n => mods(`<name>${times(n, at => `<namePart>${at}</namePart>`)}</name>`),
  'roles of one name': n =>
    mods(`<name><namePart>x</namePart>${times(n, () => '<role><roleTerm>aut</roleTerm></role>')}</name>`),
  titles: n => mods(times(n, at => `<titleInfo><title>${at}</title></titleInfo>`)),
  subjects: n => mods(times(n, at => `<subject><topic>${at}</topic></subject>`)),
  languages: n => mods(times(n, () => '<language><languageTerm type="code">ger</languageTerm></language>')),
  origins: n =>
    mods(times(n, at => `<originInfo><dateIssued>${1000 + (at % 900)}</dateIssued></originInfo>`)),
  'a date of digits': n => mods(`<originInfo><dateIssued>${'1'.repeat(n)}</dateIssued></originInfo>`),
  'a date of brackets': n => mods(`<originInfo><dateIssued>${'['.repeat(n)}</dateIssued></originInfo>`),
  'an extent of numbers': n =>
    mods(`<physicalDescription><extent>${'1 S., '.repeat(n)}</extent></physicalDescription>`),
  'hosts of hosts': n =>
    mods(times(n, () => '<relatedItem type="host"><titleInfo><title>H</title></titleInfo></relatedItem>')),
  'a title of marks': n =>
    mods(`<note>${'‡'.repeat(n)}</note><titleInfo><title>${'"\'`´'.repeat(n / 4)}</title></titleInfo>`),
  'white space in a title': n =>
    `<mods xmlns="${namespace}"><titleInfo><title>a${' '.repeat(n)}b</title></titleInfo></mods>`,
  'an unfinished tag': n => mods(`<note ${'x="1" '.repeat(3)}${'<'.repeat(n)}`),
  'a document type with entities': n =>
    `<!DOCTYPE mods [<!ENTITY a "${'x'.repeat(n)}">${times(20, at => `<!ENTITY a${at} "&a;&a;&a;">`)}]>${mods('<note>&a19;</note>')}`,
}
