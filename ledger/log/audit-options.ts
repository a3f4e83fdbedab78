/** What the walk of an audit is given, and whether its store is the right one. */
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { decodeMeta, META_KEY } from '../store/layout.js'
import type { Put, Store, StoreReader } from '../store/store.js'

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

/** The store must say that it is this ledger's. @throws LedgerError LEDGER_DAMAGED, STORE_… */
export function checkStoreOrigin(store: StoreReader, origin: string): void {
  const meta = store.get(META_KEY)
  if (meta === undefined)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'the meta record is missing' })
  if (decodeMeta(meta).origin !== origin)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'its meta record names another ledger' })
}
