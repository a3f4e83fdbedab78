/** Refusals: an id is admitted or refused, never both; the first to be sequenced wins. DESIGN 5. */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, type Firm, firmOf, OPERATOR } from './support/firms.js'
import { BOTH, collect, move, type Scene, scene, signedTransfer } from './support/scene.js'
import { codeOf } from './support/site.js'
import {
  enrolling,
  enrolment,
  idOf,
  instrument,
  json,
  only,
  PATIENCE_S,
  refusal,
  START_S,
  sign,
  signatureOf,
} from './support/statements.js'

const AFTER_S = START_S + PATIENCE_S + 1
const RACES = process.env['SLOW'] === '1' ? 10_000 : 1_000

async function waiting(): Promise<Scene & { readonly both: Envelope; readonly id: StatementId }> {
  const opened = await scene()
  const both = await signedTransfer(opened.ledger)
  await opened.ledger.submit(json(only(both, 'exporter')))
  return { ...opened, both, id: idOf(both) }
}

async function refuse(
  ledger: Ledger,
  about: StatementId,
  [role, firm, code]: readonly [string, Firm, string],
): Promise<string | undefined> {
  const envelope = await sign(refusal(about, code), [[role, firm.signer]])
  return codeOf(() => ledger.submit(json(envelope)))
}

test.each(['not-agreed', 'not-received', 'other'])('the importer may decline: %s', async (code) => {
  const { ledger, id } = await waiting()

  expect(await refuse(ledger, id, ['importer', BOLT, code])).toBeUndefined()

  expect(ledger.size).toBe(6)
  expect(ledger.indexOf(id)).toBeUndefined()
  expect(ledger.inbox(BOLT.party)).toEqual([])
  expect(ledger.sent(ACME.party)).toEqual([])
})

test.each(['withdrawn', 'made-in-error', 'other'])(
  'the exporter may withdraw: %s',
  async (code) => {
    const { ledger, id } = await waiting()

    expect(await refuse(ledger, id, ['exporter', ACME, code])).toBeUndefined()
    expect(ledger.inbox(BOLT.party)).toEqual([])
  },
)

test('what was refused can neither be signed, submitted nor refused again', async () => {
  const { site, ledger, both, id } = await waiting()
  await refuse(ledger, id, ['importer', BOLT, 'not-agreed'])
  const attempts = async (open: Ledger): Promise<readonly (string | undefined)[]> => [
    await codeOf(() => open.countersign(id, signatureOf(both, 'importer'))),
    await codeOf(() => open.submit(json(both))),
    await codeOf(() => open.submit(json(only(both, 'exporter')))),
    await refuse(open, id, ['exporter', ACME, 'withdrawn']),
    await refuse(open, id, ['importer', BOLT, 'data-wrong']),
  ]

  expect(new Set(await attempts(ledger))).toEqual(new Set(['STATEMENT_REFUSED']))
  await ledger.close()
  expect(new Set(await attempts(await site.open()))).toEqual(new Set(['STATEMENT_REFUSED']))
})

test('what was admitted cannot be refused', async () => {
  const { ledger, both, id } = await waiting()
  await ledger.submit(json(both))

  expect(await refuse(ledger, id, ['importer', BOLT, 'not-agreed'])).toBe('STATEMENT_ADMITTED')
  expect(await refuse(ledger, id, ['exporter', ACME, 'withdrawn'])).toBe('STATEMENT_ADMITTED')
})

test('what never waited cannot be refused', async () => {
  const { ledger } = await scene()
  const id = idOf(await signedTransfer(ledger))

  expect(await refuse(ledger, id, ['importer', BOLT, 'not-agreed'])).toBe('PROPOSAL_NOT_FOUND')
})

describe('a refusal is refused', () => {
  test.each<readonly [string, readonly [string, Firm, string], string]>([
    ['by a third party as importer', ['importer', CORAL, 'not-agreed'], 'ROLE_KEY_WRONG'],
    ['by a third party as exporter', ['exporter', CORAL, 'withdrawn'], 'ROLE_KEY_WRONG'],
    ['by the exporter as importer', ['importer', ACME, 'not-agreed'], 'ROLE_KEY_WRONG'],
    ['by the importer as exporter', ['exporter', BOLT, 'withdrawn'], 'ROLE_KEY_WRONG'],
    [
      "with the importer's words by the exporter",
      ['exporter', ACME, 'not-agreed'],
      'ROLE_NOT_ALLOWED',
    ],
    [
      "with the exporter's words by the importer",
      ['importer', BOLT, 'withdrawn'],
      'ROLE_NOT_ALLOWED',
    ],
    ['by the registrar', ['registrar', OPERATOR, 'not-agreed'], 'ROLE_NOT_ALLOWED'],
  ])('%s', async (_, by, code) => {
    const { ledger, id } = await waiting()

    expect(await refuse(ledger, id, by)).toBe(code)
    expect(ledger.inbox(BOLT.party)).toHaveLength(1)
  })

  test('for an enrolment, which has neither side', async () => {
    const { ledger } = await scene()
    const newcomer = firmOf('newcomer')
    const both = await sign(enrolment(newcomer), enrolling(newcomer))
    await ledger.submit(json(only(both, 'party')))

    expect(await refuse(ledger, idOf(both), ['importer', BOLT, 'other'])).toBe('REFUSAL_INVALID')
    expect(ledger.inbox(OPERATOR.party)).toHaveLength(1)
  })
})

