/** Rules at admission: judged with everything before it, recorded, refused only where the operator says so. */
import { describe, expect, test } from 'vitest'
import { LedgerError } from '../../ledger/core/errors.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { ItemOutcome, Validation } from '../../ledger/log/intake.js'
import type { Ledger, LedgerOptions } from '../../ledger/log/ledger.js'
import { parseRuleActions } from '../../ledger/log/refusing-rules.js'
import type { Verdict } from '../../ledger/rules/verdict.js'
import { ACME, BOLT, CORAL } from './support/firms.js'
import { BOTH, collect, move, scene, signedTransfer } from './support/scene.js'
import { admit, codeOf } from './support/site.js'
import { dataset, instrument, json, only, sign, transfer } from './support/statements.js'

const RECORDING: Partial<LedgerOptions> = { rules: {} }
/** From Germany to India a transfer needs an instrument. */
const REFUSING: Partial<LedgerOptions> = { rules: { R05: 'refuse', R02: 'record' } }

/** The worst that a rule says, out of an outcome. */
function verdictOf(outcome: ItemOutcome | Validation, rule: string): Verdict | undefined {
  if (!('rules' in outcome)) throw new Error('was not judged')
  return outcome.rules?.found.find((found) => found.rule.id === rule)?.judged[0]?.verdict
}

/** A transfer from ACME to BOLT under an instrument, signed by both. */
async function lawful(ledger: Ledger, source: StatementId): Promise<Parameters<typeof json>[0]> {
  const clauses = await admit(ledger, instrument(ACME, BOLT), BOTH)
  const datasets = [dataset('rides', [0])]
  const parents = [{ id: source, n: 0 }]
  return sign(transfer([ACME, BOLT], parents, datasets, { instrument: clauses }), BOTH)
}

describe('a ledger that judges', () => {
  test('records what does not meet a rule, and says so', async () => {
    const { ledger } = await scene(RECORDING)
    const outcome = await ledger.submit(json(await signedTransfer(ledger)))

    expect(verdictOf(outcome, 'R05')).toBe('FAIL')
    if (outcome.status !== 'admitted') throw new Error('was refused')
    expect(outcome.rules?.verdict).toBe('FAIL')
    expect(outcome.rules?.counts.FAIL).toBeGreaterThan(0)
    expect(outcome.rules?.ruleset.name).toBe('waybill')
    expect(ledger.statement(outcome.id)).toBeDefined()
    const { index } = outcome
    expect(await ledger.rules.recorded(index)).toEqual({
      verdict: 'FAIL',
      counts: outcome.rules?.counts,
      ruleset: outcome.rules?.ruleset,
    })
    await ledger.close()
  })

  test('says nothing of statements that are no hops', async () => {
    const { ledger } = await scene(RECORDING)
    const outcome = await ledger.submit(json(await sign(instrument(ACME, BOLT), BOTH)))

    expect(outcome).not.toHaveProperty('rules')
    expect(await ledger.rules.recorded(ledger.size - 1)).toBeUndefined()
    await ledger.close()
  })

  test('judges by what an earlier item of the same call brings', async () => {
    const { ledger } = await scene(RECORDING)
    const source = await collect(ledger, ACME)
    const clauses = await sign(instrument(ACME, BOLT), BOTH)
    const { id } = await ledger.validate(json(clauses))
    if (id === undefined) throw new Error('no id')
    const draft = transfer([ACME, BOLT], [{ id: source, n: 0 }], [dataset('rides', [0])], {
      instrument: id,
    })
    const lines = [clauses, await sign(draft, BOTH)].map((item) => JSON.stringify(json(item)))
    const body = new TextEncoder().encode(lines.join('\n'))
    const [, moved] = await ledger.submitBulk(body, 'ndjson')
    if (moved === undefined) throw new Error('no outcome')

    expect(verdictOf(moved, 'R05')).toBe('PASS')
    await ledger.close()
  })

  test('judges the same after it was opened again, by limits that it kept', async () => {
    const { ledger, site } = await scene(RECORDING)
    const source = await collect(ledger, ACME)
    const first = await ledger.submit(json(await lawful(ledger, source)))
    if (first.status !== 'admitted') throw new Error('was refused')
    const next = move(first.id, 'rides', [BOLT, CORAL])
    const envelope = await sign(next, [
      ['exporter', BOLT.signer],
      ['importer', CORAL.signer],
    ])
    const { rules: before } = await ledger.validate(json(envelope))
    await ledger.close()
    const again = await site.open(RECORDING)
    const { rules: after } = await again.validate(json(envelope))

    expect(before?.found.length).toBeGreaterThan(10)
    expect(after).toEqual(before)
    await again.close()
  })
})

describe('a ledger whose operator refuses for a rule', () => {
  test('refuses what does not meet it, with rule and place, and stores nothing', async () => {
    const { ledger } = await scene(REFUSING)
    const envelope = await signedTransfer(ledger)
    const before = ledger.size
    const error = await ledger.submit(json(envelope)).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ code: 'RULE_NOT_MET' })
    if (!(error instanceof LedgerError)) throw new Error('no refusal')
    expect(error.details['issues']).toContainEqual(
      expect.objectContaining({ code: 'RULE_NOT_MET', details: { rule: 'R05' } }),
    )
    expect(JSON.stringify(error.details)).not.toContain(ACME.party)
    expect(ledger.size).toBe(before)
    await ledger.close()
  })

  test('takes what meets it, whatever other rules say', async () => {
    const { ledger } = await scene(REFUSING)
    const outcome = await ledger.submit(json(await lawful(ledger, await collect(ledger, ACME))))

    expect(verdictOf(outcome, 'R05')).toBe('PASS')
    await ledger.close()
  })

  test('says so of a statement that is only checked, and of a proposal that waits', async () => {
    const { ledger } = await scene(REFUSING)
    const envelope = await signedTransfer(ledger)
    const both = await ledger.validate(json(envelope))
    const half = only(envelope, 'exporter')
    const one = await ledger.validate(json(half))
    const before = ledger.size

    expect(both.issues.map(({ code }) => code)).toContain('RULE_NOT_MET')
    expect(one.issues.map(({ code }) => code)).toContain('RULE_NOT_MET')
    expect(verdictOf(one, 'R34')).toBe('UNKNOWN')
    // What waits was not admitted: it is judged when it is complete.
    expect((await ledger.submit(json(half))).status).toBe('waiting')
    expect(await codeOf(() => ledger.submit(json(envelope)))).toBe('RULE_NOT_MET')
    expect(ledger.size).toBe(before)
    await ledger.close()
  })

  test('also refuses in a ledger that has grown without being judged', async () => {
    const { ledger, site } = await scene()
    const source = await collect(ledger, ACME)
    await ledger.close()
    const again = await site.open(REFUSING)
    const code = codeOf(async () => again.submit(json(await sign(move(source), BOTH))))

    expect(await code).toBe('RULE_NOT_MET')
    await again.close()
  })
})

test('a configuration names rules that there are, and one of two words for each', () => {
  expect(parseRuleActions({ R05: 'refuse', R01: 'record' })).toEqual({
    R05: 'refuse',
    R01: 'record',
  })
  for (const wrong of [{ R99: 'refuse' }, { R05: 'maybe' }, { R05: true }, [], 'refuse', null]) {
    expect(() => parseRuleActions(wrong)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  }
})
