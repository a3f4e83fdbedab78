/**
 * A ledger's folder as a source: opens it, so no server may be running on it.
 */

import {
  type BulkOutcome,
  type InboxItem,
  type InboxPage,
  type PartyRecord,
  type PartySummary,
  readImpact,
  readSimulation,
  type StatementRecord,
  type SubmitOutcome,
} from '../client/index.js'
import { utf8Encode } from '../ledger/core/bytes.js'
import { parseEntry } from '../ledger/core/entry.js'
import { type Envelope, envelopeJson } from '../ledger/core/envelope.js'
import { LedgerError } from '../ledger/core/errors.js'
import { encodeJcs } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import {
  type ItemOutcome,
  impactIn,
  type Ledger,
  openLedgerFolder,
  type Proposal,
  readLedgerConfig,
  simulateIn,
} from '../ledger/index.js'
import type { Environment } from './config.js'
import { searchFolder } from './folder-search.js'
import type { LedgerSource } from './ledger-source.js'
import { lastSeen } from './state-folder.js'
import { statedRules } from './stated-rules.js'

/** Statements that an impact follows in a folder, which has no others to serve. */
const FOLLOWED_MAX = 1_000_000

/**
 * Opening may sign, so the folder must not be behind what this person has seen of its ledger.
 *
 * Rejects with LedgerError LEDGER_NOT_FOUND, LEDGER_LOCKED, LEDGER_ROLLED_BACK and whatever opening
 * finds wrong.
 */
export async function openFolderSource(
  folder: string,
  environment: Environment,
): Promise<LedgerSource> {
  const { origin } = await readLedgerConfig(folder)
  const seen = await lastSeen(environment, origin)
  const { ledger } = await openLedgerFolder(folder, {
    workers: 0,
    readable: true,
    ...(seen === undefined ? {} : { seenElsewhere: [seen] }),
  })
  return folderSource(ledger, folder)
}

/** An open ledger as a source. `close` closes the ledger. */
export function folderSource(ledger: Ledger, folder: string): LedgerSource {
  const proven = (outcome: ItemOutcome): SubmitOutcome => {
    const told = toldOutcome(outcome)
    if (told.status === 'rejected') throw told.error
    return told.status === 'waiting' ? told : { ...told, receipt: ledger.evidence([told.id]) }
  }
  return {
    flag: `--dir ${folder}`,
    info: async () => ({
      origin: ledger.origin,
      vkey: ledger.vkey,
      registrar: registrarOf(ledger),
      size: ledger.size,
      time: ledger.lastTime,
    }),
    checkpoint: async () => ledger.publisher.shown ?? ledger.headCheckpoint(),
    genesis: async () => parseEntry(ledger.entry(0)).id,
    registrar: async () => registrarOf(ledger),
    registry: async (party) => partyRecord(ledger, party).statements,
    submit: async (envelope) => proven(await ledger.submit(envelopeJson(envelope))),
    submitMany: (envelopes) => submitMany(ledger, envelopes),
    validate: async (envelope) => {
      const { id, issues, rules } = await ledger.validate(envelopeJson(envelope))
      return {
        valid: issues.length === 0,
        ...(id === undefined ? {} : { id }),
        issues,
        ...(rules === undefined ? {} : { rules: statedRules(rules) }),
      }
    },
    sendSignature: async (id, { protected: head, signature }) =>
      proven(await ledger.countersign(id, { protected: head, signature })),
    sendRefusal: async (_about, envelope) => proven(await ledger.submit(envelopeJson(envelope))),
    statement: async (id) => statementRecord(ledger, await ledger.resolve(id)),
    receipt: async (id) => ledger.evidence([await ledger.resolve(id)]),
    lineage: async (id) => ledger.rules.evidence(ledger.lineageIds(await ledger.resolve(id))),
    usage: async () => {
      await ledger.rules.prepare()
      return ledger.rules.facts().usage
    },
    search: (query) => searchFolder(ledger, query),
    outcomes: async (digest) => ledger.outcomesOf(digest),
    impact: async (subject, at) =>
      readImpact(await impactIn(ledger, subject, { ...at, max: FOLLOWED_MAX })),
    simulate: async (change, at) =>
      readSimulation(await simulateIn(ledger, change, { ...at, max: FOLLOWED_MAX })),
    // Nobody else can write while this has the folder, so there is nothing to wait for.
    inbox: async (party, { box = 'inbox' }) => inboxPage(ledger, party, box),
    parties: async () => ledger.parties().map((party) => partySummary(ledger, party)),
    party: async (party) => partyRecord(ledger, party),
    partyEvidence: async (party) => ledger.evidence(partySummary(ledger, party).statements),
    consistencyProof: async (first, second) => ledger.consistencyProof(first, second),
    inclusionPath: async (index, size) => ledger.inclusionProof(index, size),
    close: () => ledger.close(),
  }
}

