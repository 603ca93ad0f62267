import { metaOf, toOne } from '../../http/envelope.ts'
import type { TitleFile as Row } from './repository.ts'
import type { TitleFile } from './schemas.ts'

/** Where the file itself is, below the public address. */
export const contentPath = ({ titleId, id }: Pick<Row, 'titleId' | 'id'>): string =>
  `/download/file/${titleId}/${id}`

export const sha256Of = ({ hashsum }: Pick<Row, 'hashsum'>): string => hashsum.replace('sha256:', '')

export function documentOf(file: Row): TitleFile {
  return {
    id: file.id,
    titleId: file.titleId,
    kind: file.kind,
    name: file.name,
    label: file.label,
    mediaType: file.media,
    bytes: file.bytes,
    sha256: sha256Of(file),
    duration: file.duration,
    width: file.width,
    height: file.height,
    links: {
      self: `/api/v1/titles/${file.titleId}/files/${file.id}`,
      title: `/api/v1/titles/${file.titleId}`,
      content: contentPath(file),
    },
    relationships: { title: toOne('title', file.titleId) },
    meta: metaOf(file),
  }
}
