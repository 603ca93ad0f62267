// multipart/form-data: the part manifest, and files that are written to a folder of the batch.
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { giveName, inPlace, makeFolders, type Place, takeIn } from '../../whole-files.ts'
import { uploadFolder } from './upload-folder.ts'
import { Manifest } from './schemas.ts'

const parseManifest = (value: unknown): Manifest => {
  const parsed = Manifest.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(issue => ({
    pointer: `/${issue.path.join('/')}`,
    detail: issue.message,
  }))
  throw new Refusal(
    'bad-request',
    `${errors[0]?.pointer ?? '/'}: ${errors[0]?.detail ?? 'is not accepted'}.`,
    { errors },
  )
}

/** Writes a file part under its own name: to a temporary one, renamed when it is whole. */
async function saveUpload(folder: string, place: Place, part: MultipartFile): Promise<void> {
  const name = basename(part.filename || part.fieldname)
  if (name === '' || name.startsWith('.'))
    throw new Refusal('bad-request', `The file part ‘${part.fieldname}’ has no usable name.`)
  const temporary = join(folder, `.${randomUUID()}`)
  await takeIn(part.file as AsyncIterable<Buffer>, temporary, place)
  if (part.file.truncated)
    throw new Refusal('too-large', `The file part ${name} is larger than [limits] uploadBytes.`)
  await inPlace(place, () => giveName(temporary, join(folder, name)))
}

/** @throws Refusal bad-request, too-large; then nothing stays behind */
export async function readMultipart(
  services: Services,
  request: FastifyRequest,
): Promise<{ manifest: Manifest; uploads: string }> {
  const uploads = uploadFolder(services, randomUUID())
  const place: Place = { option: '[path] var', folder: services.config.path.var }
  await inPlace(place, () => makeFolders(uploads))
  try {
    let manifest: Manifest | undefined
    for await (const part of request.parts({
      limits: {
        fileSize: services.config.limits.uploadBytes,
        fieldSize: services.config.limits.metadataBytes,
      },
    })) {
      if (part.type === 'file' && part.fieldname !== 'manifest') {
        await saveUpload(uploads, place, part)
        continue
      }
      if (part.fieldname !== 'manifest')
        throw new Refusal(
          'bad-request',
          `There is no field ‘${part.fieldname}’; send the part manifest and files.`,
        )
      // a part that says it is JSON has been parsed already
      const value = part.type === 'file' ? (await part.toBuffer()).toString('utf8') : part.value
      try {
        manifest = parseManifest(typeof value === 'string' ? JSON.parse(value) : value)
      } catch (error) {
        if (error instanceof SyntaxError)
          throw new Refusal('bad-request', `The part manifest is no JSON: ${error.message}.`, {}, error)
        throw error
      }
    }
    if (!manifest) throw new Refusal('bad-request', 'The part manifest is missing.')
    return { manifest, uploads }
  } catch (error) {
    await rm(uploads, { recursive: true, force: true })
    throw error
  }
}
