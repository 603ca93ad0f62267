import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { aDomain, modsOf, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { services, call } = app
const folder = join(services.config.path.import, 'at-once')
mkdirSync(folder, { recursive: true })

/** An issue in the words of a newspaper's METS: newspaper and year are told by their numbers and captions alone. */
const issueMets = (day: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
  <mets:dmdSec ID="d1"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>${modsOf(`issue-${day}`, `Issue of ${day}`, `<originInfo><dateIssued encoding="iso8601">${day}</dateIssued></originInfo>`).replace(/<\?xml[^>]*>/, '')}</mets:xmlData></mets:mdWrap></mets:dmdSec>
  <mets:structMap TYPE="LOGICAL">
    <mets:div ID="n" TYPE="newspaper" LABEL="A new paper"><mets:mptr LOCTYPE="URL" xlink:href="https://example.org/paper.mets.xml"/>
      <mets:div ID="y" TYPE="year" LABEL="${day.slice(0, 4)}" ORDERLABEL="${day.slice(0, 4)}">
        <mets:div ID="m" TYPE="month" ORDERLABEL="${day.slice(0, 7)}"><mets:div ID="t" TYPE="day" ORDERLABEL="${day}">
          <mets:div ID="i" TYPE="issue" DMDID="d1"/>
        </mets:div></mets:div>
      </mets:div>
    </mets:div>
  </mets:structMap>
</mets:mets>`

const importOf = (manifest: object) => {
  const parsed = Manifest.parse({ domain: 'lib', ...manifest })
  const actor = { name: 'test', application: 'test' }
  return runItem(services, {
    source: parsed.path ?? 'record',
    options: { manifest: parsed, actor, hasIdempotencyKey: false },
  })
}
const count = async (type: string): Promise<number> =>
  (await call('GET', `/api/v1/titles?type=${type}&limit=100`)).body.items.length

t.test('of two imports of one title at once one waits and finds what the other made', async t => {
  for (let round = 0; round < 4; round++) {
    const before = await count('monograph')
    const found = await Promise.all(
      Array.from({ length: 4 }, () =>
        importOf({ type: 'monograph', mods: modsOf(`same-${round}`, `Round ${round}`) }),
      ),
    )
    t.same(
      new Set(found.map(({ report, messages }) => report?.outcome ?? messages[0]?.sentence)),
      new Set(['created', 'unchanged']),
    )
    t.equal(new Set(found.map(({ report }) => report?.titleId)).size, 1)
    t.equal(await count('monograph'), before + 1)
  }
})

t.test('issues of a new newspaper, imported at once, share the newspaper and its year', async t => {
  const days = ['1901-03-01', '1901-03-02', '1901-03-03', '1901-04-04']
  const found = await Promise.all(
    days.map(day => {
      const path = join(folder, `${day}.xml`)
      writeFileSync(path, issueMets(day))
      return importOf({ path })
    }),
  )
  t.same(
    found.map(({ report, messages }) => report?.outcome ?? messages[0]?.sentence),
    days.map(() => 'created'),
  )
  t.equal(await count('newspaper'), 1)
  t.equal(await count('year'), 1)
  t.equal(await count('issue'), days.length)
})
