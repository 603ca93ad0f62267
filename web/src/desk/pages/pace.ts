// How fast a list is scrolled. What only flies past is not worth a picture: hundreds would be fetched and drawn that nobody sees, and what
// comes to rest would wait behind them.
import { startTransition, useEffect, useState } from 'react'

/** Pixels of a millisecond from which on pictures fly past, more than a screen in a second, and below which they are looked at again */
const fast = 1.2
const slow = 0.6
/** Pixels at once, from which on they do as well: a browser that is late draws few of them */
const leap = 80
/** Milliseconds without movement, after which the list is at rest */
const pause = 120

export class Pace {
  #at = 0
  #when = 0
  #isFast = false
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #waiting = new Set<() => void>()

  get isFast(): boolean {
    return this.#isFast
  }

  /** The list is scrolled. @param to pixels from its beginning */
  moved(to: number): void {
    const now = performance.now()
    const way = Math.abs(to - this.#at)
    const speed = way / Math.max(1, now - this.#when)
    // a single leap, as by a key, is no flight
    const isNext = now - this.#when < pause * 2
    this.#at = to
    this.#when = now
    this.#set(isNext && (way > leap || speed > (this.#isFast ? slow : fast)))
    clearTimeout(this.#timer)
    if (this.#isFast) this.#timer = setTimeout(() => this.#set(false), pause)
  }

  /** Calls as soon as the list is slow. @returns what takes it back */
  atRest(seen: () => void): () => void {
    this.#waiting.add(seen)
    return () => this.#waiting.delete(seen)
  }

  #set(isFast: boolean): void {
    this.#isFast = isFast
    if (isFast || this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    startTransition(() => {
      for (const seen of waiting) seen()
    })
  }
}

/** Whether the list was slow at any time since what asks is there. */
export function useRest(pace: Pace): boolean {
  const [isSeen, setSeen] = useState(() => !pace.isFast)
  useEffect(() => (isSeen ? undefined : pace.isFast ? pace.atRest(() => setSeen(true)) : setSeen(true)), [pace, isSeen])
  return isSeen
}
