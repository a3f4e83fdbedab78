/**
 * Broken HTTP: what Node refuses before there is a request. Answered with a problem document on the
 * bare socket where that is still possible; never an exception. dangers 10 row 15.
 */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import { PROBLEM_MEDIA_TYPE, problemOf } from './problems.js'

const CODES: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BODY_TOO_LARGE',
}

/** Answers, closes the connection and says which code it was. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): ErrorCode {
  const code = CODES[error.code ?? ''] ?? 'REQUEST_INVALID'
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || answering(socket)) {
    socket.destroy()
    return code
  }
  const problem = problemOf(new LedgerError(code, { at: 'request' }))
  const body = JSON.stringify(problem)
  const status = Number(problem['status'])
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'connection: close',
      'cache-control: no-store',
      `content-length: ${Buffer.byteLength(body)}`,
      `content-type: ${PROBLEM_MEDIA_TYPE}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  )
  return code
}

/** Half an answer is on its way on this socket: another one in the middle of it would be read as its body. */
function answering(socket: Socket): boolean {
  const message: unknown = Reflect.get(socket, '_httpMessage')
  return (
    typeof message === 'object' && message !== null && Reflect.get(message, '_headerSent') === true
  )
}
