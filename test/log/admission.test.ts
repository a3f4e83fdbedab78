/** What the writer asks of a statement when it sequences it: parents, custody, instruments, time. */
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import type { ParentRef, StatementId } from '../../ledger/core/statement.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, type Firm, OPERATOR } from './support/firms.js'
import { BOTH, collect, move, scene } from './support/scene.js'
import { admit, codeOf, Site } from './support/site.js'
import {
  collection,
  type Draft,
  dataset,
  enrolling,
  enrolment,
  hexDigest,
  idOf,
  instrument,
  json,
  outcome,
  processing,
  refusal,
  type Signing,
  START_S,
  sign,
  transfer,
} from './support/statements.js'

const NOWHERE = hexDigest('no such statement') as StatementId

async function submit(
  ledger: Ledger,
  draft: Draft,
  signings: readonly Signing[],
): Promise<string | undefined> {
  const envelope = await sign(draft, signings)
  return codeOf(() => ledger.submit(json(envelope)))
}

const performs = (firm: Firm): readonly Signing[] => [['performer', firm.signer]]
const at = (id: StatementId, n = 0): ParentRef => ({ id, n })

describe('parents', () => {
  test('must be entries', async () => {
    const { ledger } = await scene()

    expect(await submit(ledger, move(NOWHERE), BOTH)).toBe('PARENT_NOT_FOUND')
  })

  test('must be datasets of their statement', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME)

    for (const n of [1, 65_535, 65_536, Number.MAX_SAFE_INTEGER]) {
      const draft = transfer([ACME, BOLT], [at(id, n)], [dataset('rides', [0])])
      expect(await submit(ledger, draft, BOTH)).toBe('PARENT_NOT_FOUND')
    }
  })

  test('must be held by whoever sends or uses them', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, CORAL)

    expect(await submit(ledger, move(id), BOTH)).toBe('PARENT_NOT_HELD')
    const made = [dataset('made', [0])]
    expect(await submit(ledger, processing(ACME, [at(id)], made), performs(ACME))).toBe(
      'PARENT_NOT_HELD',
    )
    expect(await submit(ledger, outcome(ACME, [at(id)], 'report'), performs(ACME))).toBe(
      'PARENT_NOT_HELD',
    )
    expect(
      await submit(ledger, outcome(CORAL, [at(id)], 'report'), performs(CORAL)),
    ).toBeUndefined()
  })

  test('are held by the importer once they moved, and still by the exporter', async () => {
    const { ledger } = await scene()
    const collected = await collect(ledger, ACME)
    const moved = await admit(ledger, move(collected), BOTH)

    expect(await submit(ledger, outcome(BOLT, [at(moved)], 'a'), performs(BOLT))).toBeUndefined()
    expect(await submit(ledger, outcome(BOLT, [at(collected)], 'b'), performs(BOLT))).toBe(
      'PARENT_NOT_HELD',
    )
    expect(await submit(ledger, outcome(ACME, [at(moved)], 'c'), performs(ACME))).toBe(
      'PARENT_NOT_HELD',
    )
    expect(
      await submit(ledger, outcome(ACME, [at(collected)], 'd'), performs(ACME)),
    ).toBeUndefined()
  })

  test('are never outcomes, registry statements, instruments or waiting proposals', async () => {
    const { ledger } = await scene()
    const collected = await collect(ledger, ACME)
    const report = await admit(ledger, outcome(ACME, [at(collected)], 'report'), performs(ACME))
    const agreed = await admit(ledger, instrument(ACME, BOLT), BOTH)
    const enrolled = ledger.party(ACME.party)?.statements[0] ?? NOWHERE
    const proposal = await sign(move(collected), [['exporter', ACME.signer]])
    await ledger.submit(json(proposal))

    for (const id of [report, agreed, enrolled, idOf(proposal)]) {
      const draft = outcome(ACME, [at(id)], 'another')
      expect(await submit(ledger, draft, performs(ACME))).toBe('PARENT_NOT_FOUND')
    }
  })

  test('may be many, of which each is held', async () => {
    const { ledger } = await scene()
    const ids = await Promise.all(['a', 'b', 'c'].map((content) => collect(ledger, ACME, content)))
    const made = [dataset('made', [0, 1, 2])]
    const foreign = await collect(ledger, CORAL, 'd')

    const parents = ids.map((id) => at(id))
    expect(await submit(ledger, processing(ACME, parents, made), performs(ACME))).toBeUndefined()
    const mixed = processing(ACME, [...parents, at(foreign)], made)
    expect(await submit(ledger, mixed, performs(ACME))).toBe('PARENT_NOT_HELD')
  })

  test('are asked again when a waiting proposal is countersigned, as of then', async () => {
    const { ledger } = await scene()
    const collected = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]])
    const proposed = await sign(move(idOf(collected)), [['exporter', ACME.signer]])

    expect(await codeOf(() => ledger.submit(json(proposed)))).toBe('PARENT_NOT_FOUND')
    await ledger.submit(json(collected))
    expect((await ledger.submit(json(proposed))).status).toBe('waiting')
  })
})

