// The two ways in that stand beside each other: deliveries by hand, and those that come by themselves.
import { Link } from '@tanstack/react-router'
import { chosenStyle, filterStyle } from '../parts/page.tsx'
import { useSay } from '../texts.ts'

const tabs = [
  { to: '/desk/imports', name: 'place.imports' },
  { to: '/desk/harvests', name: 'place.harvests' },
] as const

export function ImportTabs({ here }: { readonly here: (typeof tabs)[number]['to'] }) {
  const say = useSay()
  return (
    <nav aria-label={say('imports.pages')} className={filterStyle}>
      {tabs.map(({ to, name }) => (
        <Link key={to} to={to} className={to === here ? chosenStyle : ''} {...(to === here ? { 'aria-current': 'page' as const } : {})}>
          {say(name)}
        </Link>
      ))}
    </nav>
  )
}
