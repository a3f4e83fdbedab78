/** The two-sided flow: proposals wait, signatures meet in any order, and one id is one entry. DESIGN 5. */
import { describe, expect, test } from 'vitest'
import { countersignEnvelope } from '../../ledger/core/build.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { ACME, BOLT, CORAL, keyOf, OPERATOR } from './support/firms.js'
import { BOTH, collect, move, scene, signedTransfer } from './support/scene.js'
import { codeOf, tappedHead } from './support/site.js'
import {
  idOf,
  json,
  keyChange,
  only,
  PATIENCE_S,
  START_S,
  sign,
  signatureJson,
  signatureOf,
} from './support/statements.js'

test('a transfer signed by the exporter waits for the importer, and the countersignature admits it', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  const id = idOf(both)

  const first = await ledger.submit(json(only(both, 'exporter')))
  const countersignBy = START_S + PATIENCE_S
  expect(first).toEqual({ status: 'waiting', id, missing: ['importer'], countersignBy })
  expect(ledger.indexOf(id)).toBeUndefined()
  expect(ledger.inbox(BOLT.party).map((proposal) => proposal.id)).toEqual([id])
  expect(ledger.sent(ACME.party).map((proposal) => proposal.id)).toEqual([id])
  expect(ledger.inbox(ACME.party)).toEqual([])
  expect(ledger.inbox(CORAL.party)).toEqual([])

  const second = await ledger.countersign(id, signatureOf(both, 'importer'))
  expect(second).toMatchObject({ status: 'admitted', id, index: 5, time: START_S })
  expect(ledger.inbox(BOLT.party)).toEqual([])
  expect(ledger.sent(ACME.party)).toEqual([])
  expect(ledger.proposal(id)).toBeUndefined()
  expect(ledger.statement(id)?.facts.signers.map(({ role }) => role)).toEqual([
    'exporter',
    'importer',
  ])
})

test('a proposal shows its claims, its deadline and when it came', async () => {
  const { site, ledger } = await scene()
  const both = await signedTransfer(ledger)
  site.nowS += 7
  await ledger.submit(json(only(both, 'exporter')))

  const proposal = ledger.proposal(idOf(both))

  expect(proposal).toMatchObject({ received: START_S + 7, countersignBy: START_S + PATIENCE_S })
  expect(proposal?.opened.open.withheld).toEqual([])
  expect(proposal?.envelope.signatures).toHaveLength(1)
})

test('both signatures at once admit it without a proposal', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)

  expect(await ledger.submit(json(both))).toMatchObject({ status: 'admitted', index: 5 })
  expect(ledger.inbox(BOLT.party)).toEqual([])
})

test('both signatures at once close the proposal that waited', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  await ledger.submit(json(only(both, 'exporter')))

  expect(await ledger.submit(json(both))).toMatchObject({ status: 'admitted', index: 5 })
  expect(ledger.inbox(BOLT.party)).toEqual([])
})

test("the importer's envelope with its signature alone is merged with what waits", async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  await ledger.submit(json(only(both, 'exporter')))

  const outcome = await ledger.submit(json(only(both, 'importer')))

  expect(outcome).toMatchObject({ status: 'admitted', index: 5 })
})

test("the importer's signature may come first", async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)

  const first = await ledger.submit(json(only(both, 'importer')))
  expect(first).toMatchObject({ status: 'waiting', missing: ['exporter'] })
  expect(ledger.inbox(ACME.party)).toHaveLength(1)
  expect(ledger.sent(BOLT.party)).toHaveLength(1)

  const second = await ledger.countersign(idOf(both), signatureOf(both, 'exporter'))
  expect(second).toMatchObject({ status: 'admitted', index: 5 })
})

test('the same signature again changes nothing', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  const first = await ledger.submit(json(only(both, 'exporter')))
  const version = ledger.inboxVersion()

  expect(await ledger.submit(json(only(both, 'exporter')))).toEqual(first)
  expect(ledger.inboxVersion()).toBe(version)
})

test('signatures that cross at the same moment meet', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)

  const outcomes = await Promise.all(
    ['exporter', 'importer'].map((role) => ledger.submit(json(only(both, role)))),
  )

  expect(outcomes.map(({ status }) => status).sort()).toEqual(['admitted', 'waiting'])
  expect(ledger.indexOf(idOf(both))).toBe(5)
  expect(ledger.inbox(BOLT.party)).toEqual([])
  expect(ledger.inbox(ACME.party)).toEqual([])
})

