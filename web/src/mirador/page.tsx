// A title in Mirador, for who is used to it or wants to lay works side by side.
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Head, useAddress, useInstallation } from '../app/room.tsx'
import type { ReadingObject } from '../shared/api.ts'
import { objectQuery } from '../shared/queries.ts'
import { useFormats, useText } from '../shared/text.ts'
import { openMirador } from './viewer.ts'
import styles from './mirador.module.css'

const place = 'mirador'
/** Windows of so many pixels have room for the contents beside the page. */
const roomy = 720
/** Works beside this one that are offered to be opened, too. */
const mostOffered = 50

const isDark = (): boolean => {
  const { theme } = document.documentElement.dataset
  return theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
}

/** What Mirador is asked to show: the page that was open, in the reader's language and light. */
function settingsOf(object: ReadingObject, page: string | undefined, locale: string, manifestOf: (id: number) => string) {
  const manifest = object.links['manifest'] ?? object.links['collection']
  const beside = [object.previous, object.next, ...object.members].flatMap(each => (each && each.pages > 0 ? [manifestOf(each.id)] : []))
  const css = getComputedStyle(document.documentElement)
  return {
    id: place,
    language: locale,
    selectedTheme: isDark() ? 'dark' : 'light',
    theme: { palette: { primary: { main: css.getPropertyValue('--accent').trim() } }, typography: { fontFamily: css.getPropertyValue('--sans') } },
    annotations: { htmlSanitizationRuleSet: 'iiif' },
    catalog: [manifest, ...beside.slice(0, mostOffered)].map(manifestId => ({ manifestId })),
    window: { allowClose: true, sideBarOpen: innerWidth >= roomy, defaultSideBarPanel: 'canvas', panels: { info: true, canvas: true, search: true, annotations: true } },
    windows: [{ manifestId: manifest, ...(page !== undefined && object.links['manifest'] ? { canvasId: manifest?.replace(/\/manifest$/, `/canvas/${page}`) } : {}) }],
  }
}

export default function MiradorPage() {
  const say = useText()
  const at = useAddress()
  const { locale } = useFormats()
  const { origin } = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { id } = useParams({ from: '/id/$id/mirador' })
  const { page } = useSearch({ from: '/id/$id/mirador' })
  const { data: object } = useSuspenseQuery(objectQuery(api, Number(id)))
  const [state, setState] = useState<'loading' | 'open' | 'failed'>('loading')
  const manifest = object.links['manifest'] ?? object.links['collection']
  useEffect(() => {
    if (manifest === undefined) return
    let isGone = false
    let close: (() => void) | undefined
    const manifestOf = (each: number) => `${origin}${at(`/iiif/presentation/3/${each}/manifest`)}`
    openMirador(settingsOf(object, page, locale, manifestOf)).then(
      closing => {
        close = closing
        if (isGone) closing()
        else setState('open')
      },
      () => setState('failed'),
    )
    return () => {
      isGone = true
      close?.()
    }
  }, [object, locale])
  const { title } = object
  return (
    <div className={styles.page}>
      <Head title={`${title.title} · Mirador`} canonical={`${origin}/id/${title.id}`} noIndex />
      <header className={styles.bar}>
        <h1 dir="auto">
          <Link to="/id/$id" params={{ id: String(object.id) }} search={{}}>
            {title.title}
          </Link>
        </h1>
        {object.links['view'] ? (
          <Link to="/id/$id/view" params={{ id: String(object.id) }} search={page === undefined ? {} : { page }}>
            {say('mirador.back')}
          </Link>
        ) : null}
      </header>
      {/* the main part is Mirador's own, which knows no other */}
      <div className={styles.main}>
        {state === 'open' ? null : (
          <p role="status" className={styles.note}>
            {say(manifest === undefined ? 'mirador.nothing' : state === 'failed' ? 'mirador.failed' : 'mirador.loading')}
          </p>
        )}
        <div id={place} className={styles.place} />
        <noscript>
          <p className={styles.note}>
            {say('mirador.scripts')} <a href={manifest}>IIIF</a>
          </p>
        </noscript>
      </div>
    </div>
  )
}
