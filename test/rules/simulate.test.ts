/** Simulation: what would be worse if an instrument, an adequacy decision or a party fell. */
import { describe, expect, it } from 'vitest'
import type { Change } from '../../ledger/rules/change.js'
import type { Facts } from '../../ledger/rules/facts.js'
import { graphOfHops } from '../../ledger/rules/forward-graph.js'
import type { Hop } from '../../ledger/rules/hop.js'
import { simulationJson } from '../../ledger/rules/impact-json.js'
import { judgeGraph } from '../../ledger/rules/judge-graph.js'
import { lawOf } from '../../ledger/rules/law.js'
import { type Simulation, simulate } from '../../ledger/rules/simulate.js'
import {
  collection,
  EXPORTER,
  facts,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  OUTCOME_ID,
  outcome,
  PROCESSING_ID,
  processing,
  TRANSFER_ID,
  transfer,
  withheld,
} from './fixtures.js'
import { LAW, TEST_RULESET } from './ruleset.js'

const STORY: readonly Hop[] = [collection(), transfer(), processing(), outcome()]

function whatIf(change: Change, hops: readonly Hop[] = STORY, known: Facts = facts()): Simulation {
  return simulate(graphOfHops(hops), change, LAW.vocabulary, { facts: known, lawFor: () => LAW })
}

const broken = ({ broken: all }: Simulation): readonly string[] => all.map(({ id }) => id)

describe('an instrument that is revoked', () => {
  const fallen = whatIf({ kind: 'revoke', instrument: INSTRUMENT_ID })

  it('breaks the transfers under it, by the rule that asks whether it is in force', () => {
    expect(broken(fallen)).toContain(TRANSFER_ID)
    const hop = fallen.broken.find(({ id }) => id === TRANSFER_ID)
    expect(hop).toMatchObject({ before: 'PASS', after: 'FAIL' })
    expect(hop?.rules).toContain('R06')
    expect(fallen.findings[0]).toMatchObject({ verdict: 'FAIL', target: { id: TRANSFER_ID } })
  })

  it('says why in the words of the question: no day is made up, and no second reason', () => {
    const lapsing = instrument({ effective: { from: '2026-01-01', until: '2027-01-01' } })
    const change: Change = { kind: 'revoke', instrument: INSTRUMENT_ID }
    const { findings } = whatIf(change, STORY, facts({ instruments: [lapsing] }))
    expect(findings.filter(({ rule }) => rule === 'R06').map(({ why }) => why)).toEqual([
      'as if its instrument had never been in force',
    ])
  })

  it('names everything that rests on them, and leaves what comes before alone', () => {
    expect(fallen.downstream.outcomes).toEqual([OUTCOME_ID])
    expect(fallen.downstream.steps.map(({ id }) => id)).toEqual([
      TRANSFER_ID,
      PROCESSING_ID,
      OUTCOME_ID,
    ])
    expect(fallen.judged).toBe(3)
  })

  it('changes nothing: judged again, everything is as it was', () => {
    const judged = judgeGraph(graphOfHops(STORY), [OUTCOME_ID], {
      facts: facts(),
      lawFor: () => LAW,
    })
    expect(judged.verdict).toBe('PASS')
  })

  it('that nobody cites breaks nothing', () => {
    const none = whatIf({ kind: 'revoke', instrument: idOf(0x77) })
    expect([none.judged, none.broken, none.findings, none.rulesets]).toEqual([0, [], [], []])
  })

  it('is not known to concern a transfer that withholds which it rests on', () => {
    const hidden = [collection(), withheld(transfer(), 'instrument'), ...STORY.slice(2)]
    const unsure = whatIf({ kind: 'revoke', instrument: INSTRUMENT_ID }, hidden)
    expect([unsure.unsure, unsure.broken]).toEqual([[TRANSFER_ID], []])
  })
})

