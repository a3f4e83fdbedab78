/**
 * What this person knows of a party's registry statements: those seen and accepted, and those signed
 * here. DESIGN 2 "a party can watch its own name".
 *
 *     <XDG state>/waybill/ledgers/<SHA-256 of the origin>/watch-<party id>.json
 */
import { join } from 'node:path'
import { readRemembered, replaceFile } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { hasFormat } from '../ledger/core/formats.js'
import { encodeJcs, isObject, type Json, parseJson } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { Environment } from './config.js'
import { ledgerFolder } from './state-folder.js'

export type WatchMemory = {
  /** Statements that were there at the first look, or accepted since; absent before the first look. */
  readonly known?: readonly StatementId[]
  /** Statements that were signed on this machine. */
  readonly signed: readonly StatementId[]
}

export type Watched = { readonly origin: string; readonly party: PartyId }

/** Rejects with INPUT_IO, or CONFIG_INVALID for a file that somebody else wrote. */
export async function recallWatch(
  environment: Environment,
  watched: Watched,
): Promise<WatchMemory> {
  const path = watchPath(environment, watched)
  const text = await readRemembered(path)
  if (text === undefined) return { signed: [] }
  const value = parsed(text, path)
  const known = value['known']
  return {
    ...(known === undefined ? {} : { known: idsOf(known, path) }),
    signed: idsOf(value['signed'], path),
  }
}

export async function rememberWatch(
  environment: Environment,
  watched: Watched,
  { known, signed }: WatchMemory,
): Promise<void> {
  const value = { ...(known === undefined ? {} : { known }), signed }
  await replaceFile(watchPath(environment, watched), `${encodeJcs(value)}\n`)
}

/** A statement that was signed here is no news. */
export async function rememberSigned(
  environment: Environment,
  watched: Watched,
  id: StatementId,
): Promise<void> {
  const memory = await recallWatch(environment, watched)
  if (memory.signed.includes(id)) return
  await rememberWatch(environment, watched, { ...memory, signed: [...memory.signed, id] })
}

function watchPath(environment: Environment, { origin, party }: Watched): string {
  return join(ledgerFolder(environment, origin), `watch-${party}.json`)
}

function parsed(text: string, path: string): { readonly [name: string]: Json } {
  const value = parseJson(text.trim())
  if (!isObject(value)) throw new LedgerError('CONFIG_INVALID', { file: path })
  return value
}

function idsOf(value: Json | undefined, path: string): readonly StatementId[] {
  if (!Array.isArray(value) || !value.every(isStatementId))
    throw new LedgerError('CONFIG_INVALID', { file: path })
  return value as readonly StatementId[]
}

function isStatementId(value: Json): boolean {
  return typeof value === 'string' && hasFormat(value, 'statement-id')
}
