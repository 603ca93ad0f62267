// Answers as the service writes them, held against how Zod writes them, which tells a wrong kind of value from a right one.
import { isDeepStrictEqual } from 'node:util'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { writeAnswers } from '../../src/http/answers.ts'

export const writtenBothWays: typeof writeAnswers = route => {
  const [ours, theirs] = [writeAnswers(route), serializerCompiler(route)]
  return data => {
    const [written, expected] = [ours(data), theirs(data)]
    if (!isDeepStrictEqual(JSON.parse(written), JSON.parse(expected)))
      throw new Error(`${route.method} ${route.url} writes ${written} instead of ${expected}`)
    return written
  }
}
