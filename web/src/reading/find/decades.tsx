// Decades as a histogram; two handles choose from when to when.
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Label } from 'react-aria-components/Label'
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider'
import { useText } from '../../shared/text.ts'
import { chosen, type Place } from './results.tsx'
import styles from './decades.module.css'

export function Decades({
  values,
  place,
}: {
  readonly values: readonly { readonly value: string; readonly count: number }[]
  readonly place: Place
}) {
  const say = useText()
  const navigate = useNavigate()
  const { search, to } = place
  const counts = new Map(values.map(({ value, count }) => [Number(value), count]))
  const asked = [search.from, search.to].flatMap(year => (year === undefined ? [] : [Math.floor(Number(year) / 10) * 10]))
  const known = [...counts.keys(), ...asked].filter(Number.isFinite)
  const first = Math.min(...known)
  const last = Math.max(...known)
  const from = search.from === undefined ? first : Math.floor(Number(search.from) / 10) * 10
  const until = search.to === undefined ? last : Math.floor(Number(search.to) / 10) * 10
  const [range, setRange] = useState([from, until])
  useEffect(() => setRange([from, until]), [from, until])
  if (known.length === 0 || first === last) return null
  const decades = Array.from({ length: (last - first) / 10 + 1 }, (_, at) => first + at * 10)
  const most = Math.max(...counts.values(), 1)
  const [low = first, high = last] = range
  return (
    <section>
      <Slider
        value={range}
        onChange={setRange}
        onChangeEnd={([a = first, b = last]) =>
          void navigate({
            ...to,
            search: chosen(search, {
              from: a === first ? undefined : String(a),
              to: b === last ? undefined : String(b + 9),
            }),
          } as never)
        }
        minValue={first}
        maxValue={last}
        step={10}
        formatOptions={{ useGrouping: false }}
        className={styles.slider!}
      >
        <Label className={styles.name!}>{say('facet.decade')}</Label>
        <output className={styles.output}>
          {low} – {high + 9}
        </output>
        <span className={styles.bars} aria-hidden="true">
          {decades.map(decade => (
            <i
              key={decade}
              data-in={decade >= low && decade <= high ? '' : undefined}
              style={{ height: `${counts.has(decade) ? Math.max(6, (100 * (counts.get(decade) ?? 0)) / most) : 0}%` }}
            />
          ))}
        </span>
        <SliderTrack className={styles.track!}>
          <SliderThumb index={0} aria-label={say('facet.from')} className={styles.thumb!} />
          <SliderThumb index={1} aria-label={say('facet.to')} className={styles.thumb!} />
        </SliderTrack>
      </Slider>
    </section>
  )
}
