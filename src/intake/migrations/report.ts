// What was named, what is there, and what differs: counted by kind, with names as far as they can be read by people.
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import type { Expected, ExpectedNode } from './expected.ts'
import * as repository from './repository.ts'

export const kinds = [
  'domains',
  'titles',
  'records',
  'structures',
  'pages',
  'links',
  'masters',
  'texts',
  'identifiers',
  'versions',
] as const
export type Kind = (typeof kinds)[number]

export interface Count {
  /** In the source */
  named: number
  here: number
  missing: number
  /** There, but otherwise */
  differing: number
}
export interface Finding {
  readonly kind: Kind
  readonly id: number
  readonly name: string
  /** Of what differs */
  readonly what?: string
  readonly source?: string
  readonly here?: string
  /** Document */
  readonly in?: string
}

/** Findings beyond these are counted only. */
const mostFindings = 1000

/** Compares what documents name with what is here, one document after the other. */
export class Comparison {
  readonly counts = new Map<Kind, Count>(
    kinds.map(kind => [kind, { named: 0, here: 0, missing: 0, differing: 0 }]),
  )
  readonly missing: Finding[] = []
  readonly differing: Finding[] = []
  /** Nodes without an id of their server */
  without = 0
  readonly #titles = new Set<number>()
  readonly #types: TypeSystem

  constructor(types: TypeSystem) {
    this.#types = types
  }

  #count(kind: Kind): Count {
    return this.counts.get(kind) as Count
  }

  #name(kind: Kind, node: ExpectedNode, where: string): Finding {
    return { kind, id: node.id, name: node.name, in: where }
  }

  /** Counts one that is named. */
  see(kind: Kind, finding: Omit<Finding, 'kind'>, isHere: boolean): void {
    const count = this.#count(kind)
    count.named++
    if (isHere) count.here++
    else this.miss(kind, { kind, ...finding })
  }

  #has(kind: Kind, node: ExpectedNode, there: boolean, where: string): void {
    const count = this.#count(kind)
    count.named++
    if (there) count.here++
    else this.miss(kind, this.#name(kind, node, where))
  }

  miss(kind: Kind, finding: Finding): void {
    this.#count(kind).missing++
    if (this.missing.length < mostFindings) this.missing.push(finding)
  }

  differ(finding: Finding): void {
    this.#count(finding.kind).differing++
    if (this.differing.length < mostFindings) this.differing.push(finding)
  }

  #compare(node: ExpectedNode, stored: repository.StoredNode, where: string): void {
    const found = this.#name(node.kind, node, where)
    const differ = (what: string, source: string | number, here: string | number | null) =>
      this.differ({ ...found, what, source: String(source), here: String(here ?? 'none') })
    const datatype = this.#types.code(
      node.kind === 'titles' ? 'title' : node.kind === 'pages' ? 'page' : 'structure',
    )
    if (stored.datatype !== datatype) differ('datatype', datatype, stored.datatype)
    else if (stored.type !== node.type) differ('type', node.type, stored.type)
    if (node.parent !== undefined && stored.parent !== node.parent)
      differ('parent', node.parent, stored.parent)
    if (node.caption !== undefined && stored.caption !== node.caption)
      differ('caption', node.caption, stored.caption)
    if (node.label !== undefined && stored.label !== node.label)
      differ('pagination', node.label, stored.label)
  }

  /** Compares what a document names with what is here. */
  async add(db: Db, { nodes, without }: Expected, where: string): Promise<void> {
    this.without += without
    // the titles above are named by each document below them
    const fresh = nodes.filter(({ kind, id, hasRecord }) => kind !== 'titles' || hasRecord || !this.#titles.has(id)) // prettier-ignore
    const ids = fresh.map(({ id }) => id)
    const stored = new Map((await repository.nodesOf(db, ids)).map(node => [node.id, node]))
    const identifiers = new Set(
      (await repository.identifiersOf(db, ids)).map(({ id, scheme, value }) => `${id} ${scheme} ${value}`),
    )
    for (const node of fresh) {
      const there = stored.get(node.id)
      if (node.kind === 'titles') {
        if (node.hasRecord) this.#has('records', node, there?.hasRecord === 1, where)
        if (this.#titles.has(node.id)) continue
        this.#titles.add(node.id)
      }
      this.#has(node.kind, node, there !== undefined, where)
      if (node.hasMaster) this.#has('masters', node, (there?.master ?? 0) > 0, where)
      if (node.hasText) this.#has('texts', node, (there?.texts ?? 0) > 0, where)
      for (const { scheme, value } of node.identifiers)
        this.#has(
          'identifiers',
          { ...node, name: `${scheme} ${value}` },
          identifiers.has(`${node.id} ${scheme} ${value}`),
          where,
        )
      if (there) this.#compare(node, there, where)
    }
  }

  counted(): Record<Kind, Count> {
    return Object.fromEntries(this.counts) as Record<Kind, Count>
  }
}

