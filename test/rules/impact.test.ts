/** Impact: everything that came of some data, with ways back, and where that cannot be known. */
import { describe, expect, it } from 'vitest'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import {
  type ForwardGraph,
  factsAsOf,
  graphAsOf,
  graphOfHops,
} from '../../ledger/rules/forward-graph.js'
import type { Hop } from '../../ledger/rules/hop.js'
import { type Impact, impactOf } from '../../ledger/rules/impact.js'
import { impactJson } from '../../ledger/rules/impact-json.js'
import type { Subject } from '../../ledger/rules/subject.js'
import { waysOf } from '../../ledger/rules/ways.js'
import {
  ASSESSMENT_ID,
  assessment,
  COLLECTION_ID,
  collection,
  dataset,
  EXPORTER,
  facts,
  field,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  OUTCOME_ID,
  outcome,
  PROCESSING_ID,
  processing,
  THIRD,
  TRANSFER_ID,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { LAW } from './ruleset.js'
import { dpv, pd } from './vocabulary.js'

const ONWARD_ID = idOf(0xe0)
const HOST = 'H'.repeat(43) as PartyId

/** The default story, and the importer passes its analysis on to a third party in China. */
const onward = transfer(
  {
    exporter: IMPORTER,
    importer: THIRD,
    route: { from: 'US', to: 'CN', mode: 'copy', storage: ['CN', 'SG'] },
    instrument: idOf(0x11),
    fields: [],
    purposes: [dpv('Marketing')],
  },
  { id: ONWARD_ID, index: 50, parents: [{ id: PROCESSING_ID, n: 0 }] },
)
const STORY: readonly Hop[] = [collection(), transfer(), processing(), outcome(), onward]

function impact(subject: Subject, hops: readonly Hop[] = STORY): Impact {
  return impactOf(graphOfHops(hops), subject, LAW.vocabulary)
}

const about = (id: StatementId): Subject => ({ kind: 'statement', value: id })
const ids = (found: Impact): readonly StatementId[] => found.steps.map(({ id }) => id)

describe('impact of a statement', () => {
  it('reaches everything later, holders, countries and outcomes, and no more', () => {
    const found = impact(about(COLLECTION_ID))
    expect(ids(found)).toEqual([COLLECTION_ID, TRANSFER_ID, PROCESSING_ID, OUTCOME_ID, ONWARD_ID])
    expect(found.holders).toEqual([
      { party: EXPORTER, id: COLLECTION_ID },
      { party: IMPORTER, id: TRANSFER_ID },
      { party: THIRD, id: ONWARD_ID },
    ])
    expect(found.countries).toEqual([
      { country: 'DE', id: COLLECTION_ID },
      { country: 'US', id: TRANSFER_ID },
      { country: 'CN', id: ONWARD_ID },
      { country: 'SG', id: ONWARD_ID },
    ])
    expect(found.outcomes).toEqual([OUTCOME_ID])
  })

  it('does not reach back', () => {
    expect(ids(impact(about(PROCESSING_ID)))).toEqual([PROCESSING_ID, OUTCOME_ID, ONWARD_ID])
  })

  it('says beyond whom nothing is known: an importer with no later record', () => {
    expect(impact(about(COLLECTION_ID)).unknownBeyond).toEqual([
      { id: ONWARD_ID, reason: 'no-later-record', holder: THIRD },
    ])
  })

  it('gives a shortest way to each', () => {
    const shortcut = outcome(
      {},
      {
        id: idOf(0xa1),
        index: 60,
        parents: [
          { id: PROCESSING_ID, n: 0 },
          { id: TRANSFER_ID, n: 0 },
        ],
      },
    )
    const found = impact(about(COLLECTION_ID), [...STORY, shortcut])
    const steps = new Map(found.steps.map((step) => [step.id, step]))
    const wayTo = waysOf(found.steps)
    const path = [COLLECTION_ID, TRANSFER_ID, shortcut.id]
    expect(wayTo(shortcut.id)).toEqual({ path, leftOut: 0 })
    expect(steps.get(shortcut.id)?.depth).toBe(2)
    expect(wayTo(idOf(0x99))).toEqual({ path: [], leftOut: 0 })
  })

  it('reaches nothing from a statement that is not there', () => {
    const found = impact(about(idOf(0x99)))
    expect([found.steps, found.outcomes, found.unknownBeyond]).toEqual([[], [], []])
  })
})

describe('impact dataset by dataset', () => {
  const two = collection({
    datasets: [dataset({ n: 1, from: [] }), dataset({ n: 2, name: 'orders', from: [] })],
    fields: [field('age', { n: 1 }), field('genes', { n: 2, category: pd('Genetic') })],
  })
  const both = transfer(
    {
      datasets: [dataset({ n: 1, from: [0] }), dataset({ n: 2, from: [1] })],
      fields: [],
    },
    {
      parents: [
        { id: COLLECTION_ID, n: 1 },
        { id: COLLECTION_ID, n: 2 },
      ],
    },
  )
  const ofFirst = outcome({}, { id: idOf(0xa1), parents: [{ id: TRANSFER_ID, n: 1 }] })
  const ofSecond = outcome({}, { id: idOf(0xa2), parents: [{ id: TRANSFER_ID, n: 2 }] })
  const hops = [two, both, ofFirst, ofSecond]

  it('follows a category through the datasets that have it, and no others', () => {
    const found = impact({ kind: 'category', value: pd('Genetic') }, hops)
    expect(found.steps.map(({ id, datasets }) => [id, datasets])).toEqual([
      [COLLECTION_ID, [2]],
      [TRANSFER_ID, [2]],
      [ofSecond.id, []],
    ])
    expect(found.outcomes).toEqual([ofSecond.id])
  })

  it('finds a category by a wider one', () => {
    const found = impact({ kind: 'category', value: pd('Genetic') }, hops)
    expect(impact({ kind: 'category', value: pd('MedicalHealth') }, hops).outcomes).toEqual(
      found.outcomes,
    )
  })

  it('follows all of a hop that withholds which dataset comes from where', () => {
    const hidden = [two, withheld(both, 'datasets'), ofFirst, ofSecond]
    const found = impact({ kind: 'category', value: pd('Genetic') }, hidden)
    expect(found.outcomes).toEqual([ofFirst.id, ofSecond.id])
    expect(found.unknownBeyond).toContainEqual({
      id: TRANSFER_ID,
      reason: 'withheld',
      holder: IMPORTER,
    })
  })

  it('names a hop that withholds its fields: it could have the category', () => {
    const found = impact({ kind: 'category', value: pd('Genetic') }, [
      withheld(two, 'fields'),
      both,
    ])
    expect(found.steps).toEqual([])
    expect(found.unknownBeyond).toEqual([
      { id: COLLECTION_ID, reason: 'withheld', holder: EXPORTER },
    ])
  })
})

describe('impact of other subjects', () => {
  it('begins at the transfers that cite an instrument', () => {
    const found = impact({ kind: 'instrument', value: INSTRUMENT_ID })
    expect(ids(found)[0]).toBe(TRANSFER_ID)
    expect(found.outcomes).toEqual([OUTCOME_ID])
  })

  it('begins wherever a party acts', () => {
    expect(ids(impact({ kind: 'party', value: THIRD }))).toEqual([ONWARD_ID])
    expect(ids(impact({ kind: 'party', value: EXPORTER }))).toHaveLength(STORY.length)
  })

  it('begins wherever data is in a country, or leaves it', () => {
    expect(ids(impact({ kind: 'country', value: 'SG' }))).toEqual([ONWARD_ID])
    expect(ids(impact({ kind: 'country', value: 'US' }))[0]).toBe(TRANSFER_ID)
    expect(ids(impact({ kind: 'country', value: 'BR' }))).toEqual([])
  })

  it('begins where a sub-processor or a reader is, by country and by party', () => {
    const subProcessors = [
      { party: HOST, country: 'BR', subject: 'hosting', nature: [dpv('Store')] },
    ]
    const hosted = [collection(), transfer({ terms: terms({ subProcessors }) })]
    const recipients = [{ party: HOST, country: 'BR' }]
    const read = [...STORY.slice(0, 3), outcome({ audience: { public: false, recipients } })]
    for (const subject of [
      { kind: 'country', value: 'BR' },
      { kind: 'party', value: HOST },
    ] as const) {
      expect(ids(impact(subject, hosted))).toEqual([TRANSFER_ID])
      expect(ids(impact(subject, read))).toEqual([OUTCOME_ID])
      const [begin, sent] = hosted
      const hidden = [begin, withheld(sent as Hop, 'terms')] as readonly Hop[]
      expect(impact(subject, hidden).unknownBeyond.map(({ id }) => id)).toEqual([TRANSFER_ID])
    }
  })

  it('begins at a further purpose that was agreed', () => {
    const further = transfer({ terms: terms({ furtherPurposes: [dpv('Marketing')] }) })
    const subject = { kind: 'purpose', value: dpv('Marketing') } as const
    expect(ids(impact(subject, [collection(), further]))).toEqual([TRANSFER_ID])
    const found = impact(subject, [collection(), withheld(further, 'terms')])
    expect(found.unknownBeyond.map(({ id }) => id)).toEqual([TRANSFER_ID])
  })

  it('names who does not declare what may be of a category', () => {
    const subject = { kind: 'category', value: pd('Genetic') } as const
    const unsureOf = (hops: readonly Hop[]) =>
      impact(subject, hops).unknownBeyond.map(({ id }) => id)
    const untold = field('note', { category: dpv('UncategorisedData') })
    expect(unsureOf([collection({ fields: [] })])).toEqual([COLLECTION_ID])
    expect(unsureOf([collection({ fields: [untold] })])).toEqual([COLLECTION_ID])
    expect(unsureOf([collection(), transfer({ fields: [untold] })])).toEqual([TRANSFER_ID])
    // A copy of what is declared has nothing else.
    expect(unsureOf([collection(), transfer({ fields: [] })])).toEqual([])
  })

  it('begins at a purpose and at what is narrower', () => {
    expect(ids(impact({ kind: 'purpose', value: dpv('Marketing') }))).toEqual([ONWARD_ID])
    expect(ids(impact({ kind: 'purpose', value: dpv('ResearchAndDevelopment') }))[0]).toBe(
      COLLECTION_ID,
    )
  })

  it('names those who withhold what would tell, once', () => {
    const hidden = [withheld(collection(), 'purposes'), ...STORY.slice(1)]
    const found = impact({ kind: 'purpose', value: dpv('Marketing') }, hidden)
    expect(found.unknownBeyond).toEqual([
      { id: COLLECTION_ID, reason: 'withheld', holder: EXPORTER },
      { id: ONWARD_ID, reason: 'no-later-record', holder: THIRD },
    ])
  })
})

describe('what a source cannot show', () => {
  const whole = graphOfHops(STORY)

  it('is a child that nobody may see', () => {
    const graph: ForwardGraph = {
      ...whole,
      hop: (id) => (id === OUTCOME_ID ? undefined : whole.hop(id)),
    }
    const found = impactOf(graph, about(TRANSFER_ID), LAW.vocabulary)
    expect(found.unknownBeyond).toContainEqual({ id: OUTCOME_ID, reason: 'withheld' })
    expect(found.outcomes).toEqual([])
  })

  it('is what comes later, where nobody could search', () => {
    const graph: ForwardGraph = { ...whole, children: () => ({ ids: [], complete: false }) }
    const found = impactOf(graph, about(TRANSFER_ID), LAW.vocabulary)
    expect(ids(found)).toEqual([TRANSFER_ID])
    expect(found.unknownBeyond).toEqual([
      { id: TRANSFER_ID, reason: 'not-searched', holder: IMPORTER },
    ])
  })
})

describe('as of an entry', () => {
  it('later statements are not there', () => {
    const graph = graphAsOf(graphOfHops(STORY), 30)
    const found = impactOf(graph, about(COLLECTION_ID), LAW.vocabulary)
    expect(ids(found)).toEqual([COLLECTION_ID, TRANSFER_ID, PROCESSING_ID])
    expect(found.unknownBeyond).toEqual([])
    expect([...graph.candidates(about(COLLECTION_ID))]).toHaveLength(3)
  })

  it('what replaced an instrument or an assessment later has not', () => {
    const later = { ...instrument(), id: idOf(0x12), index: 60 }
    const known = facts({
      instruments: [instrument({}, { replacedBy: [later] })],
      assessments: [assessment({}, { replacedAt: 60 }), assessment({}, { index: 70 })],
    })
    const before = factsAsOf(known, 59)
    expect(before.instrument(INSTRUMENT_ID)?.replacedBy).toEqual([])
    expect(before.instrument(INSTRUMENT_ID)?.index).toBe(5)
    expect(before.assessments(COLLECTION_ID)).toEqual([
      expect.not.objectContaining({ replacedAt: 60 }),
    ])
    expect(before.assessments(COLLECTION_ID)?.[0]?.id).toBe(ASSESSMENT_ID)
    const after = factsAsOf(known, 60)
    expect(after.instrument(INSTRUMENT_ID)?.replacedBy).toHaveLength(1)
    expect(after.assessments(COLLECTION_ID)?.[0]?.replacedAt).toBe(60)
    expect(factsAsOf(known, 4).instrument(INSTRUMENT_ID)).toBeUndefined()
  })
})

it('a chain of 20,000 hops needs no stack', () => {
  const length = 20_000
  const hops: Hop[] = [collection({}, { id: idOf(0), index: 0 })]
  for (let index = 1; index < length; index += 1) {
    hops.push(processing({}, { id: idOf(index), index, parents: [{ id: idOf(index - 1), n: 0 }] }))
  }
  const found = impact(about(idOf(0)), hops)
  expect(found.steps).toHaveLength(length)
  const { path, leftOut } = waysOf(found.steps)(idOf(length - 1))
  expect(path.length + leftOut).toBe(length)
})

/** A chain of so many statements, the first a collection; each but that has an outcome of its own. */
function chainWithOutcomes(length: number): readonly Hop[] {
  const hops: Hop[] = [collection({}, { id: idOf(0), index: 0 })]
  for (let place = 1; place < length; place += 1) {
    const before = [{ id: idOf(place - 1), n: 0 }]
    hops.push(processing({}, { id: idOf(place), index: 2 * place, parents: before }))
    const parents = [{ id: idOf(place), n: 0 }]
    hops.push(outcome({}, { id: idOf(0x10_000 + place), index: 2 * place + 1, parents }))
  }
  return hops
}

/** The way that `from` of the steps tells. */
function wholeWay(steps: Impact['steps'], id: StatementId): readonly StatementId[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const way: StatementId[] = []
  for (let next: StatementId | undefined = id; next; next = byId.get(next)?.from) way.push(next)
  return way.reverse()
}

it('tells each way whole, or by its ends and how many are between', () => {
  const { steps, outcomes } = impact(about(idOf(0)), chainWithOutcomes(40))
  const wayTo = waysOf(steps)
  expect(outcomes).toHaveLength(39)
  for (const id of outcomes) {
    const whole = wholeWay(steps, id)
    const { path, leftOut } = wayTo(id)
    expect(path).toEqual(whole.length <= 16 ? whole : [...whole.slice(0, 8), ...whole.slice(-8)])
    expect(leftOut).toBe(whole.length - path.length)
  }
})

it('a chain of 1,200 with as many outcomes is not written once for each', () => {
  const length = 1_200
  const found = impact(about(idOf(0)), chainWithOutcomes(length))
  const place = { treeSize: 2 * length, asOf: 2 * length - 1 }
  const text = JSON.stringify(impactJson(found, about(idOf(0)), place))
  expect(found.outcomes).toHaveLength(length - 1)
  expect(text.length).toBeLessThan(3_000_000)
  expect(impactJson(found, about(idOf(0)), place)['outcomes']).toContainEqual(
    expect.objectContaining({ id: idOf(0x10_000 + length - 1), path_left_out: length + 1 - 16 }),
  )
})
