/**
 * What holds for every lineage: limits only shrink, a path is no better than its worst hop, hiding
 * never helps, the order of parents is nothing, and judging again gives the same bytes.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Facts } from '../../ledger/rules/facts.js'
import { flowOut } from '../../ledger/rules/flow.js'
import { graphOfHops } from '../../ledger/rules/forward-graph.js'
import { datasetsOf, type Hop } from '../../ledger/rules/hop.js'
import type { RuleVerdict } from '../../ledger/rules/judge.js'
import { judgeGraph } from '../../ledger/rules/judge-graph.js'
import type { GraphJudgement } from '../../ledger/rules/judgement.js'
import { lawOf } from '../../ledger/rules/law.js'
import type { Limits } from '../../ledger/rules/limits.js'
import { reportJcs, reportOf } from '../../ledger/rules/report-data.js'
import type { Judging, Rule } from '../../ledger/rules/rule.js'
import { VERDICTS, type Verdict, worstOf } from '../../ledger/rules/verdict.js'
import { runs } from '../core/support/outcomes.js'
import { withheld } from './fixtures.js'
import { factsOf, type Lineage, lineages } from './random-lineages.js'
import { LAW } from './ruleset.js'

type Judged = { readonly whole: GraphJudgement; readonly verdicts: readonly RuleVerdict[] }

function judge(hops: readonly Hop[], known: Facts): Judged {
  const verdicts: RuleVerdict[] = []
  const root = hops.at(-1)
  if (root === undefined) throw new Error('a lineage has a root')
  const whole = judgeGraph(graphOfHops(hops), [root.id], {
    facts: known,
    lawFor: () => LAW,
    onHop: (judged) => verdicts.push(...judged.verdicts),
  })
  return { whole, verdicts }
}

/** The worst of each rule on each hop. */
function worstEach(verdicts: readonly RuleVerdict[]): ReadonlyMap<string, Verdict> {
  const worst = new Map<string, Verdict>()
  for (const { rule, target, verdict } of verdicts) {
    const key = `${rule} on ${target.index}`
    worst.set(key, worstOf([verdict, worst.get(key) ?? 'NA']))
  }
  return worst
}

const isOpen = (verdict: Verdict | undefined): boolean =>
  verdict === 'FAIL' || verdict === 'UNKNOWN'

/** What was FAIL or UNKNOWN must not be better with less shown, and nobody is accused by it. */
function expectNoBetter(before: Judged, after: Judged, what: string): void {
  const [was, is] = [worstEach(before.verdicts), worstEach(after.verdicts)]
  for (const [key, verdict] of was) {
    const now = is.get(key)
    const why = (all: Judged): string =>
      all.verdicts
        .filter(({ rule, target }) => `${rule} on ${target.index}` === key)
        .map((one) => `${one.verdict} ${one.why} ${one.at ?? ''}`)
        .join('; ')
    const told = `${key} without ${what}: ${verdict} (${why(before)}) became ${now} (${why(after)})`
    if (isOpen(verdict)) expect(isOpen(now), told).toBe(true)
    else expect(now, told).not.toBe('FAIL')
  }
  expect(isOpen(before.whole.verdict) && !isOpen(after.whole.verdict), what).toBe(false)
}

describe('hiding', () => {
  it('a claim of any hop never turns FAIL or UNKNOWN into anything better', () => {
    fc.assert(
      fc.property(lineages, fc.nat(), (lineage, choice) => {
        const { hops } = lineage
        const known = factsOf(lineage)
        const before = judge(hops, known)
        const position = choice % hops.length
        const hop = hops[position]
        if (hop === undefined) return
        for (const name of Object.keys(hop.claims)) {
          const after = judge(hops.with(position, withheld(hop, name)), known)
          expectNoBetter(before, after, `${name} of ${hop.index}`)
        }
        const bare = judge(hops.with(position, withheld(hop, ...Object.keys(hop.claims))), known)
        expectNoBetter(before, bare, `all claims of ${hop.index}`)
        const unsigned = judge(hops.with(position, { ...hop, signatures: undefined } as Hop), known)
        expectNoBetter(before, unsigned, `signatures of ${hop.index}`)
      }),
      { numRuns: runs(60) },
    )
  })

  it('a claim of an instrument or an assessment, or all facts, does not either', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        const before = judge(lineage.hops, factsOf(lineage))
        for (const { hidden, what } of lessKnown(lineage)) {
          expectNoBetter(before, judge(lineage.hops, hidden), what)
        }
      }),
      { numRuns: runs(30) },
    )
  })

  it('a whole statement of it does not either', () => {
    fc.assert(
      fc.property(lineages, fc.nat(), (lineage, choice) => {
        const { hops } = lineage
        const known = factsOf(lineage)
        const position = choice % (hops.length - 1)
        const before = judge(hops, known)
        const after = judge(hops.toSpliced(position, 1), known)
        // A hop that is gone is judged by nobody: those after it must not be better for it.
        const is = worstEach(after.verdicts)
        for (const [key, verdict] of worstEach(before.verdicts)) {
          if (isOpen(verdict) && is.has(key)) expect(isOpen(is.get(key)), key).toBe(true)
        }
        const shown = before.whole.hops.some(({ id }) => id === hops[position]?.id)
        if (shown) expect(after.whole.verdict).not.toBe('PASS')
      }),
      { numRuns: runs(60) },
    )
  })
})

