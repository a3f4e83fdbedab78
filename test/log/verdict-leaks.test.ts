/** Reasons of verdicts tell nobody a sum that it may not ask for. */
import { beforeAll, expect, test } from 'vitest'
import { mayKnowSum } from '../../api/access.js'
import type { Caller } from '../../api/auth.js'
import type { Json } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { verdictsIn } from '../../ledger/log/judge-lineage.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, type Firm } from './support/firms.js'
import { collect, scene } from './support/scene.js'
import { admit } from './support/site.js'
import { type Draft, dataset, transfer } from './support/statements.js'

const ROUTE = { from: 'CN', to: 'DE', storage: ['DE'], access: ['DE'], subjectCountries: ['CN'] }
/** What ACME has sent to CORAL, of which BOLT is to know nothing. */
const SECRET = 212_345

let ledger: Ledger
let back: StatementId

function out(sides: readonly [Firm, Firm], [id, content]: readonly string[], count: number): Draft {
  const data = { ...dataset(content ?? '', [0]), subjects: { count, sensitive: 0 } }
  const { claims } = transfer(sides, [], [])
  const terms = { ...(claims['terms'] as object), china: { ciio: false, importantData: false } }
  const route = { ...ROUTE, mode: 'copy' }
  return transfer(sides, [{ id: id as StatementId, n: 0 }], [data], { route, terms })
}

function moved(sides: readonly [Firm, Firm], of: readonly string[], count: number) {
  return admit(ledger, out(sides, of, count), [
    ['exporter', sides[0].signer],
    ['importer', sides[1].signer],
  ])
}

/** Everything that is said of the last hop, and all of the answer as text. */
async function asked(firm: Firm | undefined): Promise<{ reasons: number; text: string }> {
  const caller = { auditor: firm === undefined, party: (firm ?? ACME).party } as Caller
  const answer = await verdictsIn(ledger, back, {
    // Whatever may be read: what is left is what sums give away.
    readable: () => true,
    mayKnow: (sum, hop) => mayKnowSum(sum, hop, caller),
    max: 100,
  })
  const hops = answer['hops'] as readonly { findings: readonly { why?: Json }[] }[]
  const last = hops.at(-1)?.findings ?? []
  const reasons = last.filter(({ why }) => why !== undefined).length
  return { reasons, text: JSON.stringify(answer) }
}

beforeAll(async () => {
  ledger = (await scene({ rules: {} })).ledger
  const secret = await collect(ledger, ACME)
  await moved([ACME, CORAL], [secret, 'rides'], SECRET)
  const maps = await collect(ledger, BOLT, 'maps')
  const there = await moved([BOLT, ACME], [maps, 'maps'], 1)
  back = await moved([ACME, BOLT], [there, 'maps'], 5)
})

test('an importer is told what is not met, and not how much its partner sent to others', async () => {
  const { reasons, text } = await asked(BOLT)

  expect(reasons).toBe(0)
  expect(text).not.toContain(String(SECRET + 5))
  expect(text).toContain('"rule":"R31"')
})

test('the exporter and auditors are told', async () => {
  for (const firm of [ACME, undefined]) {
    const { reasons, text } = await asked(firm)

    expect(reasons).toBeGreaterThan(0)
    expect(text).toContain(String(SECRET + 5))
  }
})
