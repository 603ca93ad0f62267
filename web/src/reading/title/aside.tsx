import { Link } from '@tanstack/react-router'
import type { ReadingObject } from '../../shared/api.ts'
import { useAddress } from '../../app/room.tsx'
import { Citations } from '../../shared/components/citations.tsx'
import { IiifIcon } from '../../shared/components/iiif-icon.tsx'
import { Copy } from '../../shared/components/copy.tsx'
import { useBytes } from '../../shared/amounts.ts'
import { useFormats, useText } from '../../shared/text.ts'
import { ReportFault } from './fault.tsx'
import styles from './title.module.css'

/** An address that shows the manifest and, dragged into a viewer, opens it there: viewers read the parameter. */
const draggable = (manifest: string | undefined): string | undefined =>
  manifest === undefined ? undefined : `${manifest}?manifest=${encodeURIComponent(manifest)}`

/** The parts at the top of the outline that have pages, each with how many. */
function chaptersOf({ outline, pages }: ReadingObject, nameOf: (type: ReadingObject['type']) => string) {
  const parts = outline.filter(part => part.depth === 1 && part.page !== null)
  return parts.map((part, n) => ({
    id: part.id,
    name: part.caption || nameOf(part.type),
    count: Math.max(1, (parts[n + 1]?.page ?? pages.length) - (part.page ?? 0)),
  }))
}

function Downloads({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const at = useAddress()
  const { typeName } = useFormats()
  const chapters = chaptersOf(object, typeName)
  const bytes = useBytes()
  const { links, files, sizes } = object
  /** Of a PDF: how many pages, and about how large */
  const extent = (count: number) =>
    [
      say('pages', { count }),
      sizes.pdf === null ? undefined : say('title.about', { size: bytes((sizes.pdf * count) / object.pages.length) }),
    ]
      .filter(text => text)
      .join(', ')
  const record = (
    [
      ['METS', links['mets']],
      ['MODS', links['mods']],
      ['IIIF', draggable(links['manifest'] ?? links['collection'])],
    ] as const
  ).filter((entry): entry is readonly [string & typeof entry[0], string] => entry[1] !== undefined)
  return (
    <section>
      <h2>{say('title.download')}</h2>
      {files.length > 0 ? (
        <ul className={styles.files}>
          {files.map(file => (
            <li key={file.id}>
              <a href={file.href} type={file.mediaType} dir="auto">
                {file.label}
              </a>{' '}
              <small>{bytes(file.bytes)}</small>
            </li>
          ))}
        </ul>
      ) : null}
      {links['pdf'] ? (
        <p>
          <a href={links['pdf']}>{say(files.some(({ kind }) => kind === 'whole') ? 'title.pdf.pages' : 'title.pdf')}</a> <small>{extent(object.pages.length)}</small>
        </p>
      ) : null}
      {links['pdf'] && chapters.length > 1 ? (
        <details className={styles.chapters}>
          <summary>{say('title.chapters')}</summary>
          <ul>
            {chapters.map(({ id, name, count }) => (
              <li key={id}>
                <a href={at(`/download/pdf/${id}`)} dir="auto">
                  {name}
                </a>{' '}
                <small>{extent(count)}</small>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {links['text'] ? (
        <p>
          <a href={links['text']}>{say('title.text')}</a> {sizes.text === null ? null : <small>{bytes(sizes.text)}</small>}
        </p>
      ) : null}
      <p className={styles.forms}>
        {record.map(([name, href]) => (
          <a key={name} href={href} {...(name === 'IIIF' ? { title: say('share.drag'), className: styles.iiif } : {})}>
            {name === 'IIIF' ? <IiifIcon /> : name}
          </a>
        ))}
      </p>
      {links['manifest'] ? (
        <p>
          <Link to="/id/$id/mirador" params={{ id: String(object.id) }} search={{}}>
            {say('mirador.open')}
          </Link>
        </p>
      ) : null}
    </section>
  )
}

function Cite({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { links, citation } = object
  return (
    <section>
      <h2>{say('title.cite')}</h2>
      <p className={styles.citation} dir="auto">
        {citation.text}
      </p>
      <p className={styles.forms}>
        <Copy text={citation.text}>{say('copy.copy')}</Copy>
        <a href={links['bibtex']}>BibTeX</a>
        <a href={links['ris']}>RIS</a>
      </p>
      <details>
        <summary>{say('cite.styles')}</summary>
        <Citations object={object} />
      </details>
    </section>
  )
}

/** Words of this title alone; a form, so that it works without scripts. */
function SearchInside({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const at = useAddress()
  return (
    <section>
      <h2>{say(object.isMultiPart ? 'title.searchParts' : 'title.searchInside')}</h2>
      <form action={at('/find')} method="get" role="search" aria-label={say('title.searchInside')} className={styles.inside}>
        <input type="hidden" name="within" value={object.title.id} />
        <input type="search" name="q" required maxLength={1000} aria-label={say('title.searchInside')} />
        <button type="submit">{say('find.go')}</button>
      </form>
    </section>
  )
}

export function Aside({ object }: { readonly object: ReadingObject }) {
  return (
    <aside className={styles.aside}>
      <Downloads object={object} />
      <Cite object={object} />
      {object.links['text'] || object.isMultiPart ? <SearchInside object={object} /> : null}
      <ReportFault object={object} />
    </aside>
  )
}
