/** Worker thread of an audit: judges statements one by one. */
import { parentPort, workerData } from 'node:worker_threads'
import { invariant } from '../core/errors.js'
import type { KeyId } from '../core/jwk.js'
import { bestCrypto } from '../crypto/native.js'
import { auditItem } from './audit-item.js'
import { type AuditReply, type AuditRequest, packResults, unpackItems } from './audit-wire.js'
import { type CheckRequest, unpackKeys } from './check-wire.js'
import { KeyBook } from './key-book.js'

const port = parentPort
invariant(port !== null, 'an audit worker runs as a worker')
const { origin, rules } = workerData as { readonly origin: string; readonly rules: boolean }
const crypto = bestCrypto()
const keys = new KeyBook()
const context = { origin, crypto, rules, keyOf: (kid: KeyId) => keys.get(kid) }

port.on('message', (request: AuditRequest | (CheckRequest & { readonly kind: 'keys' })) => {
  if (request.kind === 'keys') {
    for (const [kid, key] of unpackKeys(request)) keys.set(kid, key)
    return
  }
  const results = unpackItems(request).map((item) => auditItem(item, context))
  port.postMessage(packResults(request.number, results) satisfies AuditReply)
})
