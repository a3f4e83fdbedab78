import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DENIAL_STEP_MS } from '../../api/access.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import {
  ALL_ROUTES,
  type Answer,
  idOf,
  keyOf,
  openWorld,
  patternOf,
  REPORT_DIGEST,
  ROLES,
  type Role,
  type World,
} from './world.js'

/**
 * One chain: the exporter collects, transfers to the importer, who makes a report. Besides: a
 * proposal that waits for the importer, a collection of the outsider, an enrolment that waits for
 * the registrar, and ids that are nowhere.
 */
type Target =
  | 'collection'
  | 'transfer'
  | 'outcome'
  | 'proposal'
  | 'outsiders'
  | 'enrolment'
  | 'registry'
  | 'missing'

let world: World
const ids = {} as Record<Target, StatementId>
beforeAll(async () => {
  world = await openWorld()
  ids.collection = await world.admit(await world.collection())
  ids.transfer = await world.admit(await world.transfer(ids.collection))
  ids.outcome = await world.admit(await world.outcome(ids.transfer))
  ids.outsiders = await world.admit(await world.collection('outsider', 'other'))
  const proposal = await world.transfer(ids.collection, 'rides', ['exporter'])
  const enrolment = await world.enrolment(keyOf('newcomer'), 'newcomer', ['party'])
  for (const envelope of [proposal, enrolment]) await world.ledger.submit(envelopeJson(envelope))
  ids.proposal = idOf(proposal)
  ids.enrolment = idOf(enrolment)
  ids.registry = world.ledger.party(world.firms.outsider.party)?.statements[0] as StatementId
  ids.missing = 'ab'.repeat(32) as StatementId
})
afterAll(() => world.close())

/** Who may read which in full. */
const READERS: Readonly<Record<Target, readonly Role[]>> = {
  collection: ['exporter', 'auditor'],
  transfer: ['exporter', 'importer', 'auditor'],
  outcome: ['importer', 'auditor'],
  proposal: ['exporter', 'importer', 'auditor'],
  outsiders: ['outsider', 'auditor'],
  enrolment: ['registrar', 'auditor'],
  registry: ROLES,
  missing: [],
}
const WAITING: readonly Target[] = ['proposal', 'enrolment']
const TARGETS = Object.keys(READERS) as readonly Target[]
const BY_ID = [
  '/v1/statements/:id',
  '/v1/statements/:id/receipt',
  '/v1/lineage/:id',
  '/v1/lineage/:id/sums',
]
const TOKEN_ROUTES = ALL_ROUTES.filter(({ access }) => access === 'token').map(({ url }) => url)

const MATRIX = BY_ID.flatMap((url) =>
  TARGETS.flatMap((target) => ROLES.map((role) => [role, url, target] as const)),
)

describe('reading by id', () => {
  test.each(MATRIX)('%s reads %s of %s exactly when it may', async (role, url, target) => {
    const onlyInLog = url !== '/v1/statements/:id' && WAITING.includes(target)
    const may = READERS[target].includes(role) && !onlyInLog
    const answer = await world.callAs(role, url.replace(':id', ids[target]))

    expect(answer.status).toBe(may ? 200 : 404)
    if (!may) expect(answer.json()['code']).toBe('STATEMENT_NOT_FOUND')
  })

  test('what is not there and what is not yours have the same answer, byte for byte', async () => {
    const answers = await Promise.all(
      (['missing', 'collection', 'proposal', 'enrolment'] as const).flatMap((target) =>
        BY_ID.map((url) => world.callAs('outsider', url.replace(':id', ids[target]))),
      ),
    )

    expect(new Set(answers.map(faceOf)).size).toBe(1)
  })

  test('and take the same time: a whole number of steps', async () => {
    const times = async (target: Target): Promise<number[]> => {
      const taken: number[] = []
      for (let count = 0; count < 8; count += 1) {
        const url = `/v1/statements/${ids[target].slice(0, 16)}`
        const authorization = `Bearer ${await world.token('outsider', 'GET', url)}`
        const start = performance.now()
        await world.send('GET', url, undefined, { authorization })
        taken.push(performance.now() - start)
      }
      return taken
    }
    const [missing, others] = [await times('missing'), await times('transfer')]
    const shortest = [missing, others].map((taken) => Math.min(...taken))

    expect(Math.min(...shortest)).toBeGreaterThanOrEqual(DENIAL_STEP_MS - 1)
    // The shortest of each: a busy machine makes some longer, by whole steps. A look-up and the
    // verification of a record take a millisecond, which a step hides.
    expect(Math.abs((shortest[0] ?? 0) - (shortest[1] ?? 0))).toBeLessThan(DENIAL_STEP_MS / 2)
  })

  test.each(BY_ID)('%s needs a token', async (url) => {
    const answer = await world.call('GET', url.replace(':id', ids.registry))

    expect(answer.json()['code']).toBe('AUTH_REQUIRED')
  })
})

