/**
 * Reads a store for an audit: entry by entry, in bulk, and without trusting that the store says so
 * when it has lost something. What cannot be read is reported per index, never skipped.
 */
import { LedgerError } from '../core/errors.js'
import { decodeBody } from '../store/codec.js'
import {
  bodyKey,
  decodeMeta,
  disclosureRange,
  entryKey,
  META_KEY,
  numberRange,
  parseKey,
} from '../store/layout.js'
import type { Range, Store } from '../store/store.js'
import type { AuditItem, AuditRecord } from './audit-wire.js'

/** Statements read at once. */
export const AUDIT_CHUNK = 64

/** An entry with its statement; `entry` is undefined when it is missing or unreadable. */
export type AuditRead = {
  readonly index: number
  readonly entry: Uint8Array | undefined
  readonly record: AuditItem['record']
}

/** The store must say that it is this ledger's. @throws LedgerError LEDGER_DAMAGED, STORE_… */
export function checkStoreOrigin(store: Store, origin: string): void {
  const meta = store.get(META_KEY)
  if (meta === undefined)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'the meta record is missing' })
  if (decodeMeta(meta).origin !== origin)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'its meta record names another ledger' })
}

/** Entries `from` up to, not including, `to`, with their statements, in order, one for every index. */
export async function readStatements(
  store: Store,
  from: number,
  to: number,
): Promise<readonly AuditRead[]> {
  const entries = await byIndex(store, numberRange('entry', from, to))
  const bodies = await byIndex(store, numberRange('body', from, to))
  const disclosures = await disclosuresByIndex(store, from, to)
  return Array.from({ length: to - from }, (_, offset) => {
    const index = from + offset
    const entry = entries.get(index) ?? readOne(store, entryKey(index))
    const body = bodies.get(index) ?? readOne(store, bodyKey(index))
    return { index, entry, record: recordOf(body, disclosures.get(index) ?? []) }
  })
}

type Stored = { readonly ordinal: number; readonly value: Uint8Array }

function recordOf(
  body: Uint8Array | undefined,
  stored: readonly Stored[],
): AuditRecord | undefined {
  if (body === undefined) return undefined
  try {
    const disclosures = stored.map(({ value }) => value)
    return { ...decodeBody(body), disclosures, ordinals: stored.map(({ ordinal }) => ordinal) }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

async function byIndex(store: Store, range: Range): Promise<ReadonlyMap<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>()
  await scanWhatCanBeRead(store, range, (key, value) => {
    const parsed = parseKey(key)
    if (parsed.kind === 'entry' || parsed.kind === 'body') found.set(parsed.index, value)
  })
  return found
}

async function disclosuresByIndex(
  store: Store,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, readonly Stored[]>> {
  const found = new Map<number, Stored[]>()
  await scanWhatCanBeRead(store, disclosureRange(from, to), (key, value) => {
    const parsed = parseKey(key)
    if (parsed.kind !== 'disclosure') return
    const item = { ordinal: parsed.ordinal, value }
    const list = found.get(parsed.index)
    if (list === undefined) found.set(parsed.index, [item])
    else list.push(item)
  })
  return found
}

/** A scan that ends early at a damaged block: what is missing then is found missing per index. */
async function scanWhatCanBeRead(
  store: Store,
  range: Range,
  take: (key: Uint8Array, value: Uint8Array) => void,
): Promise<void> {
  try {
    for await (const chunk of store.scan(range)) for (const [key, value] of chunk) take(key, value)
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'STORE_UNREADABLE') throw error
  }
}

function readOne(store: Store, key: Uint8Array): Uint8Array | undefined {
  try {
    return store.get(key)
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'STORE_UNREADABLE') return undefined
    throw error
  }
}
