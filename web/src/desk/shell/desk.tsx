// What stands around every page of the desk: rail, palette, tray, the last operation; and the door before it.
import { classNames } from '../parts/class-names.ts'
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { Activity, BookOpen, BookUser, ChartColumn, ClipboardList, History, House, Inbox, LibraryBig, ListTree, LogOut, MessageSquareWarning, Search, Server, ShieldCheck, Users } from 'lucide-react'
import { type ComponentType, useEffect, useRef, useState } from 'react'
import { Button as AriaButton, TooltipTrigger } from 'react-aria-components'
import { useFormats } from '../../shared/text.ts'
import { Head, useInstallation } from '../../app/room.tsx'
import { Dialog, Fault, Skeleton, Tip } from '../parts/controls.tsx'
import { LinkPage, useLinkKind } from '../session/links.tsx'
import { ConfirmDialog } from '../session/confirm-dialog.tsx'
import { JoinPage } from '../session/join.tsx'
import { LogInForm, LogInPage } from '../session/log-in.tsx'
import { mayIn, type Right, useSession } from '../session/session.ts'
import { type DeskKey, useSay, useTexts } from '../texts.ts'
import { type Action, shownShortcut, useActions, useShortcuts } from './actions.ts'
import { useOperations } from './operations.ts'
import { useLive } from './live.ts'
import { Palette } from './palette.tsx'
import { Toast } from './toast.tsx'
import { Tray } from './tray.tsx'
import sheet from './desk.module.css'

const styles = classNames(sheet)

interface Place {
  readonly to:
    | '/desk' | '/desk/tree' | '/desk/imports' | '/desk/jobs' | '/desk/collections' | '/desk/people' | '/desk/rights' | '/desk/notes' | '/desk/orders' | '/desk/log'
    | '/desk/lending' | '/desk/statistics' | '/desk/system'
  readonly name: DeskKey
  readonly right: Right
  readonly icon: ComponentType<{ size?: number }>
}
const places: readonly Place[] = [
  { to: '/desk', name: 'place.home', right: 'hidden:read', icon: House },
  { to: '/desk/tree', name: 'place.tree', right: 'hidden:read', icon: ListTree },
  { to: '/desk/notes', name: 'place.notes', right: 'log:read', icon: MessageSquareWarning },
  { to: '/desk/orders', name: 'place.orders', right: 'order:read', icon: ClipboardList },
  { to: '/desk/imports', name: 'place.imports', right: 'import', icon: Inbox },
  { to: '/desk/jobs', name: 'place.jobs', right: 'job', icon: Server },
  { to: '/desk/collections', name: 'place.collections', right: 'hidden:read', icon: LibraryBig },
  { to: '/desk/people', name: 'place.people', right: 'user:search', icon: Users },
  { to: '/desk/rights', name: 'place.rights', right: 'manage-rights', icon: ShieldCheck },
  { to: '/desk/log', name: 'place.log', right: 'log:read', icon: History },
  { to: '/desk/lending', name: 'place.lending', right: 'admin', icon: BookUser },
  { to: '/desk/statistics', name: 'place.statistics', right: 'admin', icon: ChartColumn },
  { to: '/desk/system', name: 'place.system', right: 'admin', icon: Activity },
]

/** Pages that belong to a place, and need what it needs. */
const besides: Readonly<Record<string, Place['to']>> = { '/desk/harvests': '/desk/imports', '/desk/groups': '/desk/people' }

/** The place of an address that is not among those that are open; undefined where there is none, and for the rights of one place, where one learns one’s own. */
function closedAt({ pathname, search }: { readonly pathname: string; readonly search: object }, open: readonly Place[]): Place | undefined {
  const [path = ''] = /\/desk(?:\/[a-z]+)?/.exec(pathname) ?? []
  if (path === '/desk/rights' && ('node' in search || 'domain' in search)) return undefined
  const to = besides[path] ?? path
  return open.some(place => place.to === to) ? undefined : places.find(place => place.to === to)
}

/** Said where a place is not among what somebody may do: what is missing, and what there is. */
function Closed({ place, open }: { readonly place: Place; readonly open: readonly Place[] }) {
  const say = useSay()
  return (
    <div role="alert" className={styles.closed}>
      <h1>{say(place.name)}</h1>
      <p>{say('closed.text', { places: open.map(({ name }) => say(name)).join(', ') })}</p>
    </div>
  )
}

