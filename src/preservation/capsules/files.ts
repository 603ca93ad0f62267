// The files of a title by their places in a capsule: masters, texts and further files lie under their SHA-256, with the ending of their format.
import { tableOf } from '../../codes.ts'
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { PremisFile } from '../../formats/premis/write.ts'
import { freedBelow } from '../../catalogue/pages/index.ts'
import { textFormatsBelow } from '../../catalogue/texts/index.ts'
import { keptFiles, type KeptFile, placeInCapsule } from '../fixity/index.ts'

/** By the format of a master, and of a text */
const endings: Readonly<Record<string, string>> = tableOf({
  tiff: '.tif',
  jpeg: '.jpg',
  jp2: '.jp2',
  png: '.png',
  pdf: '.pdf',
  webp: '.webp',
  alto: '.xml',
  'page-xml': '.xml',
  hocr: '.html',
})

export interface CapsuleFile extends KeptFile {
  readonly sha256: string
  /** Below data/ */
  readonly path: string
  readonly premis: PremisFile
  /** Where it lies, when the archive need not have it any more */
  readonly freed?: { readonly capsule: string; readonly file: string }
}

interface Facts {
  readonly url: string
  readonly ident: string | null
  readonly bytes: number | null
  readonly format: string | null
}

/** Every master, text and further file of a title, former ones that an undo would need among them, and those that lie in capsules alone. */
export async function filesOf(
  db: Db,
  title: { readonly id: number; readonly path: string },
): Promise<CapsuleFile[]> {
  const { rows } =
    await sql<Facts>`select OP_Url as "url", OP_Ident as "ident", OP_Filesize as "bytes", OIP_Format as "format"
    from OPR_Tree join OPR_Page on OP_OT_ID = OT_ID left join OPR_ImageProfile on OIP_ID = OP_OIP_ID
    where OT_Path starting with ${title.path} and OP_Url is not null
    union all select OAT_Url, OAT_Name, OAT_Filesize, OAT_Media
    from OPR_Tree join OPR_Attachment on OAT_OT_ID = OT_ID where OT_Path starting with ${title.path}`.execute(
      db,
    )
  const facts = new Map(rows.map(row => [row.url.replace(/#.*$/, ''), row]))
  const texts = await textFormatsBelow(db, title.path)
  const files: CapsuleFile[] = []
  const add = (file: KeptFile, freed?: CapsuleFile['freed']) => {
    const sha256 = file.address.slice(-64)
    const known = facts.get(file.address)
    const format =
      file.what === 'text' ? (texts.get(file.address) ?? 'alto') : (known?.format ?? 'unknown').toLowerCase()
    const path = `${placeInCapsule(file.what)}/${sha256}${endings[format] ?? ''}`
    files.push({
      ...file,
      sha256,
      path,
      ...(freed === undefined ? {} : { freed }),
      premis: {
        id: `file:${sha256}`,
        path: `data/${path}`,
        sha256,
        bytes: known?.bytes ?? undefined,
        format,
        originalName: known?.ident ?? undefined,
      },
    })
  }
  for await (const file of keptFiles(db, { kind: 'title', ...title }, null)) add(file)
  const have = new Set(files.map(({ sha256 }) => sha256))
  for (const { nodeId, url, sha256, capsule, file } of await freedBelow(db, title.path)) {
    if (have.has(sha256)) continue
    have.add(sha256)
    const address = url.replace(/#.*$/, '')
    add({ what: 'master', address, expected: `sha256:${sha256}`, nodeId }, { capsule, file })
  }
  return files
}

/** SHA-256 of a kept file by its place in a capsule; undefined for everything else. */
export const digestOf = (path: string): string | undefined =>
  /^data\/(?:masters|texts|files)\/([0-9a-f]{64})(?:\.[a-z0-9]+)?$/.exec(path)?.[1]
