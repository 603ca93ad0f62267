// What the driver sends to the server, made cheaper without a change of what is said (traps 25 and 26). Both were measured to cost more than most
// statements: memory that the server maps for one answer, and packets of their own for messages that belong together.
import type { RawConnection } from './driver.ts'

/**
 * Longest answer that Firebird is asked to make room for, in bytes. From 64 KB on it maps memory for each single answer and gives it back
 * to the system, which interrupts every core; below that it takes what it has.
 */
export const roomBytes = 60_000
/** The room that the driver asks for with each statement that it prepares or asks about. */
const driversRoomBytes = 65_535

/** The room for an answer is the number behind a message's items (`op_prepare_statement`, `op_info_sql`). */
function askForLess({ _msg: message }: RawConnection): void {
  const addInt = message.addInt.bind(message)
  const addBlr = message.addBlr.bind(message)
  let isBehindItems = false
  message.addBlr = blr => {
    addBlr(blr)
    isBehindItems = true
  }
  message.addInt = value => {
    addInt(isBehindItems && value === driversRoomBytes ? roomBytes : value)
    isBehindItems = false
  }
}

/** What is sent in one turn of the event loop leaves as one packet: a statement and the first fetch of its rows, for instance. */
function sendTogether(connection: RawConnection): void {
  const send = connection._queueEvent.bind(connection)
  let isHeld = false
  connection._queueEvent = (done, defer) => {
    const socket = connection._socket
    if (socket && !isHeld) {
      isHeld = true
      socket.cork()
      process.nextTick(() => {
        isHeld = false
        socket.uncork()
      })
    }
    send(done, defer)
  }
}

/** To be called for each connection once it is logged in. */
export function economise(connection: RawConnection): void {
  askForLess(connection)
  sendTogether(connection)
}
