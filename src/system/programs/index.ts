// Which programs made and changed a document, in its meta: for GET of a single document, and for who may read its history. Lists do not tell
// it, as each row would cost as much as a document; readers are not told, as the names of programs are free and may be those of people.
import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import { type Programs, programOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { access } from '../../people/access/index.ts'
import { ofEntity, ofNode, sourceOf, type Use } from './repository.ts'

interface Document {
  readonly id: number | string
  readonly path?: string
  readonly domainId?: number
  readonly meta: object
}

/** The uses of programs, the last one last, as meta tells them. */
export function programsOf(uses: readonly Use[]): Programs {
  const last = uses.at(-1)
  if (!last) return {}
  const made = uses.find(use => use.made === 1)
  // one entry a program, with the version that it had last
  const byName = new Map(
    uses.map(({ application, at }) => {
      const program = programOf(application)
      return [program.application, { ...program, at: at.toISOString() }]
    }),
  )
  return {
    ...(made ? { createdBy: programOf(made.application) } : {}),
    updatedBy: programOf(last.application),
    applications: [...byName.values()],
  }
}

/** Whether the caller may read the history of what the document is about. */
function mayKnow(
  { principal }: FastifyRequest,
  { path, domainId }: Document,
  tells: FastifyContextConfig['tells'],
): boolean {
  // whoever reads an order reads its log
  if (tells === 'order') return true
  if (tells === 'user' || tells === 'group') return access.everywhere(principal, 'user:manage')
  if (path === undefined || domainId === undefined) return access.everywhere(principal, 'log:read')
  const reason = access.sight(principal).reason('edit', { path, domainId, isVisible: true })
  return reason.allowed && (reason.by !== 'topic' || access.everywhere(principal, 'log:read'))
}

/** Adds the programs to the documents of all routes that say what they are about. */
export function tellPrograms(app: App, { db }: Services): void {
  app.addHook('preSerialization', async (request, reply, payload) => {
    const { tells } = request.routeOptions.config
    const document = payload as Document | undefined
    if (tells === undefined || reply.statusCode !== 200 || document?.meta === undefined) return payload
    if (!mayKnow(request, document, tells)) return payload
    if (tells !== 'node') {
      const meta = { ...document.meta, ...programsOf(await ofEntity(db, tells, document.id)) }
      return { ...document, meta }
    }
    const id = Number(document.id)
    const [uses, sourceAccount] = await Promise.all([ofNode(db, id), sourceOf(db, id)])
    const meta = {
      ...document.meta,
      ...programsOf(uses),
      ...(sourceAccount === undefined ? {} : { sourceAccount }),
    }
    return { ...document, meta }
  })
}