describe('the digest of a copy', () => {
  const changed = (
    id: StatementId,
    datasets: readonly JsonObject[],
    minimization: JsonObject | null,
  ): Draft => transfer([ACME, BOLT], [at(id)], datasets, { minimization })
  const declares = (transformations: readonly JsonObject[]): JsonObject => ({
    droppedCount: 0,
    sourceFieldsCount: 3,
    transformations,
    claim: 'pseudonymous',
  })

  test("is its parent's, unless a transformation is declared", async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME, 'rides')
    const other = [dataset('reduced rides', [0])]

    expect(await submit(ledger, changed(id, other, null), BOTH)).toBe('DATASET_DIGEST_CHANGED')
    expect(await submit(ledger, changed(id, other, declares([])), BOTH)).toBe(
      'DATASET_DIGEST_CHANGED',
    )
    const declared = declares([{ kind: 'pseudonymise' }])
    expect(await submit(ledger, changed(id, other, declared), BOTH)).toBeUndefined()
  })

  test('may change only for the datasets that a transformation names', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME, 'rides')
    const two = [dataset('rides', [0], 0), dataset('reduced', [0], 1)]
    const wrong = declares([{ kind: 'pseudonymise', datasets: [0] }])
    const right = declares([{ kind: 'pseudonymise', datasets: [1] }])

    expect(await submit(ledger, changed(id, two, wrong), BOTH)).toBe('DATASET_DIGEST_CHANGED')
    expect(await submit(ledger, changed(id, two, right), BOTH)).toBeUndefined()
  })

  test("is compared with the parent that it comes from, not with another's", async () => {
    const { ledger } = await scene()
    const first = await collect(ledger, ACME, 'first')
    const second = await collect(ledger, ACME, 'second')
    const parents = [at(first), at(second)]
    const straight = [dataset('first', [0], 0), dataset('second', [1], 1)]
    const crossed = [dataset('first', [1], 0), dataset('second', [0], 1)]

    expect(await submit(ledger, transfer([ACME, BOLT], parents, crossed), BOTH)).toBe(
      'DATASET_DIGEST_CHANGED',
    )
    expect(await submit(ledger, transfer([ACME, BOLT], parents, straight), BOTH)).toBeUndefined()
  })

  test('is free in processing', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME, 'rides')
    const draft = processing(ACME, [at(id)], [dataset('model', [0])])

    expect(await submit(ledger, draft, performs(ACME))).toBeUndefined()
  })
})

