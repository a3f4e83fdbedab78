/** What the API is built from. Handed in by main.ts, or by a test; nothing here reads a clock or a disk. */
import type { Crypto } from '../ledger/core/ed25519.js'
import type { ErrorCode } from '../ledger/core/errors.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Ledger } from '../ledger/index.js'

/** What the API needs of a ledger. */
export type ApiLedger = Pick<
  Ledger,
  | 'origin'
  | 'vkey'
  | 'registrar'
  | 'size'
  | 'lastTime'
  | 'headCheckpoint'
  | 'publishedCheckpoint'
  | 'publicLog'
  | 'submit'
  | 'submitBulk'
  | 'validate'
  | 'countersign'
  | 'resolve'
  | 'statement'
  | 'statementAt'
  | 'statementsAt'
  | 'entry'
  | 'indexOf'
  | 'inclusionProof'
  | 'consistencyProof'
  | 'lineageIds'
  | 'lineageIndexes'
  | 'outcomesOf'
  | 'search'
  | 'evidence'
  | 'rules'
  | 'proposal'
  | 'inbox'
  | 'sent'
  | 'inboxPage'
  | 'inboxVersion'
  | 'waitInbox'
  | 'party'
  | 'parties'
  | 'ownerOf'
  | 'partiesOf'
  | 'health'
  | 'counters'
>

/** One line for the operator. Never holds anything that was sent. */
export type LogEvent = {
  readonly code: ErrorCode
  /** Method and route as documented, such as `GET /v1/statements/:id`; `-` outside of any. */
  readonly at: string
  /** Where in our code, for a bug. */
  readonly note?: string
}

export type ApiDeps = {
  readonly ledger: ApiLedger
  /** Parties that may read everything (DESIGN 7.3). */
  readonly auditors: readonly PartyId[]
  /** Verifies token signatures; any backend gives the same verdicts. */
  readonly crypto: Crypto
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Version of this package, for `/v1/ledger`. */
  readonly version: string
  readonly log?: (event: LogEvent) => void
}
