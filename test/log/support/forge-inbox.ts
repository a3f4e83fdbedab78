/** An inbox in which one statement waits, with a changed signature; events and pin are made anew. */
import { toHex } from '../../../ledger/core/bytes.js'
import { type Envelope, envelopeJson } from '../../../ledger/core/envelope.js'
import { encodeJcsBytes } from '../../../ledger/core/json.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import { EMPTY_INBOX, encodeInboxEvent, nextPin } from '../../../ledger/log/inbox.js'
import { putInboxEvent, putProposal } from '../../../ledger/log/records.js'
import { kindRange } from '../../../ledger/store/layout.js'
import { openMemoryStore } from '../../../ledger/store/memory.js'
import type { Site } from './site.js'
import { crypto, START_S } from './statements.js'

/** The head's pin is not signed: whoever has the disk can write all of this. `id`: waits, or was admitted. */
export async function forgeInbox(site: Site, id: StatementId): Promise<void> {
  const body = encodeJcsBytes(envelopeJson(forged(await envelopeOf(site, id))))
  const digest = crypto.sha256(body)
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

async function envelopeOf(site: Site, id: StatementId): Promise<Envelope> {
  const ledger = await site.open()
  const found = ledger.proposal(id)?.envelope ?? ledger.statement(id)?.opened.envelope
  await ledger.close()
  if (found === undefined) throw new Error('no such statement')
  return found
}

function forged(envelope: Envelope): Envelope {
  const signatures = envelope.signatures.map((item) => ({
    ...item,
    signature: `${item.signature[0] === 'A' ? 'B' : 'A'}${item.signature.slice(1)}`,
  }))
  return { ...envelope, signatures }
}
