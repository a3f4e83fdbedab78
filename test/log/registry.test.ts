/** Parties and keys as admission sees them: who may enrol, who may sign, from which entry on. DESIGN 5. */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { Signer } from '../../ledger/crypto/signer.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, BOLT, CORAL, type Firm, firmOf, keyOf, OPERATOR } from './support/firms.js'
import { collect, move, scene } from './support/scene.js'
import { admit, codeOf, gatedStore, Site } from './support/site.js'
import {
  collection,
  type Draft,
  enrolling,
  enrolment,
  idOf,
  json,
  keyChange,
  only,
  type Signing,
  sign,
  signatureOf,
} from './support/statements.js'

const NEW = firmOf('newcomer')
const SECOND = keyOf('acme second')

async function submit(
  ledger: Ledger,
  draft: Draft,
  signings: readonly Signing[],
): Promise<string | undefined> {
  const envelope = await sign(draft, signings)
  return codeOf(() => ledger.submit(json(envelope)))
}

function adding(firm: Firm, key: Signer, by: Signer = firm.signer): readonly Signing[] {
  return [
    ['holder', by],
    ['registrar', OPERATOR.signer],
    ['subject', key],
  ]
}

function ending(by: Signer): readonly Signing[] {
  return [
    ['holder', by],
    ['registrar', OPERATOR.signer],
  ]
}

const collects = (ledger: Ledger, firm: Firm, key: Signer): Promise<string | undefined> =>
  submit(ledger, collection(firm, 'rides'), [['collector', key]])

describe('entry 0', () => {
  test("is the operator's own enrolment, signed twice with the key it brings", async () => {
    const ledger = await new Site().open()

    expect(ledger.registrar).toBeUndefined()
    expect(await submit(ledger, enrolment(OPERATOR), enrolling(OPERATOR))).toBeUndefined()
    expect(ledger.registrar).toBe(OPERATOR.party)
  })

  test.each<readonly [string, Draft, readonly Signing[], string]>([
    ['an enrolment that another key admits', enrolment(NEW), enrolling(NEW), 'KEY_UNKNOWN'],
    ['a collection', collection(NEW, 'rides'), [['collector', NEW.signer]], 'KEY_UNKNOWN'],
    [
      'a revocation',
      keyChange(NEW, NEW.signer, 'revoke'),
      [['registrar', NEW.signer]],
      'KEY_UNKNOWN',
    ],
    ['a key', keyChange(NEW, SECOND, 'add'), adding(NEW, SECOND), 'KEY_UNKNOWN'],
  ])('is never %s', async (_, draft, signings, code) => {
    const ledger = await new Site().open()

    expect(await submit(ledger, draft, signings)).toBe(code)
    expect(ledger.size).toBe(0)
  })

  test('is one of two that come at the same moment; the other is no registrar', async () => {
    const ledger = await new Site().open()
    const own: readonly Signing[] = [
      ['party', NEW.signer],
      ['registrar', NEW.signer],
    ]

    const codes = await Promise.all([
      submit(ledger, enrolment(OPERATOR), enrolling(OPERATOR)),
      submit(ledger, enrolment(NEW), own),
    ])

    expect(codes).toEqual([undefined, 'ROLE_KEY_WRONG'])
    expect(ledger.parties()).toEqual([OPERATOR.party])
  })
})

