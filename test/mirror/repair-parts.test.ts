import { describe, expect, test } from 'vitest'
import type { Entry } from '../../ledger/core/entry.js'
import { type Envelope, envelopeDigest } from '../../ledger/core/envelope.js'
import { assemble, type Offer } from '../../ledger/mirror/repair-parts.js'
import { ACME, keyOf } from '../log/support/firms.js'
import { ending } from '../log/support/ledger-town.js'
import { collection, crypto, idOf, keyChange, sign } from '../log/support/statements.js'

function entryOf(envelope: Envelope): Entry {
  const zero = new Uint8Array(32)
  return {
    previous: zero,
    time: 0,
    id: idOf(envelope),
    envelopeDigest: envelopeDigest(envelope),
    registryRoot: zero,
  }
}

const collected = (): Promise<Envelope> =>
  sign(collection(ACME, 'rides'), [['collector', ACME.signer]])

describe('putting a statement together', () => {
  test('takes each part from whoever has it', async () => {
    const envelope = await collected()
    const [first = '', ...rest] = envelope.disclosures
    const offers: readonly Offer[] = [
      { ...envelope, signatures: [], disclosures: rest },
      { ...envelope, disclosures: [] },
      { ...envelope, signatures: [], disclosures: [first] },
    ]

    const { opened } = assemble(entryOf(envelope), offers, crypto)

    expect(opened?.envelope.signatures).toEqual(envelope.signatures)
    expect([...(opened?.envelope.disclosures ?? [])].sort()).toEqual(
      [...envelope.disclosures].sort(),
    )
    expect(opened?.open.withheld).toEqual([])
  })

  test.each([
    ['nothing is offered', () => [], 'payload'],
    ['only another statement is', (_: Offer, other: Offer) => [other], 'payload'],
    ['nobody has the signatures', (one: Offer) => [{ ...one, signatures: [] }], 'signatures'],
    ['nobody has the claims', (one: Offer) => [{ ...one, disclosures: [] }], 'claim collector'],
    [
      'the claims are those of another statement',
      (one: Offer, other: Offer) => [{ ...one, disclosures: other.disclosures }],
      'claim collector',
    ],
    [
      'the signatures are those of another statement',
      (one: Offer, other: Offer) => [{ ...one, signatures: other.signatures }],
      'signatures',
    ],
  ] as const)('says what is missing when %s', async (_what, offers, missing) => {
    const [one, other] = [await collected(), await collected()]

    expect(assemble(entryOf(one), offers(one, other), crypto).missing).toBe(missing)
  })

  test('leaves out a claim that the parties keep, though its hash is right', async () => {
    const reason = { reason: { code: 'routine' } }
    const change = keyChange(ACME, keyOf('second'), 'retire', reason)
    const envelope = await sign(change, ending(ACME))
    const { opened } = assemble(entryOf(envelope), [envelope], crypto)

    expect(opened?.open.withheld).toEqual(['reason'])
    expect(opened?.envelope.disclosures).toHaveLength(envelope.disclosures.length - 1)
  })
})