describe('a lineage', () => {
  test('shows its owner the ancestors of others as stubs, without their parties', async () => {
    const bundle = await world.callAs('importer', `/v1/lineage/${ids.outcome}`)
    const statements = bundle.json()['statements'] as readonly JsonObject[]
    const forms = statements.map((item) => ('signatures' in item ? 'envelope' : 'stub'))

    expect(forms).toEqual(['stub', 'envelope', 'envelope'])
    expect(statements[0]?.['disclosures']).toEqual([])
  })

  test('shows an auditor everything', async () => {
    const bundle = await world.callAs('auditor', `/v1/lineage/${ids.outcome}`)
    const statements = bundle.json()['statements'] as readonly JsonObject[]

    expect(statements.every((item) => 'signatures' in item)).toBe(true)
  })
})

describe('searching', () => {
  test.each(ROLES)('%s finds the outcome by its file exactly when it may read it', async (role) => {
    const answer = await world.callAs(role, `/v1/outcomes?digest=${REPORT_DIGEST}`)
    const may = READERS.outcome.includes(role)

    expect(answer.json()).toEqual({ items: may ? [ids.outcome] : [] })
  })

  test('a digest of nothing and of what others made look the same', async () => {
    const start = performance.now()
    const others = await world.callAs('outsider', `/v1/outcomes?digest=${REPORT_DIGEST}`)
    const nothing = await world.callAs('outsider', `/v1/outcomes?digest=${'0'.repeat(64)}`)

    expect(others.text).toBe(nothing.text)
    expect(performance.now() - start).toBeGreaterThanOrEqual(2 * DENIAL_STEP_MS - 2)
  })

  test.each([
    ['registrar', ['enrolment']],
    ['exporter', []],
    ['importer', ['proposal']],
    ['analyst', []],
    ['outsider', []],
    ['auditor', []],
  ] as const)('the inbox of %s holds what it must sign and nothing else', async (role, targets) => {
    const answer = await world.callAs(role, '/v1/inbox')
    const items = answer.json()['items'] as readonly JsonObject[]

    expect(items.map(({ id }) => id)).toEqual(targets.map((target) => ids[target]))
  })

  test.each(ROLES)('what %s sent and waits for others is its own', async (role) => {
    const answer = await world.callAs(role, '/v1/inbox?box=sent')
    const items = answer.json()['items'] as readonly JsonObject[]

    expect(items.map(({ id }) => id)).toEqual(role === 'exporter' ? [ids.proposal] : [])
  })
})

describe('a search', () => {
  test.each(ROLES)('shows %s what it is involved in, and an auditor everything', async (role) => {
    const answer = await world.callAs(role, '/v1/search?limit=200')
    const found = (answer.json()['items'] as readonly JsonObject[]).map(({ id }) => id)
    // The registry is public by id; to a search it belongs to the party and to who admitted it.
    const readers = { ...READERS, registry: ['outsider', 'registrar', 'auditor'] }
    const logged = TARGETS.filter((target) => ![...WAITING, 'missing'].includes(target))

    for (const target of logged)
      expect(found.includes(ids[target])).toBe(readers[target].includes(role))
    for (const target of WAITING) expect(found).not.toContain(ids[target])
  })
})

