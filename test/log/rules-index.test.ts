/**
 * The rules index: the same sums, citations and notable statements whether it grew with the log or
 * was built afterwards, and the same as the index in memory, which knows nothing of a store.
 */
import { describe, expect, test } from 'vitest'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { readRulesMark } from '../../ledger/log/rules-mark.js'
import { MARK_KEY, recordPut } from '../../ledger/log/rules-records.js'
import type { Corrected, Tally, UsageKey } from '../../ledger/rules/facts.js'
import type { Transfer } from '../../ledger/rules/hop.js'
import { hopOf } from '../../ledger/rules/hops.js'
import { movementOf, UsageIndex } from '../../ledger/rules/usage-index.js'
import { PREFIX } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, BOLT, CORAL, firmOf } from './support/firms.js'
import { BOTH, collect, scene } from './support/scene.js'
import { admit, codeOf, type Site } from './support/site.js'
import {
  assessment,
  crypto,
  dataset,
  enrolling,
  enrolment,
  instrument,
  PATIENCE_S,
  type Signing,
  START_S,
  transfer,
} from './support/statements.js'

/** After the days of the story. */
const LATER_S = START_S + 30 * 86_400
const RANGE = { from: Uint8Array.of(PREFIX.rules), to: Uint8Array.of(PREFIX.rules + 1) }

/**
 * Persons of each transfer; the third corrects the first, the fifth corrects it once more. The sixth
 * supersedes the second, and is of other data.
 */
const PERSONS = [100, 20, 70, 5, 60, 8]
const SUPERSEDES = new Map([
  [2, 0],
  [4, 0],
  [5, 1],
])
const OTHER = 5

type Story = { readonly transfers: readonly StatementId[]; readonly instrument: StatementId }

/** Transfers from ACME to BOLT, a day apart, under one instrument. */
async function tell(ledger: Ledger, site: Site): Promise<Story> {
  const clauses = await admit(ledger, instrument(ACME, BOLT), BOTH)
  const source = await collect(ledger, ACME)
  const other = await collect(ledger, ACME, 'other')
  const transfers: StatementId[] = []
  for (const [position, persons] of PERSONS.entries()) {
    const corrected = transfers[SUPERSEDES.get(position) ?? -1]
    const [from, name] = position === OTHER ? [other, 'other'] : [source, 'rides']
    const datasets = [{ ...dataset(name, [0]), subjects: { count: persons } }]
    const draft = transfer([ACME, BOLT], [{ id: from, n: 0 }], datasets, { instrument: clauses })
    const visible = {
      countersignBy: site.nowS + PATIENCE_S,
      ...(corrected === undefined ? {} : { supersedes: corrected }),
    }
    transfers.push(await admit(ledger, { ...draft, ...visible }, BOTH, site.nowS))
    site.nowS += 86_400
  }
  return { transfers, instrument: clauses }
}

function keysOf({ instrument: id }: Story): readonly UsageKey[] {
  const [exporter, importer] = [ACME.party, BOLT.party]
  return [
    { kind: 'pair', exporter, importer },
    { kind: 'export', exporter, from: 'DE' },
    { kind: 'instrument', instrument: id },
    { kind: 'pair', exporter: importer, importer: exporter },
  ]
}

function hopsOf(ledger: Ledger, { transfers }: Story): readonly Transfer[] {
  return transfers.map((id) => {
    const stored = ledger.statement(id)
    if (stored === undefined) throw new Error('no such transfer')
    const { index, time, opened } = stored
    return hopOf(opened, { index, time, signatures: [] }) as Transfer
  })
}

/** The index in memory over the same transfers. */
function inMemory(hops: readonly Transfer[]): UsageIndex {
  const index = new UsageIndex()
  for (const hop of hops) index.append(hop)
  return index
}

const plain = (tally: Tally | undefined): unknown =>
  tally === undefined
    ? undefined
    : {
        ...tally,
        volumes: [...tally.volumes],
        categories: [...tally.categories],
        undeclared: [...tally.undeclared],
      }

