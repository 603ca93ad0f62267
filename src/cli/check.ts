import { checks } from '../app.ts'
import { Refusal } from '../errors.ts'
import type { Finding } from '../http/module.ts'
import { isPlaceFault } from '../whole-files.ts'
import type { Session } from './session.ts'

/** @returns the exit code: 0 where nothing is wrong or all was mended, else 1 */
export async function check(
  session: Session,
  flags: { readonly repair?: boolean; readonly only?: string; readonly list?: boolean },
): Promise<number> {
  if (flags.list) {
    for (const each of checks) session.out(`${each.name.padEnd(18)} ${each.claim}\n`)
    return 0
  }
  const names = flags.only?.split(',').map(name => name.trim())
  const unknown = names?.find(name => !checks.some(each => each.name === name))
  if (unknown !== undefined)
    throw new Refusal('bad-request', `There is no check ‘${unknown}’; firefolio check --list names them.`)
  return await session.withServices(async services => {
    let open = 0
    for (const each of checks.filter(candidate => names === undefined || names.includes(candidate.name))) {
      const findings = await each
        .run(services, { repair: flags.repair ?? false })
        .catch((error: unknown): Finding[] => {
          // a store that is away: what this check looks at cannot be told, the others can
          if (!isPlaceFault(error)) throw error
          const sentence = `It cannot be told: ${(error as Error).message}`
          return [{ check: each.name, nodeId: undefined, sentence, repaired: false }]
        })
      const mended = findings.filter(finding => finding.repaired).length
      open += findings.length - mended
      session.out(
        `${findings.length === 0 ? 'ok  ' : mended === findings.length ? 'mended' : 'WRONG'} ${each.name}: ${each.claim}\n`,
      )
      for (const finding of findings.slice(0, 100))
        session.out(`  ${finding.repaired ? 'mended:' : '-'} ${finding.sentence}\n`)
      if (findings.length > 100) session.out(`  … and ${findings.length - 100} more\n`)
    }
    session.out(
      open === 0 ? 'Nothing is wrong.\n' : `${open} ${open === 1 ? 'thing is' : 'things are'} wrong.\n`,
    )
    return open === 0 ? 0 : 1
  })
}
