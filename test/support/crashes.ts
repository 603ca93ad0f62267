import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import sharp from 'sharp'
import { root } from '../../src/root.ts'
import type { OpenServices } from '../../src/services.ts'
import { modsOf } from './start.ts'

/** A delivery of a few titles, each a METS file with scans. */
export async function delivery(folder: string, titles: number, pages: number): Promise<void> {
  for (let n = 1; n <= titles; n++) {
    const home = join(folder, `title-${n}`)
    mkdirSync(join(home, 'MAX'), { recursive: true })
    for (let p = 1; p <= pages; p++)
      writeFileSync(
        join(home, 'MAX', `${p}.jpg`),
        await sharp({
          create: { width: 300 + n, height: 400, channels: 3, background: { r: p * 7, g: n * 11, b: 99 } },
        })
          .jpeg()
          .toBuffer(),
      )
    const mods = modsOf(`crash-${n}`, `Title ${n}`).replace(/^<\?xml[^>]*>\n/, '')
    const list = Array.from({ length: pages }, (_, at) => at + 1)
    writeFileSync(
      join(home, 'mets.xml'),
      `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><mets:dmdSec ID="d"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>${mods}</mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec><mets:fileGrp USE="MAX">${list.map(p => `<mets:file ID="f${p}" MIMETYPE="image/jpeg"><mets:FLocat xlink:href="MAX/${p}.jpg"/></mets:file>`).join('')}</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="root" TYPE="physSequence">${list.map(p => `<mets:div ID="p${p}" TYPE="page" ORDER="${p}" LABEL="[Seite ${p}]"><mets:fptr FILEID="f${p}"/></mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="t" TYPE="monograph" DMDID="d"><mets:div ID="c" TYPE="chapter" LABEL="Kapitel"/></mets:div></mets:structMap>
<mets:structLink>${list.map(p => `<mets:smLink xlink:from="${p > 1 ? 'c' : 't'}" xlink:to="p${p}"/>`).join('')}</mets:structLink></mets:mets>`,
    )
  }
}

/** Environment of a process that works on a test's database and folders. */
export function sameDatabase({ config: { database, path } }: OpenServices): Record<string, string> {
  return {
    FIREFOLIO_DATABASE_HOST: database.host,
    FIREFOLIO_DATABASE_FILE: database.file,
    FIREFOLIO_DATABASE_USER: database.user,
    FIREFOLIO_DATABASE_PASSWORD: database.password,
    FIREFOLIO_DATABASE_ROLE: '',
    FIREFOLIO_PATH_VAR: path.var,
  }
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
}

/** Runs the command line on a test's database. */
export const runCli = (
  services: OpenServices,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> => runProgram('dist/src/cli.js', args, { ...sameDatabase(services), ...environment })

/** Runs the server on a test's database and folders, until it is killed. */
export const runServer = (services: OpenServices, environment: Record<string, string>): Promise<Ended> =>
  runProgram('dist/src/main.js', [], {
    ...sameDatabase(services),
    FIREFOLIO_SERVER_HTTP_PORT: '0',
    FIREFOLIO_SAMPLE_ON: 'false',
    ...environment,
  })

/** Runs a program until it ends or is killed (crash-at.ts). */
export function runProgram(
  program: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(
      process.execPath,
      ['--import', new URL('./crash-at.js', import.meta.url).href, join(root, program), ...args],
      { env: { ...process.env, ...environment } },
    )
    let out = ''
    child.stdout.on('data', (part: Buffer) => (out += part.toString()))
    child.stderr.on('data', (part: Buffer) => (out += part.toString()))
    child.on('close', (code, signal) => resolve({ code, signal, out }))
  })
}

/** What a domain holds, without ids and times. */
export async function contents(services: OpenServices, domain: string): Promise<string[]> {
  const { rows } = await sql<{ row: string }>`
    select coalesce(OC_SourceIdent, '') || ';' || coalesce(OT_Caption, '') || ';' || OT_RCV_Datatype || ';' || OT_Sort || ';' || coalesce(OP_Hashsum, '') || ';' || coalesce(OP_PaginationCaption, '')
      || ';' || coalesce(OC_PageCache, '') || ';' || coalesce((select p.OT_Caption from OPR_Tree p where p.OT_ID = t.OT_OT_Parent), '') as "row"
    from OPR_Tree t join OPR_Domain on OD_ID = OT_OD_ID left join OPR_Content on OC_OT_ID = OT_ID left join OPR_Page on OP_OT_ID = OT_ID
    where OD_Name = ${domain} and OT_RCV_Datatype <> 10`.execute(services.db)
  return rows.map(row => row.row).sort()
}
