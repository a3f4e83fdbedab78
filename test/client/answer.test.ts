/**
 * Answers that are not as documented, or are about something else than was asked.
 */
import { describe, expect, test } from 'vitest'
import { openClient } from '../../client/index.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import type { Json } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { type StatementId, statementId } from '../../ledger/core/statement.js'
import { signerFromSeed } from '../../ledger/crypto/signer.js'

const ORIGIN = 'ledger.example/answers'
const apiSigner = signerFromSeed(new Uint8Array(32).fill(9))
const party = apiSigner.kid as string as PartyId

/** A client whose server answers everything with `answer`. */
function answered(answer: Json | string) {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  return openClient({
    server: 'http://127.0.0.1:9',
    origin: ORIGIN,
    apiSigner,
    retries: 0,
    fetch: () => Promise.resolve(new Response(text, { status: 200 })),
  })
}

function collection() {
  const claims = {
    collector: party,
    place: { jurisdiction: 'DE' },
    purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
    datasets: [{ n: 0, name: 'rides', digest: '0'.repeat(64), from: [] }],
    period: { begin: '2026-11-01T00:00:00Z' },
  }
  return answered('').buildAndSign({ type: 'collection/1', claims }, 'collector', apiSigner)
}

const ID = 'ab'.repeat(32) as StatementId
const OTHER = 'cd'.repeat(32) as StatementId

describe('answers of another form are SERVER_ANSWER_INVALID', () => {
  test.each([
    ['no JSON', 'hello'],
    ['a list', []],
    ['nothing in it', {}],
    ['a name twice', '{"origin":"a","origin":"b"}'],
    ['a size that is no whole number', { origin: 'a', vkey: 'b', registrar: 'c', size: 1.5 }],
    ['a size beyond what is exact', { origin: 'a', vkey: 'b', registrar: 'c', size: 2 ** 60 }],
  ])('the ledger: %s', async (_name, answer) => {
    await expect(answered(answer).ledger()).rejects.toMatchObject({ code: 'SERVER_ANSWER_INVALID' })
  })

  test('each reader asks for what it needs', async () => {
    const client = answered({
      items: [{}],
      keys: [],
      valid: 'yes',
      path: ['x'],
      entry: '%',
      proof: 5,
    })
    const envelope = await collection()

    for (const read of [
      () => client.statement(ID),
      () => client.receipt(ID),
      () => client.lineage(ID),
      () => client.inbox(),
      () => client.parties(),
      () => client.party(party),
      () => client.entry(0),
      () => client.inclusionProof(ID),
      () => client.consistencyProof(1, 2),
      () => client.outcomes('00'),
      () => client.submit(envelope),
      () => client.submitMany([envelope]),
      () => client.validate(envelope),
    ]) {
      await expect(read()).rejects.toMatchObject({ code: 'SERVER_ANSWER_INVALID' })
    }
  })

  test('members that a newer server adds are ignored', async () => {
    const answer = { origin: ORIGIN, vkey: 'v', registrar: 'r', size: 3, time: 5, motto: 'onward' }

    expect(await answered(answer).ledger()).toEqual({
      origin: ORIGIN,
      vkey: 'v',
      registrar: 'r',
      size: 3,
      time: 5,
    })
  })
})

describe('answers about something else are not believed', () => {
  test('another id for what was submitted', async () => {
    const client = answered({ status: 'admitted', id: OTHER, index: 4 })

    await expect(client.submit(await collection())).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
    })
  })

  test('fewer outcomes than statements, or in another order', async () => {
    const [a, b] = [await collection(), await collection()]
    const idOf = ({ payloadBytes }: typeof a) => statementId(payloadBytes, portableSha256)
    const outcome = (id: string) => ({ status: 'admitted', id, index: 1 })
    const sent = [a, b]

    expect(
      await answered({ items: [outcome(idOf(a)), outcome(idOf(b))] }).submitMany(sent),
    ).toHaveLength(2)
    for (const items of [[outcome(idOf(a))], [outcome(idOf(b)), outcome(idOf(a))]]) {
      await expect(answered({ items }).submitMany(sent)).rejects.toMatchObject({
        code: 'SERVER_ANSWER_INVALID',
      })
    }
  })

  test('an inbox item whose statement is not the one of its id', async () => {
    const statement = envelopeJson(await collection())
    const item = {
      id: ID,
      type: 'collection/1',
      roles: [],
      received: 1,
      countersign_by: 2,
      statement,
    }

    await expect(answered({ items: [item], version: 1 }).inbox()).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
    })
  })

  test('another party, or another statement than its id says', async () => {
    const statement = envelopeJson(await collection())

    await expect(
      answered({ party: 'x', keys: [], statements: [] }).party(party),
    ).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
    })
    await expect(answered({ id: ID, statement }).statement(ID)).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
    })
  })

  test('a refusal of one item with a code of tomorrow is an answer we cannot read', async () => {
    const envelope = await collection()
    const [outcome] = await answered({
      items: [{ status: 'rejected', problem: { code: 'NEW' } }],
    }).submitMany([envelope])

    expect(outcome).toMatchObject({ status: 'rejected', error: { code: 'SERVER_ANSWER_INVALID' } })
  })
})

test('evidence about a party must hold that party', async () => {
  const of = (parties: Json) => ({
    checkpoint: '',
    entries: [],
    format: 'waybill-bundle/1',
    parties,
    registry: [],
    statements: [],
  })
  const other = `${party.slice(0, -1)}${party.endsWith('A') ? 'B' : 'A'}`

  for (const parties of [[], [{ party: other, statements: [] }]]) {
    await expect(answered(of(parties)).partyEvidence(party)).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
    })
  }
  const own = await answered(of([{ party, statements: [] }])).partyEvidence(party)
  expect(own.parties).toHaveLength(1)
})
