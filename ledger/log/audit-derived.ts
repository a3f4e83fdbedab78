/** The parts of an audit beside the entries: counts of derived records, and the inbox. */
import { fromHex } from '../core/bytes.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { type Finding, findingOf } from '../core/finding.js'
import { kindRange, parseKey } from '../store/layout.js'
import type { Store } from '../store/store.js'
import { openInbox } from './open-inbox.js'
import { artefactRange, type Records } from './records.js'

/**
 * Kinds of records that are derived from entries and bodies, and how many there are. Of the search
 * index only what leads from an artefact to its outcomes counts: the rest is built when it is asked for.
 */
export type DerivedKind = 'id' | 'holder' | 'refused' | 'registry' | 'tile' | 'edges' | 'search'
export type DerivedCounts = { [kind in DerivedKind]: number }

const DERIVED: readonly DerivedKind[] = [
  'id',
  'holder',
  'refused',
  'registry',
  'tile',
  'edges',
  'search',
]

export function noDerived(): DerivedCounts {
  return { id: 0, holder: 0, refused: 0, registry: 0, tile: 0, edges: 0, search: 0 }
}

/** Which kind of derived record a key is of. */
export function derivedKind(key: Uint8Array): DerivedKind {
  const { kind } = parseKey(key)
  const found = DERIVED.find((derived) => derived === kind)
  if (found === undefined) throw new LedgerError('STORE_RECORD_MALFORMED', { reason: kind })
  return found
}

/**
 * Counts what is stored: each expected record was compared before, so equal counts mean that there is
 * nothing else.
 *
 * @throws LedgerError STORE_UNREADABLE
 */
export async function countDerived(store: Store): Promise<DerivedCounts> {
  const counts = noDerived()
  for (const kind of DERIVED) {
    const range = kind === 'search' ? artefactRange() : kindRange(kind)
    for await (const chunk of store.scan(range)) counts[kind] += chunk.length
  }
  return counts
}

/** Checks events and bodies against the head's pin; returns how many proposals wait. */
export async function auditInbox(
  records: Records,
  pin: { readonly base: number; readonly seq: number; readonly hash: string },
  crypto: Crypto,
  findings: Finding[],
): Promise<number> {
  try {
    const inbox = await openInbox(
      records,
      { base: pin.base, seq: pin.seq, hash: fromHex(pin.hash, 32) },
      crypto,
    )
    return inbox.waiting.size
  } catch (error) {
    findings.push(findingOf(error, { at: 'inbox' }))
    return 0
  }
}
