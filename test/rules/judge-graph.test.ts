/** A whole lineage judged: order, limits on the way, counts, findings, gaps, graphs made to hurt. */
import { describe, expect, it } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { graphOfHops } from '../../ledger/rules/forward-graph.js'
import type { Hop } from '../../ledger/rules/hop.js'
import { judgeHop, verdictsJcs, worstVerdictOf } from '../../ledger/rules/judge.js'
import { judgeGraph } from '../../ledger/rules/judge-graph.js'
import type { GraphJudgement, JudgeContext } from '../../ledger/rules/judgement.js'
import { KeptFindings } from '../../ledger/rules/kept-findings.js'
import { reportJcs, reportOf } from '../../ledger/rules/report-data.js'
import { RULES, ruleOf } from '../../ledger/rules/rules.js'
import { VERDICTS } from '../../ledger/rules/verdict.js'
import {
  COLLECTION_ID,
  collection,
  facts,
  idOf,
  judging,
  OUTCOME_ID,
  outcome,
  PROCESSING_ID,
  processing,
  TRANSFER_ID,
  transfer,
} from './fixtures.js'
import { LAW } from './ruleset.js'
import { dpv } from './vocabulary.js'

const CONTEXT: JudgeContext = { facts: facts(), lawFor: () => LAW }
const STORY: readonly Hop[] = [collection(), transfer(), processing(), outcome()]

function judge(
  hops: readonly Hop[],
  root: StatementId = OUTCOME_ID,
  context: Partial<JudgeContext> = {},
): GraphJudgement {
  return judgeGraph(graphOfHops(hops), [root], { ...CONTEXT, ...context })
}

describe('the rules', () => {
  it('have ids of their own, in order, and are found by them', () => {
    const ids = RULES.map(({ id }) => id)
    expect([...new Set(ids)].sort()).toEqual(ids)
    expect(ids.map((id) => ruleOf(id)?.id)).toEqual(ids)
    expect(ruleOf('R00')).toBeUndefined()
  })

  it('say something of every kind of hop, with what they are cited by', () => {
    for (const hop of STORY) {
      const verdicts = judgeHop(judging(hop))
      expect([...new Set(verdicts.map(({ rule }) => rule))]).toEqual(RULES.map(({ id }) => id))
      for (const verdict of verdicts) {
        expect(verdict.target).toEqual({ id: hop.id, index: hop.index })
        expect(verdict.ruleset.version).toBe(LAW.ruleset.version)
      }
    }
  })

  it('are UNKNOWN where none was asked', () => {
    expect(worstVerdictOf([])).toBe('UNKNOWN')
    expect(worstVerdictOf(judgeHop(judging(transfer()), []))).toBe('UNKNOWN')
  })
})

describe('a compliant lineage', () => {
  it('has nothing worse than PASS', () => {
    const judged = judge(STORY)
    expect(judged.findings.map(({ rule, why }) => `${rule} ${why}`)).toEqual([])
    expect(judged.verdict).toBe('PASS')
    expect(judged.hops.map(({ id }) => id)).toEqual(STORY.map(({ id }) => id))
  })

  it('is not known whole where one of two roots is not shown', () => {
    const judged = judgeGraph(graphOfHops(STORY), [OUTCOME_ID, idOf(0xee)], CONTEXT)
    expect(judged.verdict).toBe('UNKNOWN')
    expect(judged.hops).toHaveLength(STORY.length)
  })

  it('counts one verdict for each rule and hop, and names its ruleset', () => {
    const { counts, byRule, rulesets } = judge(STORY)
    const sum = VERDICTS.reduce((total, verdict) => total + counts[verdict], 0)
    expect(sum).toBe(STORY.length * RULES.length)
    expect(byRule.get('R01')).toEqual({ FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 4, NA: 0 })
    expect(rulesets).toEqual([expect.objectContaining({ name: LAW.ruleset.name, hops: 4 })])
  })

  it('is judged from any statement back, not forward', () => {
    expect(judge(STORY, TRANSFER_ID).hops.map(({ id }) => id)).toEqual([COLLECTION_ID, TRANSFER_ID])
  })
})

describe('limits on the way', () => {
  it('a purpose that the collection does not allow fails where it is used', () => {
    const sold = outcome({ purposes: [dpv('SellDataToThirdParties')] })
    const judged = judge([...STORY.slice(0, 3), sold])
    expect(judged.findings[0]).toMatchObject({
      rule: 'R02',
      verdict: 'FAIL',
      target: { index: 40 },
    })
    expect(judged.hops.map(({ verdict, path }) => [verdict, path])).toEqual([
      ['PASS', 'PASS'],
      ['PASS', 'PASS'],
      ['PASS', 'PASS'],
      ['FAIL', 'FAIL'],
    ])
  })

  it('a path is never better than its worst hop', () => {
    const unspecific = collection({ purposes: [dpv('Purpose')] })
    const judged = judge([unspecific, ...STORY.slice(1)])
    expect(judged.hops.map(({ path }) => path)).toEqual(['FAIL', 'FAIL', 'FAIL', 'FAIL'])
  })
})

