// What stands around every page: head with search, foot with what the law asks for.
import { Link, Outlet, useMatches, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFormats, useText } from '../shared/text.ts'
import { SearchField } from '../shared/components/search-field.tsx'
import { useAddress, useDress, useFace, useInstallation } from './room.tsx'
import styles from './shell.module.css'

function ThemeChoice() {
  const say = useText()
  const { prefix } = useInstallation()
  const choose = (theme: string) => {
    document.cookie = `theme=${theme}; path=${prefix || '/'}; max-age=31536000; samesite=lax`
    if (theme === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={say('shell.theme')}
      title={say('shell.theme')}
      onClick={() => choose(getComputedStyle(document.documentElement).getPropertyValue('color-scheme') === 'dark' || (document.documentElement.dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches) ? 'light' : 'dark')}
    >
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <circle cx="10" cy="10" r="6.500" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M10 3.500a6.500 6.500 0 0 1 0 13z" fill="currentColor" />
      </svg>
    </button>
  )
}

/** The same page in the other language; an address, so that it works without scripts. */
function OtherLanguage() {
  const say = useText()
  const { locale } = useFormats()
  const { prefix } = useInstallation()
  const location = useRouterState({ select: state => state.location })
  const other = locale === 'de' ? 'en' : 'de'
  const search = new URLSearchParams(location.searchStr)
  search.set('lang', other)
  return (
    <a
      href={`${prefix}${location.pathname.replace(new RegExp(`^${prefix}(?=/)`), '')}?${search}`}
      hrefLang={other}
      lang={other}
      className={styles.language}
      onClick={() => {
        document.cookie = `language=${other}; path=${prefix || '/'}; max-age=31536000; samesite=lax`
      }}
    >
      {say('shell.otherLanguage')}
    </a>
  )
}

/** A form like any other: without scripts it leads to the same page. */
function HeadSearch() {
  const say = useText()
  const { prefix } = useInstallation()
  const asked = useRouterState({ select: state => (state.location.search as { q?: string }).q ?? '' })
  return (
    <form role="search" aria-label={say('shell.search')} action={`${prefix}/find`} method="get" className={styles.search}>
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <circle cx="8.500" cy="8.500" r="5.500" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="m13 13 4.500 4.500" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      <SearchField key={asked} label={say('shell.search')} asked={asked} />
    </form>
  )
}

export function Frame({ children, withSearch = true }: { readonly children: ReactNode; readonly withSearch?: boolean }) {
  const say = useText()
  const installation = useInstallation()
  const face = useFace()
  const at = useAddress()
  const links = (
    [
      ['shell.contact', face.contact],
      ['shell.imprint', face.imprint],
      ['shell.privacy', face.privacy],
    ] as const
  ).filter(([, href]) => href)
  return (
    <>
      <a href="#main" className={styles.skip}>
        {say('shell.skip')}
      </a>
      <header className={styles.top}>
        <Link to="/" className={styles.brand}>
          {face.logo ? <img src={at(face.logo)} alt="" className={styles.logo} /> : null}
          <span>{face.name}</span>
        </Link>
        {withSearch ? <HeadSearch /> : <span className={styles.space} />}
        <nav aria-label={say('shell.navigation')} className={styles.nav}>
          <Link to="/" hash="collections">
            {say('shell.collections')}
          </Link>
          <OtherLanguage />
          <ThemeChoice />
        </nav>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <footer className={styles.foot}>
        {face.footer ? <p className={styles.words}>{face.footer}</p> : null}
        <span>{installation.name}</span>
        {links.map(([key, href]) => (
          <a key={key} href={at(href)}>
            {say(key)}
          </a>
        ))}
        <a href={at('/docs')} className={styles.last}>
          {say('shell.api')}
        </a>
      </footer>
    </>
  )
}

export function Shell() {
  useDress(useFace())
  const isBare = useMatches({ select: matches => matches.some(match => match.staticData.isBare === true) })
  const isStart = useRouterState({ select: state => state.matches.at(-1)?.routeId === '/' })
  return isBare ? (
    <Outlet />
  ) : (
    <Frame withSearch={!isStart}>
      <Outlet />
    </Frame>
  )
}
