/** Doctor on a ledger whose operator recorded a ruleset that this version cannot read. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openClient } from '../../client/index.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { operatorSigners } from '../../ledger/log/folder.js'
import { claimsOfRuleset } from '../../ledger/rules/ruleset-claims.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { Town } from './harness.js'

// A later version knows the term; this one would refuse to record it.
vi.mock('../../ledger/log/ruleset-check.js', () => ({ rulesetIssues: () => [] }))

const town = new Town()
let words = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  const { registrar } = await operatorSigners(town.folder)
  const client = openClient({ server: town.url })
  const { purposes } = SHIPPED
  const explicitOnly = [...purposes.explicitOnly, 'https://w3id.org/dpv#TermOfLaterDays']
  const own = {
    ...SHIPPED,
    name: 'kiez',
    version: '2030-01',
    purposes: { ...purposes, explicitOnly },
  }
  const issuer = (await client.ledger()).registrar
  const claims = claimsOfRuleset(own, issuer) as unknown as Record<string, Json>
  const envelope = await client.buildAndSign({ type: 'ruleset/1', claims }, 'issuer', registrar)
  const { id } = await client.submit(envelope)
  words = `ruleset ${id.slice(0, 12)} (entry 2) judges nothing`
})
afterAll(() => town.close())

const about = (checks: JsonObject, name: string): readonly JsonObject[] =>
  (checks as unknown as readonly JsonObject[]).filter(({ what }) => what === name)

test.each(['--server', '--dir'])(
  '%s: it names the entry and what to do, as a warning',
  async (flag) => {
    if (flag === '--dir') await town.stop()
    const place = flag === '--dir' ? town.folder : town.url
    const ran = await town.operator.run(['doctor', flag, place, '--json'])
    const [ruleset, ...others] = about(ran.json(), 'ruleset')

    expect(others).toEqual([])
    expect(ruleset).toMatchObject({
      state: 'warning',
      said: expect.stringContaining(words),
      next: expect.stringMatching(/upgrade Waybill, or .* --supersedes [0-9a-f]{12}$/),
    })
    const rules = about(ran.json(), flag === '--dir' ? 'rules' : 'readiness')
    expect(rules).toMatchObject([{ state: 'good', said: expect.stringContaining('ready') }])
  },
)
