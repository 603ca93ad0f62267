// One-time links: the first administrator, confirmation of an e-mail address, a new password.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { requireOwnPage } from '../../http/auth.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import { deleteSessions, hashOf, SessionDocument } from '../sessions/index.ts'
import { copyOf, createUser, requireNotAbove } from './change.ts'
import { administratorTopics } from './first-administrator.ts'
import { beginSession } from './log-in.ts'
import { canMail, wantMail } from './mail.ts'
import { linkOf, makeCode, takeCode } from './one-time-codes.ts'
import { hashPassword, requireGoodPassword } from './passwords.ts'
import * as repository from './repository.ts'
import { Code, Password, UserParams, Welcome } from './schemas.ts'
import { changing, subjectOf } from './support.ts'
import { throttleOf } from './throttle.ts'
import { withSecret } from '../../http/headers.ts'

const tags = ['people']
const usedUp = (): Refusal =>
  new Refusal('gone', 'This link is good no more: it was used, is too old, or a newer one was made.')
const noMail = (): Refusal =>
  new Refusal(
    'not-implemented',
    'This installation sends no mail ([mail] host); ask an administrator for a link.',
  )

const PasswordReset = z
  .strictObject({
    login: z.string().min(1).max(250).meta({ description: 'Log-in or confirmed e-mail address' }),
  })
  .meta({ id: 'PasswordReset' })
const NewPassword = z.strictObject({ code: Code, password: Password }).meta({ id: 'NewPassword' })
const Confirmation = z.strictObject({ code: Code }).meta({ id: 'Confirmation' })
const PasswordLink = z
  .object({ isSent: z.boolean(), link: z.string().nullable() })
  .meta({ id: 'PasswordLink' })