function registrarOf(ledger: Ledger): PartyId {
  if (ledger.registrar === undefined)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'no entry 0' })
  return ledger.registrar
}

function inboxPage(ledger: Ledger, party: PartyId, box: 'inbox' | 'sent'): InboxPage {
  const proposals = box === 'sent' ? ledger.sent(party) : ledger.inbox(party)
  const items = proposals.map((proposal) => inboxItem(ledger, proposal, party, box))
  return { items, version: ledger.inboxVersion() }
}

/** As a server would answer it. */
function toldOutcome(outcome: ItemOutcome): BulkOutcome {
  if (outcome.status !== 'admitted') return outcome
  const { status, id, index, rules } = outcome
  return { status, id, index, ...(rules === undefined ? {} : { rules: statedRules(rules) }) }
}

async function submitMany(
  ledger: Ledger,
  envelopes: readonly Envelope[],
): Promise<readonly BulkOutcome[]> {
  const lines = envelopes.map((envelope) => `${encodeJcs(envelopeJson(envelope))}\n`)
  const outcomes = await ledger.submitBulk(utf8Encode(lines.join('')), 'ndjson')
  return outcomes.map(toldOutcome)
}

function statementRecord(ledger: Ledger, id: StatementId): StatementRecord {
  const stored = ledger.statement(id)
  if (stored !== undefined) {
    const { index, time, opened } = stored
    return { id, index, time, statement: { form: 'envelope', envelope: opened.envelope } }
  }
  const proposal = ledger.proposal(id)
  if (proposal === undefined) throw new LedgerError('STATEMENT_NOT_FOUND')
  const { envelope, refusedBy } = proposal
  return {
    id,
    ...(refusedBy === undefined ? {} : { refusedBy }),
    statement: { form: 'envelope', envelope },
  }
}

function inboxItem(
  ledger: Ledger,
  proposal: Proposal,
  party: PartyId,
  box: 'inbox' | 'sent',
): InboxItem {
  const { id, envelope, facts, received, missing, countersignBy } = proposal
  const mine = missing.filter((role) => ledger.partyOfRole(role, facts) === party)
  const roles = box === 'sent' ? missing : mine
  return { id, type: facts.type, roles, received, countersignBy, envelope }
}

function partySummary(ledger: Ledger, party: PartyId): PartySummary {
  const record = ledger.party(party)
  if (record === undefined) throw new LedgerError('PARTY_NOT_FOUND')
  const keys = [...record.state.keys.values()].map(({ kid, uses, status }) => ({
    kid,
    uses,
    status,
  }))
  return { party, keys, statements: record.statements }
}

function partyRecord(ledger: Ledger, party: PartyId): PartyRecord {
  const { keys, statements } = partySummary(ledger, party)
  const envelopes = statements.map((id) => {
    const stored = ledger.statement(id)
    if (stored === undefined)
      throw new LedgerError('ENTRY_MISMATCH', { record: 'registry statement' })
    return stored.opened.envelope
  })
  return { party, keys, statements: envelopes }
}
