import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { utf8Encode } from '../../ledger/core/bytes.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { parsePolicy } from '../../ledger/core/policy.js'
import { parseReceipt } from '../../ledger/core/receipt.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { crypto, exampleClaims, idOf, openWorld, type World } from './world.js'

let world: World
let parent: StatementId
beforeAll(async () => {
  world = await openWorld()
  parent = await world.admit(await world.collection())
})
afterAll(() => world.close())

function verdictOf(receipt: Json | undefined): string {
  const policy = parsePolicy(`log ${world.ledger.vkey}\nquorum none\n`)
  return verifyEvidence(parseReceipt(receipt ?? null), { policy, crypto }).verdict
}

/** The signature that a countersigner sends: over the same payload bytes. */
function signatureOf(envelope: Awaited<ReturnType<World['transfer']>>, role: string): JsonObject {
  const json = envelopeJson(envelope)
  const signatures = json['signatures'] as readonly JsonObject[]
  const at = envelope.signatures.findIndex(({ header }) => header.role === role)
  const found = signatures[at]
  return { protected: found?.['protected'] ?? null, signature: found?.['signature'] ?? null }
}

/** A proposal of the exporter, and the importer's signature over it, not yet sent. */
async function proposal(name: string) {
  const both = await world.transfer(parent, name === '' ? 'rides' : name)
  const one = {
    ...both,
    signatures: both.signatures.filter(({ header }) => header.role === 'exporter'),
  }
  return {
    id: idOf(both),
    one: envelopeJson(one),
    both,
    signature: signatureOf(both, 'importer'),
  }
}

describe('submitting one statement', () => {
  test('a statement that all roles signed is admitted with a receipt that verifies', async () => {
    const envelope = await world.collection()
    const answer = await world.call('POST', '/v1/statements', envelopeJson(envelope))
    const { status, id, index, receipt } = answer.json()

    expect([answer.status, status, id]).toEqual([201, 'admitted', idOf(envelope)])
    expect(answer.headers['location']).toBe(`/v1/statements/${idOf(envelope)}`)
    expect(index).toBe(world.ledger.size - 1)
    expect(verdictOf(receipt)).toBe('VERIFIED')
  })

  test('the same statement again is answered with the existing receipt and stores nothing', async () => {
    const envelope = envelopeJson(await world.collection())
    await world.call('POST', '/v1/statements', envelope)
    const size = world.ledger.size
    const answer = await world.call('POST', '/v1/statements', envelope)

    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({ status: 'existing', envelope_differs: false })
    expect(verdictOf(answer.json()['receipt'])).toBe('VERIFIED')
    expect(world.ledger.size).toBe(size)
  })

  test('a statement that lacks a signature waits', async () => {
    const { one, id } = await proposal('')
    const answer = await world.call('POST', '/v1/statements', one)

    expect(answer.status).toBe(202)
    expect(answer.json()).toEqual({
      status: 'waiting',
      id,
      missing: ['importer'],
      countersign_by: world.nowS + 86_400,
    })
  })

  test('the payload of a known statement without its claims does not open the receipt', async () => {
    const envelope = await world.collection()
    await world.admit(envelope)
    const stripped = envelopeJson({ ...envelope, disclosures: [] })
    const answer = await world.call('POST', '/v1/statements', stripped)

    expect(answer.json()['code']).toBe('CLAIM_NOT_OPENED')
    expect(answer.text).not.toContain('receipt"')
  })

  test('a claim of wrong form is refused with its place and without its value', async () => {
    const claims = { ...exampleClaims('collection'), collector: world.firms.exporter.party }
    const envelope = await world.sign(
      { type: 'collection/1', claims: { ...claims, place: { jurisdiction: 'Narnia' } } },
      [['collector', world.firms.exporter.signer]],
    )
    const answer = await world.call('POST', '/v1/statements', envelopeJson(envelope))
    const problem = answer.json()

    expect([answer.status, problem['code'], problem['at']]).toEqual([
      422,
      'CLAIM_INVALID',
      'claims.place.jurisdiction',
    ])
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(problem['issues']).toHaveLength(1)
    expect(answer.text).not.toContain('Narnia')
  })

  test('a body over 512 KiB is refused as BODY_TOO_LARGE', async () => {
    const answer = await world.call('POST', '/v1/statements', { payload: 'x'.repeat(600_000) })

    expect([answer.status, answer.json()['code']]).toEqual([413, 'BODY_TOO_LARGE'])
  })
})