describe('an enrolment', () => {
  test('waits for the registrar, and its signature admits', async () => {
    const { ledger } = await scene()
    const both = await sign(enrolment(NEW), enrolling(NEW))

    expect(await ledger.submit(json(only(both, 'party')))).toMatchObject({ missing: ['registrar'] })
    expect(ledger.inbox(OPERATOR.party)).toHaveLength(1)
    expect(ledger.party(NEW.party)).toBeUndefined()

    await ledger.countersign(idOf(both), signatureOf(both, 'registrar'))
    expect(ledger.party(NEW.party)?.statements).toEqual([idOf(both)])
  })

  test.each([
    ['its own key', NEW.signer, 'ROLE_KEY_WRONG'],
    ["another party's key", BOLT.signer, 'ROLE_KEY_WRONG'],
    ['a key of nobody', keyOf('nobody'), 'KEY_UNKNOWN'],
  ])('admitted with %s is refused', async (_, registrar, code) => {
    const { ledger } = await scene()
    const signings: readonly Signing[] = [
      ['party', NEW.signer],
      ['registrar', registrar],
    ]

    expect(await submit(ledger, enrolment(NEW), signings)).toBe(code)
    expect(ledger.party(NEW.party)).toBeUndefined()
  })

  test("admitted with the registrar's api key is refused", async () => {
    const { ledger } = await scene()
    const api = keyOf('operator api')
    await admit(ledger, keyChange(OPERATOR, api, 'add', { use: ['api'] }), adding(OPERATOR, api))
    const signings: readonly Signing[] = [
      ['party', NEW.signer],
      ['registrar', api],
    ]

    expect(await submit(ledger, enrolment(NEW), signings)).toBe('KEY_USE_WRONG')
  })

  test('signed by another key than the one it brings is refused', async () => {
    const { ledger } = await scene()
    const signings: readonly Signing[] = [
      ['party', ACME.signer],
      ['registrar', OPERATOR.signer],
    ]

    expect(await submit(ledger, enrolment(NEW), signings)).toBe('ROLE_KEY_WRONG')
  })

  test('of a party that is enrolled is refused', async () => {
    const { ledger } = await scene()

    expect(await submit(ledger, enrolment(ACME), enrolling(ACME))).toBe('PARTY_EXISTS')
    const other = enrolment({ ...ACME, name: 'another name' })
    expect(await submit(ledger, other, enrolling(ACME))).toBe('PARTY_EXISTS')
  })

  test('twice in one batch enrols once', async () => {
    const { ledger } = await scene()
    const two = [
      await sign(enrolment(NEW), enrolling(NEW)),
      await sign(enrolment(NEW), enrolling(NEW)),
    ]

    const codes = await Promise.all(two.map((each) => codeOf(() => ledger.submit(json(each)))))

    expect(codes).toEqual([undefined, 'PARTY_EXISTS'])
  })

  test("with another party's second key is refused", async () => {
    const { ledger } = await scene()
    await admit(ledger, keyChange(ACME, SECOND, 'add'), adding(ACME, SECOND))
    const thief = { name: 'thief', signer: SECOND }

    expect(await submit(ledger, enrolment(thief), enrolling(thief))).toBe('KEY_EXISTS')
  })

  test('that continues a party which was never enrolled is refused', async () => {
    const { ledger } = await scene()
    const unknown = firmOf('unknown').party

    const draft = enrolment(NEW, { continues: unknown })
    expect(await submit(ledger, draft, enrolling(NEW))).toBe('PARTY_UNKNOWN')
    expect(
      await submit(ledger, enrolment(NEW, { continues: ACME.party }), enrolling(NEW)),
    ).toBeUndefined()
    expect(ledger.party(NEW.party)?.state.continues).toBe(ACME.party)
  })
})