describe('samples', () => {
  test.each(ROLES)('of %s are drawn from what it may read', async (role) => {
    const answer = await world.callAs(role, '/v1/sample?n=9&seed=x')
    const drawn = (answer.json()['drawn'] as readonly JsonObject[]).map(({ id }) => id)

    expect(drawn).toEqual(READERS.transfer.includes(role) ? [ids.transfer] : [])
    expect(answer.json()['population']).toBe(role === 'auditor' ? 'all' : 'own')
  })
})

const ABOUT_RULES = ['/v1/verdicts/:id', '/v1/usage', '/v1/impact', '/v1/simulate']

const QUERIES: Readonly<Record<string, (id: string) => string>> = {
  '/v1/usage': (id) => `?kind=instrument&instrument=${id}`,
  '/v1/impact': (id) => `?kind=statement&value=${id}`,
  '/v1/simulate': (id) => `?kind=revoke&value=${id}`,
}

describe('what the rules say', () => {
  test.each(ABOUT_RULES)('%s needs a token', async (url) => {
    const { outcome } = ids
    const query = QUERIES[url]?.(outcome) ?? ''
    const answer = await world.call('GET', `${url.replace(':id', outcome)}${query}`)

    expect(answer.json()['code']).toBe('AUTH_REQUIRED')
  })

  test('of a hop is told to who may read it', async () => {
    for (const role of ROLES) {
      const answer = await world.callAs(role, `/v1/verdicts/${ids.outcome}`)
      expect(answer.status, role).toBe(READERS.outcome.includes(role) ? 200 : 404)
    }
  })

  test('sums over the whole log are for auditors', async () => {
    const url = `/v1/usage?kind=instrument&instrument=${ids.outcome}`
    for (const role of ROLES) {
      const answer = await world.callAs(role, url)
      expect(answer.status === 200, role).toBe(role === 'auditor')
    }
  })
})

describe('public routes', () => {
  test('every route is either public or needs a token, and no token route was left out here', () => {
    // Who may ask for copies is in copies.test.ts.
    const copies = ['/v1/statements', '/v1/inbox/events']
    const listed = ['/v1/outcomes', '/v1/inbox', '/v1/search', '/v1/sample', ...copies]
    const tested = [...BY_ID, ...listed, ...ABOUT_RULES]

    expect(
      TOKEN_ROUTES.filter((url) => !tested.some((known) => patternOf(known).test(url))),
    ).toEqual([])
  })

  test('none of them tells that a proposal waits', async () => {
    const prefix = ids.proposal.slice(0, 12)
    const inclusion = await world.call('GET', `/v1/proofs/inclusion?id=${prefix}`)
    const nothing = await world.call('GET', `/v1/proofs/inclusion?id=${'0'.repeat(12)}`)

    expect(faceOf(inclusion)).toBe(faceOf(nothing))
    expect(inclusion.json()['code']).toBe('STATEMENT_NOT_FOUND')
  })

  test('none of them tells a party, purpose or country of a flow', async () => {
    const size = world.ledger.size
    const urls = [
      '/checkpoint',
      '/metrics',
      '/v1/ledger',
      '/readyz',
      `/v1/entries/${size - 1}`,
      `/v1/proofs/inclusion?index=${size - 1}`,
      `/v1/proofs/consistency?first=1&second=${size}`,
    ]
    const { exporter, importer } = world.firms
    for (const url of urls) {
      const { text } = await world.call('GET', url)
      for (const word of [exporter.party, importer.party, 'ServiceOptimisation', '"DE"']) {
        expect(text).not.toContain(word)
      }
    }
  })
})

/** All of an answer that a client can see. */
function faceOf({ status, headers, text }: Answer): string {
  const { date: _, ...others } = headers
  return JSON.stringify([status, others, text])
}
