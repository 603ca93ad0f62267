/** Until the clock has gone on to the next second: stamps of OAI-PMH and the names of backups tell apart no less. */
export async function nextSecond(): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1000)
  const before = second()
  await until(async () => second() > before, 'the next second')
}

/** Asks again until it holds: a test waits for what happens, not for a time. @throws Error after the longest time that a busy machine is given */
export async function until(holds: () => Promise<boolean>, what: string, longestMs = 60_000): Promise<void> {
  for (const end = Date.now() + longestMs; !(await holds());) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