describe('a key', () => {
  test('that an active key added may sign from then on', async () => {
    const { ledger } = await scene()

    expect(await collects(ledger, ACME, SECOND)).toBe('KEY_UNKNOWN')
    await admit(ledger, keyChange(ACME, SECOND, 'add'), adding(ACME, SECOND))
    expect(await collects(ledger, ACME, SECOND)).toBeUndefined()
  })

  test.each<readonly [string, Draft, readonly Signing[], string]>([
    [
      "to another party by a stranger's key",
      keyChange(ACME, SECOND, 'add'),
      adding(ACME, SECOND, BOLT.signer),
      'ROLE_KEY_WRONG',
    ],
    [
      'that a party has',
      keyChange(ACME, ACME.signer, 'add'),
      adding(ACME, ACME.signer),
      'KEY_EXISTS',
    ],
    [
      'that another party has',
      keyChange(ACME, BOLT.signer, 'add'),
      adding(ACME, BOLT.signer),
      'KEY_EXISTS',
    ],
    [
      'of the registrar to a firm',
      keyChange(ACME, OPERATOR.signer, 'add'),
      adding(ACME, OPERATOR.signer),
      'KEY_EXISTS',
    ],
    [
      'to a party that is not enrolled',
      keyChange(NEW, SECOND, 'add'),
      adding(NEW, SECOND),
      'KEY_UNKNOWN',
    ],
    [
      'without its own signature',
      keyChange(ACME, SECOND, 'add'),
      [
        ['holder', ACME.signer],
        ['registrar', OPERATOR.signer],
        ['subject', ACME.signer],
      ],
      'ROLE_KEY_WRONG',
    ],
    [
      'without the registrar',
      keyChange(ACME, SECOND, 'add'),
      [
        ['holder', ACME.signer],
        ['registrar', ACME.signer],
        ['subject', SECOND],
      ],
      'ROLE_KEY_WRONG',
    ],
  ])('is not added %s', async (_, draft, signings, code) => {
    const { ledger } = await scene()

    expect(await submit(ledger, draft, signings)).toBe(code)
  })

  test('that two parties add at the same moment goes to the first', async () => {
    const { ledger } = await scene()

    const codes = await Promise.all(
      [ACME, BOLT].map((firm) =>
        submit(ledger, keyChange(firm, SECOND, 'add'), adding(firm, SECOND)),
      ),
    )

    expect(codes).toEqual([undefined, 'KEY_EXISTS'])
    expect(ledger.ownerOf(SECOND.kid)?.party).toBe(ACME.party)
  })

  test.each(['retire', 'revoke', 'compromised'] as const)(
    'that ended (%s) signs nothing more',
    async (action) => {
      const { site, ledger } = await scene()
      await admit(ledger, keyChange(ACME, SECOND, 'add'), adding(ACME, SECOND))
      const before = await sign(collection(ACME, 'before'), [['collector', ACME.signer]])
      await ledger.submit(json(before))
      const more: Readonly<Record<string, number>> = action === 'compromised' ? { since: 2 } : {}
      await admit(ledger, keyChange(ACME, ACME.signer, action, more), ending(SECOND))

      const attempts = async (open: Ledger): Promise<readonly unknown[]> => [
        await collects(open, ACME, ACME.signer),
        await submit(
          open,
          keyChange(ACME, keyOf('acme fourth'), 'add'),
          adding(ACME, keyOf('acme fourth')),
        ),
        await submit(open, keyChange(ACME, SECOND, 'retire'), ending(ACME.signer)),
        (await open.submit(json(before))).status,
        await collects(open, ACME, SECOND),
      ]
      const expected = ['KEY_NOT_ACTIVE', 'KEY_NOT_ACTIVE', 'KEY_NOT_ACTIVE', 'existing', undefined]
      expect(await attempts(ledger)).toEqual(expected)
      await ledger.close()
      expect(await attempts(await site.open())).toEqual(expected)
    },
  )

  test('that ended cannot be added again, by anybody', async () => {
    const { ledger } = await scene()
    await admit(ledger, keyChange(ACME, SECOND, 'add'), adding(ACME, SECOND))
    await admit(ledger, keyChange(ACME, SECOND, 'retire'), ending(ACME.signer))

    for (const firm of [ACME, BOLT]) {
      expect(await submit(ledger, keyChange(firm, SECOND, 'add'), adding(firm, SECOND))).toBe(
        'KEY_EXISTS',
      )
    }
  })

  test('is revoked by the registrar alone, and nothing else is done by it alone', async () => {
    const { ledger } = await scene()
    const alone: readonly Signing[] = [['registrar', OPERATOR.signer]]

    expect(await submit(ledger, keyChange(ACME, ACME.signer, 'revoke'), alone)).toBeUndefined()
    const retires = await sign(keyChange(BOLT, BOLT.signer, 'retire'), alone)
    expect(await ledger.submit(json(retires))).toMatchObject({
      status: 'waiting',
      missing: ['holder'],
    })
    expect(await collects(ledger, ACME, ACME.signer)).toBe('KEY_NOT_ACTIVE')
    expect(await collects(ledger, BOLT, BOLT.signer)).toBeUndefined()
  })

  test('of another party is not revoked by a firm that calls itself registrar', async () => {
    const { ledger } = await scene()
    const draft = keyChange(ACME, ACME.signer, 'revoke')

    expect(await submit(ledger, draft, [['registrar', BOLT.signer]])).toBe('ROLE_KEY_WRONG')
    expect(await submit(ledger, draft, [['registrar', ACME.signer]])).toBe('ROLE_KEY_WRONG')
  })

  test('that the party does not have cannot end', async () => {
    const { ledger } = await scene()

    for (const key of [BOLT.signer, keyOf('nobody')]) {
      const draft = keyChange(ACME, key, 'revoke')
      expect(await submit(ledger, draft, [['registrar', OPERATOR.signer]])).toBe('KEY_UNKNOWN')
    }
  })

  test('for the api alone signs no statement', async () => {
    const { ledger } = await scene()
    await admit(ledger, keyChange(ACME, SECOND, 'add', { use: ['api'] }), adding(ACME, SECOND))

    expect(await collects(ledger, ACME, SECOND)).toBe('KEY_USE_WRONG')
  })

  test("of the party signs for it, another party's does not", async () => {
    const { ledger } = await scene()

    expect(await collects(ledger, ACME, BOLT.signer)).toBe('ROLE_KEY_WRONG')
    expect(await collects(ledger, NEW, BOLT.signer)).toBe('PARTY_UNKNOWN')
  })
})

