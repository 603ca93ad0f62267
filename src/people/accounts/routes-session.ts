import { z } from 'zod'
import { requireOwnPage } from '../../http/auth.ts'
import type { App, Services } from '../../http/module.ts'
import { Refusal } from '../../errors.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { noteProof, SessionDocument } from '../sessions/index.ts'
import { beginSession, identify } from './log-in.ts'
import { longestPassword } from './passwords.ts'
import { proofMinutes, requireOwnPassword } from './proof.ts'
import { changing, subjectOf } from './support.ts'

const login = z
  .string()
  .min(1)
  .max(250)
  .meta({ description: 'Log-in name, confirmed e-mail address, or UUID of the user.' })

const LogIn = z
  .union([
    z.strictObject({ login, password: z.string().min(1).max(longestPassword) }),
    z.strictObject({
      login,
      key: z.string().max(100).meta({ description: 'A key of the user with the scope read-write.' }),
    }),
  ])
  .meta({ id: 'LogIn' })

const Proof = z.strictObject({ password: z.string().min(1).max(longestPassword) }).meta({ id: 'Proof' })

export async function sessionRoutes(app: App, { services }: { services: Services }): Promise<void> {
  app.post(
    '/api/v1/session',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'logIn',
        tags: ['people'],
        summary: 'Logs in by password or by key: begins a session, whose token comes in a cookie.',
        body: LogIn,
        response: { 200: json(SessionDocument, 'The session.'), ...problems(429) },
      },
    },
    async (request, reply) => {
      requireOwnPage(request)
      const user = await identify(services, request, request.body)
      return await beginSession(
        services,
        request,
        reply,
        user,
        'password' in request.body ? 'password' : 'key',
      )
    },
  )

  app.post(
    '/api/v1/session/proof',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'proveSession',
        tags: ['people'],
        summary: `Shows by the password that a session is still with its user, as changes of the ways in ask for; a log-in shows it, too, for ${proofMinutes} minutes.`,
        body: Proof,
        response: { 204: z.null().meta({ description: 'It is believed.' }), ...problems(429) },
      },
    },
    async (request, reply) => {
      const { session } = request
      if (!session) throw new Refusal('forbidden', 'There is no session to be shown whose it is.')
      const user = await subjectOf(services.db, request, undefined)
      if (user.password === null)
        throw new Refusal('forbidden', 'You have no password here: log in anew by whoever vouches for you.')
      await requireOwnPassword(services, request, user, request.body.password)
      await changing(services, request, trx => noteProof(trx, session.id))
      return sendNothing(reply)
    },
  )
}
