/** The one writer: group commit, a bounded queue, closing, and an end after any doubt. DESIGN 9. */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { Faults, faultyHeadFile } from '../store/faulty.js'
import { ACME, BOLT, FIRMS, firmOf, keyOf } from './support/firms.js'
import { BOTH, collect, move, scene } from './support/scene.js'
import { codeOf, gatedStore, LOG_KEY, Site, tappedHead } from './support/site.js'
import {
  collection,
  enrolling,
  enrolment,
  idOf,
  json,
  keyChange,
  only,
  START_S,
  sign,
} from './support/statements.js'

function collections(count: number, firm = ACME): Promise<readonly Envelope[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) =>
      sign(collection(firm, `rides ${n}`), [['collector', firm.signer]]),
    ),
  )
}

function submitAll(
  ledger: Ledger,
  envelopes: readonly Envelope[],
): Promise<readonly (string | undefined)[]> {
  return Promise.all(envelopes.map((each) => codeOf(() => ledger.submit(json(each)))))
}

describe('group commit', () => {
  test('what comes in one turn shares a commit', async () => {
    const { ledger } = await scene()
    const before = ledger.counters()['commits'] ?? 0

    await submitAll(ledger, await collections(100))

    expect((ledger.counters()['commits'] ?? 0) - before).toBe(1)
    expect(ledger.size).toBe(104)
  })

  test('what comes while a commit is written shares the next', async () => {
    const site = new Site()
    const gate = gatedStore(openMemoryStore(site.disk))
    const ledger = await site.start(FIRMS, { store: gate.store })
    const [first, ...rest] = await collections(101)
    const writes = gate.writes.length

    gate.hold()
    const answers = [codeOf(() => ledger.submit(json(first as Envelope)))]
    for (const [n, each] of rest.entries()) {
      answers.push(codeOf(() => ledger.submit(json(each))))
      if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    }
    gate.release()

    expect(new Set(await Promise.all(answers))).toEqual(new Set([undefined]))
    expect(gate.writes.length - writes).toBe(2)
    expect(ledger.size).toBe(105)
  })

  test('an answer comes after its batch and its head are durable, and the state with it', async () => {
    const site = new Site()
    const steps: string[] = []
    const gate = gatedStore(openMemoryStore(site.disk), () => steps.push('batch'))
    const head = tappedHead(site.head, () => steps.push('head'))
    const ledger = await site.start([ACME], { store: gate.store, head })
    steps.length = 0

    await collect(ledger, ACME)
    steps.push(`answered at size ${ledger.size}`)

    expect(steps).toEqual(['batch', 'head', 'answered at size 3'])
  })

  test('a reader sees nothing of a commit that is being written', async () => {
    const site = new Site()
    let look: () => void = () => undefined
    const head = tappedHead(site.head, () => look())
    const ledger = await site.start(FIRMS, { head })
    const both = await sign(move(await collect(ledger, ACME)), BOTH)
    await ledger.submit(json(only(both, 'exporter')))
    const checkpoint = ledger.headCheckpoint()
    const seen: unknown[] = []
    look = () => {
      const id = idOf(both)
      seen.push(ledger.size, ledger.indexOf(id), ledger.statement(id), ledger.proposal(id)?.missing)
      seen.push(ledger.headCheckpoint() === checkpoint, ledger.inbox(BOLT.party).length)
    }
    const resolved = new Promise((resolve) => {
      const first = look
      look = () => {
        first()
        resolve(ledger.resolve(idOf(both).slice(0, 10)))
      }
    })

    await ledger.submit(json(both))

    expect(seen).toEqual([5, undefined, undefined, ['importer'], true, 1])
    expect(await resolved).toBe(idOf(both))
  })
})

