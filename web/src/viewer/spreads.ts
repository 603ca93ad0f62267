// Which pages lie open together: the cover alone, then two and two. A page that is wider than high is an opening by itself.

interface Leaf {
  readonly width: number | null
  readonly height: number | null
}

const isWide = ({ width, height }: Leaf): boolean => (width ?? 0) > (height ?? 0)

/** Places of the pages of each opening, in reading order. */
export function spreadsOf(pages: readonly Leaf[]): (readonly number[])[] {
  const spreads: (readonly number[])[] = []
  for (let at = 0; at < pages.length; ) {
    const [page, next] = pages.slice(at, at + 2)
    const isAlone = at === 0 || !page || !next || isWide(page) || isWide(next)
    spreads.push(isAlone ? [at] : [at, at + 1])
    at += isAlone ? 1 : 2
  }
  return spreads
}
