import { z } from 'zod'
import { requireOwnPage } from '../../http/auth.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { SessionDocument } from '../sessions/index.ts'
import { beginSession, identify } from './log-in.ts'
import { longestPassword } from './passwords.ts'

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
}
