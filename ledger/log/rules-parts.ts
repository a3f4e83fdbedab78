/**
 * What one statement gives to the rules index, by itself: whom it cites, whether it is notable, and
 * what it counts for. An audit makes the same parts from the same statement and adds them up.
 */
import { concatBytes, equalBytes } from '../core/bytes.js'
import type { Sha256 } from '../core/hash.js'
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Tally, UsageKey } from '../rules/facts.js'
import type { Transfer } from '../rules/hop.js'
import { isHopType } from '../rules/hops.js'
import { tallyOf } from '../rules/tally.js'
import {
  blocksOf,
  type Counted,
  movementOf,
  tallyFor,
  usageKeysOf,
  usageKeyText,
} from '../rules/usage-index.js'
import type { RecordValue } from '../store/codec.js'
import {
  blockHash,
  citedKey,
  correctedKey,
  damagedRules,
  judgedKey,
  notableKey,
  type Relation,
  usageHash,
  valueBytes,
} from './rules-records.js'
import { type Notable, notableOf, type TakenStatement } from './rules-statement.js'
import { listOf, tallyRecord } from './usage-records.js'

/** A transfer under one usage key: the hash of the key, and what it adds there. */
export type UsagePart = { readonly hash: Uint8Array; readonly tally: Tally }

export type RulesParts = {
  /** Keys of records that say who cites whom. */
  readonly cited: readonly Uint8Array[]
  readonly notable: Notable | undefined
  /** Key of the record of what was judged; of a hop only. */
  readonly judged: Uint8Array | undefined
  readonly usage: readonly UsagePart[]
}

export function rulesPartsOf(statement: TakenStatement, sha: Sha256): RulesParts {
  return {
    cited: citedKeys(statement),
    notable: notableOf(statement),
    judged: isHopType(statement.facts.type) ? judgedKey(statement.index) : undefined,
    usage: statement.facts.type === 'transfer/1' ? usageOf(statement, sha) : [],
  }
}

function citedKeys(statement: TakenStatement): readonly Uint8Array[] {
  const { facts, index } = statement
  const key = (relation: Relation, id: StatementId): Uint8Array => citedKey(relation, id, index)
  // A statement that takes two datasets of one parent cites it once.
  const parents = new Set(facts.parents.map(({ id }) => id))
  return [
    ...[...parents].map((id) => key('parent', id)),
    ...(facts.instrument === undefined ? [] : [key('instrument', facts.instrument)]),
    ...(facts.supersedes === undefined ? [] : [key('supersedes', facts.supersedes)]),
    ...(notableOf(statement)?.scope ?? []).map((id) => key('scope', id)),
  ]
}

/** What a transfer counts for, key by key. */
export function usageOf({ claims }: Pick<TakenStatement, 'claims'>, sha: Sha256): UsagePart[] {
  // The claims have passed the shapes of a transfer, from which this type is derived.
  const transfer = { claims } as unknown as Pick<Transfer, 'claims'>
  const tally = tallyOf(transfer)
  return usageKeysOf(transfer).map((key) => ({
    hash: usageHash(usageKeyText(key), sha),
    tally: tallyFor(key.kind, tally),
  }))
}

export function notableRecord(notable: Notable): RecordValue {
  const { id, type, supersedes, scope, assessor, issuer } = notable
  return [type, id, supersedes ?? '', [...scope], assessor ?? '', issuer ?? '']
}

/** Bytes of everything that a statement gives, for the sum of the mark. */
export function partBytes(
  { cited, notable, judged, usage }: RulesParts,
  { index, time }: Pick<TakenStatement, 'index' | 'time'>,
): readonly Uint8Array[] {
  return [
    ...cited,
    ...(notable === undefined
      ? []
      : [concatBytes(notableKey(notable.index), valueBytes(notableRecord(notable)))]),
    // What was judged is not judged again by an audit; that it is there is asked.
    ...(judged === undefined ? [] : [judged]),
    ...usage.map(({ hash, tally }) => additionPart(hash, { index, time, tally })),
  ]
}

export function additionPart(hash: Uint8Array, { index, time, tally }: Counted): Uint8Array {
  return concatBytes(hash, valueBytes(['addition', index, time, tallyRecord(tally)]))
}

/** That a transfer was corrected, and by which entry first. */
export function correctedPart(id: StatementId, index: number): Uint8Array {
  return concatBytes(correctedKey(id), valueBytes(index))
}

/** What a correction takes out from under one usage key. */
export function removalPart(
  hash: Uint8Array,
  at: Pick<TakenStatement, 'index' | 'time'>,
  of: Counted,
): Uint8Array {
  const counted = [of.index, of.time, tallyRecord(of.tally)]
  return concatBytes(hash, valueBytes(['removal', at.index, at.time, counted]))
}

/**
 * Where else it is counted that a transfer was taken out: a series of additions for each block of
 * entries that it is in, under a key made of the usage key and the block.
 */
export function blockPartsOf(
  hash: Uint8Array,
  { index, tally }: Omit<Counted, 'time'>,
  sha: Sha256,
): readonly UsagePart[] {
  return blocksOf(index).map((block) => ({ hash: blockHash(hash, block, sha), tally }))
}

/** Bytes of everything that a correction takes out from under one usage key. */
export function removalBytes(
  hash: Uint8Array,
  at: Pick<TakenStatement, 'index' | 'time'>,
  of: Counted,
  sha: Sha256,
): readonly Uint8Array[] {
  const { index, time } = at
  return [
    removalPart(hash, at, of),
    ...blockPartsOf(hash, of, sha).map((part) =>
      additionPart(part.hash, { index, time, tally: part.tally }),
    ),
  ]
}

/** @throws LedgerError ENTRY_MISMATCH for a record that no statement gives */
export function notableOfRecord(index: number, value: RecordValue): Notable {
  const [type, id, supersedes, scope, assessor, issuer] = listOf(value)
  if (typeof type !== 'string' || typeof id !== 'string') throw damagedRules()
  return {
    index,
    type: type as Notable['type'],
    id: id as StatementId,
    ...(typeof supersedes === 'string' && supersedes !== ''
      ? { supersedes: supersedes as StatementId }
      : {}),
    ...(typeof assessor === 'string' && assessor !== '' ? { assessor: assessor as PartyId } : {}),
    ...(typeof issuer === 'string' && issuer !== '' ? { issuer: issuer as PartyId } : {}),
    scope: listOf(scope) as readonly StatementId[],
  }
}

/** Does a transfer count in place of the one that it supersedes? */
export function corrects(correction: TakenStatement, old: TakenStatement): boolean {
  const movement = movementOfTaken(correction)
  return movement !== undefined && movementOfTaken(old) === movement
}

function movementOfTaken({ facts, claims }: TakenStatement): string | undefined {
  const { parents } = facts
  // The claims have passed the shapes of a transfer, from which this type is derived.
  return movementOf({ parents, claims } as unknown as Pick<Transfer, 'parents' | 'claims'>)
}

/** What a corrected transfer counts under a usage key; undefined where it does not count. */
export function countedUnder(
  key: UsageKey,
  movement: string,
  statement: TakenStatement | undefined,
  sha: Sha256,
): Counted | undefined {
  if (statement?.facts.type !== 'transfer/1') return undefined
  if (movementOfTaken(statement) !== movement) return undefined
  const hash = usageHash(usageKeyText(key), sha)
  const own = usageOf(statement, sha).find((part) => equalBytes(part.hash, hash))
  const { index, time } = statement
  return own === undefined ? undefined : { index, time, tally: own.tally }
}
