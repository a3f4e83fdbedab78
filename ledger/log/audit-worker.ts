/**
 * Worker thread of an audit: judges statements one by one. Where threads can share the store it reads
 * them itself; otherwise they are sent.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { invariant, LedgerError } from '../core/errors.js'
import type { KeyId } from '../core/jwk.js'
import { bestCrypto } from '../crypto/native.js'
import { openLevelBeside } from '../store/level.js'
import { auditItem } from './audit-item.js'
import { StretchJudge } from './audit-stretch.js'
import {
  type AuditReply,
  type AuditRequest,
  type AuditWorkerData,
  type EndRequest,
  packResults,
  packStretch,
  type StretchRequest,
  unpackItems,
} from './audit-wire.js'
import { type CheckRequest, unpackKeys } from './check-wire.js'
import { KeyBook } from './key-book.js'

const port = parentPort
invariant(port !== null, 'an audit worker runs as a worker')
const { origin, rules, sharedAt } = workerData as AuditWorkerData
const crypto = bestCrypto()
const keys = new KeyBook()
const context = { origin, crypto, rules, keyOf: (kid: KeyId) => keys.get(kid) }
const store = sharedAt === undefined ? undefined : await openLevelBeside(sharedAt)
const judge = store === undefined ? undefined : new StretchJudge(store, context)
/** Settles when every stretch that was begun is answered. */
let begun: Promise<unknown> = Promise.resolve()

port.on('message', (request: AuditRequest | EndRequest | KeysRequest) => {
  switch (request.kind) {
    case 'keys':
      for (const [kid, key] of unpackKeys(request)) keys.set(kid, key)
      break
    case 'items': {
      const results = unpackItems(request).map((item) => auditItem(item, context))
      answer({ number: request.number, ...packResults(results) })
      break
    }
    case 'stretch':
      begun = begun.then(() => judgeStretch(request))
      break
    case 'end':
      void begun.then(() => store?.close()).then(() => port.close())
  }
})

type KeysRequest = Extract<CheckRequest, { readonly kind: 'keys' }>

async function judgeStretch({ number, from, to }: StretchRequest): Promise<void> {
  invariant(judge !== undefined, 'a stretch is asked of a worker with a store')
  try {
    answer({ number, ...packStretch(await judge.judge(from, to)) })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    answer({ number, kind: 'failed', code: error.code, details: error.details })
  }
}

function answer(reply: AuditReply): void {
  port?.postMessage(reply, reply.kind === 'stretch' ? [reply.bytes.buffer as ArrayBuffer] : [])
}
