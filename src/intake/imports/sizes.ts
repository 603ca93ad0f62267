// Scans of one title that are larger or smaller than its others.
import type { Message } from '../../catalogue/titles/index.ts'
import type { Scan } from '../../imaging/probe.ts'
import type { PlannedPage, PlannedTitle } from '../plans/index.ts'

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Scans of a unit have one size; more than one per cent off its median is told page by page (decision 16). */
export function sizeDeviations(
  title: PlannedTitle,
  pages: readonly PlannedPage[],
  staged: ReadonlyMap<PlannedPage, { readonly master: { readonly scan: Scan } | undefined }>,
): Message[] {
  const scans = pages.flatMap(page => {
    const scan = staged.get(page)?.master?.scan
    return scan ? [{ page, scan }] : []
  })
  const width = median(scans.map(({ scan }) => scan.width))
  const height = median(scans.map(({ scan }) => scan.height))
  const name = title.caption ?? title.record?.mods.title
  // the identifier of a PDF's page is its file and number: what is printed on it, and the title, are what people look for
  const called = ({ ident, label }: PlannedPage): string =>
    `${label === undefined ? ident : `‘${label}’ (${ident})`}${name === undefined ? '' : ` of ‘${name}’`}`
  return scans
    .filter(
      ({ scan }) =>
        Math.abs(scan.width - width) > width * 0.01 || Math.abs(scan.height - height) > height * 0.01,
    )
    .map(({ page, scan }) => ({
      level: 'warning' as const,
      code: 'size-deviates',
      sentence: `Page ${called(page)}: the scan has ${scan.width} × ${scan.height} pixels, more than 1 % off the title's ${width} × ${height}.`,
      place: page.ident,
    }))
}
