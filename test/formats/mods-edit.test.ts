import fc from 'fast-check'
import t from '../support/tap.ts'
import { editMods, modsFieldNames, modsFields } from '../../src/formats/mods/edit.ts'
import { readMods } from '../../src/formats/mods/read.ts'
import { replacerOf } from '../../src/formats/text/replace.ts'
import { randomCases } from '../support/cases.ts'

const record = `<?xml version="1.0" encoding="UTF-8"?>
<mods xmlns="http://www.loc.gov/mods/v3" version="3.8">
  <!-- kept -->
  <titleInfo type="alternative"><title>Other</title></titleInfo>
  <titleInfo><nonSort>Die</nonSort><title>Zeitnug</title></titleInfo>
  <originInfo eventType="digitization"><publisher>Scan GmbH</publisher></originInfo>
  <originInfo eventType="publication"><publisher>Cotta</publisher><publisher>Reclam</publisher></originInfo>
  <subject authority="gnd"><topic>Presse</topic></subject>
  <relatedItem type="host"><titleInfo><title>Zeitnug</title></titleInfo></relatedItem>
  <ex:own xmlns:ex="urn:ex">as it is</ex:own>
</mods>
`
const edit = (...changes: Parameters<typeof editMods>[1]) => editMods(record, changes)
const replace = (find: string, by: string, more: object = {}) =>
  replacerOf({ find, with: by, isPattern: false, ignoreCase: false, ...more })

t.test('fields of the record itself are changed, everything else stays as it stands', async t => {
  const made = edit({ action: 'replace', field: 'title', replacer: replace('Zeitnug', 'Zeitung') })
  t.same(made.changes, [{ field: 'title', before: ['Zeitnug'], after: ['Zeitung'] }])
  t.equal(made.xml, record.replace('<title>Zeitnug', '<title>Zeitung'), 'not the host’s, byte for byte')
  const publisher = edit({ action: 'set', field: 'publisher', value: 'Insel' })
  t.equal(
    publisher.xml,
    record.replace(
      '<publisher>Cotta</publisher><publisher>Reclam</publisher>',
      '<publisher>Insel</publisher>',
    ),
  )
  const subject = edit({ action: 'add', field: 'subject', value: 'Recht & Ordnung' })
  t.match(subject.changes, [{ after: ['Presse', 'Recht & Ordnung'] }])
  t.match(subject.xml, '<subject><topic>Recht &amp; Ordnung</topic></subject>')
  const gone = edit({ action: 'remove', field: 'subject', value: 'Presse' })
  t.equal(gone.xml, record.replace('\n  <subject authority="gnd"><topic>Presse</topic></subject>', ''))
  t.same(edit({ action: 'remove', field: 'note', value: 'x' }), { xml: record, changes: [] })
  t.same(edit({ action: 'set', field: 'title', value: 'Zeitnug' }), { xml: record, changes: [] })
})

t.test('what is set is read again, in any field, and set to nothing is gone', async t => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map(value => value.replace(/\s+/g, ' ').trim())
  fc.assert(
    fc.property(
      fc.constantFrom(...modsFieldNames),
      text.filter(value => value !== ''),
      (field, value) => {
        const made = editMods(record, [{ action: 'set', field, value }])
        if (made.changes.length > 0) t.same(made.changes[0]?.after, [value])
        readMods(made.xml, { name: 'edited' })
        const gone = editMods(made.xml, [{ action: 'set', field, value: null }])
        t.same(gone.changes[0]?.after, [])
        t.same(editMods(made.xml, [{ action: 'set', field, value }]).changes, [], 'once is enough')
      },
    ),
    randomCases(t, 200),
  )
  t.ok(Object.keys(modsFields).length > 15)
})

t.test('literal replacing is that of the language, whatever the characters', async t => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
      fc.string(),
      (text, find, by) => {
        t.equal(replace(find, by).replace(text), text.split(find).join(by))
      },
    ),
  )
})

t.test('patterns: groups, case, empty matches; what is none is refused, and none takes for ever', async t => {
  const pattern = (find: string, by: string, more: object = {}) =>
    replace(find, by, { isPattern: true, ...more })
  t.equal(pattern(String.raw`(\d+)\. Bd\.`, 'Band $1').replace('1. Bd., 22. Bd.'), 'Band 1, Band 22')
  t.equal(pattern('zeitnug', 'Zeitung', { ignoreCase: true }).replace('ZEITNUG Zeitnug'), 'Zeitung Zeitung')
  t.equal(pattern('x*', '-').replace('abc'), 'abc'.replace(/x*/g, '-'))
  t.equal(pattern('$', '!').replace('end'), 'end!')
  t.throws(() => pattern('(', ''), { message: /is no pattern/ })
  t.throws(() => pattern('a', '$1'), { message: /has no group \$1/ })
  t.throws(() => pattern(String.raw`(a)\1`, ''), { message: /is no pattern/ })
  const began = process.cpuUsage().user
  t.equal(pattern('(a+)+$', '').replace(`${'a'.repeat(20_000)}!`), `${'a'.repeat(20_000)}!`)
  t.ok(process.cpuUsage().user - began < 20_000_000, 'a pattern that stops others for centuries ends')
})
