// What is known of a master and of the image that is made of it, and whether the file is still as it was stored.
import { useQuery } from '@tanstack/react-query'
import { taken } from '../../shared/api.ts'
import type { Schemas } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { useApi } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import type { PageImage } from './edits.ts'
import styles from './images.module.css'

export function Facts({ page, image }: { readonly page: Schemas['Page']; readonly image: PageImage | undefined }) {
  const say = useSay()
  const api = useApi()
  const { number } = useFormats()
  const { exact } = useMoments()
  const fixity = useQuery({
    queryKey: ['pages', 'fixity', page.id, page.hashsum],
    queryFn: () => taken(api.GET('/api/v1/pages/{id}/fixity', { params: { path: { id: page.id } } })),
  })
  const { profile } = page
  const isFreed = page.masterState === 'deletedAfterExport'
  const joined = (...parts: readonly (string | number | null | undefined | false)[]) => parts.filter(Boolean).join(' · ')
  const facts: readonly (readonly [DeskKey, string])[] = [
    ['images.size', page.width && page.height ? `${number(page.width)} × ${number(page.height)}` : ''],
    ['images.file', page.filesize === null ? '' : say('images.megabytes', { size: number(Math.round(page.filesize / 10_000) / 100) })],
    ['images.format', joined(profile?.format, profile?.compression)],
    ['images.colour', joined(profile?.iccName?.toLowerCase().includes(profile.colourSpace ?? '-') ? undefined : profile?.colourSpace, profile?.bitDepth && say('images.bits', { bits: profile.bitDepth }), profile?.iccName)],
    ['images.density', profile?.density ? say('images.dpi', { density: number(Math.round(profile.density)) }) : ''],
    ['images.scanner', joined(profile?.scannerMake, profile?.scannerModel, profile?.software)],
    ['images.scanned', page.scannedAt ? exact(page.scannedAt) : ''],
    ['images.served', image?.width && image.height ? `${number(image.width)} × ${number(image.height)}` : ''],
    ['images.kept', isFreed ? say('images.kept.capsule') : ''],
    ['images.hash', page.hashsum ?? ''],
  ]
  return (
    <section className={styles.panel}>
      <h2>{say('images.facts')}</h2>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([key, value]) => (
            <div key={key}>
              <dt>{say(key)}</dt>
              <dd className={key === 'images.format' ? styles.coded : undefined}>{value}</dd>
            </div>
          ))}
        {fixity.data && !isFreed ? (
          <div>
            <dt>{say('images.fixity')}</dt>
            <dd>
              <Tag tone={fixity.data.fault === null ? 'good' : 'bad'}>
                {say(fixity.data.fault === null ? (fixity.data.comparedAt === null ? 'images.fixity.new' : 'images.fixity.good') : (`images.fixity.${fixity.data.fault}` as DeskKey))}
              </Tag>{' '}
              {fixity.data.comparedAt === null ? '' : exact(fixity.data.comparedAt)}
            </dd>
          </div>
        ) : null}
      </dl>
    </section>
  )
}
