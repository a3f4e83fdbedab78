/**
 * What a server has promised to whoever asked it, and whether a server that starts again keeps it.
 *
 * An answer counts as a promise only when all of it arrived. What was sent without an answer may have
 * been done or not; it is sent again, and must then be answered as either.
 */
import { expect } from 'vitest'
import { bearerToken } from '../../client/token.js'
import { fromBase64 } from '../../ledger/core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../../ledger/core/checkpoint.js'
import { entryLeaf, parseEntry } from '../../ledger/core/entry.js'
import { parseNodeHash } from '../../ledger/core/hash.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import { verifyConsistency, verifyInclusion } from '../../ledger/core/proof.js'
import { parseReceipt } from '../../ledger/core/receipt.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { parseTlogProof } from '../../ledger/core/tlog-proof.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { BOLT } from '../log/support/firms.js'
import { crypto, ORIGIN } from '../log/support/statements.js'
import type { Closing, Item } from './pool.js'
import type { Reply, ServerProcess } from './server-process.js'

/** Every so many receipts one is verified whole, as its holder would; of the others the place is. */
const WHOLE_RECEIPT_EVERY = 5
/** How many promises of earlier lives are looked at again after a start, besides all of the last life. */
const OLDER_LOOKED_AT = 12

export class Model {
  /** Acknowledged entries. */
  readonly indexes = new Map<StatementId, number>()
  readonly ids = new Map<number, StatementId>()
  /** Acknowledged proposals that nothing acknowledged has closed, and what will. */
  readonly waiting = new Map<StatementId, Closing>()
  readonly refused = new Set<StatementId>()
  /** Signed checkpoints seen, by size: two of one size must have one root. */
  readonly checkpoints = new Map<number, Checkpoint>()
  /** Sent, and no answer came. */
  readonly unanswered: Item[] = []
  receiptsVerified = 0
  readonly policy: Policy
  readonly #closings = new Map<StatementId, Closing>()
  #sinceCheck: StatementId[] = []
  /** Size up to which all checkpoints are known to be of one history. */
  #consistentTo = 0
  #receipts = 0

  constructor(policy: string) {
    this.policy = parsePolicy(policy)
  }

  /** Remembers how a proposal will be closed. */
  expect(closing: Closing): void {
    this.#closings.set(closing.id, closing)
  }

  /** Takes a whole answer. 503 is no promise: it may be sent again. */
  take(item: Item, { status, text }: Reply): void {
    if (status === 503) {
      this.unanswered.push(item)
      return
    }
    const answer = JSON.parse(text) as JsonObject
    if (status >= 300) throw new Error(`${item.kind} was answered ${status}: ${text}`)
    switch (item.kind) {
      case 'single':
        this.#admitted(item.id, answer)
        break
      case 'bulk':
        for (const [position, one] of (answer['items'] as readonly JsonObject[]).entries())
          this.#admitted(item.ids[position], one)
        this.see(String(answer['checkpoint']))
        break
      case 'propose':
        this.#proposed(item.id, answer)
        break
      case 'countersign':
        this.waiting.delete(item.id)
        this.#admitted(item.id, answer)
        break
      case 'refuse':
        this.waiting.delete(item.id)
        this.refused.add(item.id)
        this.#admitted(item.refusal, answer)
    }
  }

  /** Takes a signed checkpoint. */
  see(note: string): Checkpoint {
    const { checkpoint } = openCheckpoint(note, this.policy, crypto)
    const known = this.checkpoints.get(checkpoint.size)
    if (known !== undefined) expect(checkpoint.root).toEqual(known.root)
    this.checkpoints.set(checkpoint.size, checkpoint)
    return checkpoint
  }

  /** Everything that was promised is there, in one history with all that was ever signed. Says the head's size. */
  async check(server: ServerProcess, dice: () => number): Promise<number> {
    const head = this.see(await signedHead(server))
    // The published one is the head of a moment ago, also the one of an earlier life.
    const published = this.see((await server.call('GET', '/checkpoint')).text)
    expect(published.size).toBeLessThanOrEqual(head.size)
    await this.#checkHistory(server, head)
    const older = [...this.indexes.keys()]
    const some = Array.from({ length: Math.min(OLDER_LOOKED_AT, older.length) }, () => {
      return older[Math.floor(dice() * older.length)]
    })
    for (const id of [...this.#sinceCheck, ...some]) await this.#checkPlace(server, id, head)
    this.#sinceCheck = []
    await this.#checkInbox(server)
    return head.size
  }

  /** Sends again what had no answer; none of it may be refused. */
  async settle(server: ServerProcess): Promise<void> {
    for (const item of this.unanswered.splice(0)) this.take(item, await send(server, item))
  }

  #proposed(id: StatementId, answer: JsonObject): void {
    expect(answer).toMatchObject({ status: 'waiting', id })
    const closing = this.#closings.get(id)
    if (closing === undefined) throw new Error('a proposal that nobody will close')
    this.waiting.set(id, closing)
  }

  /** No id has two places and no place two ids, whichever life of the server said so. */
  #admitted(id: StatementId | undefined, answer: JsonObject): void {
    const index = Number(answer['index'])
    expect([answer['id'], ['admitted', 'existing'].includes(String(answer['status']))]).toEqual([
      id,
      true,
    ])
    if (id === undefined) throw new Error('an answer too many')
    expect(this.indexes.get(id) ?? index).toBe(index)
    expect(this.ids.get(index) ?? id).toBe(id)
    this.indexes.set(id, index)
    this.ids.set(index, id)
    this.#sinceCheck.push(id)
    if (answer['receipt'] !== undefined) this.#takeReceipt(index, answer['receipt'] as JsonObject)
  }

