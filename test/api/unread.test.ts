/**
 * A ruleset of the operator that this version cannot read, as a later version would have recorded it:
 * told in /readyz, in metrics and in verdicts, and no reason not to be ready.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Json } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { claimsOfRuleset } from '../../ledger/rules/ruleset-claims.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { openWorld, type World } from './world.js'

// A later version knows the term; this one would refuse to record it.
vi.mock('../../ledger/log/ruleset-check.js', () => ({ rulesetIssues: () => [] }))

let world: World
let unread: StatementId
let readable: StatementId

async function recorded(version: string, terms: readonly string[]): Promise<StatementId> {
  const { party, signer } = world.firms.registrar
  const { purposes } = SHIPPED
  const explicitOnly = [...purposes.explicitOnly, ...terms]
  const own = { ...SHIPPED, name: 'kiez', version, purposes: { ...purposes, explicitOnly } }
  const claims = claimsOfRuleset(own, party) as unknown as Record<string, Json>
  return world.admit(await world.sign({ type: 'ruleset/1', claims }, [['issuer', signer]]))
}

beforeAll(async () => {
  world = await openWorld()
  await world.ledger.rules.prepare()
  readable = await recorded('2026-10', [])
  unread = await recorded('2030-01', ['https://w3id.org/dpv#TermOfLaterDays'])
})
afterAll(() => world.close())

test('readiness notes it with its entry, and stays green', async () => {
  const answer = await world.call('GET', '/readyz')
  const index = world.ledger.indexOf(unread)

  expect(answer.status).toBe(200)
  expect(answer.json()).toMatchObject({
    ready: true,
    rules: 'ready',
    rules_done: world.ledger.size,
    notes: [{ code: 'RULESET_UNREAD', id: unread, index }],
  })
  expect(answer.text).not.toContain(readable)
})

test('metrics count it', async () => {
  const { text } = await world.call('GET', '/metrics')
  expect(text).toContain('\nwaybill_ledger_rulesets_unread 1\n')
})

test('what is judged is judged by the one before, and says so', async () => {
  const source = await world.admit(await world.collection())
  const answer = (await world.callAs('auditor', `/v1/verdicts/${source}`)).json()
  expect(answer['unread_rulesets']).toEqual([unread])
  expect(answer['rulesets']).toMatchObject([{ name: 'kiez', version: '2026-10' }])
})