function* lessKnown(
  lineage: Lineage,
): Generator<{ readonly hidden: Facts; readonly what: string }, void> {
  const known = factsOf(lineage)
  yield { hidden: { ...known, instrument: () => undefined }, what: 'instruments' }
  yield { hidden: { ...known, assessments: () => undefined }, what: 'assessments' }
  yield { hidden: { ...known, party: () => undefined }, what: 'parties' }
  yield { hidden: { ...known, usage: () => undefined }, what: 'sums' }
  const without = <Fact extends { readonly claims: object }>(fact: Fact, name: string): Fact => ({
    ...fact,
    claims: Object.fromEntries(Object.entries(fact.claims).filter(([key]) => key !== name)),
  })
  for (const name of Object.keys(lineage.instruments[0]?.claims ?? {})) {
    const instruments = lineage.instruments.map((fact) => without(fact, name))
    yield { hidden: factsOf({ ...lineage, instruments }), what: `${name} of the instruments` }
  }
  for (const name of Object.keys(lineage.assessments[0]?.claims ?? {})) {
    const assessments = lineage.assessments.map((fact) => without(fact, name))
    yield { hidden: factsOf({ ...lineage, assessments }), what: `${name} of the assessments` }
  }
}

describe('limits', () => {
  it('only shrink from hop to hop where nothing is assessed', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        const seen = probe({ ...lineage, assessments: [] })
        for (const judging of seen) {
          const out = flowOut(judging)
          for (const { n, from } of datasetsOf(judging.hop) ?? []) {
            const mine = out.get(n)
            if (mine === undefined) throw new Error('each dataset has limits')
            for (const position of from) {
              const theirs = judging.upstream[position]?.limits
              if (theirs !== undefined) expectWithin(mine, theirs)
            }
          }
        }
      }),
      { numRuns: runs(60) },
    )
  })

  it('with one source more are no wider', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        for (const judging of probe({ ...lineage, assessments: [] })) {
          const { upstream } = judging
          if (upstream.length < 2 || judging.hop.type === 'outcome/1') continue
          const [all] = flowOut(fromAll(judging, upstream.length)).values()
          const [fewer] = flowOut(fromAll(judging, upstream.length - 1)).values()
          if (all !== undefined && fewer !== undefined) expectWithin(all, fewer)
        }
      }),
      { numRuns: runs(60) },
    )
  })
})

/** The hop with one dataset that comes from the first `count` of its parents. */
function fromAll(judging: Judging, count: number): Judging {
  const [first] = datasetsOf(judging.hop) ?? []
  if (first === undefined) return judging
  const from = Array.from({ length: count }, (_, position) => position)
  const claims = { ...judging.hop.claims, datasets: [{ ...first, from }], fields: [] }
  return { ...judging, hop: { ...judging.hop, claims } as Hop }
}

/** Everything that rules are given for each hop. */
function probe(lineage: Lineage): readonly Judging[] {
  const seen: Judging[] = []
  const watching: Rule = {
    id: 'R00',
    title: 'watches',
    inputs: [],
    citation: '',
    explain: '',
    judge(judging) {
      seen.push(judging)
      return [{ verdict: 'PASS', why: 'seen' }]
    },
  }
  const root = lineage.hops.at(-1)?.id as StatementId
  judgeGraph(graphOfHops(lineage.hops), [root], {
    facts: factsOf(lineage),
    lawFor: () => LAW,
    rules: [watching],
  })
  return seen
}

