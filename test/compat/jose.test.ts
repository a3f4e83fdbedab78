/** jose 6 reads our statements as they are: DESIGN 4.2. */
import { errors, flattenedVerify, type GeneralJWSInput, generalVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { utf8Decode } from '../../ledger/core/bytes.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import type { Jwk } from '../../ledger/core/jwk.js'
import { EXPORTER, IMPORTER, STRANGER } from '../core/support/parties.js'
import { collection, datasetOf, transfer, withDisclosures } from '../core/support/statements.js'

const OPTIONS = { algorithms: ['Ed25519'] }
const SIDES = [
  ['exporter', EXPORTER],
  ['importer', IMPORTER],
] as const
const TRANSFER = await transfer(EXPORTER, IMPORTER, [datasetOf(await collection(EXPORTER))])

/** The JSON form, exactly as it is sent and stored. */
function unchanged(envelope: Envelope): GeneralJWSInput {
  return JSON.parse(JSON.stringify(envelopeJson(envelope))) as GeneralJWSInput
}

/** Hands out one key only, so that exactly its signature can be the one that is accepted. */
function onlyKey(kid: string, jwk: Jwk): (header: { readonly kid?: string } | undefined) => Jwk {
  return (header) => {
    if (header?.kid !== kid) throw new Error('not this one')
    return jwk
  }
}

describe('jose generalVerify', () => {
  test.each(SIDES)('accepts the signature of the %s of a transfer', async (role, party) => {
    const result = await generalVerify(unchanged(TRANSFER), onlyKey(party.kid, party.jwk), OPTIONS)

    expect(result.payload).toEqual(TRANSFER.payloadBytes)
    expect(result.protectedHeader).toMatchObject({
      alg: 'Ed25519',
      kid: party.kid,
      role,
      typ: 'waybill+sd-jwt',
    })
    expect(JSON.parse(utf8Decode(result.payload))).toMatchObject({ v: 1, type: 'transfer/1' })
  })

  test.each(SIDES)('still accepts the %s with some and with no claims shown', async (_, party) => {
    for (const keep of [(_text: string, at: number) => at % 3 === 0, () => false]) {
      const shown = unchanged(withDisclosures(TRANSFER, keep))

      await expect(
        generalVerify(shown, onlyKey(party.kid, party.jwk), OPTIONS),
      ).resolves.toBeDefined()
    }
  })

  test.each(SIDES)(
    'refuses the %s under another key, and when the payload is another',
    async (_, party) => {
      const other = await transfer(EXPORTER, IMPORTER, [datasetOf(await collection(EXPORTER))])
      const moved = { ...unchanged(TRANSFER), payload: other.payload }

      await expect(
        generalVerify(unchanged(TRANSFER), onlyKey(party.kid, STRANGER.jwk), OPTIONS),
      ).rejects.toBeInstanceOf(errors.JWSSignatureVerificationFailed)
      await expect(
        generalVerify(moved, onlyKey(party.kid, party.jwk), OPTIONS),
      ).rejects.toBeInstanceOf(errors.JWSSignatureVerificationFailed)
    },
  )
})

test.each(SIDES)('jose flattenedVerify accepts the %s alone', async (role, party) => {
  const { payload, signatures } = unchanged(TRANSFER)
  const signature = signatures[role === 'exporter' ? 0 : 1]
  if (signature === undefined) throw new Error('two signed')

  const result = await flattenedVerify({ payload, ...signature }, party.jwk, OPTIONS)

  expect(result.protectedHeader).toMatchObject({ role })
})
