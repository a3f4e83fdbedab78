/** @sd-jwt/core 0.19.0 opens all, some and none of our claims as they are: DESIGN 4.1, 4.2. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { GeneralJSON, type GeneralJSONSerialized, SDJwtGeneralJSONInstance } from '@sd-jwt/core'
import { describe, expect, test } from 'vitest'
import { fromBase64url, utf8Decode } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import type { Json } from '../../ledger/core/json.js'
import { EXPORTER, IMPORTER } from '../core/support/parties.js'
import {
  collection,
  dataset,
  datasetOf,
  transfer,
  withDisclosures,
} from '../core/support/statements.js'
import { FAST } from '../core/support/tiny-log.js'

const COLLECTION = await collection(EXPORTER, ['rides', 'bikes'])
const TRANSFER = await transfer(
  EXPORTER,
  IMPORTER,
  [datasetOf(COLLECTION, 0), datasetOf(COLLECTION, 1)],
  {
    datasets: [dataset('rides', [0], 0), dataset('bikes', [1], 1)],
  },
)

const LIBRARY = new SDJwtGeneralJSONInstance({
  hashAlg: 'sha-256',
  hasher: (data, alg) => {
    const bytes = typeof data === 'string' ? data : new Uint8Array(data)
    return new Uint8Array(createHash(alg.replace('-', '')).update(bytes).digest())
  },
  verifier: (data, signature) => {
    const header = JSON.parse(utf8Decode(fromBase64url(data.slice(0, data.indexOf('.'))))) as {
      readonly kid: string
    }
    const party = [EXPORTER, IMPORTER].find(({ kid }) => kid === header.kid)
    if (party === undefined) return false
    const key = createPublicKey({ key: party.jwk, format: 'jwk' })
    return verify(null, Buffer.from(data), key, Buffer.from(signature, 'base64url'))
  },
})

/** The JSON form, exactly as it is sent and stored, in the library's own class. */
function unchanged(envelope: Envelope): GeneralJSON {
  const text = JSON.stringify(envelopeJson(envelope))
  return GeneralJSON.fromSerialized(JSON.parse(text) as GeneralJSONSerialized)
}

/** Values by claim that are open here: what the library should see, and nothing else. */
function openValues(envelope: Envelope): Record<string, readonly Json[]> {
  const values: Record<string, readonly Json[]> = {}
  for (const [name, claim] of openStatement(envelope, FAST).open.claims) {
    values[name] = claim.values.filter((value) => value !== undefined)
  }
  return values
}

describe('@sd-jwt/core', () => {
  test.each<[string, (text: string, position: number) => boolean]>([
    ['all', () => true],
    ['none', () => false],
    ['the first', (_, position) => position === 0],
    ['every third', (_, position) => position % 3 === 0],
    ['all but the last', (_, position) => position < TRANSFER.disclosures.length - 1],
  ])('verifies both signatures and opens %s of the claims', async (_, keep) => {
    const shown = withDisclosures(TRANSFER, keep)

    const { payload, headers } = await LIBRARY.verify(unchanged(shown))

    expect((payload as { readonly claims: Json }).claims).toEqual(openValues(shown))
    expect(headers.map((header: { readonly role: string }) => header.role)).toEqual([
      'exporter',
      'importer',
    ])
    expect(payload).not.toHaveProperty('_sd_alg')
    expect(payload).toMatchObject({ v: 1, type: 'transfer/1', parents: [{ n: 0 }, { n: 1 }] })
  })

  test('every single disclosure opens exactly its own place', async () => {
    for (const position of TRANSFER.disclosures.keys()) {
      const shown = withDisclosures(TRANSFER, (_, at) => at === position)
      const claims = (await LIBRARY.getClaims(unchanged(shown))) as { readonly claims: Json }

      expect(claims.claims).toEqual(openValues(shown))
    }
  })

  test('refuses a transfer with either signature spoiled', async () => {
    for (const position of [0, 1]) {
      const signatures = TRANSFER.signatures.map((item, at) =>
        at === position ? { ...item, signature: 'A'.repeat(86) } : item,
      )

      await expect(LIBRARY.verify(unchanged({ ...TRANSFER, signatures }))).rejects.toThrow()
    }
  })
})
