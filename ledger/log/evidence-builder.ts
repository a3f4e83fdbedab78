/**
 * Puts evidence together from a log: statements, entries, proofs, registry lists, under one checkpoint.
 * DESIGN 4.8. Every part is read with verification; what is damaged is an error, never left out.
 */
import { toHex } from '../core/bytes.js'
import { parseCheckpoint } from '../core/checkpoint.js'
import { parseEntry } from '../core/entry.js'
import { invariant, LedgerError } from '../core/errors.js'
import type {
  EntryEvidence,
  Evidence,
  PartyEvidence,
  RegistryEvidence,
  StatementEvidence,
} from '../core/evidence.js'
import type { StatementFacts } from '../core/facts.js'
import { hasCompromise, orderCounts, type PartyId } from '../core/key-state.js'
import { parseNote } from '../core/note.js'
import type { StatementId } from '../core/statement.js'
import type { LogState } from './log-state.js'
import type { StoredStatement } from './reader.js'
import type { RegistryView } from './registry-state.js'

/** How much of a statement somebody may see. */
export type View = (stored: StoredStatement) => 'envelope' | 'stub'

const SHOW_ALL: View = () => 'envelope'

/** Signed checkpoints that evidence may stand under: the published one first, where there is one. */
export type EvidenceCheckpoints = {
  readonly published: string | undefined
  readonly head: string
}

/** A log as it was at some size: what came later is not spoken of. */
type LogAt = Pick<LogState, 'reader' | 'nodes' | 'registry' | 'registrar' | 'crypto'> & {
  readonly size: number
}

/**
 * Evidence for these statements: under the published checkpoint where it covers them all, since
 * witnesses cosigned that one, else under the log's head.
 *
 * @throws LedgerError STATEMENT_NOT_FOUND, ENTRY_MISMATCH
 */
export function buildEvidence(
  log: LogState,
  checkpoints: EvidenceCheckpoints,
  ids: readonly StatementId[],
  view: View = SHOW_ALL,
): Evidence {
  const { reader, nodes, registry, registrar, crypto } = log
  const last = ids.reduce((most, id) => Math.max(most, reader.indexOf(id) ?? notFound()), 0)
  const { checkpoint, size } = covering(checkpoints, last)
  const state: LogAt = { reader, nodes, registry, registrar, crypto, size }
  return evidenceAt(state, checkpoint, ids, view)
}

/** The first of the checkpoints whose tree has this index. */
function covering(
  { published, head }: EvidenceCheckpoints,
  index: number,
): { readonly checkpoint: string; readonly size: number } {
  for (const checkpoint of published === undefined ? [head] : [published, head]) {
    const { size } = parseCheckpoint(parseNote(checkpoint).text)
    if (index < size) return { checkpoint, size }
  }
  throw new LedgerError('NOTHING_TO_VERIFY')
}

function evidenceAt(
  state: LogAt,
  checkpoint: string,
  ids: readonly StatementId[],
  view: View,
): Evidence {
  const { size, reader } = state
  const stored = [...new Set(ids)]
    .map((id) => reader.statement(id) ?? notFound())
    .sort((a, b) => a.index - b.index)
  const shown = stored.map((item) => ({ item, form: view(item) }))
  const parties = partiesOf(state, shown)
  const indexes = new Set([0, size - 1, ...stored.map(({ index }) => index)])
  for (const index of registryIndexes(state, parties.keys())) indexes.add(index)
  return {
    checkpoint,
    entries: [...indexes].sort((a, b) => a - b).map((index) => entryEvidence(state, index)),
    statements: shown.map(({ item, form }) => statementEvidence(item, form)),
    parties: [...parties.keys()].sort().map((party) => partyEvidence(state, party)),
    registry: registryEvidence(state, parties),
  }
}

function entryEvidence(state: LogAt, index: number): EntryEvidence {
  return {
    index,
    entry: state.reader.entryBytes(index),
    path: state.nodes.inclusionProof(index, state.size),
  }
}

