/**
 * One ledger folder through many lives of its server: load, and at the end what a stranger who reads
 * the folder finds.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { verifyConsistency } from '../../ledger/core/proof.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { auditLedgerFolder, openLedgerFolder } from '../../ledger/log/folder.js'
import { BOLT } from '../log/support/firms.js'
import { Model, send } from './model.js'
import { chance, type Fresh, Pool } from './pool.js'
import { ServerProcess } from './server-process.js'

/** Calls under way at once. */
const LANES = 6

export class Campaign {
  readonly folder = mkdtempSync(join(tmpdir(), 'waybill-crash-'))
  readonly dice: () => number
  /** How long the last start took until the server listened. */
  startMs = 1_000
  /** Starts that signed what a crash had left without a head. */
  finished = 0
  #model: Model | undefined
  #pool: Pool | undefined
  readonly #stock: Fresh[] = []
  #server: ServerProcess | undefined

  constructor(seed: number) {
    this.dice = chance(seed)
  }

  get model(): Model {
    if (this.#model === undefined) throw new Error('no campaign has begun')
    return this.#model
  }

  async begin(): Promise<void> {
    this.#pool = await Pool.make(join(this.folder, 'ledger'))
    this.#model = new Model(this.#pool.policy)
  }

  close(): void {
    // Only after a failure is it still there.
    if (this.#server?.alive === true) this.#server.signal('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  get ledger(): string {
    return join(this.folder, 'ledger')
  }

  /** Signs ahead, so that there is something to send for a while. */
  async stockUp(count: number): Promise<void> {
    while (this.#stock.length < count) {
      const fresh = await this.#pool?.next(this.dice())
      if (fresh !== undefined) this.#stock.push(fresh)
    }
  }

  /** A server that has kept all promises so far and has answered what was left open. */
  async newLife(flags?: readonly string[]): Promise<ServerProcess> {
    const before = this.#headSize()
    const began = performance.now()
    const server = new ServerProcess(this.ledger, flags)
    this.#server = server
    try {
      await server.listening()
      this.startMs = performance.now() - began
      const size = await this.model.check(server, this.dice)
      if (size > before) this.finished += 1
      await this.model.settle(server)
      return server
    } catch (error) {
      await server.kill()
      throw error
    }
  }

  /** Mixed load until `stop` aborts, the stock is used up, or the server is gone; resolves with the calls that broke off. */
  async load(server: ServerProcess, stop: AbortSignal): Promise<number> {
    const lanes = Array.from({ length: LANES }, () => this.#lane(server, stop))
    return (await Promise.all(lanes)).reduce((sum, broken) => sum + broken, 0)
  }

  async #lane(server: ServerProcess, stop: AbortSignal): Promise<number> {
    while (!stop.aborted) {
      const fresh = this.#toSend()
      if (fresh === undefined) return 0
      const { item, closing } = fresh
      if (closing !== undefined) this.model.expect(closing)
      let reply: Awaited<ReturnType<typeof send>>
      try {
        reply = await send(server, item)
      } catch {
        // The connection ended: whether it was done is not known.
        this.model.unanswered.push(item)
        return 1
      }
      this.model.take(item, reply)
    }
    return 0
  }

  /** Half of the time something that waits is closed; its entry in the model goes, so that it is sent once. */
  #toSend(): Fresh | undefined {
    if (this.model.waiting.size > 3 && this.dice() < 0.5) {
      for (const [id, item] of this.model.waiting) {
        this.model.waiting.delete(id)
        return { item }
      }
    }
    return this.#stock.shift()
  }

  #headSize(): number {
    const { checkpoint } = JSON.parse(readFileSync(join(this.ledger, 'checkpoint'), 'utf8')) as {
      readonly checkpoint: string
    }
    return Number(checkpoint.split('\n')[1])
  }

  /** With no server: every promise against the folder itself, every checkpoint against the next, and a full audit. */
  async checkFolder(): Promise<void> {
    const { indexes, waiting, checkpoints, unanswered } = this.model
    expect(unanswered).toEqual([])
    const { ledger } = await openLedgerFolder(this.ledger, { workers: 0 })
    const ids = new Set<StatementId>()
    for (let index = 0; index < ledger.size; index += 1) ids.add(ledger.statementAt(index).id)
    expect(ids.size, 'an id twice').toBe(ledger.size)
    for (const [id, index] of indexes) expect(ledger.indexOf(id)).toBe(index)
    const inbox = new Set(ledger.inbox(BOLT.party).map(({ id }) => id))
    expect([...waiting.keys()].filter((id) => !inbox.has(id))).toEqual([])
    const seen = [this.model.see(ledger.headCheckpoint()), ...checkpoints.values()]
    seen.sort((a, b) => a.size - b.size)
    for (const [position, { size, root }] of seen.entries()) {
      const next = seen[position + 1]
      if (next === undefined) break
      const path = ledger.consistencyProof(size, next.size)
      verifyConsistency(size, next.size, path, root, next.root)
    }
    await ledger.close()
    const report = await auditLedgerFolder(this.ledger, { workers: 0 })
    expect([report.verdict, report.findings]).toEqual(['VERIFIED', []])
    expect(report.checked.entries).toBeGreaterThanOrEqual(indexes.size)
  }
}
