/**
 * A log that appends whatever it is given: it writes the bytes of docs/format.md and asks nothing.
 *
 * The worked example is made with it, and so are the logs of operators who cheat. What ledger/log
 * refuses to admit can be in this one, as long as the bytes can be written.
 */
import { toHex } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import { formatCheckpoint } from '../../ledger/core/checkpoint.js'
import { portableCrypto, publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import { encodeEntry, entryLeaf, firstPrevious, parseEntry } from '../../ledger/core/entry.js'
import { type Envelope, envelopeDigest } from '../../ledger/core/envelope.js'
import type {
  EntryEvidence,
  Evidence,
  PartyEvidence,
  RegistryEvidence,
} from '../../ledger/core/evidence.js'
import { factsOf, type StatementFacts } from '../../ledger/core/facts.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { buildInclusionProof } from '../../ledger/core/merkle.js'
import { signNote } from '../../ledger/core/note.js'
import {
  EMPTY_REGISTRY,
  type RegistryMap,
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
} from '../../ledger/core/registry.js'
import { type StatementId, statementId } from '../../ledger/core/statement.js'
import { growTree } from '../reference/grown-tree.js'

export type Logged = {
  readonly index: number
  readonly id: StatementId
  readonly envelope: Envelope
  /** Undefined for a statement of a type that this version does not know. */
  readonly facts: StatementFacts | undefined
  readonly bytes: Uint8Array
  /** The registry map after this entry. */
  readonly map: RegistryMap
}

export type Shown = { readonly id: StatementId; readonly as?: 'envelope' | 'stub' }

export class WorkedLog {
  readonly origin: string
  readonly logged: Logged[] = []
  readonly #seed: Uint8Array
  readonly #parties = new Map<PartyId, { readonly index: number; readonly envelope: Envelope }[]>()
  readonly #owners = new Map<string, PartyId>()

  constructor(origin: string, seed: Uint8Array) {
    this.origin = origin
    this.#seed = seed
  }

  /**
   * Appends a statement at a time in seconds since 1970. `previous` is what the entry says of the
   * one before it, where that is not the truth.
   */
  append(envelope: Envelope, time: number, previous?: Uint8Array): Logged {
    const index = this.logged.length
    const id = statementId(envelope.payloadBytes, portableSha256)
    const facts = factsIfKnown(envelope)
    const last = this.logged.at(-1)
    const map = this.#register(facts, envelope, index, last?.map ?? EMPTY_REGISTRY)
    const bytes = encodeEntry({
      previous: previous ?? this.#lastLeaf(),
      time,
      id,
      envelopeDigest: envelopeDigest(envelope),
      registryRoot: registryRoot(map),
    })
    const entry = { index, id, envelope, facts, bytes, map }
    this.logged.push(entry)
    return entry
  }

  /** The entry of a statement. */
  entryOf(id: StatementId): Logged {
    const found = this.logged.find((entry) => entry.id === id)
    if (found === undefined) throw new RangeError('no such statement')
    return found
  }

  /** The signed checkpoint of the first `size` entries. */
  checkpoint(size: number): Promise<string> {
    const root = this.#tree(size).roots[size]
    if (root === undefined) throw new RangeError('no such size')
    const text = formatCheckpoint({ origin: this.origin, size, root })
    const sign = (message: Uint8Array) => Promise.resolve(signEd25519(this.#seed, message))
    return signNote(text, this.origin, publicKeyFromSeed(this.#seed), sign)
  }

  /** What a receipt or a bundle of these statements holds, under the tree of `size` entries. */
  async evidence(shown: readonly Shown[], size: number = this.logged.length): Promise<Evidence> {
    const entries = shown.map(({ id }) => this.entryOf(id)).sort((a, b) => a.index - b.index)
    const indexes = new Set([0, ...entries.map(({ index }) => index), size - 1])
    const parties = this.#signers(shown, size)
    return {
      checkpoint: await this.checkpoint(size),
      entries: [...indexes].sort((a, b) => a - b).map((index) => this.entryEvidence(index, size)),
      statements: entries.map(({ id, envelope }) => {
        const stub = shown.some((item) => item.id === id && item.as === 'stub')
        if (!stub) return { form: 'envelope', envelope: asKept(envelope) }
        return { form: 'stub', envelope: { ...envelope, signatures: [], disclosures: [] } }
      }),
      parties: [...parties.keys()].sort().map((party) => this.#partyEvidence(party, size)),
      registry: this.#registryEvidence(parties),
    }
  }

  /** An entry with its inclusion path in the tree of `size` entries. */
  entryEvidence(index: number, size: number): EntryEvidence {
    const entry = this.logged[index]
    if (entry === undefined) throw new RangeError('no such entry')
    const path = buildInclusionProof(index, size, this.#tree(size).getNode)
    return { index, entry: entry.bytes, path }
  }

  /** Ids of a party's registry statements up to an entry, oldest first. */
  idsOf(party: PartyId, upTo: number): readonly StatementId[] {
    const list = this.#parties.get(party) ?? []
    return list
      .filter(({ index }) => index <= upTo)
      .map(({ envelope }) => statementId(envelope.payloadBytes, portableSha256))
  }

  #lastLeaf(): Uint8Array {
    const last = this.logged.at(-1)
    return last === undefined ? firstPrevious(this.origin) : entryLeaf(last.bytes)
  }

  #tree(size: number) {
    return growTree(this.logged.slice(0, size).map(({ bytes }) => bytes))
  }

  #register(
    facts: StatementFacts | undefined,
    envelope: Envelope,
    index: number,
    map: RegistryMap,
  ): RegistryMap {
    const change = facts?.change
    if (change === undefined) return map
    const { party } = change
    this.#parties.set(party, [...(this.#parties.get(party) ?? []), { index, envelope }])
    const kid = change.kind === 'end' ? change.kid : change.key.kid
    if (!this.#owners.has(kid)) this.#owners.set(kid, party)
    return setRegistryValue(
      map,
      registryKey('party', party),
      registryValue(this.idsOf(party, index)),
    )
  }

  /** Per party, the entries at which its key state must be shown. */
  #signers(shown: readonly Shown[], size: number): ReadonlyMap<PartyId, ReadonlySet<number>> {
    const [registrar] = this.#parties.keys()
    const parties = new Map<PartyId, Set<number>>()
    const want = (party: PartyId | undefined, index: number) => {
      if (party === undefined) return
      parties.set(party, new Set([...(parties.get(party) ?? [size - 1]), index]))
    }
    want(registrar, size - 1)
    for (const { id } of shown.filter((item) => item.as !== 'stub')) {
      const { index, envelope } = this.entryOf(id)
      want(registrar, index)
      for (const { header } of envelope.signatures) want(this.#owners.get(header.kid), index)
    }
    return parties
  }

  #partyEvidence(party: PartyId, size: number): PartyEvidence {
    const list = (this.#parties.get(party) ?? []).filter(({ index }) => index < size)
    return { party, statements: list.map(({ envelope }) => asKept(envelope)) }
  }

  #registryEvidence(
    parties: ReadonlyMap<PartyId, ReadonlySet<number>>,
  ): readonly RegistryEvidence[] {
    const found = new Map<string, RegistryEvidence>()
    for (const [party, indexes] of parties) {
      for (const index of indexes) {
        const entry = this.logged[index]
        const path = entry && registryPath(entry.map, registryKey('party', party))
        if (entry === undefined || path === undefined) continue
        const root = parseEntry(entry.bytes).registryRoot
        const name = `${toHex(root)}/${party}`
        found.set(name, { root, party, count: this.idsOf(party, index).length, path })
      }
    }
    return [...found.keys()].sort().flatMap((name) => found.get(name) ?? [])
  }
}

/** As a ledger shows it: disclosures in the order of their placeholders, `reason` of a key not kept. */
function asKept(envelope: Envelope): Envelope {
  const type = factsIfKnown(envelope)?.type
  if (type === undefined) return envelope
  const { payload, open } = openStatement(envelope, portableCrypto)
  const claims = [...payload.claims].flatMap(([claim, digests]) => digests.map(() => claim))
  const kept = open.ordered.flatMap((text, ordinal) =>
    text === undefined || (type === 'key/1' && claims[ordinal] === 'reason') ? [] : [text],
  )
  return { ...envelope, disclosures: kept }
}

function factsIfKnown(envelope: Envelope): StatementFacts | undefined {
  try {
    return factsOf(openStatement(envelope, portableCrypto))
  } catch {
    return undefined
  }
}
