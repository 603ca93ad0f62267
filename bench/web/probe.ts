// What a page tells of itself: when it was there, how long it was deaf, which frames were late.
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

/** Scrolls an element to its end, or for so many frames. @returns milliseconds between frames */
export const scrollFrames = async (page: Page, selector: string, frames: number): Promise<number[]> =>
  (await page.evaluate(`new Promise(resolve => {
    const room = document.querySelector(${JSON.stringify(selector)})
    const gaps = []
    let last = performance.now()
    const step = now => {
      gaps.push(now - last)
      last = now
      room.scrollTop += 120
      if (gaps.length > ${frames}) resolve(gaps.slice(1))
      else requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })`)) as number[]

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
