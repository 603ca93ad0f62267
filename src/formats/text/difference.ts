// Differences of texts, within bounds that do not depend on how busy the machine is: finding the shortest one takes the square of the lines that
// differ (4,000 of them seconds, 50,000 minutes), and whoever stores two records decides how many those are.
import { type ArrayChange, createTwoFilesPatch, diffArrays, formatPatch } from 'diff'

/** Lines or words that come and go until the shortest difference is no longer looked for: about 50 ms. */
const mostEdits = 600
const names = ['before', 'after'] as const

/** With their ends: the last one may have none */
const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/))

/** As a line of a patch */
const marked = (mark: ' ' | '-' | '+', lines: readonly string[]): string[] =>
  lines.flatMap(line =>
    line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, String.raw`\ No newline at end of file`],
  )

/** All between the first line that differs and the last one goes, and all that is there now comes. */
function wholePatch(before: string, after: string, context: number): string {
  const [old, next] = [linesOf(before), linesOf(after)]
  const shorter = Math.min(old.length, next.length)
  let head = 0
  while (head < shorter && old[head] === next[head]) head++
  let tail = 0
  while (tail < shorter - head && old.at(-1 - tail) === next.at(-1 - tail)) tail++
  const [gone, come] = [old.slice(head, old.length - tail), next.slice(head, next.length - tail)]
  const above = old.slice(Math.max(0, head - context), head)
  const below = old.slice(old.length - tail).slice(0, context)
  const start = head - above.length + 1
  return formatPatch({
    oldFileName: names[0],
    newFileName: names[1],
    oldHeader: '',
    newHeader: '',
    hunks: [
      {
        oldStart: start,
        newStart: start,
        oldLines: above.length + gone.length + below.length,
        newLines: above.length + come.length + below.length,
        lines: [...marked(' ', above), ...marked('-', gone), ...marked('+', come), ...marked(' ', below)],
      },
    ],
  })
}

/**
 * A unified diff of lines: the shortest one, or where too much differs for that one block.
 * @param context lines that stand around what differs
 */
export const patchOf = (before: string, after: string, context = 4): string =>
  createTwoFilesPatch(...names, before, after, '', '', { context, maxEditLength: mostEdits }) ??
  wholePatch(before, after, context)

/** What goes, comes and stays of a list; where too much differs, all of it goes and comes. */
export const changesOf = (before: readonly string[], after: readonly string[]): ArrayChange<string>[] =>
  diffArrays([...before], [...after], { maxEditLength: mostEdits }) ?? [
    { value: [...before], count: before.length, added: false, removed: true },
    { value: [...after], count: after.length, added: true, removed: false },
  ]