describe('a country that is no longer adequate', () => {
  const adequate = facts({
    instruments: [
      instrument({
        kind: { code: 'A45-3' },
        routes: [{ from: 'DE', to: 'JP' }],
      }),
    ],
  })
  const row = TEST_RULESET.adequacy[0]
  const law = lawOf({
    ...TEST_RULESET,
    adequacy:
      row === undefined ? [] : [{ ...strip(row), regime: 'eu-gdpr', to: 'JP', from: '2019-01-23' }],
  })
  const toJapan = [
    collection(),
    transfer({ route: { from: 'DE', to: 'JP', mode: 'copy', frequency: 'one-off' } }),
  ]

  it('breaks what rests on the decision, and nothing that goes elsewhere', () => {
    const context = { facts: adequate, lawFor: () => law }
    const graph = graphOfHops(toJapan)
    const japan = simulate(graph, { kind: 'drop-adequacy', country: 'JP' }, law.vocabulary, context)
    expect(broken(japan)).toEqual([TRANSFER_ID])
    expect(japan.broken[0]?.rules).toContain('R07')
    const korea = simulate(graph, { kind: 'drop-adequacy', country: 'KR' }, law.vocabulary, context)
    expect([korea.judged, korea.broken]).toEqual([0, []])
    expect(law.ruleset.adequacy).toHaveLength(1)
  })
})

describe('another ruleset', () => {
  const row = TEST_RULESET.adequacy[0]
  const adequacy =
    row === undefined ? [] : [{ ...strip(row), regime: 'eu-gdpr', to: 'JP', from: '2019-01-23' }]
  const law = lawOf({ ...TEST_RULESET, adequacy })
  const draft = lawOf({ ...TEST_RULESET, version: 'draft', adequacy: [] })
  const japan = instrument({ kind: { code: 'A45-3' }, routes: [{ from: 'DE', to: 'JP' }] })
  const context = { facts: facts({ instruments: [japan] }), lawFor: () => law }
  const graph = graphOfHops([
    collection(),
    transfer({ route: { from: 'DE', to: 'JP', mode: 'copy', frequency: 'one-off' } }),
  ])

  it('breaks what it does not allow, cited by its own name', () => {
    const change: Change = { kind: 'ruleset', law: draft }
    const told = simulate(graph, change, law.vocabulary, context)
    expect([told.judged, broken(told)]).toEqual([2, [TRANSFER_ID]])
    expect(told.broken[0]?.rules).toContain('R07')
    expect(new Set(told.findings.map(({ ruleset }) => ruleset.version))).toEqual(new Set(['draft']))
    expect(told.rulesets.map(({ version }) => version)).toEqual([TEST_RULESET.version])
    expect(simulationJson(told, change, { treeSize: 2, asOf: 1 })['change']).toEqual({
      kind: 'ruleset',
      value: 'draft',
      ruleset: draft.ref,
    })
  })

  it('that says the same breaks nothing, though everything was judged twice', () => {
    const same = simulate(graph, { kind: 'ruleset', law }, law.vocabulary, context)
    expect([same.judged, same.broken, same.findings]).toEqual([2, [], []])
  })
})

/** Without a listing that the decision asks for and without an end. */
function strip<Row extends object>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => name !== 'scheme' && name !== 'until'),
  ) as Row
}

describe('a party that is suspended', () => {
  it('takes down what it signed and every instrument with it', () => {
    const importer = whatIf({ kind: 'suspend', party: IMPORTER })
    expect(broken(importer)).toEqual([TRANSFER_ID, PROCESSING_ID, OUTCOME_ID])
    const rules = new Set(importer.broken.flatMap((hop) => hop.rules))
    expect([rules.has('R34'), rules.has('R06')]).toEqual([true, true])
    expect(broken(whatIf({ kind: 'suspend', party: EXPORTER }))).toContain(`${'0'.repeat(62)}c0`)
  })

  it('keeps the worst findings and counts the rest', () => {
    const cut = simulate(graphOfHops(STORY), { kind: 'suspend', party: IMPORTER }, LAW.vocabulary, {
      facts: facts(),
      lawFor: () => LAW,
      keep: 1,
    })
    const all = whatIf({ kind: 'suspend', party: IMPORTER })
    expect(cut.findings).toEqual(all.findings.slice(0, 1))
    expect(cut.findingsLeftOut).toBe(all.findings.length - 1)
  })

  it('is told as JSON with the way to each outcome', () => {
    const change: Change = { kind: 'suspend', party: IMPORTER }
    const json = simulationJson(whatIf(change), change, { treeSize: 50, asOf: 49 })
    expect(json).toMatchObject({
      change: { kind: 'suspend', value: IMPORTER },
      tree_size: 50,
      as_of: 49,
      downstream: { outcomes: [{ id: OUTCOME_ID, path: [OUTCOME_ID] }] },
    })
  })
})
