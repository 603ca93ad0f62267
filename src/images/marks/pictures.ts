// Pictures of domains for watermarks and footers: files in the folder resources of the domain, where operators lay them by hand as well.
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FullDomain } from '../../catalogue/domains/index.ts'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { sharp } from '../../imaging/sharp.ts'
import { inPlace, makeFolders, placeFile } from '../../whole-files.ts'
import { PictureName } from './schemas.ts'
import { metaOf } from '../../http/envelope.ts'

const formats: readonly string[] = ['png', 'jpeg', 'webp']
/** As many as a watermark or a footer is drawn from */
const mostPixels = 50_000_000

export const pathOf = (services: Services, domain: { readonly name: string }, picture = ''): string =>
  join(services.config.path.domain, domain.name, 'resources', picture)

/** @throws Refusal not-processable where it is no picture that can be read to its end */
async function requirePicture(bytes: Uint8Array): Promise<void> {
  try {
    const image = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' })
    const { format } = await image.metadata()
    if (!formats.includes(format)) throw new Error(`it is ${format}`)
    await image.resize({ width: 32 }).raw().toBuffer()
  } catch (error) {
    throw new Refusal(
      'not-processable',
      `This is no PNG, JPEG or WebP of at most ${mostPixels / 1_000_000} megapixels that can be read to its end.`,
      {},
      error,
    )
  }
}

/** What a domain's own settings name. */
function usesOf(domain: FullDomain, name: string): ('watermark' | 'imageFooter')[] {
  const names = (text: string | null) => (JSON.parse(text ?? 'null') as { picture?: string } | null)?.picture === name // prettier-ignore
  return [
    ...(names(domain.watermark) ? (['watermark'] as const) : []),
    ...(names(domain.imageFooter) ? (['imageFooter'] as const) : []),
  ]
}

export async function described(services: Services, domain: FullDomain, name: string) {
  const path = pathOf(services, domain, name)
  const facts = await stat(path).catch(() => undefined)
  if (!facts?.isFile()) throw new Refusal('not-found', `Domain ‘${domain.name}’ has no picture ‘${name}’.`)
  const size = await sharp(path)
    .metadata()
    .catch(() => undefined)
  return {
    name,
    bytes: facts.size,
    width: size?.width ?? null,
    height: size?.height ?? null,
    uses: usesOf(domain, name),
    links: {
      self: `/api/v1/domains/${domain.name}/pictures/${name}`,
      domain: `/api/v1/domains/${domain.name}`,
    },
    relationships: {},
    meta: metaOf({}),
  }
}

/** Pictures of a domain by their names. */
export async function list(services: Services, domain: FullDomain) {
  const files = await readdir(pathOf(services, domain), { withFileTypes: true }).catch(() => [])
  const names = files.filter(file => file.isFile() && PictureName.safeParse(file.name).success)
  return await Promise.all(names.map(({ name }) => name).sort().map(name => described(services, domain, name))) // prettier-ignore
}

/** @throws Refusal not-found */
export async function read(
  services: Services,
  domain: FullDomain,
  name: string,
): Promise<{ bytes: Buffer; media: string }> {
  const bytes = await readFile(pathOf(services, domain, name)).catch((error: unknown) => {
    throw new Refusal('not-found', `Domain ‘${domain.name}’ has no picture ‘${name}’.`, {}, error)
  })
  const { format } = await sharp(bytes)
    .metadata()
    .catch(() => ({ format: undefined }))
  return { bytes, media: format !== undefined && formats.includes(format) ? `image/${format}` : 'application/octet-stream' } // prettier-ignore
}

const placeOf = (services: Services) => ({
  option: '[path] domain',
  folder: dirname(pathOf(services, { name: '' })),
})

/** Lays a picture down, in the place of one of its name. @throws Refusal not-processable */
export async function store(
  services: Services,
  domain: FullDomain,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  await requirePicture(bytes)
  await inPlace(placeOf(services), async () => {
    await makeFolders(pathOf(services, domain))
    await placeFile(pathOf(services, domain, name), bytes)
  })
}

/** @throws Refusal in-use where the domain's settings name it */
export async function remove(services: Services, domain: FullDomain, name: string): Promise<void> {
  const { uses } = await described(services, domain, name)
  if (uses.length > 0)
    throw new Refusal('in-use', `The picture ‘${name}’ is the ${uses.join(' and the ')} of domain ‘${domain.name}’; take it off there first.`) // prettier-ignore
  await inPlace(placeOf(services), () => rm(pathOf(services, domain, name), { force: true }))
}
