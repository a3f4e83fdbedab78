/** What the walk of an audit is given. */
import type { Crypto } from '../core/ed25519.js'
import type { Put, Store } from '../store/store.js'

export type AuditProgress = { readonly done: number; readonly total: number }

export type AuditRunOptions = {
  readonly origin: string
  readonly store: Store
  readonly crypto: Crypto
  readonly onProgress?: (progress: AuditProgress) => void
  /** Takes derived records where the store has none: a copy of a log. They are read from it at once. */
  readonly derive?: (put: Put) => void
  /** Called between chunks. */
  readonly afterChunk?: () => Promise<void>
}
