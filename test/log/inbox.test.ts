/** The inbox: its versions, its long poll, and how its events of the past go. DESIGN 7.2, 9. */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import type { HeadFile } from '../../ledger/store/head-file.js'
import { parseKey } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { FAULT_KINDS, Faults, faultyHeadFile, faultyStore } from '../store/faulty.js'
import { ACME, BOLT } from './support/firms.js'
import { audited } from './support/oracle.js'
import { recordsOf } from './support/records.js'
import { BOTH, collect, move, scene } from './support/scene.js'
import { codeOf, Site } from './support/site.js'
import { collection, idOf, json, only, sign, signatureOf } from './support/statements.js'

const KEPT = { inboxEventsKept: 4 }

async function proposals(ledger: Ledger, count: number): Promise<readonly Envelope[]> {
  const parent = await collect(ledger, ACME)
  return Promise.all(Array.from({ length: count }, () => sign(move(parent), BOTH)))
}

/** A head file that takes nothing while it is told to fail. */
function switchedHead(head: HeadFile, state: { readonly fails: boolean }): HeadFile {
  const failed = (): Promise<never> => Promise.reject(new LedgerError('STORE_FAILED'))
  return {
    read: () => head.read(),
    write: (next) => (state.fails ? failed() : head.write(next)),
  }
}

async function inboxRecords(
  site: Site,
): Promise<{ readonly events: number; readonly bodies: number }> {
  const kinds = (await recordsOf(site)).map(([key]) => parseKey(key).kind)
  return {
    events: kinds.filter((kind) => kind === 'inbox').length,
    bodies: kinds.filter((kind) => kind === 'proposal').length,
  }
}

describe('the version', () => {
  test('rises with every change of the inbox and with nothing else', async () => {
    const { ledger } = await scene()
    const [both] = await proposals(ledger, 1)
    if (both === undefined) return
    const versions = [ledger.inboxVersion()]

    await ledger.submit(json(only(both, 'exporter')))
    versions.push(ledger.inboxVersion())
    await ledger.submit(json(await sign(collection(ACME, 'else'), [['collector', ACME.signer]])))
    versions.push(ledger.inboxVersion())
    await ledger.submit(json(both))
    versions.push(ledger.inboxVersion())

    expect(versions).toEqual([0, 1, 1, 2])
  })

  test('goes on where it was after reopening, so that nobody waits for what was', async () => {
    const { site, ledger } = await scene()
    const [one, two] = await proposals(ledger, 2)
    if (one === undefined || two === undefined) return
    await ledger.submit(json(only(one, 'exporter')))
    const version = ledger.inboxVersion()
    await ledger.close()
    const reopened = await site.open()
    expect(reopened.inboxVersion()).toBe(version)

    const waits = reopened.waitInbox(version, new AbortController().signal)
    await reopened.submit(json(only(two, 'exporter')))

    expect(await waits).toBe(version + 1)
  })
})

describe('waiting for a change', () => {
  test('ends at once when there was one', async () => {
    const { ledger } = await scene()
    const [both] = await proposals(ledger, 1)
    if (both === undefined) return
    await ledger.submit(json(only(both, 'exporter')))

    expect(await ledger.waitInbox(0, new AbortController().signal)).toBe(1)
  })

  test('ends with the next one, for everybody', async () => {
    const { ledger } = await scene()
    const [both] = await proposals(ledger, 1)
    if (both === undefined) return
    const { signal } = new AbortController()
    const waits = Array.from({ length: 8 }, () => ledger.waitInbox(0, signal))

    await ledger.submit(json(only(both, 'exporter')))

    expect(new Set(await Promise.all(waits))).toEqual(new Set([1]))
  })

  test('does not end with a commit that leaves the inbox as it is', async () => {
    const { ledger } = await scene()
    const abort = new AbortController()
    let ended = false
    const waits = ledger.waitInbox(0, abort.signal).then((version) => {
      ended = true
      return version
    })

    await collect(ledger, ACME)
    expect(ended).toBe(false)
    abort.abort()
    expect(await waits).toBe(0)
  })

  test('ends when the caller gives up, also if it had before it began', async () => {
    const { ledger } = await scene()

    expect(await ledger.waitInbox(0, AbortSignal.abort())).toBe(0)
  })
})

