// Options of [mail].
import { z } from 'zod'
import { flag, secret, text, whole } from './option-kinds.ts'

export const mailSection = z
  .strictObject({
    host: text(
      '',
      'Host of the SMTP server. Empty: no mail is sent; links are printed by `firefolio user password`.',
    ),
    port: whole(587, 1, 65_535, 'Its port.'),
    tls: flag(false, 'Speak TLS from the start (port 465); otherwise STARTTLS is used where it is offered.'),
    user: text('', 'Name to log in with; empty: without.'),
    password: secret('', 'Its password.'),
    from: text('', 'Sender, e.g. Library <library@example.org>; empty: [oai] adminEmail.'),
    codeMinutes: whole(60, 5, 10_080, 'Minutes that a link for a new password, or to join, is good.'),
  })
  .describe('Mail to users: confirmation of addresses, new passwords.')
