// firefolio import <path>: document by document, each a transaction; ends with a summary and, where something failed, 1.
import { relative, resolve } from 'node:path'
import { userInfo } from 'node:os'
import { Refusal } from '../errors.ts'
import { createDomain, getDomain } from '../catalogue/domains/index.ts'
import { documentsOf, Manifest, type Outcome, runItem } from '../intake/imports/index.ts'
import type { Message } from '../catalogue/titles/index.ts'
import type { OpenServices } from '../services.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface ImportFlags {
  readonly domain: string
  readonly createDomain?: boolean
  readonly parent?: number
  readonly type?: string
  readonly release?: boolean
  readonly keepIds?: boolean
  readonly strict?: boolean
  readonly overwrite?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const actor = { name: userInfo().username, application: 'firefolio import' }
const marks: Readonly<Record<Message['level'], string>> = { info: '·', warning: '!', error: '✗' }

async function ensureDomain(services: OpenServices, flags: ImportFlags): Promise<void> {
  try {
    await getDomain(services.db, flags.domain)
  } catch (error) {
    if (!(error instanceof Refusal) || !flags.createDomain) throw error
    await services.database.inTransaction({ actor }, trx =>
      createDomain(trx, actor, { name: flags.domain, caption: flags.domain }),
    )
  }
}

/** @returns the exit code: 0, or 1 where a document failed */
export function importPath(session: Session, named: string, flags: ImportFlags): Promise<number> {
  return session.withServices(async services => {
    const path = resolve(session.folder, named)
    const documents = documentsOf(path)
    await ensureDomain(services, flags)
    const progress = new Progress('import', session)
    const summary = new Map<Outcome, number>()
    const counts = { pages: 0, masters: 0, texts: 0 }
    const started = Date.now()
    for (const [at, document] of documents.entries()) {
      const name = documents.length === 1 ? document : relative(path, document)
      progress.show(at, documents.length, 'documents')
      const manifest = Manifest.parse({
        domain: flags.domain,
        path: document,
        ...(flags.parent === undefined ? {} : { parent: flags.parent }),
        ...(flags.type === undefined ? {} : { type: flags.type }),
        ...(flags.release ? { release: true } : {}),
        keepIds: flags.keepIds ?? false,
        strict: flags.strict ?? false,
        overwrite: flags.overwrite ?? false,
        dryRun: flags.dryRun ?? false,
      })
      const { report, messages } = await runItem(
        services,
        { options: { manifest, actor, hasIdempotencyKey: false } },
        document,
        (_source, done, total) => progress.show(done, total, `pages of ${name}`),
      )
      progress.end()
      const outcome: Outcome = report?.outcome ?? 'failed'
      summary.set(outcome, (summary.get(outcome) ?? 0) + 1)
      counts.pages += report?.counts.pages ?? 0
      counts.masters += report?.counts.masters ?? 0
      counts.texts += report?.counts.texts ?? 0
      if (flags.json)
        session.out(
          `${JSON.stringify({ source: name, outcome, titleId: report?.titleId ?? null, counts: report?.counts ?? null, messages })}\n`,
        )
      else {
        session.out(
          `${outcome.padEnd(9)} ${name}${report?.titleId === undefined ? '' : `  → title ${report.titleId}`}\n`,
        )
        for (const message of messages)
          session.out(`  ${marks[message.level]} ${message.sentence.replaceAll('\n', '\n    ')}\n`)
      }
    }
    if (!flags.json) {
      const parts = [...summary].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
      session.out(
        `${flags.dryRun ? 'dry run, nothing was stored: ' : ''}${parts}; ${counts.pages} pages, ${counts.masters} masters, ${counts.texts} texts in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
      )
    }
    return summary.has('failed') ? 1 : 0
  })
}
