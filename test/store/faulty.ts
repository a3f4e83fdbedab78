/**
 * A store and a head file that fail at the N-th durable step, for the tests of the log.
 *
 * Both count on one `Faults`, so a test runs a scenario with N = 1, 2, ... until nothing fails any
 * more. A step fails in one of two ways, and whoever is told of the failure cannot tell which:
 * `lost`, nothing reached the disk; `kept`, everything did. After it the store is as after any
 * error: every later write is refused, reads go on.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import type { HeadFile } from '../../ledger/store/head-file.js'
import type { Store } from '../../ledger/store/store.js'

export type FaultKind = 'lost' | 'kept'
export const FAULT_KINDS: readonly FaultKind[] = ['lost', 'kept']

export class Faults {
  readonly #failAt: number
  readonly #kind: FaultKind
  #steps = 0
  #failure: LedgerError | undefined

  /** @param failAt number of the step that fails, from 1; 0 for none */
  constructor(failAt: number, kind: FaultKind) {
    this.#failAt = failAt
    this.#kind = kind
  }

  /** Durable steps begun so far, the failing one included. */
  get steps(): number {
    return this.#steps
  }

  /** Whether the failure has happened. */
  get happened(): boolean {
    return this.#failure !== undefined
  }

  /** Takes a durable step, or fails at it. */
  async step(part: string, take: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    this.#steps += 1
    if (this.#steps !== this.#failAt) return take()
    if (this.#kind === 'kept') await take()
    this.#failure = new LedgerError('STORE_FAILED', { part, reason: 'injected' })
    throw this.#failure
  }
}

/** A store whose writes are steps. */
export function faultyStore(store: Store, faults: Faults): Store {
  return {
    write: (batch, options) => faults.step('store', () => store.write(batch, options)),
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanTexts: (range) => store.scanTexts(range),
    close: () => store.close(),
  }
}

/** A head file whose writes are steps. */
export function faultyHeadFile(head: HeadFile, faults: Faults): HeadFile {
  return {
    read: () => head.read(),
    write: (next) => faults.step('head file', () => head.write(next)),
  }
}