describe('validate=only', () => {
  test('lists every issue at once and stores nothing', async () => {
    const claims = {
      ...exampleClaims('collection'),
      collector: world.firms.exporter.party,
      place: { jurisdiction: 'XX' },
      period: { begin: 'yesterday' },
    }
    const envelope = await world.sign({ type: 'collection/1', claims }, [
      ['collector', world.firms.exporter.signer],
    ])
    const size = world.ledger.size
    const answer = await world.call('POST', '/v1/statements?validate=only', envelopeJson(envelope))
    const { valid, issues } = answer.json()

    expect([answer.status, valid]).toEqual([200, false])
    expect((issues as readonly JsonObject[]).map(({ at }) => at)).toEqual([
      'claims.place.jurisdiction',
      'claims.period.begin',
    ])
    expect(issues).toContainEqual(
      expect.objectContaining({ code: 'CLAIM_INVALID', title: expect.any(String) }),
    )
    expect(world.ledger.size).toBe(size)
    expect(answer.text).not.toContain('yesterday')
  })

  test('says that a good statement is good and stores nothing', async () => {
    const envelope = await world.collection()
    const answer = await world.call('POST', '/v1/statements?validate=only', envelopeJson(envelope))

    expect(answer.json()).toEqual({ valid: true, id: idOf(envelope), issues: [] })
    expect(world.ledger.statement(idOf(envelope))).toBeUndefined()
  })

  test('takes one statement at a time', async () => {
    const answer = await world.call('POST', '/v1/statements?validate=only', [])

    expect(answer.json()['code']).toBe('REQUEST_INVALID')
  })
})

describe('submitting many', () => {
  test('an array is taken in order and answered per item, also when one is refused', async () => {
    const collection = await world.collection()
    const transfer = await world.transfer(idOf(collection))
    const items = [envelopeJson(collection), envelopeJson(transfer), { payload: 'no' }]
    const answer = await world.call('POST', '/v1/statements', items as Json)
    const outcomes = answer.json()['items'] as readonly JsonObject[]

    expect(answer.status).toBe(200)
    expect(outcomes.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'rejected'])
    expect(outcomes[2]).toMatchObject({ problem: { code: 'ENVELOPE_INVALID', status: 400 } })
    expect(answer.json()['checkpoint']).toBe(world.ledger.headCheckpoint())
  })

  test('NDJSON is taken as an array is', async () => {
    const lines = [await world.collection(), await world.collection()]
    const body = lines.map((line) => `${JSON.stringify(envelopeJson(line))}\n`).join('\n')
    const answer = await world.send('POST', '/v1/statements', utf8Encode(body), {
      'content-type': 'application/x-ndjson; charset=utf-8',
    })

    expect(answer.json()['items']).toMatchObject([{ status: 'admitted' }, { status: 'admitted' }])
  })

  test('an array after white space is an array', async () => {
    const body = `\n\t [${JSON.stringify(envelopeJson(await world.collection()))}] `
    const answer = await world.call('POST', '/v1/statements', utf8Encode(body))

    expect(answer.json()['items']).toMatchObject([{ status: 'admitted' }])
  })

  test.each([
    ['an empty array', '[]', 'REQUEST_INVALID'],
    ['an array that does not end', '[{}', 'JSON_INVALID'],
    ['text after the array', '[{}] {}', 'JSON_INVALID'],
    ['more than 1,000 items', `[${'0,'.repeat(1_000)}0]`, 'BODY_TOO_LARGE'],
  ])('%s is refused whole', async (_what, body, code) => {
    const answer = await world.call('POST', '/v1/statements', utf8Encode(body))

    expect(answer.json()['code']).toBe(code)
  })

  test('more than 16 MiB is refused', async () => {
    const answer = await world.call(
      'POST',
      '/v1/statements',
      utf8Encode(`[${' '.repeat(16 * 1_048_576)}]`),
    )

    expect([answer.status, answer.json()['code']]).toEqual([413, 'BODY_TOO_LARGE'])
  })
})

