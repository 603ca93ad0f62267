// What a page tells of itself: when it was there, how long it was deaf, which pictures were late.
import type { CDPSession, Page } from 'playwright-core'

/** Begins to note, before anything of the page runs. */
export async function watch(page: Page): Promise<void> {
  await page.addInitScript(`
    window.seen = { lcp: 0, deaf: [] }
    new PerformanceObserver(list => { for (const each of list.getEntries()) seen.lcp = each.startTime }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver(list => { for (const each of list.getEntries()) if (each.interactionId) seen.deaf.push(each.duration) }).observe({ type: 'event', durationThreshold: 16, buffered: true })
  `)
}

/** Milliseconds until the largest part of the page stood. */
export const largestPaint = async (page: Page): Promise<number> => (await page.evaluate('seen.lcp')) as number

/** Bytes of scripts as they came over the line. */
export const scriptBytes = async (page: Page): Promise<number> =>
  (await page.evaluate(
    `performance.getEntriesByType('resource').filter(each => /\\.js(\\?|$)/.test(each.name)).reduce((sum, each) => sum + each.encodedBodySize, 0)`,
  )) as number

/** Milliseconds from what somebody did to the next picture: the longest since the last call; what is quicker than 16 ms is not told by the browser. */
export async function deafness(page: Page): Promise<number> {
  await page.waitForTimeout(300)
  return (await page.evaluate(
    `(() => { const longest = Math.max(0, ...seen.deaf); seen.deaf = []; return longest })()`,
  )) as number
}

/** What somebody sees who turns the wheel. */
interface Scroll {
  /** Milliseconds between the pictures that the screen got */
  readonly gaps: readonly number[]
  /** Of the pictures of the page's program: how many found the wheel beyond what was drawn, so that an edge was empty */
  readonly bare: number
  readonly looks: number
}

const drawn = 'Display::DrawAndSwap'

/**
 * Turns the wheel over a list for five seconds. The browser itself moves what is drawn, as with every wheel and finger; the page's program draws what comes
 * into sight in its own time. A program that sets `scrollTop` would make the screen wait for it, which no reader does.
 * @param speed pixels a second
 */
export async function turnWheel(
  page: Page,
  wire: CDPSession,
  selector: string,
  speed: number,
): Promise<Scroll> {
  const list = page.locator(selector)
  const box = await list.boundingBox()
  if (!box) throw new Error(`There is no ${selector}.`)
  await list.evaluate(room => {
    const seen = { looks: 0, bare: 0 }
    Object.assign(window, { wheel: seen })
    let [from, end] = [room.scrollTop, Number.POSITIVE_INFINITY]
    const look = (): void => {
      if (room.scrollTop !== from) {
        seen.looks++
        if (room.scrollTop + room.clientHeight > end) seen.bare++
      }
      from = room.scrollTop
      const rows = [...room.querySelectorAll('[role=row], [role=option]')]
      const top = room.getBoundingClientRect().top
      end = from + Math.max(...rows.map(row => row.getBoundingClientRect().bottom)) - top
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  const browser = page.context().browser()
  if (!browser) throw new Error('The page has no browser.')
  await browser.startTracing(page, { categories: ['viz'] })
  await wire.send('Input.synthesizeScrollGesture', {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: -5 * speed,
    speed,
    gestureSourceType: 'mouse',
    preventFling: true,
  })
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as {
    readonly traceEvents: readonly { readonly name: string; readonly ph: string; readonly ts: number }[]
  }
  const shown = trace.traceEvents
    .filter(({ name, ph }) => name === drawn && ph !== 'E')
    .map(({ ts }) => ts / 1000)
    .sort((a, b) => a - b)
  const seen = (await page.evaluate('wheel')) as { looks: number; bare: number }
  return { gaps: shown.slice(1).map((at, index) => at - (shown[index] as number)), ...seen }
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[]]
    }
  }
  readonly nodes: readonly number[]
}

/** Bytes of the objects that the page's program holds, without the machine code that the browser goes on translating it into. */
export async function heldBytes(wire: CDPSession): Promise<number> {
  await wire.send('HeapProfiler.collectGarbage')
  const parts: string[] = []
  const take = ({ chunk }: { chunk: string }): void => void parts.push(chunk)
  wire.on('HeapProfiler.addHeapSnapshotChunk', take)
  await wire.send('HeapProfiler.takeHeapSnapshot', {})
  wire.off('HeapProfiler.addHeapSnapshotChunk', take)
  const { snapshot, nodes } = JSON.parse(parts.join('')) as Snapshot
  const fields = snapshot.meta.node_fields
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')]
  const others = ['code', 'native', 'synthetic'].map(name => snapshot.meta.node_types[0].indexOf(name))
  let sum = 0
  for (let at = 0; at < nodes.length; at += fields.length)
    if (!others.includes(nodes[at + type] as number)) sum += nodes[at + size] as number
  return sum
}
