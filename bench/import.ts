// A METS of 2,300 pages and 9,200 file entries, its files absent: read, planned and stored in one transaction.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Services } from '../src/http/module.ts'
import { createDomain } from '../src/catalogue/domains/index.ts'
import { Manifest, runItem } from '../src/intake/imports/index.ts'
import { report, time } from './measure.ts'

export function largeMets(pages: number): string {
  const all = Array.from({ length: pages }, (_, at) => at + 1)
  const groups = ['MAX', 'DEFAULT', 'THUMBS', 'FULLTEXT']
  const section = (n: number) => Math.ceil(n / 50)
  return `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<mets:dmdSec ID="d"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods><mods:titleInfo><mods:title>Large</mods:title></mods:titleInfo><mods:recordInfo><mods:recordIdentifier source="bench">large</mods:recordIdentifier></mods:recordInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec>${groups.map(use => `<mets:fileGrp USE="${use}">${all.map(n => `<mets:file ID="${use}_${n}" MIMETYPE="${use === 'FULLTEXT' ? 'text/xml' : 'image/jpeg'}"><mets:FLocat LOCTYPE="URL" xlink:href="http://x.example/${use}/${n}"/></mets:file>`).join('\n')}</mets:fileGrp>`).join('\n')}</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="root" TYPE="physSequence">${all.map(n => `<mets:div ID="p${n}" TYPE="page" ORDER="${n}" LABEL="[Seite ${n}]" CONTENTIDS="urn:nbn:de:bench-${n}">${groups.map(use => `<mets:fptr FILEID="${use}_${n}"/>`).join('')}</mets:div>`).join('\n')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="t" TYPE="monograph" DMDID="d">${all
    .filter(n => n % 50 === 1)
    .map(n => `<mets:div ID="s${section(n)}" TYPE="chapter" LABEL="Chapter ${section(n)}"/>`)
    .join('')}</mets:div></mets:structMap>
<mets:structLink>${all.map(n => `<mets:smLink xlink:from="t" xlink:to="p${n}"/><mets:smLink xlink:from="s${section(n)}" xlink:to="p${n}"/>`).join('\n')}</mets:structLink></mets:mets>`
}

export async function benchImport(services: Services): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-bench-'))
  const path = join(folder, 'mets.xml')
  writeFileSync(path, largeMets(2300))
  const actor = { name: 'bench', application: 'bench' }
  await services.database.inTransaction({ actor }, trx =>
    createDomain(trx, actor, { name: 'large', caption: 'Large' }),
  )
  let outcome = ''
  const run = async () => {
    const { report: done } = await runItem(services, {
      source: path,
      options: { manifest: Manifest.parse({ domain: 'large', path }), actor, hasIdempotencyKey: false },
    })
    outcome = `${done?.outcome}, ${done?.counts.pages} pages`
  }
  const before = process.cpuUsage()
  const first = await time(run)
  const { user, system } = process.cpuUsage(before)
  report(
    `METS of 2,300 pages and 9,200 files (absent), one transaction: ${outcome}`,
    first / 1000,
    { atMost: 3 },
    's',
  )
  report('seconds of a processor that the service takes for it', (user + system) / 1e6, { atMost: 3 }, 's')
  const again = await time(run)
  report(`the same again: ${outcome}`, again / 1000, { atMost: 3 }, 's')
  rmSync(folder, { recursive: true })
}
