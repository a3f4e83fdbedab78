/**
 * Where an audit begins that builds on an earlier one: the tree and the registry as of the size up to
 * which all was verified. Both are read from the log again and must give the root that was verified
 * then; derived records of earlier entries are not compared again.
 */
import { equalBytes } from '../core/bytes.js'
import type { Checkpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf, parseEntry } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import type { RegistryChange } from '../core/key-state.js'
import { registryRoot } from '../core/registry.js'
import type { StatementId } from '../core/statement.js'
import { openRecord } from './reader.js'
import type { Records } from './records.js'
import { RegistryDraft, type RegistryState } from './registry-state.js'
import { openTree, type TreeState } from './tree.js'

/** What an earlier audit has found in order. */
export type AuditedTree = Pick<Checkpoint, 'size' | 'root'>

export type ResumedState = {
  readonly tree: TreeState
  readonly lastLeaf: Uint8Array
  readonly lastTime: number
}

type Declared = {
  readonly index: number
  readonly id: StatementId
  readonly change: RegistryChange
}

/** Registry changes before `end`, but for those that cannot be read: the walk comes to their entries. */
export async function* declaredChanges(
  records: Records,
  end: number,
  crypto: Crypto,
): AsyncIterable<Declared> {
  for await (const index of records.registryEntries(end)) {
    const declared = changeAt(index, records, crypto)
    if (declared !== undefined) yield declared
  }
}

function changeAt(index: number, records: Records, crypto: Crypto): Declared | undefined {
  try {
    const entry = records.entry(index)
    const record = records.statement(index)
    if (entry === undefined || record === undefined) return undefined
    const { facts, id } = openRecord(index, entry, record, crypto)
    return facts.change === undefined ? undefined : { index, id, change: facts.change }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return undefined
  }
}

/**
 * The state after `size` entries; folds the registry into `registry`.
 *
 * Rejects with LEDGER_BEHIND_HEAD or LEDGER_DAMAGED when the log does not give what was verified.
 */
export async function resumedState(
  { size, root }: AuditedTree,
  registry: RegistryState,
  records: Records,
  crypto: Crypto,
): Promise<ResumedState> {
  const entryAt = (index: number): Uint8Array => {
    const bytes = records.entry(index)
    if (bytes === undefined) throw damaged(index, 'an entry is missing')
    return bytes
  }
  const leafAt = (index: number) => entryLeaf(entryAt(index), crypto.sha256)
  const readTile = (level: number, number: number) => records.tile(level, number)
  const tree = openTree({ size, root }, leafAt, readTile, crypto.sha256)
  for await (const { index, id, change } of declaredChanges(records, size, crypto)) {
    const draft = new RegistryDraft(registry, crypto.sha256)
    draft.apply(change, id, index)
    registry.merge(draft)
  }
  const last = parseEntry(entryAt(size - 1))
  if (!equalBytes(registryRoot(registry.map), last.registryRoot)) {
    throw damaged(size - 1, 'registry statements do not give the registry root')
  }
  return { tree, lastLeaf: leafAt(size - 1), lastTime: last.time }
}

function damaged(index: number, reason: string): LedgerError {
  return new LedgerError('LEDGER_DAMAGED', { index, reason })
}
