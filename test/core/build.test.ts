/** Building and signing: what is asked of randomness and of keys, and that the check takes the result. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  buildStatement,
  countersignEnvelope,
  type SigningKey,
  signStatement,
} from '../../ledger/core/build.js'
import { fromBase64url, toBase64url, toHex, utf8Decode } from '../../ledger/core/bytes.js'
import { checkStatement, claimIssues, openStatement } from '../../ledger/core/check.js'
import { envelopeDigest, signingInput } from '../../ledger/core/envelope.js'
import type { Json } from '../../ledger/core/json.js'
import { STATEMENT_TYPES, type StatementType, schemaOf } from '../../ledger/core/schemas.js'
import { type ParentRef, parsePayload, type StatementId } from '../../ledger/core/statement.js'
import { codeOf } from './support/outcomes.js'
import { EXPORTER, IMPORTER } from './support/parties.js'
import {
  collectionDraft,
  countingRandom,
  digestOf,
  draftOf,
  NOW,
  ORIGIN,
  transferDraft,
} from './support/statements.js'
import { FAST } from './support/tiny-log.js'

type Example = {
  readonly claims: Readonly<Record<string, Json>>
  readonly parents?: readonly ParentRef[]
  readonly about?: StatementId
}

const PARENTS = [{ id: digestOf('parent') as StatementId, n: 0 }]
const DRAFT = transferDraft(EXPORTER, IMPORTER, PARENTS)

function exampleOf(type: StatementType): Example {
  const file = `../vectors/statements/${type.replace('/1', '')}.json`
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Example
}

describe('building', () => {
  test.each(STATEMENT_TYPES)('the documented example of %s passes the check', (type) => {
    const { claims, parents, about } = exampleOf(type)
    const more = {
      ...(parents === undefined ? {} : { parents }),
      ...(about === undefined ? {} : { about }),
    }

    const { payloadBytes, disclosures } = buildStatement(
      draftOf(type, claims, more),
      countingRandom(),
    )

    const envelope = {
      payload: toBase64url(payloadBytes),
      payloadBytes,
      signatures: [],
      disclosures,
    }
    expect(claimIssues(openStatement(envelope, FAST))).toEqual([])
  })

  test('every claim gets a placeholder: what is left out is disclosed as null or as an empty list', () => {
    const built = buildStatement(collectionDraft(EXPORTER, ['rides']), countingRandom())
    const envelope = { payload: '', signatures: [], ...built }
    const { open, payload } = openStatement(envelope, FAST)

    expect([...payload.claims.keys()].sort()).toEqual(
      Object.keys(schemaOf('collection/1').claims).sort(),
    )
    expect(open.claims.get('notice')?.values).toEqual([null])
    expect(open.claims.get('legalBasis')?.values).toEqual([[]])
    expect(open.withheld).toEqual([])
  })

  test('no value of a claim can be read from the payload', () => {
    const { payloadBytes } = buildStatement(DRAFT, countingRandom())
    const text = utf8Decode(payloadBytes)

    expect(text).not.toContain(EXPORTER.id)
    expect(text).not.toContain('TravelHistory')
    expect(text).toContain(PARENTS[0]?.id ?? '?')
  })

  test('sixteen fresh bytes are asked for each placeholder and for the nonce', () => {
    const given: string[] = []
    const random = countingRandom()
    const { payloadBytes, disclosures } = buildStatement(DRAFT, (count) => {
      const bytes = random(count)
      given.push(toBase64url(bytes))
      return bytes
    })
    const salts = disclosures.map(
      (text) => (JSON.parse(utf8Decode(fromBase64url(text))) as [string])[0],
    )

    expect(given).toHaveLength(disclosures.length + 1)
    expect(new Set([...salts, parsePayload(payloadBytes).nonce])).toEqual(new Set(given))
    expect(new Set(given).size).toBe(given.length)
    expect(given.every((text) => fromBase64url(text).length === 16)).toBe(true)
  })

  test('the same draft built twice has two ids, equal values have unequal placeholders', () => {
    const random = countingRandom()
    const [first, second] = [buildStatement(DRAFT, random), buildStatement(DRAFT, random)]

    expect(first.payloadBytes).not.toEqual(second.payloadBytes)
    const digests = [...parsePayload(first.payloadBytes).claims.values()].flat()
    expect(new Set(digests).size).toBe(digests.length)
  })

  test.each<[string, unknown, string]>([
    ['an unknown type', { ...DRAFT, type: 'transfer/2' }, 'STATEMENT_TYPE_UNKNOWN'],
    [
      'a type that is a method of every object',
      { ...DRAFT, type: 'toString' },
      'STATEMENT_TYPE_UNKNOWN',
    ],
    ['an unknown claim', { ...DRAFT, claims: { ...DRAFT.claims, note: 1 } }, 'CLAIM_UNKNOWN'],
    [
      'a claim named __proto__',
      { ...DRAFT, claims: JSON.parse('{"__proto__":1}') },
      'CLAIM_UNKNOWN',
    ],
    ['one value where a list is due', { ...DRAFT, claims: { purposes: 'x' } }, 'CLAIM_INVALID'],
    ['an object where a list is due', { ...DRAFT, claims: { purposes: {} } }, 'CLAIM_INVALID'],
    ['half a surrogate pair', { ...DRAFT, claims: { ext: { a: '\ud800' } } }, 'JSON_INVALID'],
    ['a number that is none', { ...DRAFT, claims: { ext: { a: Number.NaN } } }, 'JSON_INVALID'],
  ])('%s is refused', (_, draft, code) => {
    expect(codeOf(() => buildStatement(draft as typeof DRAFT, countingRandom()))).toBe(code)
  })
})

describe('signing', () => {
  const built = buildStatement(DRAFT, countingRandom())
  const payload = toBase64url(built.payloadBytes)

  test('a key is asked for exactly the signing input of its own role', async () => {
    const asked: Uint8Array[] = []
    const spy: SigningKey = {
      kid: EXPORTER.kid,
      sign: (message) => {
        asked.push(message)
        return EXPORTER.sign(message)
      },
    }

    const { signatures } = await signStatement(built, 'exporter', spy, NOW)

    expect(asked).toEqual([signingInput(signatures[0]?.protected ?? '', payload)])
    expect(signatures[0]?.header).toEqual({
      alg: 'Ed25519',
      iat: NOW,
      kid: EXPORTER.kid,
      role: 'exporter',
      typ: 'waybill+sd-jwt',
    })
  })

  test('whoever signs first, the envelope is the same', async () => {
    const one = await signStatement(built, 'exporter', EXPORTER, NOW)
    const two = await signStatement(built, 'importer', IMPORTER, NOW)

    const forth = await countersignEnvelope(one, 'importer', IMPORTER, NOW)
    const back = await countersignEnvelope(two, 'exporter', EXPORTER, NOW)

    expect(forth).toEqual(back)
    expect(toHex(envelopeDigest(forth))).toBe(toHex(envelopeDigest(back)))
    expect(forth.payload).toBe(one.payload)
    expect(forth.disclosures).toBe(built.disclosures)
  })

  test('the result passes the check', async () => {
    const one = await signStatement(built, 'exporter', EXPORTER, NOW)
    const both = await countersignEnvelope(one, 'importer', IMPORTER, NOW)
    const keyOf = (kid: string) => [EXPORTER, IMPORTER].find((party) => party.kid === kid)?.key

    expect(codeOf(() => checkStatement(both, { origin: ORIGIN, crypto: FAST, keyOf }))).toBe('OK')
  })

  test('a role signs once', async () => {
    const one = await signStatement(built, 'exporter', EXPORTER, NOW)

    await expect(countersignEnvelope(one, 'exporter', IMPORTER, NOW)).rejects.toMatchObject({
      code: 'SIGNATURE_REPEATED',
    })
  })

  test.each([0, 63, 65, 128])('a signer that answers %i bytes is refused', async (length) => {
    const broken: SigningKey = {
      kid: EXPORTER.kid,
      sign: () => Promise.resolve(new Uint8Array(length)),
    }

    await expect(signStatement(built, 'exporter', broken, NOW)).rejects.toMatchObject({
      code: 'ENVELOPE_INVALID',
    })
  })

  test('a signer that fails is heard', async () => {
    const broken: SigningKey = {
      kid: EXPORTER.kid,
      sign: () => Promise.reject(new Error('the token is not plugged in')),
    }

    await expect(signStatement(built, 'exporter', broken, NOW)).rejects.toThrow('not plugged in')
  })

  test('a role that is no word is refused before anyone can verify it', async () => {
    await expect(signStatement(built, 'Exporter', EXPORTER, NOW)).rejects.toMatchObject({
      code: 'ENVELOPE_INVALID',
    })
  })
})
