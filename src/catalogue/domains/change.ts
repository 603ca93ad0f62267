// Creating, changing, moving and removing domains, with their line in the change log.
import { idIn } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { record } from '../../system/log/index.ts'
import * as repository from './repository.ts'
import type { Domain, FullDomain } from './repository.ts'
import { namedTags, rememberTags, setDomainTags } from './tags.ts'
import { genreSet, takenNames } from './names.ts'

/** By OD_ID, name, short name or reference. @throws Refusal not-found */
export async function get(db: Db, key: string | number): Promise<Domain> {
  const id = idIn(String(key))
  const domain =
    (id === undefined ? undefined : await repository.find(db, id)) ??
    (await repository.findByName(db, String(key)))
  if (!domain) throw new Refusal('not-found', `There is no domain ‘${key}’.`)
  return domain
}

/** The same with its texts, which are read one by one. @throws Refusal not-found */
export async function getFull(db: Db, key: string | number): Promise<FullDomain> {
  const { id } = await get(db, key)
  const domain = await repository.findFull(db, id)
  if (!domain) throw new Refusal('not-found', `There is no domain ‘${key}’.`)
  return domain
}

const parentIdOf = async (trx: Db, parent: string | number | null | undefined): Promise<number | null> =>
  parent === null || parent === undefined ? null : (await get(trx, parent)).id

const asText = (value: unknown): string | null | undefined =>
  value === undefined ? undefined : value === null ? null : JSON.stringify(value)

const asFlag = (value: boolean | undefined): number | undefined =>
  value === undefined ? undefined : value ? 1 : 0

export interface DomainInput extends Omit<
  repository.DomainFields,
  | 'contactUserId'
  | 'description'
  | 'customData'
  | 'watermark'
  | 'imageFooter'
  | 'captions'
  | 'mappings'
  | 'standardMasks'
  | 'parentId'
  | 'privateTags'
  | 'privateTransitions'
> {
  readonly parent?: string | number | null | undefined
  /** PU_UUID */
  readonly contactUser?: string | null | undefined
  readonly description?: unknown
  readonly customData?: unknown
  readonly captions?: Readonly<Record<string, string>> | null | undefined
  readonly mappings?: unknown
  readonly standardMasks?: unknown
  readonly watermark?: unknown
  readonly imageFooter?: unknown
  readonly privateTags?: boolean | undefined
  readonly privateTransitions?: boolean | undefined
  /** Names of tags */
  readonly tags?: readonly string[] | undefined
}

function fieldsOf({
  parent: _,
  tags: __,
  contactUser: ___,
  privateTags,
  privateTransitions,
  ...input
}: DomainInput): repository.DomainFields {
  const texts = {
    description: asText(input.description),
    customData: asText(input.customData),
    captions: asText(input.captions),
    mappings: asText(input.mappings),
    standardMasks: asText(input.standardMasks),
    watermark: asText(input.watermark),
    imageFooter: asText(input.imageFooter),
  }
  const fields: Record<string, unknown> = {
    ...input,
    ...texts,
    privateTags: asFlag(privateTags),
    privateTransitions: asFlag(privateTransitions),
  }
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name]
  return fields as repository.DomainFields
}

const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

/** @throws Refusal conflict where a domain beside it has the same name in a language */
async function requireOwnCaptions(
  trx: Db,
  at: { readonly id: number | undefined; readonly parentId: number | null },
  captions: Readonly<Record<string, string>> | null,
): Promise<void> {
  if (!captions) return
  for (const sibling of await repository.list(trx, at.parentId)) {
    if (sibling.id === at.id) continue
    const theirs = JSON.parse(sibling.captions ?? '{}') as Record<string, string>
    for (const [language, text] of Object.entries(captions))
      if (Object.hasOwn(theirs, language) && folded(theirs[language] as string) === folded(text))
        throw new Refusal(
          'conflict',
          `Domain ‘${sibling.name}’, beside this one, is named ‘${theirs[language]}’ (${language}) already.`,
        )
  }
}

/** For domains that became what they were. @throws Refusal conflict as for any change of their names */
export async function requireOwnNames(trx: Db, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    const domain = await get(trx, id)
    await requireOwnCaptions(trx, domain, JSON.parse(domain.captions ?? 'null') as null)
  }
}

/** The column for the user that is named. @throws Refusal not-processable */
async function contactOf(
  trx: Db,
  { contactUser: id }: DomainInput,
): Promise<{ readonly contactUserId?: number | null }> {
  if (id === undefined) return {}
  if (id === null) return { contactUserId: null }
  const user = await trx
    .selectFrom('PRV_User')
    .select('PU_ID as id')
    .where('PU_UUID', '=', id)
    .where('PU_DeleteTS', 'is', null)
    .executeTakeFirst()
  if (!user)
    throw new Refusal('not-processable', `contactUser: there is no user ${id}.`, {
      errors: [{ pointer: '/contactUser', detail: `there is no user ${id}` }],
    })
  return { contactUserId: user.id }
}

