/** An inbox whose first proposal carries a changed signature, with events and pin made anew. */
import { toHex } from '../../../ledger/core/bytes.js'
import { openStatement } from '../../../ledger/core/check.js'
import { type Envelope, envelopeJson } from '../../../ledger/core/envelope.js'
import { encodeJcsBytes } from '../../../ledger/core/json.js'
import { EMPTY_INBOX, encodeInboxEvent, nextPin } from '../../../ledger/log/inbox.js'
import { putInboxEvent, putProposal } from '../../../ledger/log/records.js'
import { kindRange } from '../../../ledger/store/layout.js'
import { openMemoryStore } from '../../../ledger/store/memory.js'
import type { Site } from './site.js'
import { crypto, START_S } from './statements.js'

/** The head's pin is not signed: whoever has the disk can write all of this. */
export async function forgeInbox(site: Site, envelope: Envelope): Promise<void> {
  const signatures = envelope.signatures.map((item) => ({
    ...item,
    signature: `${item.signature[0] === 'A' ? 'B' : 'A'}${item.signature.slice(1)}`,
  }))
  const forged = { ...envelope, signatures }
  const body = encodeJcsBytes(envelopeJson(forged))
  const digest = crypto.sha256(body)
  const { id } = openStatement(forged, crypto)
  const event = encodeInboxEvent({ kind: 'submitted', id, digest, time: START_S })
  const pin = nextPin(EMPTY_INBOX, event, crypto.sha256)
  const store = openMemoryStore(site.disk)
  const deletes: Uint8Array[] = []
  for await (const chunk of store.scan(kindRange('inbox')))
    deletes.push(...chunk.map(([key]) => key))
  const puts = [putInboxEvent(0, event, crypto.sha256), putProposal(digest, body)]
  await store.write({ puts, deletes }, { sync: true })
  await store.close()
  const head = site.head.read()
  if (head === undefined) throw new Error('no head')
  await site.head.write({ ...head, inbox: { base: 0, seq: pin.seq, hash: toHex(pin.hash) } })
}
