/**
 * Builds a store anew from a chain of entries and whoever has parts of their statements. Everything
 * derived is made again; nothing is copied that the entries do not commit to.
 */
import { equalBytes, fromBase64url, utf8Encode } from '../core/bytes.js'
import type { OpenedStatement } from '../core/check.js'
import type { Crypto } from '../core/ed25519.js'
import { type Entry, parseEntry } from '../core/entry.js'
import { envelopeJson } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { factsOf } from '../core/facts.js'
import { encodeJcs } from '../core/json.js'
import { type StatementId, statementId } from '../core/statement.js'
import type { RefusedProposal } from '../core/statement-line.js'
import { derivedPuts, putDeclined, putTile, Records } from '../log/records.js'
import { appendLeaves, EMPTY_TREE } from '../log/tree.js'
import { encodeBody } from '../store/codec.js'
import { bodyKey, disclosureKey, encodeMeta, entryKey, META_KEY } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'
import type { EntryChain } from './entry-chain.js'
import { assemble } from './repair-parts.js'
import type { RepairSource } from './repair-sources.js'

export type RebuildParts = {
  readonly origin: string
  readonly crypto: Crypto
  readonly chain: EntryChain
  /** The damaged store; absent when it cannot be opened at all. */
  readonly own: RepairSource | undefined
  readonly others: readonly RepairSource[]
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** What the store did not have itself, or had otherwise. */
export type Restored = {
  readonly entries: number
  readonly statements: number
  /** Proposals that a refusal had ended. */
  readonly refused: number
}

/** A part that no source has. */
export type Lost = { readonly index: number; readonly part: string }

/** Entries of one batch: as many as a tile has hashes. */
const BATCH = 256
const LOST_NAMED_MAX = 20

/**
 * Writes entries, statements and all that is derived into an empty store.
 *
 * Rejects with REPAIR_INCOMPLETE, naming the first parts that nobody has; the store is useless then.
 */
export async function rebuildStore(target: Store, parts: RebuildParts): Promise<Restored> {
  const { origin, chain, crypto } = parts
  await target.write({ puts: [{ key: META_KEY, value: encodeMeta(origin) }] }, { sync: true })
  const rebuild = new Rebuild(parts, new Records(target, crypto.sha256))
  let tree = EMPTY_TREE
  for (let from = 0; from < chain.size; from += BATCH) {
    const to = Math.min(from + BATCH, chain.size)
    const puts: Put[] = []
    for (let index = from; index < to; index += 1) puts.push(...rebuild.putsOf(index))
    const leaves = Array.from({ length: to - from }, (_, at) => chain.leaf(from + at))
    const grown = appendLeaves(tree, leaves, crypto.sha256)
    tree = grown.state
    await target.write({ puts: [...puts, ...grown.tiles.map(putTile)] }, { sync: true })
    rebuild.flushed()
    parts.onProgress?.({ done: to, total: chain.size })
  }
  return rebuild.result()
}

class Rebuild {
  readonly #parts: RebuildParts
  readonly #records: Records
  readonly #restored = { entries: 0, statements: 0, refused: 0 }
  readonly #lost: Lost[] = []
  /** Statements of the batch that is not in the store yet. */
  readonly #pending = new Map<StatementId, number>()

  constructor(parts: RebuildParts, records: Records) {
    this.#parts = parts
    this.#records = records
  }

  flushed(): void {
    this.#pending.clear()
  }

  result(): Restored {
    const [first] = this.#lost
    if (first === undefined) return this.#restored
    const named = this.#lost.slice(0, LOST_NAMED_MAX)
    const lost = named.map(({ index, part }) => `entry ${index}: ${part}`).join(', ')
    throw new LedgerError('REPAIR_INCOMPLETE', { ...first, lost, count: this.#lost.length })
  }

  putsOf(index: number): readonly Put[] {
    const { chain, own, crypto } = this.#parts
    const bytes = chain.entry(index)
    const stored = own?.entry(index)
    if (stored === undefined || !equalBytes(stored, bytes)) this.#restored.entries += 1
    const entry = parseEntry(bytes)
    const opened = this.#statement(index, entry)
    if (opened === undefined) return []
    this.#pending.set(entry.id, index)
    const facts = factsOf(opened)
    const indexOf = (id: StatementId): number | undefined =>
      this.#pending.get(id) ?? this.#records.indexOf(id)
    return [
      { key: entryKey(index), value: bytes },
      ...statementPuts(index, opened),
      ...derivedPuts(index, facts, indexOf, crypto.sha256),
      ...(facts.about === undefined ? [] : this.#refused(index, facts.about)),
    ]
  }

  #statement(index: number, entry: Entry): OpenedStatement | undefined {
    const { own, others, crypto } = this.#parts
    const kept = assemble(entry, own?.offers(index, entry.id) ?? [], crypto)
    if (kept.opened !== undefined) return kept.opened
    const sources = own === undefined ? others : [own, ...others]
    const offers = sources.flatMap((source) => source.offers(index, entry.id))
    const { opened, missing } = assemble(entry, offers, crypto)
    if (opened === undefined) this.#lost.push({ index, part: missing })
    else this.#restored.statements += 1
    return opened
  }

  #refused(index: number, about: StatementId): readonly Put[] {
    const { own, others, crypto } = this.#parts
    const isIt = (refused: RefusedProposal | undefined): refused is RefusedProposal =>
      refused !== undefined && statementId(refused.envelope.payloadBytes, crypto.sha256) === about
    const kept = own?.refused(index, about)
    const found = isIt(kept)
      ? kept
      : others.map((source) => source.refused(index, about)).find((item) => isIt(item))
    if (found === undefined) {
      this.#lost.push({ index, part: 'the proposal that it refuses' })
      return []
    }
    if (found !== kept) this.#restored.refused += 1
    const body = utf8Encode(encodeJcs(envelopeJson(found.envelope)))
    return [putDeclined(about, found.received, body, crypto.sha256)]
  }
}

/** Body and disclosures, each under the position of its placeholder. */
function statementPuts(index: number, { envelope, open }: OpenedStatement): readonly Put[] {
  const signatures = envelope.signatures.map((item) => ({
    protected: fromBase64url(item.protected),
    signature: fromBase64url(item.signature),
  }))
  const body = encodeBody({ payload: envelope.payloadBytes, signatures })
  const disclosures = [...open.ordered.entries()].flatMap(([ordinal, text]) =>
    text === undefined ? [] : [{ key: disclosureKey(index, ordinal), value: fromBase64url(text) }],
  )
  return [{ key: bodyKey(index), value: body }, ...disclosures]
}
