/**
 * The index of the rules built beside a server's work: who asks meanwhile waits for a little, closing
 * does not wait for it, and what was built of it stays.
 */
import { afterEach, expect, test, vi } from 'vitest'
import type { Ledger } from '../../ledger/log/ledger.js'
import { PREFIX } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Store } from '../../ledger/store/store.js'
import { ACME, FIRMS } from './support/firms.js'
import { audited } from './support/oracle.js'
import { collect } from './support/scene.js'
import { Site } from './support/site.js'
import { collection, json, sign } from './support/statements.js'

/** More than one step of catching up takes. */
const STATEMENTS = 300

afterEach(() => {
  vi.useRealTimers()
})

/** A log that was begun when nobody asked a rule. */
async function oldSite(): Promise<Site> {
  const site = new Site()
  const ledger = await site.start(FIRMS)
  const all = Array.from({ length: STATEMENTS }, (_, number) => collect(ledger, ACME, `d${number}`))
  await Promise.all(all)
  await ledger.close()
  return site
}

/** A store whose writes for the index of the rules wait until they are let go, one by one. */
function heldIndex(inner: Store): { readonly store: Store; readonly go: () => void } {
  const waiting: (() => void)[] = []
  let free = 0
  const turn = (): Promise<void> => {
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve) => waiting.push(resolve))
  }
  return {
    go: () => {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
    store: {
      write: async (batch, options) => {
        if (batch.puts.every(({ key }) => key[0] === PREFIX.rules)) await turn()
        await inner.write(batch, options)
      },
      get: (key) => inner.get(key),
      getMany: (keys) => inner.getMany(keys),
      scan: (range) => inner.scan(range),
      scanTexts: (range) => inner.scanTexts(range),
      close: () => inner.close(),
    },
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const submitted = async (ledger: Ledger, name: string) =>
  ledger.submit(json(await sign(collection(ACME, name), [['collector', ACME.signer]])))

test('it says how far it is, and whoever asks meanwhile is told to come again', async () => {
  const site = await oldSite()
  const { store, go } = heldIndex(openMemoryStore(site.disk))
  const ledger = await site.open({ store, rules: { R05: 'refuse' } })
  const told: number[] = []
  const built = ledger.rules.build(({ done }) => told.push(done))
  await turns()
  expect(ledger.health()).toMatchObject({ ready: true, building: { done: 0, total: ledger.size } })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { size } = ledger
  const late = [submitted(ledger, 'late'), ledger.rules.recorded(size - 1)].map((work) =>
    work.catch((error: unknown) => error),
  )
  await turns()
  vi.advanceTimersByTime(5_000)
  for (const error of await Promise.all(late))
    expect(error).toMatchObject({ code: 'RULES_NOT_READY' })
  expect([ledger.size, ledger.health().queue]).toEqual([size, 0])

  const soon = submitted(ledger, 'soon')
  go()
  await turns()
  expect(ledger.health().building?.done).toBe(256)
  go()
  await built
  expect((await soon).status).toBe('admitted')
  expect(told).toEqual([256, size])
  expect(ledger.health()).not.toHaveProperty('building')
  vi.useRealTimers()
  for (let count = 0; count < 9; count += 1) go()
  await ledger.close()
  expect(await audited(site)).toMatchObject({ verdict: 'VERIFIED', findings: [] })
})

test('closing waits for the step that is being written, and for no other', async () => {
  const site = await oldSite()
  const { store, go } = heldIndex(openMemoryStore(site.disk))
  const ledger = await site.open({ store, rules: {} })
  const { size } = ledger
  const built = ledger.rules.build().catch((error: unknown) => error)
  const waiting = submitted(ledger, 'waiting').catch((error: unknown) => error)
  await turns()
  const closed = ledger.close()
  await turns()
  go()
  await closed
  expect(await built).toMatchObject({ code: 'LEDGER_CLOSED' })
  expect(await waiting).toMatchObject({ code: 'LEDGER_CLOSED' })
  expect(site.failures).toEqual([])

  const again = await site.open({ rules: {} })
  const told: number[] = []
  await again.rules.build(({ done }) => told.push(done))
  // What was written of it is there; it goes on from that.
  expect(told).toEqual([size])
  expect((await submitted(again, 'waiting')).status).toBe('admitted')
  expect(again.size).toBe(size + 1)
  await again.close()
  expect(await audited(site)).toMatchObject({ verdict: 'VERIFIED', findings: [] })
})

test('others have their turn while a step is computed', async () => {
  const site = await oldSite()
  const ledger = await site.open({ rules: {} })
  let ticks = 0
  const counting = setInterval(() => {
    ticks += 1
  }, 1)
  await ledger.rules.build()
  clearInterval(counting)
  expect(ticks).toBeGreaterThan(2)
  await ledger.close()
})