  #takeReceipt(index: number, receipt: JsonObject): void {
    const proof = parseTlogProof(String(receipt['proof']))
    const { size, root } = this.see(proof.checkpoint)
    const leaf = entryLeaf(fromBase64(String(receipt['entry'])), crypto.sha256)
    verifyInclusion(leaf, index, size, proof.path, root)
    this.#receipts += 1
    if (this.#receipts % WHOLE_RECEIPT_EVERY !== 0) return
    const report = verifyEvidence(parseReceipt(receipt as Json), { policy: this.policy, crypto })
    expect(report.verdict).toBe('VERIFIED')
    this.receiptsVerified += 1
  }

  /** All checkpoints up to `head` lead to it. Those before the last check lead to one that is among them. */
  async #checkHistory(server: ServerProcess, head: Checkpoint): Promise<void> {
    for (const { size, root } of this.checkpoints.values()) {
      if (size < this.#consistentTo) continue
      expect(size, 'a signed checkpoint is newer than the head').toBeLessThanOrEqual(head.size)
      const path = await proofAt(server, `consistency?first=${size}&second=${head.size}`)
      verifyConsistency(size, head.size, path, root, head.root)
    }
    this.#consistentTo = head.size
  }

  async #checkPlace(
    server: ServerProcess,
    id: StatementId | undefined,
    { size, root }: Checkpoint,
  ): Promise<void> {
    const index = id === undefined ? undefined : this.indexes.get(id)
    if (index === undefined) throw new Error('no such promise')
    const reply = await server.call('GET', `/v1/entries/${index}`)
    const entry = fromBase64(String((JSON.parse(reply.text) as JsonObject)['entry']))
    expect(parseEntry(entry).id).toBe(id)
    const path = await proofAt(server, `inclusion?index=${index}&size=${size}`)
    verifyInclusion(entryLeaf(entry, crypto.sha256), index, size, path, root)
  }

  async #checkInbox(server: ServerProcess): Promise<void> {
    const path = '/v1/inbox?limit=1000'
    const random = (count: number): Uint8Array =>
      globalThis.crypto.getRandomValues(new Uint8Array(count))
    const authorization = await bearerToken(
      { method: 'GET', path },
      { party: BOLT.party, signer: BOLT.signer },
      { origin: ORIGIN, now: Date.now, random },
    )
    const reply = await server.call('GET', path, { headers: { authorization } })
    const { items } = JSON.parse(reply.text) as { readonly items: readonly JsonObject[] }
    const there = new Set(items.map((item) => String(item['id'])))
    const unsettled = new Set(this.unanswered.flatMap((item) => ('id' in item ? [item.id] : [])))
    const lost = [...this.waiting.keys()].filter((id) => !there.has(id) && !unsettled.has(id))
    expect(lost, 'acknowledged proposals that wait no more').toEqual([])
    const back = [...there].filter((id) => this.refused.has(id as StatementId))
    expect(back, 'refused proposals that wait again').toEqual([])
  }
}

/** Sends one thing to where it belongs. */
export function send(server: ServerProcess, item: Item): Promise<Reply> {
  switch (item.kind) {
    case 'single':
    case 'bulk':
    case 'propose':
      return server.post('/v1/statements', item.body)
    case 'countersign':
      return server.post(`/v1/statements/${item.id}/countersignatures`, item.body)
    case 'refuse':
      return server.post(`/v1/statements/${item.id}/refusals`, item.body)
  }
}

/** The checkpoint of the last commit: proofs at the log's own size stand under it. */
async function signedHead(server: ServerProcess): Promise<string> {
  const { size } = JSON.parse((await server.call('GET', '/v1/ledger')).text) as { size: number }
  const path = `/v1/proofs/inclusion?index=${size - 1}&size=${size}`
  const { proof } = JSON.parse((await server.call('GET', path)).text) as { proof: string }
  return parseTlogProof(proof).checkpoint
}

async function proofAt(server: ServerProcess, what: string) {
  const { status, text } = await server.call('GET', `/v1/proofs/${what}`)
  if (status !== 200) throw new Error(`${what} was answered ${status}: ${text}`)
  const { path } = JSON.parse(text) as { readonly path: readonly string[] }
  return path.map((hash) => parseNodeHash(fromBase64(hash)))
}