test('many envelopes and countersignatures at the same moment give one entry and no false answer', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  const id = idOf(both)
  await ledger.submit(json(only(both, 'exporter')))

  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) => {
      if (n % 4 === 0) return ledger.submit(json(only(both, 'importer')))
      if (n % 4 === 1) return ledger.submit(json(only(both, 'exporter')))
      if (n % 4 === 2) return ledger.submit(json(both))
      return ledger.countersign(id, signatureOf(both, 'importer'))
    }),
  )

  const statuses = outcomes.map((item) =>
    item.status === 'fulfilled' ? item.value.status : item.reason.code,
  )
  expect(statuses.filter((status) => status === 'admitted')).toHaveLength(1)
  expect(
    statuses.filter((status) => !['admitted', 'existing', 'waiting'].includes(status)),
  ).toEqual([])
  expect(ledger.size).toBe(6)
  expect(ledger.inbox(BOLT.party)).toEqual([])
})

describe('a statement that three roles sign', () => {
  const added = keyOf('acme second')
  const roles = ['holder', 'registrar', 'subject'] as const

  function addition(): Promise<Envelope> {
    return sign(keyChange(ACME, added, 'add'), [
      ['holder', ACME.signer],
      ['registrar', OPERATOR.signer],
      ['subject', added],
    ])
  }

  test.each([
    ['holder', 'registrar', 'subject'],
    ['registrar', 'subject', 'holder'],
    ['subject', 'registrar', 'holder'],
  ] as const)('is admitted with the third envelope: %s, %s, %s', async (...order) => {
    const { ledger } = await scene()
    const all = await addition()

    const statuses: string[] = []
    for (const role of order) statuses.push((await ledger.submit(json(only(all, role)))).status)

    expect(statuses).toEqual(['waiting', 'waiting', 'admitted'])
    expect(ledger.ownerOf(added.kid)?.party).toBe(ACME.party)
  })

  test('waits in the inboxes of those who have yet to sign', async () => {
    const { ledger } = await scene()
    const all = await addition()
    await ledger.submit(json(only(all, 'subject')))

    expect(ledger.inbox(OPERATOR.party)).toHaveLength(1)
    expect(ledger.inbox(ACME.party)[0]?.missing).toEqual(['holder', 'registrar'])

    await ledger.countersign(idOf(all), signatureOf(all, 'holder'))
    expect(ledger.inbox(ACME.party)).toEqual([])
    expect(ledger.inbox(OPERATOR.party)[0]?.missing).toEqual(['registrar'])
  })

  test('is admitted when all three cross at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { ledger } = await scene()
      const all = await addition()
      const partials = [...roles, ...roles].map((role) => only(all, role))

      const outcomes = await Promise.all(partials.map((partial) => ledger.submit(json(partial))))

      expect(outcomes.filter(({ status }) => status === 'admitted')).toHaveLength(1)
      expect(ledger.ownerOf(added.kid)?.party).toBe(ACME.party)
      expect(ledger.inbox(OPERATOR.party)).toEqual([])
    }
  })

  test('is admitted when two pairs cross', async () => {
    const { ledger } = await scene()
    const all = await addition()
    const pairs = [only(all, 'holder', 'subject'), only(all, 'holder', 'registrar')]

    const outcomes = await Promise.all(pairs.map((pair) => ledger.submit(json(pair))))

    expect(outcomes.map(({ status }) => status)).toEqual(['waiting', 'admitted'])
  })
})

describe('reading the inbox', () => {
  test('shows what is durable while the next signature is being written', async () => {
    const { site, ledger } = await scene()
    const added = keyOf('acme third')
    const all = await sign(keyChange(ACME, added, 'add'), [
      ['holder', ACME.signer],
      ['registrar', OPERATOR.signer],
      ['subject', added],
    ])
    await ledger.submit(json(only(all, 'subject')))
    await ledger.close()
    let seen: unknown
    const head = tappedHead(site.head, () => {
      seen = reopened.proposal(idOf(all))?.missing
    })
    const reopened = await site.open({ head })

    await reopened.countersign(idOf(all), signatureOf(all, 'holder'))

    expect(seen).toEqual(['holder', 'registrar'])
    expect(reopened.proposal(idOf(all))?.missing).toEqual(['registrar'])
  })
})

