// Above the pages: what of them is chosen, what is wrong with their numbers, and what can be done.
import { Link } from '@tanstack/react-router'
import { BookOpenCheck, ImagePlus, RotateCcw, RotateCw, ScanText, SquareSplitHorizontal, Trash2 } from 'lucide-react'
import type { ComponentType, ReactNode } from 'react'
import { Button, IconButton } from '../parts/controls.tsx'
import { type Action, shownShortcut } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { type Size, sizes } from './grid.tsx'
import styles from './pages.module.css'

/** The others are found in the palette, and by their keys. */
const icons: Readonly<Record<string, ComponentType<{ size?: number }>>> = {
  'pages.titlepage': BookOpenCheck,
  'pages.add': ImagePlus,
  'pages.recognise': ScanText,
  'images.turn.left': RotateCcw,
  'images.turn.right': RotateCw,
  'pages.split': SquareSplitHorizontal,
  'pages.bin': Trash2,
}

export function Tools(props: {
  readonly id: number
  /** The first that is chosen */
  readonly from: number | undefined
  readonly chosen: number
  readonly count: number
  readonly odd: { readonly count: number }
  readonly actions: readonly Action[]
  readonly onNext: () => void
  readonly size: Size
  readonly onSize: (size: Size) => void
  readonly children: ReactNode
}) {
  const say = useSay()
  const params = { id: String(props.id) }
  const search = props.from === undefined ? {} : { page: String(props.from) }
  return (
    <>
      <Link to="/desk/title/$id/texts" params={params} search={search}>
        {say('details.texts')}
      </Link>
      <Link to="/desk/title/$id/images" params={params} search={search}>
        {say('details.images')}
      </Link>
      <span role="status" className={styles.soft}>
        {props.chosen > 0 ? say('pages.chosen', { count: props.chosen, all: props.count }) : say('pages.count', { count: props.count })}
      </span>
      {props.odd.count > 0 ? (
        <Button kind="quiet" onPress={props.onNext}>
          <span className={styles.odd}>{say('pages.odd', { count: props.odd.count })}</span>
        </Button>
      ) : null}
      {props.actions.map(({ id, label, shortcut, run }) => {
        const Icon = icons[id]
        return Icon ? (
          <IconButton key={id} label={label} onPress={run} {...(shortcut ? { shortcut: shownShortcut(shortcut) } : {})}>
            <Icon size={18} aria-hidden />
          </IconButton>
        ) : null
      })}
      {props.children}
      <label className={styles.size}>
        {say('pages.size')}
        <select value={props.size} onChange={event => props.onSize(event.target.value as Size)}>
          {(Object.keys(sizes) as Size[]).map(each => (
            <option key={each} value={each}>
              {say(`pages.size.${each}`)}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}