/** @throws Refusal not-processable */
function requireFreeName(input: DomainInput): void {
  const refuse = (field: 'name' | 'shortName', sentence: string, detail: string): never => {
    throw new Refusal('not-processable', sentence, { errors: [{ pointer: `/${field}`, detail }] })
  }
  const { name, shortName } = input
  if (name !== undefined && /^\d+$/.test(name))
    refuse('name', 'The name of a domain cannot be a number: it would be taken for an id.', 'is a number')
  if (name !== undefined && takenNames.includes(name.toLowerCase()))
    refuse(
      'name',
      `A domain cannot be called ‘${name}’: addresses of the service, or sets of OAI-PMH, begin so.`,
      'is a name of the service',
    )
  if (shortName?.toLowerCase() === genreSet)
    refuse(
      'shortName',
      `The short name of a domain cannot be ‘${shortName}’: the sets of genres of OAI-PMH are called so.`,
      'is the name of a set',
    )
}

export async function create(
  trx: Db,
  actor: Actor,
  input: DomainInput & { readonly name: string; readonly caption: string },
): Promise<FullDomain> {
  requireFreeName(input)
  const parentId = await parentIdOf(trx, input.parent)
  await requireOwnCaptions(trx, { id: undefined, parentId }, input.captions ?? null)
  const id = await repository.insert(trx, {
    ...fieldsOf(input),
    ...(await contactOf(trx, input)),
    name: input.name,
    caption: input.caption,
    parentId,
  })
  const domain = await getFull(trx, id)
  if (input.tags) await setDomainTags(trx, domain, input.tags)
  await logged(trx, actor, 'create', domain)
  return domain
}

/** @throws Refusal stale where it changed since that version */
export async function change(
  trx: Db,
  actor: Actor,
  key: string,
  version: number | '*',
  input: DomainInput,
): Promise<FullDomain> {
  const before = await getFull(trx, key)
  requireFreeName(input)
  await requireOwnCaptions(trx, before, input.captions ?? null)
  const fields = {
    // other tags alone are another version, too
    ...(input.tags ? { privateTags: before.privateTags } : {}),
    ...fieldsOf(input),
    ...(await contactOf(trx, input)),
  }
  if (Object.keys(fields).length === 0) return before
  if (input.tags || input.privateTags !== undefined) await rememberTags(trx)
  if (!(await repository.update(trx, before.id, version, fields))) throw stale(before)
  const domain = await getFull(trx, before.id)
  if (input.tags) await setDomainTags(trx, domain, input.tags)
  await logged(trx, actor, 'change', domain)
  return domain
}

function stale(domain: FullDomain): Refusal {
  return new Refusal('stale', `Domain ‘${domain.name}’ has version ${domain.version} now; read it again.`, {
    version: domain.version,
  })
}

export async function move(
  trx: Db,
  actor: Actor,
  key: string,
  version: number | '*',
  parent: string | number | null,
): Promise<FullDomain> {
  const before = await getFull(trx, key)
  if (before.system === 1)
    throw new Refusal('conflict', `Domain ‘${before.name}’ is a system domain and cannot be moved.`)
  const parentId = await parentIdOf(trx, parent)
  // what the domain stood in gave it tags, and where it stands now gives others
  await rememberTags(trx)
  await requireOwnCaptions(trx, { id: before.id, parentId }, JSON.parse(before.captions ?? 'null') as null)
  if (!(await repository.update(trx, before.id, version, { parentId }))) throw stale(before)
  const domain = await getFull(trx, before.id)
  await logged(trx, actor, 'move', domain)
  return domain
}

/** @throws Refusal in-use where it holds records or domains */
export async function remove(trx: Db, actor: Actor, key: string, version: number | '*'): Promise<void> {
  const domain = await getFull(trx, key)
  if (version !== '*' && version !== domain.version) throw stale(domain)
  if (domain.system === 1)
    throw new Refusal('conflict', `Domain ‘${domain.name}’ is a system domain and cannot be removed.`)
  const records = await repository.recordCount(trx, domain.id)
  if (records > 0)
    throw new Refusal(
      'in-use',
      `Domain ‘${domain.name}’ still has ${records} ${records === 1 ? 'title' : 'titles'}; move or delete them first.`,
    )
  const below = await repository.subdomainCount(trx, domain.id)
  if (below > 0)
    throw new Refusal(
      'in-use',
      `Domain ‘${domain.name}’ still has ${below} ${below === 1 ? 'domain' : 'domains'} below it; move or delete them first.`,
    )
  await repository.remove(trx, domain.id)
  await logged(trx, actor, 'delete', domain)
}

async function logged(trx: Db, actor: Actor, action: string, domain: FullDomain): Promise<void> {
  await record(trx, {
    entity: 'domain',
    entityId: domain.id,
    action,
    actor,
    data: { ...domain, tags: (await namedTags(trx, true))(domain.id).tags },
  })
}
