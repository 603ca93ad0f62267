// The `t` of a file of tests. Many files run one after the other in one process (worker.ts): a process of its own for each would load
// the service and warm up its code again and again, which is more than half of what most files take. So `t` is not tap's own, which is
// one for a process, but stands for the test that the running file is; of a file run by itself with node it is tap's own.
import { createHook } from 'node:async_hooks'
import { resolve } from 'node:path'
import root, { type Test } from 'tap'

/** The file that runs. */
let current: typeof root | Test = root

const t = new Proxy(root, {
  get(_, name) {
    const value: unknown = Reflect.get(current, name, current)
    return typeof value === 'function' ? (value.bind(current) as unknown) : value
  },
  set: (_, name, value) => Reflect.set(current, name, value, current),
})
export default t

/**
 * Tap follows each promise back to the test that began it, to tell whose an error is that nobody caught. That costs a tenth of all that is
 * done here, and one file runs at a time: what nobody caught is its error.
 */
export function takeUncaught(): void {
  const letGo = (test: typeof root | Test) => {
    test.hookDomain.destroy()
    // Node looks at what is to be followed when a hook is added, and not when one goes: without this each promise is still followed to its end
    createHook({ init() {} })
      .enable()
      .disable()
    test.on('subtestAdd', letGo as never)
  }
  letGo(root)
  // which tap does with the first line that it writes, and makes one more follower for what belongs to no test
  root.pipe(process.stdout)
  root.hook.onDestroy?.()
  createHook({ init() {} })
    .enable()
    .disable()
  for (const event of ['uncaughtException', 'unhandledRejection'])
    process.on(event, (error: unknown) => current.threw(error))
}

/**
 * Runs a file of tests as one test of this process; to be called for one after the other.
 * @param file from the root, for instance dist/test/storage.test.js
 * @param load loads it: what it does at its top level is part of the test
 * @returns what it came to
 */
export async function runAsTest(
  file: string,
  timeoutMs: number,
  load: () => Promise<unknown>,
): Promise<object> {
  let counts = {}
  await root.test(
    file,
    { timeout: timeoutMs, snapshotFile: resolve('tap-snapshots', `${file}.test.cjs`) },
    async test => {
      // snapshots have the names that they have when the file is run by itself: its own, that of the root, those of tests
      process.argv[1] = resolve(file)
      test.name = ''
      current = test
      test.on('complete', () => (counts = test.counts.toJSON()))
      await load()
    },
  )
  current = root
  return counts
}