function Rail(props: { readonly places: readonly Place[]; readonly onPalette: () => void; readonly onLogOut: () => void; readonly name: string }) {
  const say = useSay()
  const rail = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // the rail scrolls where there is little room: the place that one is at is in sight
  useEffect(() => {
    void rail.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [pathname])
  return (
    <nav aria-label={say('rail.title')} className={styles.rail} ref={rail}>
      <ul className={styles.places}>
        {props.places.map(({ to, name, icon: Icon }) => (
          <li key={to}>
            <Link to={to} className={styles.place} activeOptions={{ exact: to === '/desk' }} activeProps={{ className: styles.here }}>
              <Icon size={20} aria-hidden />
              {say(name)}
            </Link>
          </li>
        ))}
        <li>
          <AriaButton className={styles.place} onPress={props.onPalette}>
            <Search size={20} aria-hidden />
            {say('palette.open')}
          </AriaButton>
        </li>
      </ul>
      <div className={styles.below}>
        <Tray />
        <Link to="/" className={styles.place}>
          <BookOpen size={20} aria-hidden />
          {say('rail.reading')}
        </Link>
        <TooltipTrigger delay={400}>
          <AriaButton className={styles.place} onPress={props.onLogOut}>
            <LogOut size={20} aria-hidden />
            {say('logOut')}
          </AriaButton>
          <Tip label={say('rail.who', { name: props.name })} placement="right" />
        </TooltipTrigger>
      </div>
    </nav>
  )
}

function Room({ open }: { readonly open: readonly Place[] }) {
  const say = useSay()
  const router = useRouter()
  const { prefix } = useInstallation()
  const { locale } = useFormats()
  const { session, logOut } = useSession()
  const { undoLast } = useOperations()
  const [isPalette, setPalette] = useState(false)
  const closed = closedAt(useLocation(), open)
  // who has no home of titles begins at the first place that is theirs
  const begin = closed?.to === '/desk' ? open[0]?.to : undefined
  useEffect(() => {
    if (begin) void router.navigate({ to: begin, replace: true })
  }, [begin])
  useShortcuts()
  useLive()
  const setTheme = (theme: 'light' | 'dark') => {
    document.cookie = `theme=${theme}; path=${prefix || '/'}; max-age=31536000; samesite=lax`
    document.documentElement.dataset['theme'] = theme
  }
  const general: Action[] = [
    { id: 'palette', label: say('palette.title'), shortcut: 'Mod+k', run: () => setPalette(is => !is) },
    ...open.map(({ to, name }) => ({ id: to, label: say('go.to', { place: say(name) }), run: () => void router.navigate({ to }) })),
    ...(mayIn(session, 'account') ? [{ id: 'keys', label: say('go.to', { place: say('keys.mine') }), run: () => void router.navigate({ to: '/desk/keys' }) }] : []),
    ...(mayIn(session, 'account') ? [{ id: 'ways', label: say('go.to', { place: say('ways.mine') }), run: () => void router.navigate({ to: '/desk/ways' }) }] : []),
    ...(mayIn(session, 'import') ? [{ id: 'harvests', label: say('go.to', { place: say('place.harvests') }), run: () => void router.navigate({ to: '/desk/harvests' }) }] : []),
    ...(mayIn(session, 'user:search') ? [{ id: 'groups', label: say('go.to', { place: say('place.groups') }), run: () => void router.navigate({ to: '/desk/groups' }) }] : []),
    { id: 'loans', label: say('go.to', { place: say('loans.mine') }), run: () => void router.navigate({ to: '/loans' }) },
    { id: 'undo', label: say('undo.last'), shortcut: 'Mod+z', run: () => void undoLast() },
    { id: 'light', label: say('theme.light'), run: () => setTheme('light') },
    { id: 'dark', label: say('theme.dark'), run: () => setTheme('dark') },
    {
      id: 'language',
      label: say('language.other'),
      run: () => {
        document.cookie = `language=${locale === 'de' ? 'en' : 'de'}; path=${prefix || '/'}; max-age=31536000; samesite=lax`
        location.reload()
      },
    },
    { id: 'out', label: say('logOut'), run: () => void logOut() },
  ]
  useActions('general', general)
  const name = session?.user?.name ?? say('operator')
  return (
    <div className={styles.desk}>
      <a href="#main" className={styles.skip}>
        {say('skip')}
      </a>
      <Rail places={open} name={name} onPalette={() => setPalette(true)} onLogOut={() => void logOut()} />
      <main id="main" tabIndex={-1} className={styles.main}>
        {begin ? null : closed ? <Closed place={closed} open={open} /> : <Outlet />}
      </main>
      <Palette isOpen={isPalette} onClose={() => setPalette(false)} />
      <Toast />
      <ConfirmDialog />
    </div>
  )
}

export const paletteKey = (): string => shownShortcut('Mod+k')

export default function Desk() {
  const hasTexts = useTexts()
  const say = useSay()
  const { session, problem, logOut } = useSession()
  const link = useLinkKind()
  const { pathname } = useLocation()
  const isJoining = pathname.endsWith('/desk/join')
  // whoever has an account has these, whatever else is entrusted to them
  const isOwn = /\/desk\/(keys|ways)$/.test(pathname)
  const wasIn = useRef(false)
  const isIn = session !== undefined && session.principal !== 'public'
  useEffect(() => {
    if (isIn) wasIn.current = true
  }, [isIn])
  if (!hasTexts || (session === undefined && !problem))
    return (
      <main className={styles.waiting}>
        <Head title="Firefolio" noIndex />
        <Skeleton />
      </main>
    )
  if (session === undefined) return <Fault error={problem} again={say('again')} onAgain={() => location.reload()} />
  if (link) return <LinkPage kind={link} />
  if (!isIn && !wasIn.current) return <LogInPage />
  if (isJoining) return <JoinPage />
  const open = places.filter(({ right }) => mayIn(session, right))
  if (isIn && open.length === 0 && !(isOwn && mayIn(session, 'account')))
    return (
      <main className={styles.nothing}>
        <Head title={say('desk')} noIndex />
        <h1>{say('noRights.title', { name: session.user?.name ?? '' })}</h1>
        <p>{say('noRights.text')}</p>
        <p>
          {mayIn(session, 'account') ? (
            <>
              <Link to="/desk/ways">{say('ways.mine')}</Link> ·{' '}
            </>
          ) : null}
          <Link to="/">{say('rail.reading')}</Link> · <AriaButton onPress={() => void logOut()}>{say('logOut')}</AriaButton>
        </p>
      </main>
    )
  return (
    <>
      <Head title={say('desk')} noIndex />
      <Room open={isIn || open.length > 0 ? open : places} />
      <Dialog title={say('logIn.again')} isOpen={!isIn} isFirm onClose={() => {}}>
        <LogInForm hasEnded />
      </Dialog>
    </>
  )
}