function statementEvidence(
  { opened }: StoredStatement,
  form: 'envelope' | 'stub',
): StatementEvidence {
  const { envelope } = opened
  return form === 'envelope'
    ? { form, envelope }
    : { form, envelope: { ...envelope, signatures: [], disclosures: [] } }
}

/** Per party, the entry indexes at which its key state must be shown: its signatures', and the last one. */
function partiesOf(
  state: LogAt,
  shown: readonly { readonly item: StoredStatement; readonly form: 'envelope' | 'stub' }[],
): ReadonlyMap<PartyId, ReadonlySet<number>> {
  const { registrar, registry, size } = state
  invariant(registrar !== undefined, 'a log with entries has a registrar')
  const parties = new Map<PartyId, Set<number>>([[registrar, new Set([size - 1])]])
  for (const { item, form } of shown) {
    parties.get(registrar)?.add(item.index)
    // A stub names nobody, so nobody else's registry statements may give its parties away.
    if (form === 'stub') continue
    for (const party of namedBy(item.facts, registry)) {
      const indexes = parties.get(party) ?? new Set([size - 1])
      indexes.add(item.index)
      parties.set(party, indexes)
    }
  }
  return parties
}

/** Who signed, and whose list a registry statement belongs to: the registrar may revoke alone. */
function namedBy(facts: StatementFacts, registry: RegistryView): readonly PartyId[] {
  const signers = facts.signers.map(({ kid }) => {
    const party = registry.ownerOf(kid)
    invariant(party !== undefined, 'an admitted signature is by an enrolled key')
    return party
  })
  return facts.change === undefined ? signers : [...signers, facts.change.party]
}

/**
 * Entries of registry statements, where it counts when they were made: all of them once the registrar
 * has changed its keys, and those of a party that declared one compromised.
 */
function registryIndexes(state: LogAt, parties: Iterable<PartyId>): readonly number[] {
  const { registrar, registry, reader, size } = state
  const operator = registrar === undefined ? undefined : registry.party(registrar)
  const all = operator !== undefined && orderCounts(operator.state)
  return [...parties]
    .flatMap((party) => registry.party(party) ?? [])
    .filter((record) => all || hasCompromise(record.state))
    .flatMap((record) => record.statements.flatMap((id) => reader.indexOf(id) ?? []))
    .filter((index) => index < size)
}

function partyEvidence(state: LogAt, party: PartyId): PartyEvidence {
  const record = state.registry.party(party)
  invariant(record !== undefined, 'a party of the evidence is enrolled')
  return {
    party,
    statements: record.statements
      .filter((id) => (state.reader.indexOf(id) ?? notFound()) < state.size)
      .map((id) => (state.reader.statement(id) ?? notFound()).opened.envelope),
  }
}

/** One path per party and distinct registry root. */
function registryEvidence(
  state: LogAt,
  parties: ReadonlyMap<PartyId, ReadonlySet<number>>,
): readonly RegistryEvidence[] {
  const found = new Map<string, RegistryEvidence>()
  for (const [party, indexes] of parties) {
    const ids = state.registry.party(party)?.statements ?? []
    for (const index of indexes) {
      const { registryRoot } = parseEntry(state.reader.entryBytes(index))
      const name = `${toHex(registryRoot)}/${party}`
      if (found.has(name)) continue
      const path = state.registry.pathAt(party, index, state.crypto.sha256)
      if (path === undefined) continue
      const count = ids.filter(
        (id) => (state.reader.indexOf(id) ?? Number.POSITIVE_INFINITY) <= index,
      ).length
      found.set(name, { root: registryRoot, party, count, path })
    }
  }
  return [...found.keys()].sort().map((name) => found.get(name) ?? notFound())
}

function notFound(): never {
  throw new LedgerError('STATEMENT_NOT_FOUND')
}
