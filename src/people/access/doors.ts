// Every route with what it asks for: the table that docs/doors.md is written from, and that the test of all routes goes through; and what topics give,
// as docs/rights.md says it.
import type { App } from '../../http/module.ts'
import { type Right, rightsOfTopics, topics, topicsWithin } from '../../http/principal.ts'
import type { Verb } from '../../http/sight.ts'
import { isOfTree } from '../../http/nodes.ts'
import { verbsOfTopic } from './decide.ts'
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

const between = /(<!-- topics: written by npm run docs -->\n)[^]*?(<!-- end of topics -->)/

/**
 * docs/rights.md with what each topic gives, and how many doors that opens.
 * @throws Error where the text has no place for it
 */
export function renderTopics(text: string, doors: readonly Door[]): string {
  if (!between.test(text)) throw new Error('docs/rights.md has no place for the topics.')
  const rows = topics.map(topic => {
    const covered = [...topicsWithin([topic])].filter(other => other !== topic)
    const rights = rightsOfTopics([topic])
    const opened = doors.filter(({ right }) => rights.has(right)).length
    return `| \`${topic}\` | ${covered.join(', ')} | ${[...rights].join(', ')} | ${verbsOfTopic(topic)
      .map(verb => `\`${verb}\``)
      .join(', ')} | ${opened} |`
  })
  const table = `| topic | covers | rights | what may be done with every node | doors |\n|---|---|---|---|---|\n${rows.join('\n')}`
  return text.replace(between, (_, begin: string, end: string) => `${begin}${table}\n${end}`)
}
