// The MODS of a title as it is handed out, alone and inside METS.
import { licenceOf } from '../../formats/rights/licence.ts'
import type { Services } from '../../http/module.ts'
import { type DigitalObject, repositoryIdentifier, type TitleFacts } from '../objects/index.ts'

/** Where nobody has judged the rights, METS says so: a licence must stand there (amdSec_05). */
export const notJudged = licenceOf('reserved') as NonNullable<ReturnType<typeof licenceOf>>

export function recordIdentifierOf(services: Services, facts: TitleFacts): { value: string; source: string } {
  const record = facts.identifiers.find(identifier => identifier.scheme === 'record')?.value
  const at = record?.lastIndexOf('@') ?? -1
  const source = repositoryIdentifier(services)
  if (record === undefined || at < 1) return { value: String(facts.id), source }
  return { value: record.slice(0, at), source: record.slice(at + 1) || source }
}

export const isIssue = (facts: TitleFacts): boolean =>
  ['issue', 'additional'].includes(facts.type?.name ?? '')

/** MODS of a title as it is handed out. @param above the titles above it, from the top down */
export function modsOfTitle(
  services: Services,
  object: Pick<DigitalObject, 'domain'>,
  facts: TitleFacts,
  above: readonly TitleFacts[],
  xml: string | undefined,
): Promise<string> {
  const newspaper = above.find(title => title.type?.name === 'newspaper')
  const host = newspaper ?? above.at(-1)
  const identifier = (title: TitleFacts, scheme: string) =>
    title.identifiers.find(each => each.scheme === scheme)?.value
  return services.offload.run('disseminateMods', xml, xml, {
    record: recordIdentifierOf(services, facts),
    title: facts.title,
    licence: facts.licence ?? object.domain.licence ?? notJudged,
    owner: facts.owner ?? object.domain.owner ?? '',
    languages: facts.languages.length > 0 ? facts.languages : (host?.languages ?? []),
    identifiers: facts.identifiers.filter(({ scheme }) => ['urn', 'doi', 'purl', 'handle'].includes(scheme)),
    host: host && {
      record: recordIdentifierOf(services, host),
      title: host.title,
      zdb: identifier(host, 'zdb'),
    },
    part:
      host && (isIssue(facts) || facts.type?.name === 'volume')
        ? { number: facts.caption, order: undefined, type: isIssue(facts) ? 'issue' : 'volume' }
        : undefined,
    issueDate: newspaper && isIssue(facts) ? facts.issueDate : undefined,
    knownDate: xml === undefined && /^\d{4}(-\d\d){0,2}$/.test(facts.date ?? '') ? facts.date : undefined,
  })
}
