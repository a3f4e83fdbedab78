/**
 * A log of synthetic entries on the ledger's own tree and public side: large trees in little time.
 * Entries are chained as real ones are; their ids and digests are of nothing.
 */
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import { formatCheckpoint } from '../../ledger/core/checkpoint.js'
import { encodeEntry, entryLeaf, firstPrevious } from '../../ledger/core/entry.js'
import type { LeafHash } from '../../ledger/core/hash.js'
import { formatVkey, signNote, TYPE_ED25519 } from '../../ledger/core/note.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import { parseStatementId } from '../../ledger/core/statement.js'
import { nodeCrypto } from '../../ledger/crypto/native.js'
import { type Signer, signerFromSeed } from '../../ledger/crypto/signer.js'
import { type PublicLog, publicLogOf } from '../../ledger/log/public-log.js'
import {
  appendLeaves,
  EMPTY_TREE,
  type FullTile,
  TreeNodes,
  type TreeState,
  treeRoot,
} from '../../ledger/log/tree.js'

export const crypto = nodeCrypto()
const START_S = 1_795_000_000

export class SyntheticLog {
  readonly origin: string
  readonly vkey: string
  readonly policy: Policy
  readonly publicLog: PublicLog
  readonly #signer: Signer
  readonly #seed: string
  readonly #entries: Uint8Array[] = []
  readonly #tiles = new Map<string, Uint8Array>()
  readonly #nodes = new TreeNodes(
    EMPTY_TREE,
    (level, number) => this.#tiles.get(`${level}/${number}`),
    crypto.sha256,
  )
  #previous: Uint8Array
  #checkpoint = ''

  /** @param seed another seed: other entries under the same origin and key */
  constructor(origin = 'log.example/synthetic', seed = '', key = 'synthetic log') {
    this.origin = origin
    this.#seed = seed
    this.#signer = signerFromSeed(crypto.sha256(utf8Encode(`waybill test key ${key}`)))
    this.vkey = formatVkey(origin, TYPE_ED25519, this.#signer.publicKey)
    this.policy = parsePolicy(`log ${this.vkey}\nquorum none\n`)
    this.#previous = firstPrevious(origin, crypto.sha256)
    this.publicLog = publicLogOf(
      {
        origin,
        publishedCheckpoint: () => this.#checkpoint,
        entry: (index) => this.#entries[index] ?? fail(`entry ${index} was asked for`),
      },
      (name) => this.#nodes.tile(name),
    )
  }

  get state(): TreeState {
    return this.#nodes.state
  }

  /** Appends without publishing. */
  append(size: number): this {
    const leaves: LeafHash[] = []
    while (this.#entries.length < size) leaves.push(this.#next())
    const { state, tiles } = appendLeaves(this.#nodes.state, leaves, crypto.sha256)
    for (const tile of tiles) this.#keep(tile)
    this.#nodes.advance(state)
    return this
  }

  /** Appends up to a size and publishes it. */
  async publish(size: number): Promise<this> {
    this.append(size)
    const root = treeRoot(this.#nodes.state, crypto.sha256)
    const text = formatCheckpoint({ origin: this.origin, size, root })
    const sign = (message: Uint8Array): Promise<Uint8Array> => this.#signer.sign(message)
    this.#checkpoint = await signNote(text, this.origin, this.#signer.publicKey, sign)
    return this
  }

  #next(): LeafHash {
    const index = this.#entries.length
    const digest = crypto.sha256(utf8Encode(`${this.#seed}${index}`))
    const entry = encodeEntry({
      previous: this.#previous,
      time: START_S + index,
      id: parseStatementId(toHex(digest)),
      envelopeDigest: digest,
      registryRoot: digest,
    })
    const leaf = entryLeaf(entry, crypto.sha256)
    this.#entries.push(entry)
    this.#previous = leaf
    return leaf
  }

  #keep({ level, number, bytes }: FullTile): void {
    this.#tiles.set(`${level}/${number}`, bytes)
  }
}

function fail(reason: string): never {
  throw new Error(reason)
}
