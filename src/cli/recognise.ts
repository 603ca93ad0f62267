// firefolio recognise: texts of pages by a program that reads them.
import { userInfo } from 'node:os'
import { Refusal } from '../errors.ts'
import { Order, recogniseAll } from '../intake/recognition/index.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface RecogniseFlags {
  readonly all?: boolean
  readonly languages?: string
}

/** @returns the exit code: 1 where a page could not be read */
export function recognise(
  session: Session,
  nodes: readonly string[],
  flags: RecogniseFlags,
): Promise<number> {
  const wanted = nodes.length === 0 ? [undefined] : nodes
  const orders = wanted.map(node => {
    const order = Order.safeParse({
      ...(node === undefined ? {} : { node: Number(node) }),
      pages: flags.all ? 'all' : 'missing',
      ...(flags.languages === undefined ? {} : { languages: flags.languages }),
    })
    if (order.success) return order.data
    const isNode = order.error.issues.some(issue => issue.path[0] === 'node')
    throw new Refusal(
      'bad-request',
      isNode
        ? `‘${node}’ is no id of a node.`
        : `--languages: ‘${flags.languages}’ is no list of codes joined by +, e.g. deu+frk.`,
    )
  })
  return session.withServices(async services => {
    const actor = { name: userInfo().username, application: 'firefolio recognise' }
    const began = new Date()
    let code = 0
    for (const order of orders) {
      const progress = new Progress('pages', session)
      const { read, passed, failed } = await recogniseAll(
        services,
        order,
        actor,
        began,
        async (done, total) => progress.show(done, total, 'pages'),
      )
      progress.end()
      session.out(
        `${counted(read, 'page')} read, ${failed.length} not${passed > 0 ? `, ${passed} changed meanwhile` : ''}\n`,
      )
      for (const { page, reason } of failed) session.out(`- page ${page}: ${reason}\n`)
      if (failed.length > 0) code = 1
    }
    return code
  })
}
