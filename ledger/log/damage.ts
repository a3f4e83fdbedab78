/**
 * Which refusals mean that the disk does not hold what the log wrote. After one, nothing is signed any
 * more: the next root would vouch for a log that is known to be damaged (DESIGN 9, dangers 8 P6).
 */
import { type ErrorCode, LedgerError } from '../core/errors.js'

const DAMAGE: readonly ErrorCode[] = [
  'ENTRY_MISMATCH',
  'INBOX_DAMAGED',
  'LEDGER_DAMAGED',
  'LEDGER_FORKED',
  'LEDGER_ROLLED_BACK',
  'STORE_RECORD_MALFORMED',
  'STORE_UNREADABLE',
]

/** True for an error that a damaged or unreadable record raises, never for what a caller did. */
export function isDamage(error: unknown): error is LedgerError {
  return error instanceof LedgerError && isDamageCode(error.code)
}

export function isDamageCode(code: ErrorCode): boolean {
  return DAMAGE.includes(code)
}

/** Watches what readers find: damage ends the writing, for nothing is signed after detection. */
export class DamageWatch {
  readonly #halt: (damage: LedgerError) => void

  /** @param halt stops the writer; called with every damage found */
  constructor(halt: (damage: LedgerError) => void) {
    this.#halt = halt
  }

  /** @throws whatever `read` throws */
  read<Result>(read: () => Result): Result {
    try {
      return read()
    } catch (error) {
      if (isDamage(error)) this.#halt(error)
      throw error
    }
  }

  /** Rejects as `work` does. */
  async watch<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work
    } catch (error) {
      if (isDamage(error)) this.#halt(error)
      throw error
    }
  }
}