describe('a countersignature is refused', () => {
  test('for what does not wait', async () => {
    const { ledger } = await scene()
    const both = await signedTransfer(ledger)
    const signature = signatureOf(both, 'importer')

    expect(await codeOf(() => ledger.countersign(idOf(both), signature))).toBe('PROPOSAL_NOT_FOUND')
  })

  test('for what was admitted', async () => {
    const { ledger } = await scene()
    const both = await signedTransfer(ledger)
    await ledger.submit(json(both))
    const signature = signatureOf(both, 'importer')

    expect(await codeOf(() => ledger.countersign(idOf(both), signature))).toBe('STATEMENT_ADMITTED')
  })

  test('when the role has signed already', async () => {
    const { ledger } = await scene()
    const both = await signedTransfer(ledger)
    await ledger.submit(json(only(both, 'exporter')))
    const signature = signatureOf(both, 'exporter')

    expect(await codeOf(() => ledger.countersign(idOf(both), signature))).toBe('SIGNATURE_REPEATED')
  })

  test('by another party, and the proposal goes on waiting', async () => {
    const { ledger } = await scene()
    const mine = only(await signedTransfer(ledger), 'exporter')
    await ledger.submit(json(mine))
    const forged = await countersignEnvelope(mine, 'importer', CORAL.signer, START_S)
    const self = await countersignEnvelope(mine, 'importer', ACME.signer, START_S)

    for (const envelope of [forged, self]) {
      const signature = signatureOf(envelope, 'importer')
      expect(await codeOf(() => ledger.countersign(idOf(mine), signature))).toBe('ROLE_KEY_WRONG')
    }
    expect(ledger.inbox(BOLT.party)).toHaveLength(1)
  })

  test('in a role that the type does not have, or by an unknown key', async () => {
    const { ledger } = await scene()
    const mine = only(await signedTransfer(ledger), 'exporter')
    await ledger.submit(json(mine))
    const performer = await countersignEnvelope(mine, 'performer', BOLT.signer, START_S)
    const stranger = await countersignEnvelope(mine, 'importer', keyOf('stranger'), START_S)

    const wrong = [
      [performer, 'performer', 'ROLE_NOT_ALLOWED'],
      [stranger, 'importer', 'KEY_UNKNOWN'],
    ] as const
    for (const [envelope, role, code] of wrong) {
      const signature = signatureOf(envelope, role)
      expect(await codeOf(() => ledger.countersign(idOf(mine), signature))).toBe(code)
    }
  })

  test('over another statement', async () => {
    const { ledger } = await scene()
    const mine = only(await signedTransfer(ledger), 'exporter')
    const other = await sign(move(await collect(ledger, ACME, 'more'), 'more'), BOTH)
    await ledger.submit(json(mine))
    const signature = signatureJson(other.signatures[1])

    expect(await codeOf(() => ledger.countersign(idOf(mine), signature))).toBe('SIGNATURE_INVALID')
  })

  test('after the deadline', async () => {
    const { site, ledger } = await scene()
    const both = await signedTransfer(ledger)
    await ledger.submit(json(only(both, 'exporter')))
    const signature = signatureOf(both, 'importer')

    site.nowS = START_S + PATIENCE_S + 1
    expect(await codeOf(() => ledger.countersign(idOf(both), signature))).toBe('STATEMENT_EXPIRED')
    site.nowS = START_S + PATIENCE_S
    expect(await ledger.countersign(idOf(both), signature)).toMatchObject({ status: 'admitted' })
  })
})

test('a proposal whose deadline has passed is not taken into the inbox', async () => {
  const { site, ledger } = await scene()
  const both = await signedTransfer(ledger)
  site.nowS = START_S + PATIENCE_S + 1

  expect(await codeOf(() => ledger.submit(json(only(both, 'exporter'))))).toBe('STATEMENT_EXPIRED')
  expect(await codeOf(() => ledger.submit(json(both)))).toBe('STATEMENT_EXPIRED')
  expect(ledger.sent(ACME.party)).toEqual([])
})

test('a proposal survives closing and reopening, in order', async () => {
  const { site, ledger } = await scene()
  const proposals: Envelope[] = []
  for (const content of ['one', 'two', 'three']) {
    const both = await sign(move(await collect(ledger, ACME, content), content), BOTH)
    await ledger.submit(json(only(both, 'exporter')))
    proposals.push(both)
  }
  await ledger.close()

  const reopened = await site.open()

  expect(reopened.inbox(BOLT.party).map(({ id }) => id)).toEqual(proposals.map(idOf))
  for (const both of proposals) {
    const outcome = await reopened.countersign(idOf(both), signatureOf(both, 'importer'))
    expect(outcome.status).toBe('admitted')
  }
})

test('a side whose key ended while the proposal waited can sign it anew', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  const mine = only(both, 'exporter')
  await ledger.submit(json(mine))
  const next = keyOf('acme next')
  await ledger.submit(
    json(
      await sign(keyChange(ACME, next, 'add'), [
        ['holder', ACME.signer],
        ['registrar', OPERATOR.signer],
        ['subject', next],
      ]),
    ),
  )
  await ledger.submit(
    json(
      await sign(keyChange(ACME, ACME.signer, 'retire'), [
        ['holder', next],
        ['registrar', OPERATOR.signer],
      ]),
    ),
  )
  const countersignature = signatureOf(both, 'importer')
  expect(await codeOf(() => ledger.countersign(idOf(mine), countersignature))).toBe(
    'KEY_NOT_ACTIVE',
  )

  const unsigned = { ...mine, signatures: [] }
  const again = await countersignEnvelope(unsigned, 'exporter', next, START_S)
  expect(await ledger.submit(json(again))).toMatchObject({ status: 'waiting' })

  expect(await ledger.countersign(idOf(mine), countersignature)).toMatchObject({
    status: 'admitted',
  })
})
