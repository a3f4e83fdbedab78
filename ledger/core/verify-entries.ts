/**
 * Entries and registry roots of evidence: inclusion, chain, order, and how many registry statements
 * each party has under each root. DESIGN 4.4, 4.5, 4.7.
 *
 * Nothing here knows what a statement says. Findings are added to the list that is handed in.
 */
import { toHex } from './bytes.js'
import type { Checkpoint } from './checkpoint.js'
import type { Crypto } from './ed25519.js'
import { type Entry, entryLeaf, firstPrevious, parseEntry, verifyChainLink } from './entry.js'
import { LedgerError } from './errors.js'
import type { EntryEvidence, Evidence, RegistryEvidence } from './evidence.js'
import { type Finding, findingOf } from './finding.js'
import type { LeafHash } from './hash.js'
import type { PartyId } from './key-state.js'
import { verifyInclusion } from './proof.js'
import { registryKey, verifyRegistryPath } from './registry.js'
import type { VerifiedParty } from './verify-registry.js'

/** An entry that is proven to stand at `index` under the checkpoint. */
export type Located = { readonly index: number; readonly entry: Entry }

type Leaf = Located & { readonly leaf: LeafHash }

/**
 * Every entry with its inclusion. Entry 0 and the last one must be there; where two neighbours are,
 * so must be the link between them, and time never goes backwards.
 */
export function verifyEntries(
  evidence: Evidence,
  checkpoint: Checkpoint,
  crypto: Crypto,
  findings: Finding[],
): ReadonlyMap<number, Located> {
  const leaves = new Map<number, Leaf>()
  for (const item of evidence.entries) {
    const leaf = collect(findings, item.index, () => provenEntry(item, checkpoint, crypto))
    if (leaf !== undefined) leaves.set(item.index, leaf)
  }
  const rising = [...leaves.values()].sort((a, b) => a.index - b.index)
  for (const [position, leaf] of rising.entries()) {
    const before = rising[position - 1]
    collect(findings, leaf.index, () => checkOrder(leaf, before, checkpoint.origin, crypto))
  }
  for (const index of checkpoint.size === 0 ? [] : [0, checkpoint.size - 1]) {
    if (evidence.entries.some((item) => item.index === index)) continue
    findings.push({ severity: 'incomplete', code: 'EVIDENCE_MISSING', at: `entry ${index}`, index })
  }
  return new Map(rising.map((leaf) => [leaf.index, leaf]))
}

function provenEntry(item: EntryEvidence, checkpoint: Checkpoint, crypto: Crypto): Leaf {
  const entry = parseEntry(item.entry)
  const leaf = entryLeaf(item.entry, crypto.sha256)
  verifyInclusion(leaf, item.index, checkpoint.size, item.path, checkpoint.root)
  return { index: item.index, entry, leaf }
}

function checkOrder(
  { index, entry }: Leaf,
  before: Leaf | undefined,
  origin: string,
  crypto: Crypto,
): void {
  if (index === 0) verifyChainLink(entry, firstPrevious(origin, crypto.sha256), 0, 0)
  if (before === undefined) return
  if (before.index === index - 1) verifyChainLink(entry, before.leaf, before.entry.time, index)
  else if (entry.time < before.entry.time) {
    throw new LedgerError('ENTRY_CHAIN_BROKEN', { index, reason: 'time goes backwards' })
  }
}

/** Finds entries by statement id; an id is in a log at most once (DESIGN 4.3). */
export function entriesById(
  entries: ReadonlyMap<number, Located>,
  findings: Finding[],
): ReadonlyMap<string, Located> {
  const byId = new Map<string, Located>()
  for (const located of entries.values()) {
    const { index, entry } = located
    const known = byId.get(entry.id)
    if (known === undefined) byId.set(entry.id, located)
    else {
      const detail = `the statement of entry ${known.index} again`
      findings.push({
        severity: 'failed',
        code: 'STATEMENT_ADMITTED',
        at: `entry ${index}`,
        id: entry.id,
        index,
        detail,
      })
    }
  }
  return byId
}

/** How many of a party's registry statements there are under a registry root (hex). */
export type Counts = ReadonlyMap<string, ReadonlyMap<PartyId, number>>

/**
 * Checks every path of the registry map, that no party's list ever got shorter, and that each list
 * is complete at the last entry.
 */
export function verifyPaths(
  evidence: Evidence,
  parties: ReadonlyMap<PartyId, VerifiedParty>,
  entries: ReadonlyMap<number, Located>,
  crypto: Crypto,
): { readonly counts: Counts; readonly findings: readonly Finding[] } {
  const findings: Finding[] = []
  const counts = new Map<string, Map<PartyId, number>>()
  const listed = new Set(evidence.parties.map(({ party }) => party))
  for (const item of evidence.registry) {
    const known = parties.get(item.party)
    // A list that is shown and has a defect has its finding already.
    if (known === undefined && listed.has(item.party)) continue
    try {
      checkPath(item, known, crypto)
      const root = toHex(item.root)
      counts.set(root, (counts.get(root) ?? new Map()).set(item.party, item.count))
    } catch (error) {
      findings.push(findingOf(error, { at: `party ${item.party}` }))
    }
  }
  findings.push(...shrinking(entries, counts))
  return { counts, findings }
}

function checkPath(
  { root, party, count, path }: RegistryEvidence,
  known: VerifiedParty | undefined,
  crypto: Crypto,
): void {
  if (known === undefined) {
    throw new LedgerError('EVIDENCE_MISSING', { reason: 'its registry statements are not shown' })
  }
  if (count > known.ids.length) {
    throw new LedgerError('REGISTRY_MISMATCH', { reason: 'a statement is left out' })
  }
  const key = registryKey('party', party, crypto.sha256)
  verifyRegistryPath({ key, ids: known.ids.slice(0, count), path }, root, crypto.sha256)
}

/** A registry statement stays for ever: under a later root there are never fewer. */
function shrinking(entries: ReadonlyMap<number, Located>, counts: Counts): readonly Finding[] {
  const findings: Finding[] = []
  const most = new Map<PartyId, number>()
  let last: string | undefined
  for (const { index, entry } of entries.values()) {
    const root = toHex(entry.registryRoot)
    if (root === last) continue
    last = root
    for (const [party, count] of counts.get(root) ?? []) {
      if (count < (most.get(party) ?? 0)) {
        const detail = 'fewer registry statements than at an earlier entry'
        const at = `party ${party}`
        findings.push({ severity: 'failed', code: 'REGISTRY_MISMATCH', at, index, detail })
      }
      most.set(party, Math.max(count, most.get(party) ?? 0))
    }
  }
  return findings
}

function collect<T>(findings: Finding[], index: number, check: () => T): T | undefined {
  try {
    return check()
  } catch (error) {
    findings.push(findingOf(error, { at: `entry ${index}`, index }))
    return undefined
  }
}
