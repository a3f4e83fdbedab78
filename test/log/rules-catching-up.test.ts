/** Catching up beside a commit that waits for the disk: every transfer counts once. */
import { expect, test } from 'vitest'
import type { UsageKey } from '../../ledger/rules/facts.js'
import { PREFIX } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Store, WriteBatch } from '../../ledger/store/store.js'
import { ACME, BOLT, CORAL, FIRMS } from './support/firms.js'
import { audited } from './support/oracle.js'
import { BOTH, collect } from './support/scene.js'
import { Site } from './support/site.js'
import { dataset, json, type Signing, sign, transfer } from './support/statements.js'

type Kind = 'commit' | 'catching up'
type Held = { readonly kind: Kind; readonly go: () => void }

/** A store that keeps writes back, by what they are for. */
class HoldingStore {
  readonly held: Held[] = []
  holding = false
  readonly store: Store

  constructor(inner: Store) {
    this.store = {
      write: async (batch, options) => {
        if (this.holding)
          await new Promise<void>((go) => this.held.push({ kind: kindOf(batch), go }))
        await inner.write(batch, options)
      },
      get: (key) => inner.get(key),
      getMany: (keys) => inner.getMany(keys),
      scan: (range) => inner.scan(range),
      scanTexts: (range) => inner.scanTexts(range),
      close: () => inner.close(),
    }
  }

  /** Lets the first write of a kind go, if there is one. */
  async release(kind: Kind): Promise<void> {
    const at = this.held.findIndex((one) => one.kind === kind)
    if (at >= 0) this.held.splice(at, 1)[0]?.go()
    await turns()
  }
}

function kindOf({ puts }: WriteBatch): Kind {
  return puts.every(({ key }) => key[0] === PREFIX.rules) ? 'catching up' : 'commit'
}

/** Everything that can go on has gone on. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const BACK: readonly Signing[] = [
  ['exporter', BOLT.signer],
  ['importer', CORAL.signer],
]
const PAIR: UsageKey = { kind: 'pair', exporter: BOLT.party, importer: CORAL.party }

test.each([
  ['the commit first', ['commit', 'catching up']],
  ['catching up first', ['catching up', 'commit']],
] as const)('a transfer that both take counts once: %s', async (_, order) => {
  const site = new Site()
  const gate = new HoldingStore(openMemoryStore(site.disk))
  const ledger = await site.start(FIRMS, { store: gate.store })
  const parents = [await collect(ledger, ACME, 'rides'), await collect(ledger, BOLT, 'maps')]
  const [rides, maps] = parents.map((id) => [{ id, n: 0 }])
  if (rides === undefined || maps === undefined) throw new Error('two collections')
  const counted = (content: string, count: number) => [
    { ...dataset(content, [0]), subjects: { count } },
  ]
  const first = await sign(transfer([ACME, BOLT], rides, counted('rides', 10)), BOTH)
  const second = await sign(transfer([BOLT, CORAL], maps, counted('maps', 1_000)), BACK)

  gate.holding = true
  // The index is built while a commit is on its way, which carries nothing for it.
  const one = ledger.submit(json(first))
  await turns()
  const built = ledger.rules.prepare()
  await turns()
  await gate.release('catching up')
  await built
  await gate.release('commit')
  expect((await one).status).toBe('admitted')
  expect(ledger.rules.index.isComplete).toBe(false)
  // Now the next commit and whoever asks both find it behind.
  const two = ledger.submit(json(second))
  await turns()
  const asked = ledger.rules.prepare()
  await turns()
  for (const kind of [...order, ...order, ...order]) await gate.release(kind)
  expect((await two).status).toBe('admitted')
  await asked
  gate.holding = false

  expect(gate.held).toEqual([])
  expect(ledger.rules.facts().usage(PAIR, 0, ledger.size)).toMatchObject({
    transfers: 1,
    persons: 1_000,
  })
  await ledger.close()
  expect(await audited(site)).toMatchObject({ verdict: 'VERIFIED', findings: [] })
})
