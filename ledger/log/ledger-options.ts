/** What a ledger is opened with. */
import type { Crypto } from '../core/ed25519.js'
import type { HeadFile } from '../store/head-file.js'
import type { Store } from '../store/store.js'
import type { LogLimits } from './limits.js'
import type { LogKeySet } from './log-signers.js'
import type { Publishing } from './publishing.js'
import type { RuleActions } from './refusing-rules.js'

export type LedgerOptions = LogKeySet & {
  readonly origin: string
  readonly store: Store
  readonly head: HeadFile
  readonly crypto: Crypto
  /** The signer has no private key: what is submitted is refused with LEDGER_READ_ONLY. */
  readonly readOnly?: boolean
  /** Seconds since 1970, whole. */
  readonly now: () => number
  /** Check workers; 0 checks on the calling thread. */
  readonly workers: number
  /** Told once when a write failed, or a bug: the process should end. Not of damage that was read. */
  readonly onFailure?: (error: unknown) => void
  readonly limits?: Partial<LogLimits>
  /**
   * Every statement is judged as it is admitted, and what a rule's FAIL does. Left out: nothing is judged
   * until somebody asks a rule.
   */
  readonly rules?: RuleActions
  /** Second line, witnesses, and where the published checkpoint is kept. */
  readonly publishing?: Publishing
  /** Signed checkpoints of this log that witnesses, mirrors or clients hold: it must not be behind them. */
  readonly seenElsewhere?: readonly string[]
}