test('an instrument is declined as a transfer is', async () => {
  const { ledger } = await scene()
  const both = await sign(instrument(ACME, BOLT), BOTH)
  await ledger.submit(json(only(both, 'exporter')))

  expect(await refuse(ledger, idOf(both), ['importer', BOLT, 'terms-unacceptable'])).toBeUndefined()
})

describe('the deadline', () => {
  test('is recorded as lapsed by the exporter only once it has passed', async () => {
    const { site, ledger, id } = await waiting()
    const lapsed = ['exporter', ACME, 'deadline-lapsed'] as const

    expect(await refuse(ledger, id, lapsed)).toBe('REFUSAL_INVALID')
    site.nowS = START_S + PATIENCE_S
    expect(await refuse(ledger, id, lapsed)).toBe('REFUSAL_INVALID')
    site.nowS = AFTER_S
    expect(await refuse(ledger, id, lapsed)).toBeUndefined()
    expect(ledger.inbox(BOLT.party)).toEqual([])
  })

  test('ends what the importer may still decline', async () => {
    const { site, ledger, id } = await waiting()

    site.nowS = AFTER_S
    expect(await refuse(ledger, id, ['importer', BOLT, 'not-agreed'])).toBe('REFUSAL_INVALID')
  })

  test('may be followed by a withdrawal', async () => {
    const { site, ledger, id } = await waiting()

    site.nowS = AFTER_S
    expect(await refuse(ledger, id, ['exporter', ACME, 'withdrawn'])).toBeUndefined()
  })
})

describe('countersignature and refusal at the same moment', () => {
  test('the first in one bulk call wins, in either order', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { ledger, both, id } = await waiting()
      const declined = await sign(refusal(id, 'not-agreed'), [['importer', BOLT.signer]])
      const items = order.map((at) => JSON.stringify(json(at === 0 ? both : declined)))

      const [first, second] = await ledger.submitBulk(
        new TextEncoder().encode(items.join('\n')),
        'ndjson',
      )

      expect(first?.status).toBe('admitted')
      const code = order[0] === 0 ? 'STATEMENT_ADMITTED' : 'STATEMENT_REFUSED'
      expect(second).toMatchObject({ status: 'rejected', error: { code } })
    }
  })

  test(`one of them wins, ${RACES} times, and the other is told which`, async () => {
    const { ledger } = await scene()
    const races: { readonly both: Envelope; readonly declined: Envelope }[] = []
    for (let n = 0; n < 20; n += 1) {
      const parent = await collect(ledger, ACME, `rides ${n}`)
      for (let m = 0; m < RACES / 20; m += 1) {
        const both = await sign(move(parent, `rides ${n}`), BOTH)
        const declined = await sign(refusal(idOf(both), 'not-agreed'), [['importer', BOLT.signer]])
        races.push({ both, declined })
      }
    }
    await Promise.all(races.map(({ both }) => ledger.submit(json(only(both, 'exporter')))))
    const size = ledger.size

    const results = await Promise.all(
      races.map(({ both, declined }, n) => {
        const signs = (): Promise<unknown> =>
          ledger.countersign(idOf(both), signatureOf(both, 'importer'))
        const declines = (): Promise<unknown> => ledger.submit(json(declined))
        return Promise.allSettled(n % 2 === 0 ? [signs(), declines()] : [declines(), signs()])
      }),
    )

    for (const [n, result] of results.entries()) {
      const won = result.filter((item) => item.status === 'fulfilled')
      const lost = result.find((item) => item.status === 'rejected')
      expect(won).toHaveLength(1)
      const race = races[n]
      const admitted = race !== undefined && ledger.indexOf(idOf(race.both)) !== undefined
      const refused = race !== undefined && ledger.indexOf(idOf(race.declined)) !== undefined
      expect([admitted, refused].filter(Boolean)).toHaveLength(1)
      const code = (lost as PromiseRejectedResult).reason.code
      expect(code).toBe(admitted ? 'STATEMENT_ADMITTED' : 'STATEMENT_REFUSED')
    }
    expect(ledger.size).toBe(size + races.length)
    expect(ledger.inbox(BOLT.party)).toEqual([])
    expect(ledger.counters()['commits']).toBeLessThan(200)
  })
})