/** Every span that begins at a transfer's time and ends at an entry. */
function expectSameSums(ledger: Ledger, story: Story): void {
  const hops = hopsOf(ledger, story)
  const oracle = inMemory(hops)
  const corrected = hops
    .slice(0, 2)
    .map((hop): Corrected => ({ id: hop.id, movement: movementOf(hop) ?? '' }))
  const facts = ledger.rules.facts()
  for (const key of keysOf(story)) {
    for (let day = 0; day <= PERSONS.length; day += 1) {
      const since = START_S + day * 86_400
      for (let before = 0; before <= ledger.size; before += 1) {
        for (const without of [undefined, ...corrected]) {
          const [found, wanted] = [facts, oracle].map((index) =>
            plain(index.usage(key, since, before, without)),
          )
          expect(found, `${key.kind} since ${day} before ${before}`).toEqual(wanted)
        }
      }
    }
  }
}

async function dump(site: Site): Promise<ReadonlyMap<string, string>> {
  const store = openMemoryStore(site.disk)
  const found = new Map<string, string>()
  for await (const chunk of store.scan(RANGE)) {
    for (const [key, value] of chunk) found.set(key.join(), value.join())
  }
  await store.close()
  return found
}

describe('sums over transfers', () => {
  test('an index that was built afterwards has the sums of the one in memory', async () => {
    const { ledger, site } = await scene()
    const story = await tell(ledger, site)
    await ledger.rules.prepare()

    expectSameSums(ledger, story)
    const pair = { kind: 'pair', exporter: ACME.party, importer: BOLT.party } as const
    // 100 was corrected to 70 and then to 60: both corrections stand, what they correct does not.
    expect(ledger.rules.facts().usage(pair, 0, ledger.size)?.persons).toBe(20 + 70 + 5 + 60 + 8)
    await ledger.close()
  })

  test('who continues an earlier party has moved what that one moved, and the other way round it is possible', async () => {
    const { ledger, site } = await scene()
    await tell(ledger, site)
    const again = firmOf('acme once more')
    const draft = enrolment(again, { continues: ACME.party }, { countersignBy: LATER_S })
    await admit(ledger, draft, enrolling(again), site.nowS)
    await ledger.rules.prepare()
    const persons = (exporter: PartyId): number | undefined =>
      ledger.rules.facts().usage({ kind: 'export', exporter, from: 'DE' }, 0, ledger.size)?.persons
    const all = 20 + 70 + 5 + 60 + 8
    expect([persons(ACME.party), persons(again.party), persons(CORAL.party)]).toEqual([all, all, 0])

    const source = await collect(ledger, again, 'more')
    const datasets = [{ ...dataset('more', [0]), subjects: { count: 1_000 } }]
    const moved = transfer([again, BOLT], [{ id: source, n: 0 }], datasets)
    const signing: readonly Signing[] = [
      ['exporter', again.signer],
      ['importer', BOLT.signer],
    ]
    await admit(ledger, { ...moved, countersignBy: LATER_S }, signing, site.nowS)
    expect([persons(ACME.party), persons(again.party)]).toEqual([all, all + 1_000])
    const lower = [ACME, again].map(({ party: exporter }) => {
      const key = { kind: 'export', exporter, from: 'DE' } as const
      return ledger.rules.facts().usage(key, 0, ledger.size)?.uncounted
    })
    // Who still signs as the earlier one may have moved that as well.
    expect(lower).toEqual([1, 0])
    await ledger.close()
  })

  test('an index that grew with every commit has the same bytes as one that was built afterwards', async () => {
    const grown = await scene()
    await grown.ledger.rules.prepare()
    const story = await tell(grown.ledger, grown.site)
    expect(grown.ledger.rules.index.isComplete).toBe(true)
    expectSameSums(grown.ledger, story)
    await grown.ledger.close()
    const before = await dump(grown.site)
    expect(before.size).toBeGreaterThan(20)

    const copy = await grown.site.copy()
    const store = openMemoryStore(copy.disk)
    await store.write(
      {
        puts: [],
        deletes: [...before.keys()].map((key) => Uint8Array.from(key.split(','), Number)),
      },
      { sync: true },
    )
    await store.close()
    expect((await dump(copy)).size).toBe(0)
    const rebuilt = await copy.open()
    await rebuilt.rules.prepare()
    await rebuilt.close()

    expect(await dump(copy)).toEqual(before)
  })

  test('an index goes on after the ledger was opened again', async () => {
    const { ledger, site } = await scene()
    await ledger.rules.prepare()
    const story = await tell(ledger, site)
    await ledger.close()
    const again = await site.open()
    expect(again.rules.index.isComplete).toBe(false)
    await again.rules.prepare()

    expectSameSums(again, story)
    await again.close()
  })

  test('an index of an earlier version, which counted otherwise, is built again', async () => {
    const { ledger, site } = await scene()
    const story = await tell(ledger, site)
    await ledger.rules.prepare()
    await ledger.close()
    const wanted = await dump(site)
    const store = openMemoryStore(site.disk)
    const { sha256 } = crypto
    const { indexed, parts, lanes } = readRulesMark(store, sha256)
    // What that version said, and no part of what this one says.
    const deletes = [...wanted.keys()]
      .map((key) => Uint8Array.from(key.split(','), Number))
      .filter((key) => key[1] === 6)
    expect(deletes.length).toBeGreaterThan(0)
    const puts = [recordPut(MARK_KEY, [1, indexed, parts, ...lanes], sha256)]
    await store.write({ puts, deletes }, { sync: true })
    await store.close()
    const again = await site.open()
    await again.rules.prepare()

    expectSameSums(again, story)
    await again.close()
    expect(await dump(site)).toEqual(wanted)
  })

  test('of many corrections, too, the sums are those of the index in memory', async () => {
    const { ledger, site } = await scene()
    await ledger.rules.prepare()
    const source = await collect(ledger, ACME)
    const count = 70
    const transfers: StatementId[] = []
    for (let position = 0; position < 2 * count; position += 1) {
      const at = position - count
      // From both ends in turns.
      const old = transfers[at % 2 === 0 ? at / 2 : count - 1 - (at - 1) / 2]
      const datasets = [{ ...dataset('rides', [0]), subjects: { count: position } }]
      const draft = transfer([ACME, BOLT], [{ id: source, n: 0 }], datasets)
      const visible = {
        countersignBy: site.nowS + PATIENCE_S,
        ...(old === undefined ? {} : { supersedes: old }),
      }
      transfers.push(await admit(ledger, { ...draft, ...visible }, BOTH, site.nowS))
      if (position % 10 === 0) site.nowS += 3_600
    }
    const story = { transfers, instrument: source }
    const oracle = inMemory(hopsOf(ledger, story))
    const facts = ledger.rules.facts()
    for (const since of [0, START_S + 3_601, START_S + 5 * 3_600, site.nowS - 4 * 3_600]) {
      for (const before of [count, ledger.size - 20, ledger.size]) {
        for (const key of keysOf(story)) {
          const [found, wanted] = [facts, oracle].map((index) =>
            plain(index.usage(key, since, before)),
          )
          expect(found, `${key.kind} since ${since} before ${before}`).toEqual(wanted)
        }
      }
    }
    await ledger.close()
  })

  test('a record of the index that the disk lost is damage, never a smaller sum', async () => {
    const { ledger, site } = await scene()
    const story = await tell(ledger, site)
    await ledger.rules.prepare()
    await ledger.close()
    for (const key of (await dump(site)).keys()) {
      const bytes = Uint8Array.from(key.split(','), Number)
      if (bytes[1] !== 3) continue
      const copy = await site.copy()
      const store = openMemoryStore(copy.disk)
      await store.write({ puts: [], deletes: [bytes] }, { sync: true })
      await store.close()
      const damaged = await copy.open()
      await damaged.rules.prepare()
      const codes = keysOf(story).map((asked) =>
        codeOf(() => {
          for (let before = 0; before <= damaged.size; before += 1)
            damaged.rules.facts().usage(asked, START_S + 86_400, before)
        }),
      )
      // Of few corrections the sums by blocks are not read: then no sum changes without them.
      if (!(await Promise.all(codes)).includes('ENTRY_MISMATCH')) {
        const code = await codeOf(() => expectSameSums(damaged, story))
        expect([undefined, 'ENTRY_MISMATCH']).toContain(code)
      }
      await damaged.close()
    }
  })
})

