/**
 * Where a repair takes parts from: the damaged store itself, mirrors, receipts and bundles. Each answers
 * what it has of an entry; nothing is believed here, only read.
 */
import { toBase64url, utf8Decode } from '../core/bytes.js'
import { openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf, parseEntry } from '../core/entry.js'
import { type Envelope, parseEnvelope, parseSignature } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import type { Evidence } from '../core/evidence.js'
import { parseJson } from '../core/json.js'
import type { Policy } from '../core/policy.js'
import { verifyInclusion } from '../core/proof.js'
import { type StatementId, statementId } from '../core/statement.js'
import type { RefusedProposal } from '../core/statement-line.js'
import type { Records, StatementRecord } from '../log/records.js'
import type { MirrorReader } from './mirror-reader.js'
import type { Offer } from './repair-parts.js'

export type RepairSource = {
  /** Bytes of an entry. */
  readonly entry: (index: number) => Uint8Array | undefined
  /** What it has of the statement of an entry. */
  readonly offers: (index: number, id: StatementId) => readonly Offer[]
  /** The proposal that the refusal at an entry has ended. */
  readonly refused: (index: number, id: StatementId) => RefusedProposal | undefined
}

export function mirrorSource(mirror: MirrorReader): RepairSource {
  return {
    entry: (index) => mirror.entry(index),
    offers: (index) => {
      const line = mirror.line(index)
      return line === undefined ? [] : [line.envelope]
    },
    refused: (index) => mirror.line(index)?.refused,
  }
}

/** The damaged store: records that cannot be read are not there. */
export function storeSource(records: Records): RepairSource {
  return {
    entry: (index) => readable(() => records.entry(index)),
    offers: (index) => {
      const record = readable(() => records.statement(index))
      const offer = record === undefined ? undefined : readable(() => offerOf(record))
      return offer === undefined ? [] : [offer]
    },
    refused: (_index, id) => {
      const stored = readable(() => records.declined(id))
      if (stored === undefined) return undefined
      const envelope = readable(() => parseEnvelope(parseJson(utf8Decode(stored.body))))
      return envelope === undefined ? undefined : { received: stored.received, envelope }
    },
  }
}

function offerOf(record: StatementRecord<Uint8Array>): Offer {
  return {
    payload: toBase64url(record.payload),
    payloadBytes: record.payload,
    signatures: record.signatures.map((item, position) =>
      parseSignature(
        { protected: toBase64url(item.protected), signature: toBase64url(item.signature) },
        position + 1,
      ),
    ),
    disclosures: record.disclosures.map(toBase64url),
  }
}

/**
 * Receipts and bundles. An entry counts only with its proof under a checkpoint that the policy
 * accepts; statements are matched by their ids.
 */
export function evidenceSource(
  files: readonly Evidence[],
  policy: Policy,
  crypto: Crypto,
): RepairSource & { readonly ids: ReadonlySet<StatementId> } {
  const entries = new Map<number, Uint8Array>()
  const offers = new Map<StatementId, Envelope[]>()
  for (const evidence of files) {
    for (const [index, bytes] of provenEntries(evidence, policy, crypto)) entries.set(index, bytes)
    for (const envelope of envelopesOf(evidence)) {
      const id = statementId(envelope.payloadBytes, crypto.sha256)
      offers.set(id, [...(offers.get(id) ?? []), envelope])
    }
  }
  return {
    ids: new Set(offers.keys()),
    entry: (index) => entries.get(index),
    offers: (_index, id) => offers.get(id) ?? [],
    // A receipt of a refusal does not hold what it refused; one of the proposal there is none.
    refused: () => undefined,
  }
}

function envelopesOf({ statements, parties }: Evidence): readonly Envelope[] {
  return [
    ...statements.map(({ envelope }) => envelope),
    ...parties.flatMap((party) => party.statements),
  ]
}

function provenEntries(
  evidence: Evidence,
  policy: Policy,
  crypto: Crypto,
): ReadonlyMap<number, Uint8Array> {
  const proven = new Map<number, Uint8Array>()
  const opened = readable(() => openCheckpoint(evidence.checkpoint, policy, crypto))
  if (opened === undefined) return proven
  const { size, root } = opened.checkpoint
  for (const { index, entry, path } of evidence.entries) {
    const good = readable(() => {
      parseEntry(entry)
      verifyInclusion(entryLeaf(entry, crypto.sha256), index, size, path, root, crypto.sha256)
      return true
    })
    if (good === true) proven.set(index, entry)
  }
  return proven
}

/** What is damaged is not there; a store that was closed is a bug of ours. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof LedgerError && error.code !== 'LEDGER_CLOSED') return undefined
    throw error
  }
}
