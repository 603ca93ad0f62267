// Mail with one-time links. A job makes the code when it sends, so that no queue ever holds one.
import { byLanguage } from '../../config/languages.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { enqueue } from '../../jobs/queue.ts'
import { type CodeKind, linkOf, makeCode } from './one-time-codes.ts'
import * as repository from './repository.ts'

export const canMail = (services: Services): boolean => services.config.mail.host !== ''

const texts: Readonly<Record<'confirm' | 'reset', { subject: string; body: string }>> = {
  confirm: {
    subject: 'Please confirm your e-mail address · Bitte bestätigen Sie Ihre E-Mail-Adresse',
    body: 'Please confirm that this is your address by opening this link:\nBitte bestätigen Sie mit diesem Link, dass dies Ihre Adresse ist:',
  },
  reset: {
    subject: 'A new password · Ein neues Passwort',
    body: 'Somebody, probably you, has asked for a new password. Choose it here, or ignore this message:\nJemand, vermutlich Sie, hat um ein neues Passwort gebeten. Wählen Sie es hier, oder lassen Sie diese Nachricht unbeachtet:',
  },
}

/**
 * One letter to one address.
 * @param jobId of the job that sends it, where each attempt sends the same: a process can end between sending and noting it, and letters of
 * one Message-ID are shown once
 */
export async function sendMail(
  services: Services,
  to: string,
  subject: string,
  text: string,
  jobId?: number,
): Promise<void> {
  // loaded where a letter is sent: most processes send none
  const { createTransport } = await import('nodemailer')
  const { host, port, tls, user, password, from } = services.config.mail
  const transport = createTransport({
    host,
    port,
    secure: tls,
    ...(user === '' ? {} : { auth: { user, pass: password } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  })
  const sender =
    from || services.config.oai.adminEmail || `postmaster@${new URL(services.publicUrl()).hostname}`
  const [, domain = 'localhost'] = /@([^>\s]+)/.exec(sender) ?? []
  try {
    await transport.sendMail({
      from: sender,
      // as an object, so that nothing in it is read as further addresses
      to: { name: '', address: to },
      ...(jobId === undefined ? {} : { messageId: `<job-${jobId}@${domain}>` }),
      // letters are written in both languages
      subject: `${byLanguage(services.config.web.name).de}: ${subject}`,
      text,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  } finally {
    transport.close()
  }
}

interface Letter {
  readonly userId: number
  readonly kind: Extract<CodeKind, 'confirm' | 'reset'>
}

export const wantMail = (services: Services, letter: Letter) =>
  enqueue(services.db, { kind: 'accounts.mail', payload: letter })

export const mailJob: JobHandler<Services> = async (services, { job }) => {
  const { userId, kind } = job.payload as Letter
  const user = await repository.find(services.db, userId)
  if (!user?.email || user.deletedAt !== null || !canMail(services)) return { sent: false }
  const code = await services.database.inTransaction({}, trx => makeCode(services, trx, kind, user))
  const { subject, body } = texts[kind]
  await sendMail(services, user.email, subject, `${body}\n\n${linkOf(services, kind, code)}\n`)
  return { sent: true }
}
