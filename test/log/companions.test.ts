/** Companions: what a lineage is judged by comes with it, and the walk over custody never meets it. */
import { describe, expect, test } from 'vitest'
import { bundleJson, parseBundle } from '../../ledger/core/evidence.js'
import { encodeJcs, parseJson } from '../../ledger/core/json.js'
import { lineageOf } from '../../ledger/core/lineage.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, type Firm } from './support/firms.js'
import { BOTH, collect, scene } from './support/scene.js'
import { admit, POLICY } from './support/site.js'
import { assessment, crypto, dataset, instrument, outcome, transfer } from './support/statements.js'

type Story = {
  readonly source: StatementId
  readonly moved: StatementId
  readonly report: StatementId
  readonly clauses: StatementId
  readonly renewed: StatementId
}

/** ACME collects, BOLT gets a copy under clauses that are renewed later, and makes a report. */
async function tell(ledger: Ledger): Promise<Story> {
  const clauses = await admit(ledger, instrument(ACME, BOLT), BOTH)
  const source = await collect(ledger, ACME)
  const draft = transfer([ACME, BOLT], [{ id: source, n: 0 }], [dataset('rides', [0])], {
    instrument: clauses,
  })
  const moved = await admit(ledger, draft, BOTH)
  const renewed = await admit(ledger, { ...instrument(ACME, BOLT), supersedes: clauses }, BOTH)
  // Of others, or of nothing in this lineage.
  await admit(ledger, instrument(ACME, CORAL), [
    ['exporter', ACME.signer],
    ['importer', CORAL.signer],
  ])
  const report = await admit(ledger, outcome(BOLT, [{ id: moved, n: 0 }], 'report'), [
    ['performer', BOLT.signer],
  ])
  return { source, moved, report, clauses, renewed }
}

const assess = (ledger: Ledger, firm: Firm, about: StatementId): Promise<StatementId> =>
  admit(ledger, assessment(firm, [about]), [['assessor', firm.signer]])

/** Ids in a bundle of the lineage, as this party sees it; as an auditor does without one. */
async function shown(
  ledger: Ledger,
  id: StatementId,
  firm?: Firm,
): Promise<ReadonlyMap<StatementId, 'envelope' | 'stub'>> {
  const evidence = await ledger.rules.evidence(ledger.lineageIds(id), (stored) =>
    firm === undefined || ledger.partiesOf(stored.facts).includes(firm.party) ? 'envelope' : 'stub',
  )
  const { statements } = verifyEvidence(parseBundle(parseJson(encodeJcs(bundleJson(evidence)))), {
    policy: POLICY,
    crypto,
  })
  return new Map([...statements].map(([key, { form }]) => [key, form]))
}

describe('the companions of a lineage', () => {
  test('are the instruments of its transfers, what replaced them, and assessments of its statements', async () => {
    const { ledger } = await scene()
    const story = await tell(ledger)
    const found = await assess(ledger, BOLT, story.moved)
    const later = await admit(ledger, { ...assessment(BOLT, [story.report]), supersedes: found }, [
      ['assessor', BOLT.signer],
    ])
    const elsewhere = await assess(ledger, CORAL, await collect(ledger, CORAL, 'other'))
    const ids = [...(await shown(ledger, story.report)).keys()]

    const { source, moved, report, clauses, renewed } = story
    expect(new Set(ids)).toEqual(new Set([source, moved, report, clauses, renewed, found, later]))
    expect(ids).not.toContain(elsewhere)
    await ledger.close()
  })

  test('leave the record and the walk over custody as they are without them', async () => {
    const { ledger } = await scene()
    const { report } = await tell(ledger)
    const [with_, without] = await Promise.all(
      [
        ledger.rules.evidence(ledger.lineageIds(report)),
        ledger.evidence(ledger.lineageIds(report)),
      ].map(async (evidence) => verifyEvidence(await evidence, { policy: POLICY, crypto })),
    )
    const walks = [with_, without].map((judged) => {
      const root = judged?.statements.get(report)
      if (judged === undefined || root === undefined) throw new Error('no root')
      return lineageOf(root, (id) => judged.statements.get(id))
    })

    expect(with_?.verdict).toBe('VERIFIED')
    expect(with_?.statements.size).toBe((without?.statements.size ?? 0) + 2)
    expect([...(walks[0]?.nodes.keys() ?? [])]).toEqual([...(walks[1]?.nodes.keys() ?? [])])
    expect(walks[0]?.findings).toEqual([])
    await ledger.close()
  })

  test('show nobody more than they may read', async () => {
    const { ledger } = await scene()
    const story = await tell(ledger)
    const byBolt = await assess(ledger, BOLT, story.moved)
    const byStranger = await assess(ledger, CORAL, story.moved)
    const forAcme = await shown(ledger, story.moved, ACME)
    const forBolt = await shown(ledger, story.report, BOLT)
    const forCoral = await shown(ledger, story.report, CORAL)

    // A party of the transfer may rest on its own assessment: that there is one is shown.
    expect(forAcme.get(byBolt)).toBe('stub')
    expect(forAcme.get(byStranger)).toBeUndefined()
    expect(forAcme.get(story.clauses)).toBe('envelope')
    expect(forBolt.get(byBolt)).toBe('envelope')
    expect(forBolt.get(story.renewed)).toBe('envelope')
    // Of a transfer that is shown as a stub, nobody learns which instrument it cites.
    expect(forCoral.get(story.moved)).toBe('stub')
    expect(forCoral.has(story.clauses)).toBe(false)
    expect(forCoral.get(byStranger)).toBe('envelope')
    await ledger.close()
  })
  test('are refused beyond a limit, and the search ends at the first one too many', async () => {
    const { ledger } = await scene()
    const { report, moved } = await tell(ledger)
    for (let count = 0; count < 30; count += 1) await assess(ledger, BOLT, moved)
    const ids = ledger.lineageIds(report)
    let looked = 0
    const asked = (max?: number) =>
      ledger.rules.evidence(ids, () => (++looked > 0 ? 'envelope' : 'stub'), max)

    // 30 assessments, an instrument and what replaced it.
    const all = await asked(32)
    expect(all.statements).toHaveLength(ids.length + 32)
    looked = 0
    await expect(asked(31)).rejects.toMatchObject({
      code: 'LINEAGE_TOO_LARGE',
      details: { companionsMax: 31 },
    })
    looked = 0
    await expect(asked(5)).rejects.toMatchObject({ code: 'LINEAGE_TOO_LARGE' })
    // The two of the instrument, the four that were too many, and the statements that cite them.
    expect(looked).toBeLessThanOrEqual(5 + ids.length)
    await ledger.close()
  })
})
