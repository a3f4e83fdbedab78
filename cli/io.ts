/**
 * What a command may touch besides files and the network, handed in so that tests run in-process.
 */
import type { RandomBytes } from '../ledger/core/build.js'
import type { Environment } from './config.js'

/** DESIGN 6 and 7.1. 2 (a rule fails) is not used before rules are judged. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 64 | 65 | 66 | 69 | 70 | 74 | 78

export type CliIo = {
  readonly stdin: { readonly bytes: AsyncIterable<Uint8Array>; readonly isTty: boolean }
  readonly stdout: { readonly write: (data: string | Uint8Array) => void; readonly isTty: boolean }
  readonly stderr: { readonly write: (text: string) => void; readonly isTty: boolean }
  readonly environment: Environment
  /** The process is ours alone: a server may end it when it must. */
  readonly ownProcess: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: RandomBytes
  /**
   * A signal that aborts when the person interrupts or the machine asks to stop. Only what can end
   * in good order calls it; everything else is ended by the system, as ever.
   */
  readonly untilInterrupted: () => AbortSignal
}