describe('a full queue', () => {
  test('sheds what is too much with QUEUE_FULL, stores nothing of it and takes the rest', async () => {
    const site = new Site()
    const gate = gatedStore(openMemoryStore(site.disk))
    const ledger = await site.start(FIRMS, { store: gate.store, limits: { inWorkMax: 10 } })
    const envelopes = await collections(15)

    gate.hold()
    const answers = submitAll(ledger, envelopes)
    const text = envelopes.slice(0, 3).map((each) => JSON.stringify(json(each)))
    const bulk = codeOf(() =>
      ledger.submitBulk(new TextEncoder().encode(text.join('\n')), 'ndjson'),
    )
    const validated = codeOf(() => ledger.validate(json(envelopes[0] as Envelope)))
    expect(await bulk).toBe('QUEUE_FULL')
    expect(await validated).toBe('QUEUE_FULL')
    gate.release()

    expect((await answers).filter((code) => code === 'QUEUE_FULL')).toHaveLength(5)
    expect(ledger.size).toBe(14)
    expect(ledger.counters()).toMatchObject({ shed: 9, in_work: 0 })
    expect(await submitAll(ledger, envelopes.slice(10))).toEqual(Array(5).fill(undefined))
  })

  test('is also full of bytes', async () => {
    const site = new Site()
    const gate = gatedStore(openMemoryStore(site.disk))
    const [first, second] = await collections(2)
    const bytes = JSON.stringify(json(first as Envelope)).length
    const ledger = await site.start(FIRMS, {
      store: gate.store,
      limits: { inWorkBytesMax: bytes + 100 },
    })

    gate.hold()
    const answers = submitAll(ledger, [first as Envelope, second as Envelope])
    gate.release()

    expect(await answers).toEqual([undefined, 'QUEUE_FULL'])
  })

  test('of proposals takes no more of them, but entries and answers to them', async () => {
    const { ledger } = await scene({ limits: { proposalsMax: 3 } })
    const parent = await collect(ledger, ACME)
    const proposals = await Promise.all(Array.from({ length: 5 }, () => sign(move(parent), BOTH)))
    const partials = proposals.map((each) => only(each, 'exporter'))

    expect(await submitAll(ledger, partials)).toEqual([
      undefined,
      undefined,
      undefined,
      'QUEUE_FULL',
      'QUEUE_FULL',
    ])
    expect(ledger.inbox(BOLT.party)).toHaveLength(3)
    expect(await submitAll(ledger, proposals.slice(0, 1))).toEqual([undefined])
    expect(await submitAll(ledger, partials.slice(3, 4))).toEqual([undefined])
    expect(ledger.inbox(BOLT.party)).toHaveLength(3)
  })
})

test('proposals that strangers made are few; they keep nobody from trading', async () => {
  const { ledger } = await scene({ limits: { strangersMax: 3 } })
  const firms = Array.from({ length: 5 }, (_, n) => firmOf(`stranger ${n}`))
  const enrolments = await Promise.all(firms.map((firm) => sign(enrolment(firm), enrolling(firm))))
  const key = keyOf('somebody else')
  const unasked = await sign(keyChange(ACME, key, 'add'), [['subject', key]])
  const both = await sign(move(await collect(ledger, ACME)), BOTH)

  const partials = enrolments.map((each) => only(each, 'party'))
  const full = Array(2).fill('QUEUE_FULL')
  expect(await submitAll(ledger, partials)).toEqual([...Array(3).fill(undefined), ...full])
  expect(await submitAll(ledger, [unasked])).toEqual(['QUEUE_FULL'])
  expect(await submitAll(ledger, [only(both, 'exporter'), only(both, 'importer')])).toEqual([
    undefined,
    undefined,
  ])
  // Complete ones are entries at once, and each one admitted makes room.
  expect(await submitAll(ledger, enrolments.slice(2, 4))).toEqual([undefined, undefined])
  expect(await submitAll(ledger, partials.slice(4))).toEqual([undefined])
})