describe('what rules ask of a log', () => {
  test('an instrument is told with what replaced it, and only as of the entry asked for', async () => {
    const { ledger } = await scene()
    const first = await admit(ledger, instrument(ACME, BOLT), BOTH)
    const second = await admit(ledger, { ...instrument(ACME, BOLT), supersedes: first }, BOTH)
    const third = await admit(ledger, { ...instrument(ACME, BOLT), supersedes: second }, BOTH)
    await ledger.rules.prepare()
    const at = ledger.indexOf(third) ?? 0

    const fact = ledger.rules.facts().instrument(first)
    expect(fact?.replacedBy.map(({ id }) => id)).toEqual([second, third])
    expect(fact?.complete).toBe(true)
    const then = ledger.rules.facts(at).instrument(first)
    expect(then?.replacedBy.map(({ id }) => id)).toEqual([second])
    expect(ledger.rules.facts(at).instrument(third)).toBeUndefined()
    await ledger.close()
  })

  test('assessments are found by what they name, with when they were replaced', async () => {
    const { ledger } = await scene()
    const source = await collect(ledger, ACME)
    const other = await collect(ledger, CORAL, 'other')
    await ledger.rules.prepare()
    const first = await admit(ledger, assessment(ACME, [source]), [['assessor', ACME.signer]])
    const second = await admit(
      ledger,
      { ...assessment(ACME, [source, other]), supersedes: first },
      [['assessor', ACME.signer]],
    )

    const found = ledger.rules.facts().assessments(source)
    expect(found?.map(({ id, replacedAt }) => [id, replacedAt])).toEqual([
      [first, ledger.indexOf(second)],
      [second, undefined],
    ])
    expect(ledger.rules.facts().assessments(other)).toHaveLength(1)
    expect(ledger.rules.facts().assessments(first)).toEqual([])
    expect(ledger.rules.facts(ledger.indexOf(second)).assessments(source)).toHaveLength(1)
    await ledger.close()
  })

  test('a party is told from its enrolment on', async () => {
    const { ledger } = await scene()
    await ledger.rules.prepare()

    expect(ledger.rules.facts().party(ACME.party)?.claims.country).toBe('DE')
    expect(ledger.rules.facts(1).party(ACME.party)).toBeUndefined()
    expect(ledger.rules.facts().party('x'.repeat(43) as typeof ACME.party)).toBeUndefined()
    await ledger.close()
  })

  test('who cites a statement is known, each once and in log order', async () => {
    const { ledger, site } = await scene()
    const { transfers, instrument: clauses } = await tell(ledger, site)
    await ledger.rules.prepare()
    const [first, second] = transfers
    if (first === undefined || second === undefined) throw new Error('no transfers')
    const source = ledger.statement(first)?.facts.parents[0]?.id ?? first
    const { index } = ledger.rules
    const places = transfers.map((id) => ledger.indexOf(id))

    expect(await index.cited('parent', source)).toEqual(places.slice(0, OTHER))
    expect(await index.cited('instrument', clauses)).toEqual(places)
    expect(await index.cited('supersedes', first)).toEqual([places[2], places[4]])
    expect(await index.cited('parent', second)).toEqual([])
    expect(await index.cited('parent', source, places[1])).toEqual([places[0]])
    await ledger.close()
  })
})
