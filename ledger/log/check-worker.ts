/**
 * Worker thread: checks statements off the event loop. DESIGN 9.
 *
 * Takes chunks of envelope texts, answers prepared statements or the code and details of a refusal.
 * Knows the keys that the writer's thread tells it of; whether a key may sign now is not its question.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { invariant } from '../core/errors.js'
import { bestCrypto } from '../crypto/native.js'
import { checkText } from './check-text.js'
import {
  type CheckReply,
  type CheckRequest,
  packReplies,
  unpackKeys,
  unpackTexts,
} from './check-wire.js'
import { KeyBook } from './key-book.js'

const port = parentPort
invariant(port !== null, 'a check worker runs as a worker')
const { origin } = workerData as { readonly origin: string }
const crypto = bestCrypto()
const keys = new KeyBook()

port.on('message', (request: CheckRequest) => {
  if (request.kind === 'keys') {
    for (const [kid, key] of unpackKeys(request)) keys.set(kid, key)
    return
  }
  const context = { origin, crypto, keyOf: (kid: Parameters<typeof keys.get>[0]) => keys.get(kid) }
  const results = unpackTexts(request).map((text) => checkText(text, context))
  const { reply, transfer } = packReplies(request.number, results)
  port.postMessage(reply satisfies CheckReply, transfer)
})