describe('closing', () => {
  test('finishes all that was taken and refuses the rest', async () => {
    const site = new Site()
    const gate = gatedStore(openMemoryStore(site.disk))
    const ledger = await site.start(FIRMS, { store: gate.store })
    const envelopes = await collections(300)
    gate.hold()
    const taken = submitAll(ledger, envelopes.slice(0, 250))
    await new Promise((resolve) => setTimeout(resolve, 2))

    const closed = ledger.close()
    const late = submitAll(ledger, envelopes.slice(250))
    gate.release()
    await closed

    expect(new Set(await taken)).toEqual(new Set([undefined]))
    expect(new Set(await late)).toEqual(new Set(['LEDGER_CLOSED']))
    const reopened = await site.open()
    expect(reopened.size).toBe(254)
    for (const each of envelopes.slice(0, 250)) expect(reopened.indexOf(idOf(each))).toBeDefined()
  })

  test('a second call ends when the first does', async () => {
    const site = new Site()
    const gate = gatedStore(openMemoryStore(site.disk))
    const ledger = await site.start(FIRMS, { store: gate.store })
    gate.hold()
    const taken = submitAll(ledger, await collections(1))
    const ended: string[] = []

    const closes = ['first', 'second'].map(async (name) => {
      await ledger.close()
      ended.push(name)
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(ended).toEqual([])
    gate.release()
    await Promise.all(closes)

    expect(ended).toEqual(['first', 'second'])
    expect(await taken).toEqual([undefined])
  })

  test('refuses every kind of writing afterwards', async () => {
    const { ledger } = await scene()
    const both = await sign(move(await collect(ledger, ACME)), BOTH)
    await ledger.submit(json(only(both, 'exporter')))
    await ledger.close()
    const body = new TextEncoder().encode(JSON.stringify([json(both)]))

    expect(await codeOf(() => ledger.submit(json(both)))).toBe('LEDGER_CLOSED')
    expect(await codeOf(() => ledger.submitBulk(body, 'json'))).toBe('LEDGER_CLOSED')
    expect(await codeOf(() => ledger.validate(json(both)))).toBe('LEDGER_CLOSED')
    expect(ledger.health()).toMatchObject({ ready: false, reason: 'closing' })
  })

  test('lets go of whoever waits for the inbox', async () => {
    const { ledger } = await scene()
    const waits = ledger.waitInbox(ledger.inboxVersion(), new AbortController().signal)

    await ledger.close()

    expect(await waits).toBe(0)
  })
})

describe('a signer that fails', () => {
  test('stops the writer, and nothing is answered; reopening signs what was stored', async () => {
    const { site, ledger } = await scene()
    await ledger.close()
    const [first, second] = await collections(2)
    let fails = true
    const signer = {
      ...LOG_KEY,
      sign: (message: Uint8Array) => {
        if (fails) return Promise.reject(new LedgerError('SIGNER_FAILED'))
        return LOG_KEY.sign(message)
      },
    }
    const broken = await site.open({ signer })

    expect(await submitAll(broken, [first as Envelope])).toEqual(['SIGNER_FAILED'])
    fails = false
    expect(await submitAll(broken, [second as Envelope])).toEqual(['SIGNER_FAILED'])
    expect(broken.size).toBe(4)
    expect(site.failures).toHaveLength(1)
    expect(broken.health().ready).toBe(false)
    await broken.close()

    const reopened = await site.open()
    expect(await reopened.submit(json(first as Envelope))).toMatchObject({
      status: 'existing',
      index: 4,
    })
    expect(await reopened.submit(json(second as Envelope))).toMatchObject({
      status: 'admitted',
      index: 5,
    })
  })
})

test('a failure in the middle of a bulk call is told once, and leaves no loose end', async () => {
  const { site, ledger } = await scene()
  const both = await sign(move(await collect(ledger, ACME)), BOTH)
  await ledger.submit(json(only(both, 'exporter')))
  await ledger.close()
  const faults = new Faults(1, 'lost')
  const failing = await site.open({ head: faultyHeadFile(site.head, faults) })
  const [first, last] = await collections(2)
  const items = [first, only(both, 'importer'), last].map((each) =>
    JSON.stringify(json(each ?? both)),
  )
  const loose: unknown[] = []
  const note = (error: unknown): unknown => loose.push(error)
  process.on('unhandledRejection', note)

  const body = new TextEncoder().encode(items.join('\n'))
  expect(await codeOf(() => failing.submitBulk(body, 'ndjson'))).toBe('STORE_FAILED')
  await new Promise((resolve) => setTimeout(resolve, 10))

  process.off('unhandledRejection', note)
  expect(loose).toEqual([])
  expect(failing.counters()['in_work']).toBe(0)
})

test('a bug in sequencing answers everybody, ends the writer and signs nothing', async () => {
  const site = new Site()
  const ledger = await site.start()
  const [first, second] = await collections(2)
  const head = ledger.headCheckpoint()
  site.nowS = Number.NaN

  expect(await submitAll(ledger, [first as Envelope, second as Envelope])).toEqual([
    'INTERNAL',
    'INTERNAL',
  ])
  site.nowS = START_S

  expect(await submitAll(ledger, [first as Envelope])).toEqual(['INTERNAL'])
  expect(ledger.headCheckpoint()).toBe(head)
  expect(site.failures).toHaveLength(1)
  await ledger.close()
  expect((await site.open()).size).toBe(4)
})