/** No more than these, in every part in which less is allowed by less. */
function expectWithin(mine: Limits, theirs: Limits): void {
  const { covered } = theirs.purposes.value
  if (covered !== undefined) {
    expect(mine.purposes.value.covered).toBeDefined()
    for (const term of mine.purposes.value.covered ?? []) expect(covered.has(term)).toBe(true)
  }
  if (theirs.retention.value !== undefined) {
    expect((mine.retention.value ?? '9999') <= theirs.retention.value).toBe(true)
  }
  expect(mine.onward.value && !theirs.onward.value).toBe(false)
  const [here, there] = [mine.countries.value, theirs.countries.value]
  for (const country of there.excluded) expect(here.excluded.has(country)).toBe(true)
  if (there.included !== undefined) {
    expect(here.included).toBeDefined()
    for (const country of here.included ?? []) expect(there.included.has(country)).toBe(true)
  }
  if (theirs.recipients.value !== undefined) {
    for (const party of mine.recipients.value ?? []) {
      expect(theirs.recipients.value.has(party)).toBe(true)
    }
  }
  for (const name of ['consent', 'authorisation'] as const) {
    expect(theirs.conditions.value[name] && !mine.conditions.value[name]).toBe(false)
  }
  expect(theirs.special.value && !mine.special.value).toBe(false)
  for (const country of theirs.origins.value) expect(mine.origins.value.has(country)).toBe(true)
  for (const use of theirs.uses.value.prohibited) {
    expect(mine.uses.value.prohibited.has(use)).toBe(true)
  }
}

describe('a path', () => {
  it('is as bad as its worst hop, and the whole as bad as its worst', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        const { whole } = judge(lineage.hops, factsOf(lineage))
        const own = new Map(whole.hops.map(({ id, verdict }) => [id, verdict]))
        const worstTo = (id: StatementId): Verdict => {
          const hop = lineage.hops.find((one) => one.id === id)
          const before = hop?.parents.map((parent) => worstTo(parent.id)) ?? []
          return worstOf([own.get(id) ?? 'UNKNOWN', ...before])
        }
        for (const { id, path } of whole.hops) expect(path).toBe(worstTo(id))
        expect(whole.verdict).toBe(worstOf(own.values()))
        expect(whole.hops.at(-1)?.path).toBe(whole.verdict)
      }),
      { numRuns: runs(100) },
    )
  })
})

describe('the order of parents', () => {
  it('is nothing: every rule says the same of every hop and rests on the same', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        const known = factsOf(lineage)
        const before = judge(lineage.hops, known)
        const after = judge(lineage.hops.map(turned), known)
        expect(summary(after)).toEqual(summary(before))
        expect(after.whole.hops).toEqual(before.whole.hops)
      }),
      { numRuns: runs(100) },
    )
  })
})

/** The same hop with its parents the other way round, and all positions with them. */
function turned(hop: Hop): Hop {
  const last = hop.parents.length - 1
  if (hop.type === 'outcome/1' || hop.type === 'collection/1') {
    return { ...hop, parents: [...hop.parents].reverse() }
  }
  const datasets = hop.claims.datasets?.map((dataset) => ({
    ...dataset,
    from: dataset.from.map((position) => last - position),
  }))
  const fields = hop.claims.fields?.map((field) =>
    field.source === undefined
      ? field
      : {
          ...field,
          source: field.source.map((source) => ({ ...source, parent: last - source.parent })),
        },
  )
  const claims = { ...hop.claims, datasets, fields }
  return { ...hop, parents: [...hop.parents].reverse(), claims } as Hop
}

/** Each rule on each hop: its worst verdict, and all that its verdicts rest on. */
function summary({ verdicts }: Judged): unknown {
  const rests = new Map<string, Set<string>>()
  for (const { rule, target, evidence = [] } of verdicts) {
    const key = `${rule} on ${target.index}`
    rests.set(key, new Set([...(rests.get(key) ?? []), ...evidence]))
  }
  const sorted = [...rests].map(([key, ids]) => [key, [...ids].sort()])
  return { verdicts: [...worstEach(verdicts)], rests: sorted }
}

describe('judging again', () => {
  it('gives the same bytes, from copies of everything', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        const copy = structuredClone(lineage)
        const law = lawOf(structuredClone(LAW.ruleset))
        const root = lineage.hops.at(-1)?.id as StatementId
        const first = judge(lineage.hops, factsOf(lineage))
        const second = judgeGraph(graphOfHops([...copy.hops].reverse()), [root], {
          facts: factsOf(copy),
          lawFor: () => law,
        })
        expect(reportJcs(reportOf(second))).toBe(reportJcs(reportOf(first.whole)))
      }),
      { numRuns: runs(30) },
    )
  })
})

it('the lineages are worth it: every verdict comes up for most rules', () => {
  const seen = new Map<string, Set<Verdict>>()
  fc.assert(
    fc.property(lineages, (lineage) => {
      for (const { rule, verdict } of judge(lineage.hops, factsOf(lineage)).verdicts) {
        seen.set(rule, (seen.get(rule) ?? new Set()).add(verdict))
      }
    }),
    { numRuns: 100, seed: 1 },
  )
  const dull = [...seen].filter(([, found]) => !found.has('FAIL') && !found.has('UNKNOWN'))
  expect(dull.length).toBeLessThan(seen.size / 3)
  expect(
    VERDICTS.filter((verdict) => [...seen.values()].every((all) => !all.has(verdict))),
  ).toEqual([])
})
