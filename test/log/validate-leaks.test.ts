/** Whoever asks in another's name learns nothing: no sums, no limits, not even who holds what. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Validation } from '../../ledger/log/intake.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, type Firm } from './support/firms.js'
import { BOTH, collect, scene } from './support/scene.js'
import { admit, codeOf } from './support/site.js'
import {
  type Draft,
  dataset,
  instrument,
  json,
  processing,
  type Signing,
  sign,
  transfer,
} from './support/statements.js'

let ledger: Ledger
let source: StatementId
let clauses: StatementId

beforeAll(async () => {
  ledger = (await scene({ rules: {} })).ledger
  source = await collect(ledger, ACME)
  clauses = await admit(ledger, instrument(ACME, BOLT), BOTH)
})

async function asked(draft: Draft, signing: readonly Signing[]): Promise<Validation> {
  return ledger.validate(json(await sign(draft, signing)))
}

function codes({ issues }: Validation): readonly string[] {
  return issues.map(({ code }) => code)
}

const ROUTE = { from: 'CN', to: 'DE', storage: ['DE'], access: ['DE'], subjectCountries: ['CN'] }

/** A transfer out of China of so many persons, which R31 holds against what went before. */
function counted(sides: readonly [Firm, Firm], count: number): Draft {
  const data = { ...dataset('rides', [0]), subjects: { count, sensitive: 0 } }
  const { claims } = transfer(sides, [], [])
  const terms = { ...(claims['terms'] as object), china: { ciio: false, importantData: false } }
  const route = { ...ROUTE, mode: 'copy' }
  return transfer(sides, [{ id: source, n: 0 }], [data], { route, terms })
}

describe('a transfer that its exporter has not signed', () => {
  test.each(['exporter', 'importer'] as const)(
    'is judged for nobody, whatever the count: signed by another as its %s',
    async (role) => {
      for (const count of [1, 99_999, 5_000_000]) {
        const found = await asked(counted([ACME, BOLT], count), [[role, BOLT.signer]])

        expect(found.rules).toBeUndefined()
        expect(codes(found)).toEqual(role === 'exporter' ? ['ROLE_KEY_WRONG'] : [])
      }
    },
  )

  test('is judged once the exporter has signed', async () => {
    const found = await asked(counted([ACME, BOLT], 1), [['exporter', ACME.signer]])

    expect(found.rules?.found.some(({ rule }) => rule.id === 'R31')).toBe(true)
  })

  test('may wait for the exporter, who is told what it does not hold', async () => {
    const draft = transfer([CORAL, BOLT], [{ id: source, n: 0 }], [dataset('rides', [0])])
    const importer: Signing = ['importer', BOLT.signer]
    const first = await ledger.submit(json(await sign(draft, [importer])))

    expect(first.status).toBe('waiting')
    const both = json(await sign(draft, [importer, ['exporter', CORAL.signer]]))
    expect(await codeOf(() => ledger.submit(both))).toBe('PARENT_NOT_HELD')
  })
})

describe('a key of somebody else', () => {
  test('does not find out who holds a dataset', async () => {
    for (const performer of [ACME, BOLT]) {
      const draft = processing(performer, [{ id: source, n: 0 }], [dataset('more', [0])])
      const found = await asked(draft, [['performer', CORAL.signer]])

      expect([codes(found), found.rules]).toEqual([['ROLE_KEY_WRONG'], undefined])
      const submitted = json(await sign(draft, [['performer', CORAL.signer]]))
      const error = await ledger.submit(submitted).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'ROLE_KEY_WRONG' })
      expect(JSON.stringify(error)).not.toContain('PARENT')
    }
  })

  test('does not find out whose an instrument is', async () => {
    for (const sides of [
      [ACME, CORAL],
      [ACME, BOLT],
    ] as const) {
      const parents = [{ id: source, n: 0 }]
      const draft = transfer(sides, parents, [dataset('rides', [0])], { instrument: clauses })
      const found = await asked(draft, [['exporter', CORAL.signer]])

      expect([codes(found), found.rules]).toEqual([['ROLE_KEY_WRONG'], undefined])
    }
  })

  test('is not judged by an instrument between others', async () => {
    const own = await collect(ledger, CORAL, 'maps')
    const draft = transfer([CORAL, BOLT], [{ id: own, n: 0 }], [dataset('maps', [0])], {
      instrument: await admit(ledger, instrument(ACME, BOLT), BOTH),
    })
    const found = await asked(draft, [['exporter', CORAL.signer]])

    expect([codes(found), found.rules]).toEqual([['INSTRUMENT_INVALID'], undefined])
  })
})