export interface MigrationReport {
  readonly source: string
  readonly isDryRun: boolean
  readonly startedAt: string
  readonly endedAt: string
  /** What was done with documents, or with titles of a database */
  readonly outcomes: Readonly<Record<string, number>>
  readonly kinds: Record<Kind, Count>
  readonly missing: readonly Finding[]
  readonly differing: readonly Finding[]
  /** Documents that were refused */
  readonly failed: readonly { readonly name: string; readonly sentence: string }[]
  /** What else is to be known, as sentences */
  readonly notes: readonly string[]
}

/** What a migration of documents came to. */
export const reportOf = (
  begun: Pick<MigrationReport, 'source' | 'isDryRun' | 'startedAt'>,
  comparison: Comparison,
  outcomes: ReadonlyMap<string, number>,
  failed: MigrationReport['failed'],
): MigrationReport => ({
  ...begun,
  endedAt: new Date().toISOString(),
  outcomes: Object.fromEntries(outcomes),
  kinds: comparison.counted(),
  missing: comparison.missing,
  differing: comparison.differing,
  failed,
  notes:
    comparison.without === 0
      ? []
      : [
          `${comparison.without} nodes are named without an id of a Visual Library Server: they got ids of their own, and were not compared.`,
        ],
})

const sum = (report: MigrationReport, what: 'missing' | 'differing'): number =>
  Object.values(report.kinds).reduce((total, count) => total + count[what], 0)

export const isClean = (report: MigrationReport): boolean =>
  report.failed.length === 0 && sum(report, 'missing') === 0 && sum(report, 'differing') === 0

const shown = 20

/** The report as people read it. */
export function reportLines(report: MigrationReport): string[] {
  const lines = ['kind         in the source       here    missing  differing']
  for (const kind of kinds) {
    const { named, here, missing, differing } = report.kinds[kind]
    if (named === 0) continue
    lines.push(
      `${kind.padEnd(12)}${[named, here, missing, differing].map((value, at) => String(value).padStart(at === 0 ? 14 : 11)).join('')}`,
    )
  }
  for (const { kind, id, name, in: where } of report.missing.slice(0, shown))
    lines.push(`missing: ${kind} ${id} ‘${name}’${where === undefined ? '' : `, ${where}`}`)
  for (const { kind, id, name, what, source, here } of report.differing.slice(0, shown))
    lines.push(`differing: ${kind} ${id} ‘${name}’, ${what}: ‘${source}’ there, ‘${here}’ here`)
  const more =
    sum(report, 'missing') +
    sum(report, 'differing') -
    Math.min(shown, report.missing.length) -
    Math.min(shown, report.differing.length)
  if (more > 0) lines.push(`and ${more} more; --report FILE has them`)
  for (const { name, sentence } of report.failed) lines.push(`failed: ${name}: ${sentence}`)
  lines.push(...report.notes)
  return lines
}
