// What is taken away from here: links, citations, a frame for other sites, the manifest, files, and sheets of paper.
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAddress, useInstallation } from '../app/room.tsx'
import type { ReadingObject } from '../shared/api.ts'
import { Citations } from '../shared/components/citations.tsx'
import { IiifIcon } from '../shared/components/iiif-icon.tsx'
import { Copy } from '../shared/components/copy.tsx'
import { type TextKey, usePageName, useText } from '../shared/text.ts'
import { Panel } from './panels.tsx'
import type { Leaf } from './scan.tsx'
import { frameOf, mostSheets, pageLink, type Sheet, sheetsOf, viewLink } from './share.ts'
import styles from './viewer.module.css'

export function SharePanel({
  object,
  leaves,
  all,
  region,
  onPrint,
}: {
  readonly object: ReadingObject
  /** Those that are open */
  readonly leaves: readonly Leaf[]
  readonly all: readonly Leaf[]
  /** Part of the one page that is open, in its pixels */
  readonly region: string | undefined
  readonly onPrint: (sheets: readonly Sheet[]) => void
}) {
  const say = useText()
  const pageName = usePageName()
  const at = useAddress()
  const { origin, canEmbed } = useInstallation()
  const { links, title } = object
  const permalink = links['permalink'] ?? `${origin}/id/${object.id}`
  const leaf = leaves[0]
  const link = leaf ? pageLink(permalink, leaf.id) : permalink
  const manifest = links['manifest']
  const source = { text: object.citation.text, permalink, label: pageName }
  const image = leaf && `${origin}/iiif/image/3/${leaf.id}`
  const files: readonly (readonly [text: TextKey, href: string | undefined])[] = [
    ['share.pagePdf', links['pdf'] && leaf && at(`/download/pdf/${leaf.id}`)],
    ['share.pageImage', image && `${image}/full/max/0/default.jpg`],
    ['share.pageText', leaf?.hasText ? at(`/download/fulltext/plain/${leaf.id}`) : undefined],
    ['share.wholePdf', links['pdf']],
    ['share.wholeText', links['text']],
  ]
  return (
    <Panel title={say('share.title')}>
      <div className={styles.share}>
        <h3>{say('share.link')}</h3>
        <Taken name={say('share.page')} text={link} />
        <Taken name={say('share.view')} text={viewLink(location.href)} />
        {region && image ? <Taken name={say('share.region')} text={`${image}/${region}/max/0/default.jpg`} /> : null}
        <h3>{say('title.cite')}</h3>
        <Citations object={object} page={leaf && { label: leaf.label ?? `[${leaf.place + 1}]`, address: link }} />
        <p className={styles.files}>
          <a href={links['bibtex']}>BibTeX</a>
          <a href={links['ris']}>RIS</a>
        </p>
        <h3>{say('title.download')}</h3>
        <ul className={styles.files}>
          {files.map(([text, href]) =>
            href === undefined ? null : (
              <li key={text}>
                <a href={href}>{say(text)}</a>
              </li>
            ),
          )}
        </ul>
        {leaves.length > 0 ? (
          <>
            <h3>{say('share.print')}</h3>
            <PrintForm
              all={all}
              first={leaf?.place ?? 0}
              pdf={links['pdf'] && `${links['pdf']}?pages=`}
              onRange={chosen => onPrint(sheetsOf(chosen, source))}
              onOpen={() => onPrint(sheetsOf(leaves, source))}
              onRegion={region ? () => onPrint(sheetsOf(leaves.slice(0, 1), source, region)) : undefined}
            />
          </>
        ) : null}
        {manifest ? (
          <>
            <h3>IIIF</h3>
            <Taken name={say('share.manifest')} text={manifest} />
            <p>
              <a
                className={styles.iiif}
                title={say('share.drag')}
                href={`${permalink}/view?${new URLSearchParams({ ...(leaf ? { page: String(leaf.id) } : {}), manifest, ...(leaf ? { canvas: manifest.replace(/\/manifest$/, `/canvas/${leaf.id}`) } : {}) }).toString()}`}
              >
                <IiifIcon />
              </a>{' '}
              {say('share.drag')}
            </p>
            <p>
              <Link to="/id/$id/mirador" params={{ id: String(object.id) }} search={leaf ? { page: String(leaf.id) } : {}}>
                {say('mirador.open')}
              </Link>
            </p>
          </>
        ) : null}
        {canEmbed ? (
          <>
            <h3>{say('share.embed')}</h3>
            <Taken name={say('share.frame')} text={frameOf(`${permalink}/embed${leaf ? `?page=${leaf.id}` : ''}`, title.title)} />
          </>
        ) : null}
      </div>
    </Panel>
  )
}

function Taken({ name, text }: { readonly name: string; readonly text: string }) {
  const say = useText()
  return (
    <div className={styles.taken}>
      <label>
        {name}
        <input readOnly value={text} onFocus={event => event.currentTarget.select()} />
      </label>
      <Copy text={text}>{say('copy.copy')}</Copy>
    </div>
  )
}

function PrintForm({
  all,
  first,
  pdf,
  onOpen,
  onRegion,
  onRange,
}: {
  readonly all: readonly Leaf[]
  readonly first: number
  /** Address of a PDF of some pages, but for their numbers */
  readonly pdf: string | undefined
  readonly onOpen: () => void
  readonly onRegion: (() => void) | undefined
  readonly onRange: (leaves: readonly Leaf[]) => void
}) {
  const say = useText()
  const [fault, setFault] = useState('')
  const [[from, to], setRange] = useState([first + 1, first + 1] as const)
  const last = Math.max(0, ...all.map(({ place }) => place + 1))
  return (
    <>
      <p className={styles.files}>
        <button type="button" onClick={onOpen}>
          {say('share.printPage')}
        </button>
        {onRegion ? (
          <button type="button" onClick={onRegion}>
            {say('share.printRegion')}
          </button>
        ) : null}
      </p>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          const chosen = all.filter(({ place }) => place + 1 >= from && place + 1 <= to)
          const isFine = chosen.length > 0 && chosen.length <= mostSheets
          setFault(isFine ? '' : say('share.range', { most: mostSheets }))
          if (isFine) onRange(chosen)
        }}
      >
        <input type="number" name="from" min={1} value={from || ''} onChange={event => setRange([Number(event.currentTarget.value), to])} aria-label={say('share.from')} />
        <input type="number" name="to" min={1} value={to || ''} onChange={event => setRange([from, Number(event.currentTarget.value)])} aria-label={say('share.to')} />
        <button type="submit">{say('share.printRange')}</button>
        {pdf && from >= 1 && from <= to && from <= last ? <a href={`${pdf}${from}-${Math.min(to, last)}`}>{say('share.rangePdf')}</a> : null}
      </form>
      <p role="alert">{fault}</p>
    </>
  )
}
