/**
 * What an import asks of a ledger, and what it tells of each statement.
 */

import type { BulkOutcome } from '../../client/index.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { LedgerError } from '../../ledger/core/errors.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Kept } from './state.js'

/** The ledger, as far as an import needs it. */
export type LedgerPort = {
  readonly origin: string
  /** In order; an item may cite an earlier one. Rejects only when nothing can be said of any of them. */
  readonly submit: (envelopes: readonly Envelope[]) => Promise<readonly BulkOutcome[]>
  /** Is this statement in the log? */
  readonly isAdmitted: (id: StatementId) => Promise<boolean>
}

/** What each word means, for a person. */
export const STATUSES = {
  admitted: 'now in the log',
  already: 'in the log already',
  waiting: 'proposed; the other side has yet to countersign',
  'handed-over': 'for its party to sign; nobody here can',
  blocked: 'cites something that is not in the log yet',
  refused: 'refused',
} as const

export type ItemStatus = keyof typeof STATUSES

export type ItemReport = {
  readonly key: string
  readonly what: string
  readonly status: ItemStatus
  readonly id?: StatementId
  /** Party ids whose signatures are missing. */
  readonly missing?: readonly string[]
  /** Seconds since 1970. */
  readonly countersignBy?: number
  readonly error?: LedgerError
  /** What it waits behind. */
  readonly behind?: string
}

export type Recorded = {
  readonly reports: readonly ItemReport[]
  /** Unsigned statements, each for the one party that must sign it. */
  readonly handedOver: readonly Kept[]
  /** Keys of runs that the log holds with other content than they would have now. */
  readonly changed: readonly string[]
}

/** The reports of one import, each statement's last one. */
export class Reports {
  readonly #reports = new Map<string, ItemReport>()

  get size(): number {
    return this.#reports.size
  }

  set(
    { key, what }: { readonly key: string; readonly what: string },
    report: Omit<ItemReport, 'key' | 'what'>,
  ): void {
    this.#reports.set(key, { key, what, ...report })
  }

  get(key: string): ItemReport | undefined {
    return this.#reports.get(key)
  }

  /** Is what was planned under this key in the log? */
  isDone(key: string): boolean {
    const status = this.get(key)?.status
    return status === 'admitted' || status === 'already'
  }

  /** In this order; what only earlier imports planned comes after. */
  inOrder(keys: Iterable<string>): readonly ItemReport[] {
    const order = [...new Set([...keys, ...this.#reports.keys()])]
    return order.flatMap((key) => this.get(key) ?? [])
  }
}