describe('an instrument', () => {
  test.each<readonly [string, readonly [Firm, Firm], string | undefined]>([
    ['between the two sides', [ACME, BOLT], undefined],
    ['between the two sides the other way round', [BOLT, ACME], undefined],
    ['of which one side is another', [ACME, CORAL], 'INSTRUMENT_INVALID'],
    ['between others', [BOLT, CORAL], 'INSTRUMENT_INVALID'],
  ])('%s', async (_, [exporter, importer], code) => {
    const { ledger } = await scene()
    const agreed = await admit(ledger, instrument(exporter, importer), [
      ['exporter', exporter.signer],
      ['importer', importer.signer],
    ])
    const draft = transfer(
      [ACME, BOLT],
      [at(await collect(ledger, ACME))],
      [dataset('rides', [0])],
      {
        instrument: agreed,
      },
    )

    expect(await submit(ledger, draft, BOTH)).toBe(code)
  })

  test('that is none, or not admitted, is refused', async () => {
    const { ledger } = await scene()
    const collected = await collect(ledger, ACME)
    const proposed = await sign(instrument(ACME, BOLT), [['exporter', ACME.signer]])
    await ledger.submit(json(proposed))

    for (const id of [NOWHERE, collected, idOf(proposed)]) {
      const draft = transfer([ACME, BOLT], [at(collected)], [dataset('rides', [0])], {
        instrument: id,
      })
      expect(await submit(ledger, draft, BOTH)).toBe('INSTRUMENT_INVALID')
    }
  })
})

describe('what a statement supersedes', () => {
  test('is of the same type and the same parties', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME)
    const first = await admit(ledger, move(id), BOTH)
    const moved = await admit(ledger, move(await collect(ledger, CORAL), 'rides', [CORAL, BOLT]), [
      ['exporter', CORAL.signer],
      ['importer', BOLT.signer],
    ])
    const agreed = await admit(ledger, instrument(ACME, BOLT), BOTH)

    for (const supersedes of [moved, agreed, id, NOWHERE]) {
      expect(await submit(ledger, { ...move(id), supersedes }, BOTH)).toBe('SUPERSEDES_INVALID')
    }
    expect(await submit(ledger, { ...move(id), supersedes: first }, BOTH)).toBeUndefined()
    expect(
      await submit(ledger, { ...instrument(ACME, BOLT), supersedes: agreed }, BOTH),
    ).toBeUndefined()
  })

  test('has the parties in the same roles', async () => {
    const { ledger } = await scene()
    const agreed = await admit(ledger, instrument(ACME, BOLT), BOTH)
    const draft = { ...instrument(BOLT, ACME), supersedes: agreed }
    const signings: readonly Signing[] = [
      ['exporter', BOLT.signer],
      ['importer', ACME.signer],
    ]

    expect(await submit(ledger, draft, signings)).toBe('SUPERSEDES_INVALID')
  })

  test('must be an entry: what waits or was refused is not', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME)
    const proposal = await sign(move(id), [['exporter', ACME.signer]])
    await ledger.submit(json(proposal))
    const draft = { ...move(id), supersedes: idOf(proposal) }

    expect(await submit(ledger, draft, BOTH)).toBe('SUPERSEDES_INVALID')
    await admit(ledger, refusal(idOf(proposal), 'withdrawn'), [['exporter', ACME.signer]])
    expect(await submit(ledger, draft, BOTH)).toBe('SUPERSEDES_INVALID')
  })
})