describe('events of closed proposals', () => {
  test('go once they are many, and what waits stays in its order', async () => {
    const { site, ledger } = await scene({ limits: KEPT })
    const many = await proposals(ledger, 30)
    const stay = many.filter((_, n) => n % 10 === 0)
    for (const both of many) {
      await ledger.submit(json(only(both, 'exporter')))
      if (!stay.includes(both)) await ledger.submit(json(both))
    }
    const shown = ledger.inbox(BOLT.party).map(({ id, received }) => [id, received])
    await ledger.close()

    const { events, bodies } = await inboxRecords(site)
    expect(events).toBeLessThan(40)
    // The body of the last one to be closed goes with the next commit.
    expect(bodies).toBe(stay.length + 1)
    const reopened = await site.open({ limits: KEPT })
    expect(reopened.inbox(BOLT.party).map(({ id, received }) => [id, received])).toEqual(shown)
    expect(shown.map(([id]) => id)).toEqual(stay.map(idOf))
  })

  test('go at a crash of the very commit that drops them, or of any around it, without loss', async () => {
    const begin = new Site()
    const ledger = await begin.start()
    const many = await proposals(ledger, 6)
    await ledger.submit(json(only(many[0] as Envelope, 'exporter')))
    await ledger.close()
    const script = many.slice(1).flatMap((both) => [only(both, 'exporter'), both])

    let crashes = 0
    let compactions = 0
    for (const kind of FAULT_KINDS) {
      for (let n = 1; ; n += 1) {
        const site = await begin.copy()
        const faults = new Faults(n, kind)
        const store = faultyStore(openMemoryStore(site.disk), faults)
        const head = faultyHeadFile(site.head, faults)
        const crashing = await site.open({ store, head, limits: KEPT })
        const answered: Envelope[] = []
        for (const envelope of script) {
          const code = await codeOf(() => crashing.submit(json(envelope)))
          if (code === undefined) answered.push(envelope)
        }
        if (!faults.happened) break
        crashes += 1
        // Twice, with a commit in between that crashes too: going on must not spoil what was left.
        for (let round = 0; round < 2; round += 1) {
          site.crash()
          const next = { fails: false }
          const reopened = await site.open({ limits: KEPT, head: switchedHead(site.head, next) })
          next.fails = true
          expect(reopened.proposal(idOf(many[0] as Envelope))?.missing).toEqual(['importer'])
          for (const envelope of answered) {
            const id = idOf(envelope)
            expect(reopened.indexOf(id) ?? reopened.proposal(id)).toBeDefined()
          }
          expect(await codeOf(() => collect(reopened, ACME, `after ${round}`))).toBe('STORE_FAILED')
        }
        site.crash()
        const last = await site.open({ limits: KEPT })
        for (const envelope of script) await last.submit(json(envelope))
        expect(last.inbox(BOLT.party).map(({ id }) => id)).toEqual([idOf(many[0] as Envelope)])
        await last.close()
        if ((site.head.read()?.inbox.base ?? 0) > 0) compactions += 1
        expect(await audited(site)).toEqual({ verdict: 'VERIFIED', findings: [] })
      }
    }
    expect(crashes).toBeGreaterThan(30)
    expect(compactions).toBeGreaterThan(10)
  })
})

test('the inbox shows only what waits for a party, oldest first', async () => {
  const { site, ledger } = await scene()
  const many = await proposals(ledger, 5)
  for (const both of [...many].reverse()) {
    site.nowS += 1
    await ledger.submit(json(only(both, 'exporter')))
  }
  const oldestFirst = [...many].reverse()

  expect(ledger.inbox(BOLT.party).map(({ id }) => id)).toEqual(oldestFirst.map(idOf))
  const received = ledger.inbox(BOLT.party).map((proposal) => proposal.received)
  expect(received).toEqual([...received].sort())
  const [first] = oldestFirst
  if (first === undefined) return
  await ledger.countersign(idOf(first), signatureOf(first, 'importer'))
  expect(ledger.inbox(BOLT.party).map(({ id }) => id)).toEqual(oldestFirst.slice(1).map(idOf))
})
