// The files that a METS names: images in the widths on offer, texts, PDF, and what was delivered beside the pages.
import type { MetsOut } from '../../formats/mets/write.ts'
import { type FileKind, sha256Of, type TitleFile } from '../../catalogue/attachments/index.ts'
import type { Addresses, DigitalObject, ObjectPage } from '../objects/index.ts'

/** Whether the page's image may be seen whole by whom the METS is for; others get the record without files. */
export const isOpen = (page: ObjectPage): boolean => page.rights.widest === undefined

const nearest = (widths: readonly number[], wanted: number): number =>
  widths.reduce((best, width) => (Math.abs(width - wanted) < Math.abs(best - wanted) ? width : best))

export const idOfFile = ({ id }: Pick<TitleFile, 'id'>): string => `file${id}`

type Group = MetsOut['groups'][number]

export function groupsOf(
  object: DigitalObject,
  addresses: Addresses,
  options: { readonly widths: readonly number[]; readonly hasPages: boolean; readonly hasImages: boolean },
): MetsOut['groups'] {
  const { widths, hasPages, hasImages } = options
  /** Delivered files of a kind, with what tells them again elsewhere. */
  const filesOf = (use: string, kind: FileKind): Group => ({
    use,
    files: object.files
      .filter(file => file.kind === kind)
      .map(file => ({
        id: idOfFile(file),
        media: file.media,
        href: addresses.file(file.titleId, file.id),
        title: file.label ?? undefined,
        name: file.name,
        bytes: file.bytes,
        sha256: sha256Of(file),
      })),
  })
  const others = [filesOf('AUDIO', 'audio'), filesOf('VIDEO', 'video'), filesOf('ATTACHMENT', 'attachment')]
  const { pages, root } = object
  const media = 'image/jpeg'
  const group = (use: string, prefix: string, width: number) => ({
    use,
    files: pages.filter(isOpen).map(page => ({
      id: `${prefix}${page.id}`,
      media,
      href: page.size ? addresses.picture(page.id, width) : addresses.standing(page.id, width || 1000),
    })),
  })
  const teaser = {
    use: 'TEASER',
    files: [
      {
        id: `teaser${root.id}`,
        media,
        href: addresses.standing(root.id, nearest(widths, 304)),
      },
    ],
  }
  if (!hasPages) return [filesOf('DOWNLOAD', 'whole'), ...others, teaser]
  return [
    ...(hasImages
      ? [
          group('DEFAULT', 'def', nearest(widths, 1000)),
          group('MIN', 'min', nearest(widths, 600)),
          group('MAX', 'max', 0),
          group('THUMBS', 'thumb', Math.min(...widths)),
        ]
      : []),
    {
      use: 'FULLTEXT',
      files: pages
        .filter(page => page.alto)
        .map(page => ({ id: `ocr${page.id}`, media: 'text/xml', href: addresses.alto(page.id) })),
    },
    {
      use: 'DOWNLOAD',
      files: [
        ...filesOf('DOWNLOAD', 'whole').files,
        ...(pages.some(page => page.rights.download)
          ? [{ id: `pdf${root.id}`, media: 'application/pdf', href: addresses.pdf(root.id) }]
          : []),
      ],
    },
    ...others,
    teaser,
  ]
}