describe('a key that is revoked between check and commit', () => {
  async function held(): Promise<{
    readonly ledger: Ledger
    readonly parent: Awaited<ReturnType<typeof collect>>
    readonly gate: ReturnType<typeof gatedStore>
  }> {
    const site = new Site()
    const gate = gatedStore(openMemoryStore(site.disk))
    const ledger = await site.start(undefined, { store: gate.store })
    return { ledger, gate, parent: await collect(ledger, ACME) }
  }

  test('no longer signs what was checked while it was active', async () => {
    const { ledger, gate } = await held()
    const revocation = await sign(keyChange(ACME, ACME.signer, 'revoke'), [
      ['registrar', OPERATOR.signer],
    ])
    const late = await sign(collection(ACME, 'late'), [['collector', ACME.signer]])
    gate.hold()

    // The revocation is being written; the other statement is checked now and waits for the writer.
    const revoked = ledger.submit(json(revocation))
    const refused = codeOf(() => ledger.submit(json(late)))
    gate.release()

    expect((await revoked).status).toBe('admitted')
    expect(await refused).toBe('KEY_NOT_ACTIVE')
  })

  test('no longer signs in the very commit that revokes it', async () => {
    const { ledger } = await scene()
    const revocation = await sign(keyChange(ACME, ACME.signer, 'revoke'), [
      ['registrar', OPERATOR.signer],
    ])
    const late = await sign(collection(ACME, 'late'), [['collector', ACME.signer]])
    const early = await sign(collection(ACME, 'early'), [['collector', ACME.signer]])

    const codes = await Promise.all(
      [early, revocation, late].map((each) => codeOf(() => ledger.submit(json(each)))),
    )

    expect(codes).toEqual([undefined, undefined, 'KEY_NOT_ACTIVE'])
  })

  test('no longer lets a proposal in that it had signed', async () => {
    const { ledger, gate, parent } = await held()
    const both = await sign(move(parent), [
      ['exporter', ACME.signer],
      ['importer', BOLT.signer],
    ])
    await ledger.submit(json(only(both, 'exporter')))
    const revocation = await sign(keyChange(ACME, ACME.signer, 'revoke'), [
      ['registrar', OPERATOR.signer],
    ])
    gate.hold()

    const revoked = ledger.submit(json(revocation))
    const refused = codeOf(() => ledger.countersign(idOf(both), signatureOf(both, 'importer')))
    gate.release()

    await revoked
    expect(await refused).toBe('KEY_NOT_ACTIVE')
    expect(ledger.indexOf(idOf(both))).toBeUndefined()
  })
})

describe('in one bulk call', () => {
  const bulk = async (ledger: Ledger, items: readonly Envelope[]): Promise<readonly unknown[]> => {
    const text = items.map((item) => JSON.stringify(json(item))).join('\n')
    const outcomes = await ledger.submitBulk(new TextEncoder().encode(text), 'ndjson')
    return outcomes.map((item) => (item.status === 'rejected' ? item.error.code : item.status))
  }

  test('a key that an earlier item enrols may sign a later one', async () => {
    const { ledger } = await scene()
    const items = [
      await sign(collection(NEW, 'too early'), [['collector', NEW.signer]]),
      await sign(enrolment(NEW), enrolling(NEW)),
      await sign(collection(NEW, 'first'), [['collector', NEW.signer]]),
      await sign(keyChange(NEW, SECOND, 'add'), adding(NEW, SECOND)),
      await sign(collection(NEW, 'second'), [['collector', SECOND]]),
      await sign(keyChange(NEW, SECOND, 'revoke'), ending(NEW.signer)),
      await sign(collection(NEW, 'third'), [['collector', SECOND]]),
      await sign(collection(CORAL, 'fourth'), [['collector', CORAL.signer]]),
    ]

    expect(await bulk(ledger, items)).toEqual([
      'KEY_UNKNOWN',
      'admitted',
      'admitted',
      'admitted',
      'admitted',
      'admitted',
      'KEY_NOT_ACTIVE',
      'admitted',
    ])
  })

  test('a key of an enrolment that only waits may not', async () => {
    const { ledger } = await scene()
    const items = [
      only(await sign(enrolment(NEW), enrolling(NEW)), 'party'),
      await sign(collection(NEW, 'first'), [['collector', NEW.signer]]),
    ]

    expect(await bulk(ledger, items)).toEqual(['waiting', 'KEY_UNKNOWN'])
  })
})
