import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatCursor } from '../../api/cursor.js'
import { fromBase64 } from '../../ledger/core/bytes.js'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { entryLeaf, parseEntry } from '../../ledger/core/entry.js'
import { parseEnvelope } from '../../ledger/core/envelope.js'
import { bundleJson, parseBundle } from '../../ledger/core/evidence.js'
import { parseNodeHash } from '../../ledger/core/hash.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { lineageOf } from '../../ledger/core/lineage.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import {
  rootFromInclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../ledger/core/proof.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { parseTlogProof } from '../../ledger/core/tlog-proof.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { verifyParties } from '../../ledger/core/verify-registry.js'
import { crypto, keyOf, ORIGIN, openWorld, type World } from './world.js'

let world: World
let policy: Policy
beforeAll(async () => {
  world = await openWorld()
  policy = parsePolicy(`log ${world.ledger.vkey}\nquorum none\n`)
})
afterAll(() => world.close())

async function get(url: string): Promise<JsonObject> {
  return (await world.call('GET', url)).json()
}

describe('parties', () => {
  test('are listed in order of enrolment, with their keys', async () => {
    const { items, tree_size } = await get('/v1/parties')
    const parties = items as readonly JsonObject[]

    expect(parties.map(({ party }) => party)).toEqual(world.ledger.parties())
    expect(tree_size).toBe(world.ledger.size)
    expect(parties[1]).toMatchObject({
      keys: [
        { kid: world.firms.exporter.signer.kid, uses: ['api', 'statement'], status: 'active' },
      ],
      statements: world.ledger.party(world.firms.exporter.party)?.statements,
    })
  })

  test('pages fit together and do not change while the registry grows', async () => {
    const first = await get('/v1/parties?limit=4')
    const newcomer = keyOf('newcomer')
    await world.admit(await world.enrolment(newcomer, 'newcomer', ['party', 'registrar']))
    await addKey('outsider', 'outsider, second')
    const second = await get(`/v1/parties?limit=4&cursor=${String(first['cursor'])}`)
    const now = await get('/v1/parties')
    const listed = [first, second].flatMap(({ items }) => items as readonly JsonObject[])

    expect(listed.map(({ party }) => party)).toEqual(world.ledger.parties().slice(0, -1))
    expect(second).toMatchObject({ tree_size: first['tree_size'] })
    expect(second['cursor']).toBeUndefined()
    expect(keysOf(listed, 'outsider')).toHaveLength(1)
    expect(keysOf(now['items'] as readonly JsonObject[], 'outsider')).toHaveLength(2)
  })

  test.each(['x', 'MTIz', formatCursor({ size: 10_000, position: 0 }), 'AA'])(
    'a cursor that was not given out is refused: %s',
    async (cursor) => {
      expect(await get(`/v1/parties?cursor=${cursor}`)).toMatchObject({
        code: 'REQUEST_INVALID',
        at: 'query.cursor',
      })
    },
  )

  test('one is shown with statements that prove its keys from the first on', async () => {
    const { party } = world.firms.exporter
    const [registrar, shown] = await Promise.all([
      get(`/v1/parties/${world.firms.registrar.party}`),
      get(`/v1/parties/${party}`),
    ])
    const evidence = [registrar, shown].map((item) => ({
      party: item['party'] as typeof party,
      statements: (item['statements'] as readonly Json[]).map((statement) =>
        parseEnvelope(statement),
      ),
    }))
    const genesis = parseEntry(world.ledger.entry(0)).id
    const { findings, parties } = verifyParties(evidence, {
      genesis,
      origin: ORIGIN,
      crypto,
    })

    expect(findings).toEqual([])
    expect([...parties.keys()]).toContain(party)
    expect(shown['entries']).toMatchObject([{ index: 1, time: world.nowS }])
  })

  test('one is shown with the proof that these are all its statements', async () => {
    const { party } = world.firms.exporter
    const answer = await get(`/v1/parties/${party}/evidence`)
    const report = verifyEvidence(parseBundle(answer), { policy, crypto })

    expect(report.verdict).toBe('VERIFIED')
    expect(report.parties.get(party)?.ids).toEqual(world.ledger.party(party)?.statements)
    const missing = await world.call('GET', `/v1/parties/${keyOf('nobody').kid}/evidence`)
    expect([missing.status, missing.json()['code']]).toEqual([404, 'PARTY_NOT_FOUND'])
  })

  test('nobody is found under an id of nobody', async () => {
    const answer = await world.call('GET', `/v1/parties/${keyOf('nobody').kid}`)

    expect([answer.status, answer.json()['code']]).toEqual([404, 'PARTY_NOT_FOUND'])
  })
})

describe('the log', () => {
  test('an entry is given as its bytes, for ever', async () => {
    const answer = await world.call('GET', '/v1/entries/0')

    expect(fromBase64(String(answer.json()['entry']))).toHaveLength(143)
    expect(answer.headers['cache-control']).toContain('immutable')
  })

  test('inclusion is proven by id and by index, under a signed checkpoint', async () => {
    const id = await world.admit(await world.collection())
    const index = world.ledger.indexOf(id) ?? -1
    const byId = await get(`/v1/proofs/inclusion?id=${id.slice(0, 16)}`)
    const byIndex = await get(`/v1/proofs/inclusion?index=${index}`)
    const proof = parseTlogProof(String(byId['proof']))
    const { checkpoint } = openCheckpoint(proof.checkpoint, policy, crypto)
    const leaf = entryLeaf(fromBase64(String(byId['entry'])), crypto.sha256)

    expect(byIndex).toEqual(byId)
    expect(proof.index).toBe(index)
    expect(() =>
      verifyInclusion(leaf, index, checkpoint.size, proof.path, checkpoint.root),
    ).not.toThrow()
  })

  test('an older tree size gets a path and no checkpoint', async () => {
    const answer = await get('/v1/proofs/inclusion?index=1&size=3')

    expect(answer).toMatchObject({ index: 1, size: 3 })
    expect(answer['path']).toHaveLength(2)
    expect(answer).not.toHaveProperty('proof')
  })

  test('consistency is proven between any two sizes', async () => {
    const roots = await Promise.all(
      [3, 6].map(async (size) => {
        const { path, index, entry } = await get(`/v1/proofs/inclusion?index=2&size=${size}`)
        return {
          path: hashesOf(path),
          index: Number(index),
          entry: fromBase64(String(entry)),
          size,
        }
      }),
    )
    const { path } = await get('/v1/proofs/consistency?first=3&second=6')
    const [older, newer] = roots.map((item) =>
      rootFromInclusionProof(
        entryLeaf(item.entry, crypto.sha256),
        item.index,
        item.size,
        item.path,
      ),
    )
    if (older === undefined || newer === undefined) throw new Error('two roots')

    expect(() => verifyConsistency(3, 6, hashesOf(path), older, newer)).not.toThrow()
  })

  test.each([
    ['/v1/entries/100000', 404, 'ENTRY_NOT_FOUND'],
    ['/v1/proofs/inclusion?index=100000', 404, 'ENTRY_NOT_FOUND'],
    ['/v1/proofs/inclusion?index=0&size=100000', 400, 'PROOF_INDEX_RANGE'],
    ['/v1/proofs/inclusion?index=4&size=2', 400, 'PROOF_INDEX_RANGE'],
    ['/v1/proofs/inclusion', 400, 'REQUEST_INVALID'],
    ['/v1/proofs/inclusion?index=0&id=00000000', 400, 'REQUEST_INVALID'],
    ['/v1/proofs/inclusion?id=0000000000', 404, 'STATEMENT_NOT_FOUND'],
    ['/v1/proofs/consistency?first=5&second=2', 400, 'PROOF_INDEX_RANGE'],
    ['/v1/proofs/consistency?first=1&second=100000', 400, 'PROOF_INDEX_RANGE'],
    ['/v1/proofs/consistency', 400, 'REQUEST_INVALID'],
  ])('%s is refused', async (url, status, code) => {
    const answer = await world.call('GET', url)

    expect([answer.status, answer.json()['code']]).toEqual([status, code])
  })

  test('nothing is consistent with everything', async () => {
    expect(await get('/v1/proofs/consistency?first=0&second=3')).toEqual({
      first: 0,
      second: 3,
      path: [],
    })
  })

  test('the checkpoint is a signed note that may be kept for a second', async () => {
    const answer = await world.call('GET', '/checkpoint')
    const etag = String(answer.headers['etag'])
    const again = await world.send('GET', '/checkpoint', undefined, { 'if-none-match': etag })

    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['cache-control']).toMatch(/max-age=1\b/)
    expect(openCheckpoint(answer.text, policy, crypto).checkpoint.origin).toBe(ORIGIN)
    expect([again.status, again.text]).toEqual([304, ''])
  })

  test('the ledger says which it is', async () => {
    expect(await get('/v1/ledger')).toEqual({
      origin: ORIGIN,
      vkey: world.ledger.vkey,
      registrar: world.firms.registrar.party,
      size: world.ledger.size,
      time: world.nowS,
      version: '0.0.0-test',
    })
  })
})

