// The pages about people beside each other: accounts, groups, keys.
import { Link } from '@tanstack/react-router'
import { chosenStyle, filterStyle } from '../parts/page.tsx'
import { mayIn, useSession } from '../session/session.ts'
import { useSay } from '../texts.ts'

const tabs = [
  { to: '/desk/people', name: 'place.people', right: 'user:search' },
  { to: '/desk/groups', name: 'place.groups', right: 'user:search' },
  { to: '/desk/keys', name: 'place.keys', right: 'account' },
  { to: '/desk/ways', name: 'place.ways', right: 'account' },
] as const

export function PeopleTabs({ here }: { readonly here: (typeof tabs)[number]['to'] }) {
  const say = useSay()
  const { session } = useSession()
  const open = tabs.filter(({ to, right }) => to === here || mayIn(session, right))
  return open.length < 2 ? null : (
    <nav aria-label={say('people.pages')} className={filterStyle}>
      {open.map(({ to, name }) => (
        <Link key={to} to={to} className={to === here ? chosenStyle : ''} {...(to === here ? { 'aria-current': 'page' as const } : {})}>
          {say(name)}
        </Link>
      ))}
    </nav>
  )
}
