// What readers are told when a log-in by a provider does not work.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { byLanguage } from '../../config/languages.ts'
import { languageOf } from '../../http/language.ts'
import type { Services } from '../../http/module.ts'
import { sendNote, type Wanted, withWanted } from '../viewers/index.ts'

const texts = {
  de: {
    again: 'Noch einmal versuchen',
    others: 'Zur Anmeldung',
    refused: (label: string) => `Die Anmeldung bei ${label} wurde abgebrochen oder abgelehnt.`,
    unreachable: (label: string) =>
      `${label} ist gerade nicht zu erreichen. Bitte versuchen Sie es später noch einmal.`,
    failed: (label: string) => `Die Antwort von ${label} ließ sich nicht prüfen. Sie sind nicht angemeldet.`,
    stale: (_label: string) =>
      'Diese Anmeldung ist zu alt, wurde schon benutzt oder begann in einem anderen Browser.',
    unknown: (label: string) =>
      `${label} kennt Sie, aber hier gibt es noch kein Konto für Sie. Bitte wenden Sie sich an die Bibliothek.`,
    closed: (_label: string) => 'Ihr Konto ist geschlossen. Bitte wenden Sie sich an die Bibliothek.',
    untrusted: (_label: string) =>
      'Diese Anmeldung ist hier nicht möglich: Die Anfrage kam nicht von einem Proxy, dem vertraut wird.',
    nobody: (label: string) => `${label} hat nicht mitgeteilt, wer Sie sind. Sie sind nicht angemeldet.`,
    taken: (label: string) =>
      `Diese Anmeldung bei ${label} gehört schon zu einem anderen Konto. Es wurde nichts verbunden.`,
    otherSession: (_label: string) =>
      'Die Sitzung, in der Sie das Verbinden begonnen haben, ist vorbei. Es wurde nichts verbunden.',
    back: 'Zurück zum Konto',
  },
  en: {
    again: 'Try again',
    others: 'Go to the log-in page',
    refused: (label: string) => `The log-in at ${label} was cancelled or refused.`,
    unreachable: (label: string) => `${label} cannot be reached at the moment. Please try again later.`,
    failed: (label: string) => `The answer of ${label} could not be verified. You are not logged in.`,
    stale: (_label: string) => 'This log-in is too old, was used already, or began in another browser.',
    unknown: (label: string) =>
      `${label} knows you, but there is no account for you here yet. Please ask the library.`,
    closed: (_label: string) => 'Your account is closed. Please ask the library.',
    untrusted: (_label: string) =>
      'This log-in is not possible here: the request did not come from a proxy that is trusted.',
    nobody: (label: string) => `${label} did not tell who you are. You are not logged in.`,
    taken: (label: string) =>
      `This log-in at ${label} belongs to another account already. Nothing was linked.`,
    otherSession: (_label: string) => 'The session in which you began to link has ended. Nothing was linked.',
    back: 'Back to the account',
  },
} as const

const statuses = {
  refused: 401,
  unreachable: 503,
  failed: 502,
  stale: 400,
  unknown: 403,
  closed: 403,
  untrusted: 403,
  nobody: 401,
  taken: 409,
  otherSession: 403,
} as const
export type Fault = keyof typeof statuses

export function sendFault(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  fault: Fault,
  way: { readonly label: string; readonly href: string },
  wanted: Wanted,
  isLink = false,
): never {
  const language = languageOf(request)
  const say = texts[language]
  // who is known there and not here would be so again
  const isFinal = fault === 'unknown' || fault === 'closed' || fault === 'untrusted'
  const { linkPrefix } = request.server
  return sendNote(reply, language, {
    status: statuses[fault],
    house: byLanguage(services.config.web.name)[language] || services.config.oai.repositoryName,
    sentence: say[fault](way.label),
    onward: isLink
      ? { label: say.back, href: wanted.next ?? `${linkPrefix}/desk/ways` }
      : isFinal
        ? { label: say.others, href: withWanted(`${linkPrefix}/log-in`, wanted) }
        : { label: say.again, href: withWanted(linkPrefix + way.href, wanted) },
  })
}