describe('countersigning', () => {
  test('the missing signature admits the proposal', async () => {
    const { one, id, signature } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const answer = await world.call('POST', `/v1/statements/${id}/countersignatures`, signature)

    expect([answer.status, answer.json()['status'], answer.json()['id']]).toEqual([
      201,
      'admitted',
      id,
    ])
    expect(verdictOf(answer.json()['receipt'])).toBe('VERIFIED')
  })

  test('an unambiguous prefix of the id will do', async () => {
    const { one, id, signature } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const url = `/v1/statements/${id.slice(0, 12)}/countersignatures`
    const answer = await world.call('POST', url, signature)

    expect(answer.json()).toMatchObject({ status: 'admitted', id })
  })

  test('the same signature again is answered, without a receipt', async () => {
    const { one, id, signature } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const first = await world.call('POST', `/v1/statements/${id}/countersignatures`, signature)
    const again = await world.call('POST', `/v1/statements/${id}/countersignatures`, signature)

    expect([again.status, again.json()]).toEqual([
      200,
      { status: 'existing', id, index: first.json()['index'] ?? null, envelope_differs: false },
    ])
  })

  test('another signature for an admitted statement is refused', async () => {
    const { both, id } = await proposal('')
    const other = await world.transfer(parent)
    await world.admit(both)
    const url = `/v1/statements/${id}/countersignatures`
    const answer = await world.call('POST', url, signatureOf(other, 'importer'))

    expect([answer.status, answer.json()['code']]).toEqual([409, 'STATEMENT_ADMITTED'])
  })

  test.each(['0'.repeat(64), '00000000', 'ffffffffff'])('nothing waits under %s', async (id) => {
    const { signature } = await proposal('')
    const answer = await world.call('POST', `/v1/statements/${id}/countersignatures`, signature)

    expect([answer.status, answer.json()['code']]).toEqual([404, 'PROPOSAL_NOT_FOUND'])
  })

  test('a signature by a key of someone else is refused', async () => {
    const { one, id, both } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const forged = await world.sign({ type: 'collection/1', claims: exampleClaims('collection') }, [
      ['importer', world.firms.outsider.signer],
    ])
    const url = `/v1/statements/${id}/countersignatures`
    const answer = await world.call('POST', url, signatureOf(forged, 'importer'))

    expect(['SIGNATURE_INVALID', 'ROLE_KEY_WRONG']).toContain(answer.json()['code'])
    expect(world.ledger.statement(idOf(both))).toBeUndefined()
  })
})

describe('refusing', () => {
  test('the importer refuses, and the proposal can no longer be countersigned', async () => {
    const { one, id, signature } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const refusal = envelopeJson(await world.refusal(id, 'importer', 'not-agreed'))
    const answer = await world.call('POST', `/v1/statements/${id}/refusals`, refusal)
    const late = await world.call('POST', `/v1/statements/${id}/countersignatures`, signature)

    expect([answer.status, answer.json()['status']]).toEqual([201, 'admitted'])
    expect([late.status, late.json()['code']]).toEqual([409, 'STATEMENT_REFUSED'])
  })

  test('a refusal of another proposal is refused at this address', async () => {
    const { one, id } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const refusal = envelopeJson(await world.refusal(id, 'exporter', 'withdrawn'))
    const answer = await world.call('POST', `/v1/statements/${'0'.repeat(64)}/refusals`, refusal)

    expect([answer.status, answer.json()['code']]).toEqual([400, 'REQUEST_INVALID'])
    expect(world.ledger.proposal(id)).toBeDefined()
  })

  test('what is no refusal is refused at this address', async () => {
    const envelope = await world.collection()
    const url = `/v1/statements/${idOf(envelope)}/refusals`
    const answer = await world.call('POST', url, envelopeJson(envelope))

    expect(answer.json()['code']).toBe('REQUEST_INVALID')
  })
})

describe('reading', () => {
  test('a party reads its own statement and its receipt, by prefix too', async () => {
    const id = await world.admit(await world.transfer(parent))
    const url = `/v1/statements/${id.slice(0, 10)}`
    const shown = await world.callAs('importer', url)
    const receipt = await world.callAs('exporter', `${url}/receipt`)

    expect(shown.json()).toMatchObject({ status: 'admitted', id, index: world.ledger.size - 1 })
    expect(shown.json()['statement']).toHaveProperty('signatures')
    expect(verdictOf(receipt.json())).toBe('VERIFIED')
  })

  test('a waiting proposal is shown to both sides, without an index', async () => {
    const { one, id } = await proposal('')
    await world.call('POST', '/v1/statements', one)
    const sent = await world.callAs('exporter', `/v1/statements/${id}`)
    const received = await world.callAs('importer', `/v1/statements/${id}`)
    const receipt = await world.callAs('importer', `/v1/statements/${id}/receipt`)

    expect(sent.json()).toMatchObject({ status: 'waiting', id, missing: ['importer'] })
    expect(received.text).toBe(sent.text)
    expect(sent.json()).not.toHaveProperty('index')
    expect(receipt.json()['code']).toBe('STATEMENT_NOT_FOUND')
  })
})
