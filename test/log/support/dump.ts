/** Every answer that a ledger gives, as text, or the code with which it refuses to. */
import { toHex } from '../../../ledger/core/bytes.js'
import { envelopeJson } from '../../../ledger/core/envelope.js'
import { LedgerError } from '../../../ledger/core/errors.js'
import { bundleJson } from '../../../ledger/core/evidence.js'
import { encodeJcs, type Json } from '../../../ledger/core/json.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import type { Ledger } from '../../../ledger/log/ledger.js'
import type { Proposal } from '../../../ledger/log/proposal.js'
import type { StoredStatement } from '../../../ledger/log/reader.js'

/** What to ask a ledger about. */
export type Questions = {
  readonly ids: readonly StatementId[]
  readonly digests: readonly string[]
}

/** Answers by question. One that was refused begins with an exclamation mark. */
export type Dump = ReadonlyMap<string, string>

export async function dumpOf(ledger: Ledger, { ids, digests }: Questions): Promise<Dump> {
  const answers = new Map<string, string>()
  const ask = async (question: string, answer: () => unknown): Promise<void> => {
    try {
      answers.set(question, encodeJcs((await answer()) as Json))
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      answers.set(question, `!${error.code}`)
    }
  }
  const { size } = ledger
  await ask('size', () => size)
  await ask('checkpoint', () => ledger.headCheckpoint())
  for (let index = 0; index < size; index += 1) {
    await ask(`entry ${index}`, () => toHex(ledger.entry(index)))
    await ask(`statement at ${index}`, () => storedJson(ledger.statementAt(index)))
    await ask(`inclusion of ${index}`, () => ledger.inclusionProof(index, size).map(toHex))
    await ask(`consistency of ${index + 1}`, () =>
      ledger.consistencyProof(index + 1, size).map(toHex),
    )
  }
  for (const id of ids) {
    await ask(`index of ${id}`, () => ledger.indexOf(id) ?? null)
    await ask(`resolved ${id}`, () => ledger.resolve(id.slice(0, 12)))
    await ask(`statement ${id}`, () => storedJson(ledger.statement(id)))
    await ask(`evidence of ${id}`, () => bundleJson(ledger.evidence([id])))
    await ask(`lineage of ${id}`, () => ledger.lineageIds(id) as readonly string[])
    await ask(`proposal ${id}`, () => proposalJson(ledger.proposal(id)))
  }
  for (const digest of digests) {
    await ask(
      `outcomes of ${digest}`,
      async () => (await ledger.outcomesOf(digest)) as readonly string[],
    )
  }
  for (const party of ledger.parties()) {
    await ask(`party ${party}`, () => partyJson(ledger, party))
    await ask(`inbox of ${party}`, () => ledger.inbox(party).map(proposalJson))
    await ask(`sent by ${party}`, () => ledger.sent(party).map(proposalJson))
  }
  return answers
}

function storedJson(stored: StoredStatement | undefined): Json {
  if (stored === undefined) return null
  const { id, index, time, entry, opened, facts } = stored
  const claims = [...opened.open.claims].map(
    ([name, { values }]): Json => [name, values.map((value) => value ?? 'withheld')],
  )
  return {
    id,
    index,
    time,
    entry: toHex(entry),
    envelope: envelopeJson(opened.envelope),
    claims,
    parents: facts.parents.map(({ id: parent, n }) => ({ id: parent, n })),
  }
}

function proposalJson(proposal: Proposal | undefined): Json {
  if (proposal === undefined) return null
  const { id, envelope, received, missing, countersignBy, seq } = proposal
  const { refusedBy = null } = proposal
  return {
    id,
    envelope: envelopeJson(envelope),
    received,
    missing: [...missing],
    countersignBy,
    seq,
    refusedBy,
  }
}

function partyJson(ledger: Ledger, party: Parameters<Ledger['party']>[0]): Json {
  const record = ledger.party(party)
  if (record === undefined) return null
  const keys = [...record.state.keys.values()].map(
    ({ kid, status, uses, key }): Json => [kid, status, [...uses], toHex(key)],
  )
  return { keys, statements: [...record.statements] }
}