export async function linkRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.post(
    '/api/v1/welcome',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'welcome',
        tags,
        summary:
          'Makes the first administrator, by the link that the server prints at its start while there is none.',
        body: Welcome,
        response: { 200: json(SessionDocument, 'Their session.'), ...problems(410, 422) },
      },
    },
    async (request, reply) => {
      requireOwnPage(request)
      const { code, ...input } = request.body
      const user = await changing(services, request, async (trx, actor) => {
        if (!(await takeCode(trx, 'welcome', code)) || (await repository.hasAdministrator(trx)))
          throw usedUp()
        return await createUser(
          trx,
          { ...actor, name: 'welcome' },
          { ...input, kind: 'person', topics: administratorTopics },
        )
      })
      return await beginSession(services, request, reply, user, 'link')
    },
  )

  app.post(
    '/api/v1/password-reset',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'askForPassword',
        tags,
        summary: 'Sends a link for a new password to the e-mail address of a user, if there is one.',
        body: PasswordReset,
        response: {
          202: z.null().meta({ description: 'Whether there is such a user is not told.' }),
          ...problems(429, 501),
        },
      },
    },
    async (request, reply) => {
      requireOwnPage(request)
      if (!canMail(services)) throw noMail()
      const { login } = request.body
      const attempt = {
        account: `reset ${hashOf(login.toLowerCase())}`,
        address: request.ip,
        device: undefined,
      }
      throttleOf(services).require(attempt)
      throttleOf(services).count(attempt)
      const find = async (): Promise<void> => {
        const user = login.includes('@')
          ? await repository.findByEmail(db, login)
          : await repository.findByLogin(db, login)
        if (user?.email && user.active === 1) await wantMail(services, { userId: user.id, kind: 'reset' })
      }
      // not waited for: how long it takes would tell whether there is such a user
      find().catch((error: unknown) => request.log.error({ err: error }, 'password reset'))
      return sendNothing(reply, 202)
    },
  )

  app.post(
    '/api/v1/password',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'choosePassword',
        tags,
        summary: 'Sets a new password by a one-time link; all sessions of the user end.',
        body: NewPassword,
        response: { 204: z.null().meta({ description: 'It is set.' }), ...problems(410, 422) },
      },
    },
    async (request, reply) => {
      requireOwnPage(request)
      const { code, password } = request.body
      await changing(services, request, async (trx, actor) => {
        const taken = await takeCode(trx, 'reset', code)
        const user = taken?.userId == null ? undefined : await repository.find(trx, taken.userId)
        if (!taken || !user || user.active !== 1 || user.deletedAt !== null) throw usedUp()
        requireGoodPassword(password, user.login)
        await repository.update(trx, user.id, '*', {
          password: await hashPassword(password),
          // the link came by this address
          ...(taken.email !== null && taken.email === user.email && user.confirmedAt === null
            ? { confirmedAt: new Date() }
            : {}),
        })
        await deleteSessions(trx, user.id)
        await record(trx, {
          entity: 'user',
          entityId: user.id,
          action: 'password-by-link',
          actor: { ...actor, name: user.uuid },
        })
      })
      return sendNothing(reply)
    },
  )

  app.post(
    '/api/v1/users/:id/password-link',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'makePasswordLink',
        tags,
        summary:
          'Sends a user a link for a new password; where no mail is sent the link is answered, to be handed on.',
        params: UserParams,
        response: {
          200: json(PasswordLink, 'What became of it.'),
          ...problems(404, 422),
        },
      },
    },
    async (request, reply) => {
      const user = await subjectOf(db, request, request.params.id)
      await requireNotAbove(db, request.principal, user)
      if (user.login === null)
        throw new Refusal('not-processable', 'This user has no log-in that a password could be for.')
      reply.header('cache-control', withSecret)
      if (canMail(services) && user.email !== null) {
        await wantMail(services, { userId: user.id, kind: 'reset' })
        return { isSent: true, link: null }
      }
      const code = await changing(services, request, (trx, actor) =>
        record(trx, { entity: 'user', entityId: user.id, action: 'password-link', actor }).then(() =>
          makeCode(services, trx, 'reset', { id: user.id, email: null }),
        ),
      )
      return { isSent: false, link: linkOf(services, 'reset', code) }
    },
  )

  app.post(
    '/api/v1/users/me/confirmation',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'askForConfirmation',
        tags,
        summary: 'Sends the user who asks a link that confirms their e-mail address.',
        response: { 202: z.null().meta({ description: 'It is on its way.' }), ...problems(422, 429, 501) },
      },
    },
    async (request, reply) => {
      if (!canMail(services)) throw noMail()
      const user = await subjectOf(db, request, undefined)
      if (user.email === null) throw new Refusal('not-processable', 'You have no e-mail address.')
      const attempt = { account: `confirm ${user.id}`, address: request.ip, device: undefined }
      throttleOf(services).require(attempt)
      throttleOf(services).count(attempt)
      await wantMail(services, { userId: user.id, kind: 'confirm' })
      return sendNothing(reply, 202)
    },
  )

  app.post(
    '/api/v1/confirmation',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'confirmEmail',
        tags,
        summary: 'Confirms an e-mail address by a one-time link.',
        body: Confirmation,
        response: { 204: z.null().meta({ description: 'It is confirmed.' }), ...problems(410) },
      },
    },
    async (request, reply) => {
      requireOwnPage(request)
      await changing(services, request, async (trx, actor) => {
        const taken = await takeCode(trx, 'confirm', request.body.code)
        const user = taken?.userId == null ? undefined : await repository.find(trx, taken.userId)
        if (!user || user.active !== 1 || user.email === null || user.email !== taken?.email) throw usedUp()
        await repository.update(trx, user.id, '*', { confirmedAt: new Date() })
        await record(trx, {
          entity: 'user',
          entityId: user.id,
          action: 'change',
          actor: { ...actor, name: user.uuid },
          data: { ...copyOf(user), isEmailConfirmed: true },
        })
      })
      return sendNothing(reply)
    },
  )
}
