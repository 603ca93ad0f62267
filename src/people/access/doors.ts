// Every route with what it asks for: the table that docs/doors.md is written from, and that the test of all routes goes through.
import type { App } from '../../http/module.ts'
import type { Right } from '../../http/principal.ts'
import type { Verb } from '../../http/sight.ts'
import { isOfTree } from '../../http/nodes.ts'
import { verbOf } from './policy.ts'

export interface Door {
  readonly method: string
  readonly url: string
  readonly right: Right
  /** What the caller must be allowed to do with the nodes of the address, or with those that are changed; undefined where no node is concerned */
  readonly verb: Verb | undefined
  /** Where the nodes stand that the verb is asked about */
  readonly asked: 'address' | 'image' | 'change' | 'list' | 'installation'
}

/** Notes each route as it is added; to be called before any is. */
export function recordDoors(app: App): Door[] {
  const doors: Door[] = []
  app.addHook('onRoute', ({ method, url, config, schema }) => {
    const isShown = (schema as { hide?: boolean } | undefined)?.hide !== true && !url.startsWith('/docs')
    if (config?.right === undefined || !isShown) return
    const { right, nodes } = config
    const isAddressed = nodes === undefined ? isOfTree(url) : nodes.length > 0
    const isImage = nodes?.length === 0
    const verb = config.verb ?? verbOf(right)
    for (const each of [method].flat())
      if (!['HEAD', 'OPTIONS'].includes(each))
        doors.push({
          method: each,
          url,
          right,
          verb: isImage ? 'see-image' : right === 'public' ? undefined : verb,
          asked: isAddressed
            ? 'address'
            : isImage
              ? 'image'
              : config.asksItself
                ? 'change'
                : right === 'tree:read'
                  ? 'list'
                  : 'installation',
        })
  })
  return doors
}

const places: Readonly<Record<Door['asked'], string>> = {
  address: 'the node of the address',
  image: 'the page of the address, with its image',
  change: 'what the request changes',
  list: 'each node that is listed',
  installation: 'the whole installation',
}

/** docs/doors.md */
export function renderDoors(doors: readonly Door[]): string {
  const rows = [...doors]
    .sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : a.method < b.method ? -1 : 1))
    .map(
      ({ method, url, right, verb, asked }) =>
        `| ${method} | \`${url}\` | ${right} | ${verb === undefined || asked === 'installation' ? '' : `${verb} on ${places[asked]}`} |`,
    )
  return `# Doors\n\nWritten by \`npm run docs\`. Every address with the right that it needs ([rights.md](rights.md)) and what it asks where entries say something about the caller. \`public\` needs nothing, \`tree:read\` is everyone's.\n\n| method | address | right | entries are asked for |\n|---|---|---|---|\n${rows.join('\n')}\n`
}
