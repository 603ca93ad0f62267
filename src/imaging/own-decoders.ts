// The decoders in WebAssembly: slower than those of the system, and everywhere. They run in processes that are kept for the next file
// (decode-process.ts).
import { fileURLToPath } from 'node:url'
import { systemFault } from './own-files.ts'
import { type DecoderAnswer, DecoderFault, type DecoderOrder } from './decoding.ts'
import { Processes } from './processes.ts'

/** One page of a large scan; a decoder that takes longer is stuck. */
export const decodeTimeoutMs = 300_000

/** Of this process: an import reads PDFs beside one that another import reads, and pages of it come one after the other. */
const decoders = new Processes<DecoderOrder, DecoderAnswer>({
  program: fileURLToPath(new URL('./decode-process.js', import.meta.url)),
  most: 2,
  timeoutMs: decodeTimeoutMs,
  goesOn: ({ isLast }) => !isLast,
  // what this process was begun with (its memory) is not theirs
  fork: () => ({ execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
})

/** @returns pages, of `pdf-pages` @throws DecoderFault where the file is at fault; the system's error; EndedUnanswered, AnsweredLate of the process */
export async function decodeOurselves(
  order: DecoderOrder,
  timeoutMs = decodeTimeoutMs,
): Promise<number | undefined> {
  const answer = await decoders.order(order, timeoutMs)
  if ('fault' in answer) throw systemFault(answer)
  if ('trouble' in answer) throw new DecoderFault(answer.trouble, answer.sentence)
  return 'pages' in answer ? answer.pages : undefined
}
