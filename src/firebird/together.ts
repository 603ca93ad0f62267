/**
 * Waits for statements that were sent without waiting for one another: on one connection they go out in one packet or close behind each other,
 * and the server does them in the order in which they come, so that they cost one round trip. One that is still to be prepared comes later than
 * it was sent: what refers to what another one writes waits for it. All of them have ended when this does, also where one failed:
 * none is left to come after the rollback.
 * @throws what the first of them failed with
 */
export async function together<Results extends readonly unknown[]>(
  ...statements: { [At in keyof Results]: Promise<Results[At]> }
): Promise<Results> {
  const ended = await Promise.allSettled(statements)
  const failed = ended.find(end => end.status === 'rejected')
  if (failed) throw failed.reason
  return ended.map(end => (end as PromiseFulfilledResult<unknown>).value) as unknown as Results
}