describe('a lineage', () => {
  test('is a bundle that verifies and leads from the outcome to its collection', async () => {
    const collection = await world.admit(await world.collection())
    const transfer = await world.admit(await world.transfer(collection))
    const outcome = await world.admit(await world.outcome(transfer))
    const answer = await world.callAs('auditor', `/v1/lineage/${outcome.slice(0, 12)}`)
    const evidence = parseBundle(answer.json())
    const report = verifyEvidence(evidence, { policy, crypto })
    const root = report.statements.get(outcome)
    if (root === undefined) throw new Error('the outcome is in its lineage')
    const lineage = lineageOf(root, (id: StatementId) => report.statements.get(id))

    expect(report.verdict).toBe('VERIFIED')
    expect(lineage.findings).toEqual([])
    expect([...lineage.nodes.keys()].sort()).toEqual([collection, transfer, outcome].sort())
    expect(lineage.collections).toEqual([collection])
    expect(answer.text).toBe(JSON.stringify(bundleJson(evidence)))
  })
})

async function addKey(role: 'outsider', name: string): Promise<void> {
  const key = keyOf(name)
  const { registrar } = world.firms
  const { party, signer } = world.firms[role]
  const jwk = { crv: 'Ed25519', kty: 'OKP', x: Buffer.from(key.publicKey).toString('base64url') }
  const claims = { party, key: jwk, action: 'add', use: ['api'] }
  const draft = { type: 'key/1', countersignBy: world.nowS + 60, claims } as const
  await world.admit(
    await world.sign(draft, [
      ['holder', signer],
      ['registrar', registrar.signer],
      ['subject', key],
    ]),
  )
}

function keysOf(items: readonly JsonObject[], role: 'outsider'): readonly Json[] {
  const found = items.find(({ party }) => party === world.firms[role].party)
  return (found?.['keys'] ?? []) as readonly Json[]
}

function hashesOf(path: Json | undefined) {
  return (path as readonly string[]).map((hash) => parseNodeHash(fromBase64(hash)))
}