describe('time', () => {
  test('a statement may be 300 seconds ahead of its entry, no more', async () => {
    const { ledger } = await scene()
    const collects = (ahead: number): Draft => ({
      ...collection(ACME, 'rides'),
      iat: START_S + ahead,
    })

    expect(await submit(ledger, collects(301), [['collector', ACME.signer]])).toBe(
      'STATEMENT_FROM_FUTURE',
    )
    expect(await submit(ledger, collects(300), [['collector', ACME.signer]])).toBeUndefined()
  })

  test('a late truth is welcome', async () => {
    const { site, ledger } = await scene()
    site.nowS = START_S + 10 * 365 * 86_400

    expect(
      await submit(ledger, collection(ACME, 'rides'), [['collector', ACME.signer]]),
    ).toBeUndefined()
  })

  test('all entries of a commit share it, and it never goes backwards', async () => {
    const { site, ledger } = await scene()
    const times: number[] = []
    for (const [shift, count] of [
      [0, 3],
      [5, 2],
      [0, 2],
      [1, 1],
    ] as const) {
      site.nowS += shift
      const drafts = Array.from({ length: count }, (_, n) => collection(ACME, `${shift} ${n}`))
      const envelopes = await Promise.all(
        drafts.map((draft) => sign(draft, [['collector', ACME.signer]])),
      )
      const outcomes = await Promise.all(envelopes.map((each) => ledger.submit(json(each))))
      times.push(...outcomes.map((item) => (item.status === 'admitted' ? item.time - START_S : -1)))
    }

    expect(times).toEqual([0, 0, 0, 5, 5, 5, 5, 6])
  })

  test('a clock behind the last entry refuses everything until it has caught up', async () => {
    const { site, ledger } = await scene()
    site.nowS += 10
    await collect(ledger, ACME, 'now')
    const draft = collection(ACME, 'then')

    site.nowS -= 1
    expect(await submit(ledger, draft, [['collector', ACME.signer]])).toBe('CLOCK_BEHIND')
    expect(ledger.health()).toMatchObject({
      ready: false,
      reason: 'the clock is behind the last entry',
    })
    expect(ledger.size).toBe(5)
    site.nowS += 1
    expect(await submit(ledger, draft, [['collector', ACME.signer]])).toBeUndefined()
    expect(ledger.health().ready).toBe(true)
  })

  test('a clock behind the last entry is noticed after reopening as well', async () => {
    const { site, ledger } = await scene()
    await ledger.close()
    site.nowS -= 1
    const reopened = await site.open()

    const draft = collection(ACME, 'then')
    expect(await submit(reopened, draft, [['collector', ACME.signer]])).toBe('CLOCK_BEHIND')
    expect(site.failures).toEqual([])
  })

  test('a clock that no entry can carry stops the writer and signs nothing', async () => {
    const site = new Site()
    const ledger = await site.open()
    site.nowS = 2 ** 32

    const both = await sign(enrolment(OPERATOR), enrolling(OPERATOR))
    const later = await sign(
      { ...enrolment(OPERATOR), countersignBy: 2 ** 32 + 60 },
      enrolling(OPERATOR),
      2 ** 32,
    )
    expect(await codeOf(() => ledger.submit(json(both)))).toBe('STATEMENT_EXPIRED')
    expect(await codeOf(() => ledger.submit(json(later)))).toBe('INTERNAL')
    expect(site.failures).toHaveLength(1)
    expect(ledger.size).toBe(0)
    site.nowS = START_S
    expect(await codeOf(() => ledger.submit(json(both)))).toBe('INTERNAL')
  })
})

test('every obstacle is named, with its place', async () => {
  const { ledger } = await scene()
  const draft = { ...move(NOWHERE), supersedes: NOWHERE, iat: START_S + 400 }
  const envelope = json(await sign(draft, BOTH))

  const { issues } = await ledger.validate(envelope)

  expect(issues.map(({ code, at: place }) => [code, place])).toEqual([
    ['STATEMENT_FROM_FUTURE', 'iat'],
    ['PARENT_NOT_FOUND', 'parents[0]'],
    ['SUPERSEDES_INVALID', 'supersedes'],
  ])
  expect(ledger.size).toBe(4)
})

test('an obstacle of a signature names its role', async () => {
  const { ledger } = await scene()
  const draft = move(await collect(ledger, ACME))
  const envelope = json(
    await sign(draft, [
      ['exporter', BOLT.signer],
      ['importer', ACME.signer],
    ]),
  )

  const { issues } = await ledger.validate(envelope)

  expect(issues.map(({ at: place }) => place)).toEqual([
    'signatures.exporter',
    'signatures.importer',
  ])
})