describe('gaps', () => {
  it('a parent that is not shown is never passed over', () => {
    const judged = judge(STORY.slice(1))
    expect(judged.hops.map(({ path }) => path)).not.toContain('PASS')
    expect(judged.findings.some(({ rule }) => rule === 'R30')).toBe(true)
  })

  it('nothing to judge is UNKNOWN', () => {
    expect(judge([], OUTCOME_ID)).toMatchObject({ verdict: 'UNKNOWN', hops: [] })
    expect(judge(STORY, OUTCOME_ID, { only: () => false }).verdict).toBe('UNKNOWN')
  })

  it('a parent that is no earlier entry is a gap, even in a circle', () => {
    const circle = [
      processing({}, { parents: [{ id: OUTCOME_ID, n: 0 }] }),
      outcome({}, { parents: [{ id: PROCESSING_ID, n: 0 }] }),
    ]
    const judged = judge(circle)
    expect(judged.hops).toHaveLength(2)
    expect(judged.hops.map(({ path }) => path)).not.toContain('PASS')
  })
})

describe('findings', () => {
  const bad = [
    collection({ purposes: [dpv('Purpose')] }),
    transfer({ purposes: [] }),
    ...STORY.slice(2),
  ]

  it('come worst first, then by entry', () => {
    const { findings } = judge(bad)
    const ranks = findings.map(({ verdict }) => VERDICTS.indexOf(verdict))
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
    const failed = findings.filter(({ verdict }) => verdict === 'FAIL')
    expect(failed.map(({ target }) => target.index)).toEqual(
      failed.map(({ target }) => target.index).sort((a, b) => a - b),
    )
  })

  it('are kept up to a cap, the worst of them, and the rest is counted', () => {
    const all = judge(bad)
    const cut = judge(bad, OUTCOME_ID, { keep: 1 })
    expect(cut.findings).toEqual(all.findings.slice(0, 1))
    expect(cut.findingsLeftOut).toBe(all.findings.length - 1)
    expect([all.findingsLeftOut, cut.counts]).toEqual([0, all.counts])
    expect(judge(bad, OUTCOME_ID, { keep: 0 }).findingsLeftOut).toBe(all.findings.length)
  })

  it('a worse one takes the place of a milder one', () => {
    const kept = new KeptFindings(1)
    const [found] = judge(bad).findings
    if (found === undefined) throw new Error('there is one')
    kept.add({ ...found, verdict: 'WARN' })
    expect([kept.takes('WARN'), kept.takes('UNKNOWN')]).toEqual([false, true])
    kept.add({ ...found, verdict: 'UNKNOWN' })
    kept.add({ ...found, verdict: 'WARN' })
    expect([kept.worstFirst().map(({ verdict }) => verdict), kept.leftOut]).toEqual([
      ['UNKNOWN'],
      2,
    ])
  })

  it('go whole to whoever asks for each hop', () => {
    const seen: string[] = []
    judge(STORY, OUTCOME_ID, {
      onHop: ({ id, verdicts }) => seen.push(`${id} ${verdicts.length > 0}`),
    })
    expect(seen).toEqual(STORY.map(({ id }) => `${id} true`))
  })
})

describe('the same lineage', () => {
  it('has the same bytes, with titles and citations', () => {
    const report = reportOf(judge(STORY))
    expect(reportJcs(reportOf(judge([...STORY].reverse())))).toBe(reportJcs(report))
    expect(report.rules.map(({ citation }) => citation)).not.toContain('')
    expect(verdictsJcs(judgeHop(judging(transfer())))).toBe(
      verdictsJcs(judgeHop(judging(transfer()))),
    )
  })
})

describe('graphs made to hurt', () => {
  it('a chain of 20,000 hops', () => {
    const hops: Hop[] = [collection({}, { id: idOf(0), index: 0 })]
    for (let index = 1; index < 20_000; index += 1) {
      hops.push(
        processing({}, { id: idOf(index), index, parents: [{ id: idOf(index - 1), n: 0 }] }),
      )
    }
    const judged = judge(hops, idOf(19_999), { rules: RULES.slice(0, 1) })
    expect(judged.hops).toHaveLength(20_000)
    expect(judged.verdict).toBe('PASS')
  })

  it('forty diamonds on top of each other: 2^40 paths, 121 hops', () => {
    const hops: Hop[] = [collection({}, { id: idOf(0), index: 0 })]
    for (let base = 0; base < 120; base += 3) {
      const side = (index: number): Hop =>
        processing({}, { id: idOf(index), index, parents: [{ id: idOf(base), n: 0 }] })
      const parents = [base + 1, base + 2].map((index) => ({ id: idOf(index), n: 0 }))
      hops.push(side(base + 1), side(base + 2))
      hops.push(processing({}, { id: idOf(base + 3), index: base + 3, parents }))
    }
    expect(judge(hops, idOf(120)).hops).toHaveLength(121)
  })

  it('256 parents of 256 parents', () => {
    const layers = [0, 1, 2].map((layer) =>
      Array.from({ length: 256 }, (_, place): Hop => {
        const index = layer * 256 + place
        const visible = { id: idOf(index), index }
        if (layer === 0) return collection({}, visible)
        const parents = Array.from({ length: 256 }, (__, parent) => ({
          id: idOf((layer - 1) * 256 + parent),
          n: 0,
        }))
        return processing({}, { ...visible, parents })
      }),
    )
    const judged = judge(layers.flat(), idOf(767), { rules: RULES.slice(0, 2) })
    expect(judged.hops).toHaveLength(513)
  })
})
