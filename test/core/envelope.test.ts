/** The envelope: vectors made and signed by other code, limits, digest, order of roles. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSignature } from '../../ledger/core/build.js'
import { fromBase64url, toBase64url, toHex, utf8Encode } from '../../ledger/core/bytes.js'
import { signatureVerifies } from '../../ledger/core/check.js'
import { parsePublicKey, portableCrypto } from '../../ledger/core/ed25519.js'
import {
  type Envelope,
  encodeProtected,
  envelopeDigest,
  envelopeJson,
  parseEnvelope,
  parseSignature,
  parseStub,
  signingInput,
} from '../../ledger/core/envelope.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { encodeJcs, type Json, type JsonObject, parseJson } from '../../ledger/core/json.js'
import type { KeyId } from '../../ledger/core/jwk.js'
import { DISCLOSURES_MAX, ENVELOPE_CHARS_MAX } from '../../ledger/core/limits.js'
import { statementId } from '../../ledger/core/statement.js'
import { codeOf, refusalOf, runs, type Vector, vectorsIn } from './support/outcomes.js'
import { EXPORTER, IMPORTER } from './support/parties.js'
import { collection, datasetOf, transfer, withDisclosures } from './support/statements.js'
import { FAST } from './support/tiny-log.js'

type Input = { readonly envelope: string }
type Output = {
  readonly id: string
  readonly envelopeDigest: string
  readonly signers: readonly { readonly role: string; readonly kid: KeyId; readonly iat: number }[]
  readonly keys: Readonly<Record<string, string>>
  readonly disclosures: readonly string[]
}

const VECTORS = vectorsIn<Input>('envelope') as readonly (Vector<Input> & {
  readonly output: Output
})[]
const TRANSFER = await transfer(EXPORTER, IMPORTER, [datasetOf(await collection(EXPORTER))])
const JSON_FORM = envelopeJson(TRANSFER)

/** The transfer's JSON with one place changed. */
function changed(edit: (value: { [name: string]: Json }) => void): Json {
  const copy = structuredClone(JSON_FORM) as { [name: string]: Json }
  edit(copy)
  return copy
}

describe('envelope vectors', () => {
  const good = VECTORS.filter((vector) => vector.expect === 'OK')

  test('there are many, most of them attacks', () => {
    expect(VECTORS.length).toBeGreaterThan(80)
    expect(good.length).toBeGreaterThanOrEqual(5)
  })

  test.each(VECTORS)('$name: $expect', ({ input, expect: code }) => {
    expect(codeOf(() => parseEnvelope(parseJson(input.envelope)))).toBe(code)
    expect(codeOf(() => parseEnvelope(parseJson(input.envelope), FAST.codec))).toBe(code)
  })

  test.each(good)('$name reads as other code reads it', ({ input, output }) => {
    const envelope = parseEnvelope(parseJson(input.envelope))
    const signers = envelope.signatures.map(({ header: { role, kid, iat } }) => ({
      role,
      kid,
      iat,
    }))

    expect(statementId(envelope.payloadBytes, portableSha256)).toBe(output.id)
    expect(toHex(envelopeDigest(envelope))).toBe(output.envelopeDigest)
    expect(toHex(envelopeDigest(envelope, FAST.codec))).toBe(output.envelopeDigest)
    expect(signers).toEqual(output.signers)
    expect(envelope.disclosures).toEqual(output.disclosures)
  })

  test.each(good)(
    '$name carries signatures of other code that verify here',
    ({ input, output }) => {
      const envelope = parseEnvelope(parseJson(input.envelope))

      for (const signature of envelope.signatures) {
        const key = parsePublicKey(fromBase64url(output.keys[signature.header.kid] ?? ''))
        expect(signatureVerifies(envelope, signature, key, portableCrypto)).toBe(true)
        expect(signatureVerifies(envelope, signature, key, FAST)).toBe(true)
      }
    },
  )

  test.each(good)('$name is written back as it was', ({ input }) => {
    expect(encodeJcs(envelopeJson(parseEnvelope(parseJson(input.envelope))))).toBe(input.envelope)
  })

  test('no refusal repeats what was submitted', () => {
    for (const { input } of VECTORS.filter((vector) => vector.expect !== 'OK')) {
      const error = refusalOf(() => parseEnvelope(parseJson(input.envelope)))

      expect(JSON.stringify(error.details)).not.toMatch(/eyJ|evil|[A-Za-z0-9_-]{30}/)
    }
  })
})

describe('limits', () => {
  const pad = (chars: number): Json =>
    changed((value) => {
      const first = (value['signatures'] as { [name: string]: Json }[])[0] as {
        [name: string]: Json
      }
      const header = { disclosures: [] as string[] }
      first['header'] = header
      const used = countChars(value)
      header.disclosures.push('A'.repeat(chars - used))
    })

  test('262,144 characters in all strings and not one more', () => {
    expect(codeOf(() => parseEnvelope(pad(ENVELOPE_CHARS_MAX)))).toBe('OK')
    const error = refusalOf(() => parseEnvelope(pad(ENVELOPE_CHARS_MAX + 1)))
    expect(error.code).toBe('ENVELOPE_TOO_LARGE')
    expect(error.details).toEqual({ chars: 262_145, charsMax: 262_144 })
  })

  test('a payload over the limit is refused before it is decoded', () => {
    const huge = changed((value) => {
      value['payload'] = '!'.repeat(ENVELOPE_CHARS_MAX + 1)
    })

    expect(codeOf(() => parseEnvelope(huge))).toBe('ENVELOPE_TOO_LARGE')
  })

  test('1,024 disclosures and not one more', () => {
    const many = (count: number): Json =>
      changed((value) => {
        const first = (value['signatures'] as { [name: string]: Json }[])[0]
        if (first !== undefined) first['header'] = { disclosures: Array(count).fill('AA') }
      })

    expect(parseEnvelope(many(DISCLOSURES_MAX)).disclosures).toHaveLength(1_024)
    expect(codeOf(() => parseEnvelope(many(DISCLOSURES_MAX + 1)))).toBe('ENVELOPE_INVALID')
  })
})

describe('what a signature covers', () => {
  test('disclosures are outside the digest and outside every signature', () => {
    const withheld = withDisclosures(TRANSFER, () => false)

    expect(envelopeDigest(withheld)).toEqual(envelopeDigest(TRANSFER))
    for (const [position, key] of [EXPORTER.key, IMPORTER.key].entries()) {
      const signature = withheld.signatures[position]
      expect(signature && signatureVerifies(withheld, signature, key, FAST)).toBe(true)
    }
  })

  test('the signing input is header, dot, payload, as received', () => {
    expect(signingInput('a', 'b')).toEqual(utf8Encode('a.b'))
  })

  test('a signature of one role is not one of the other', () => {
    const [first, second] = TRANSFER.signatures
    if (first === undefined || second === undefined) throw new Error('two signed')
    const moved = {
      ...first,
      protected: encodeProtected('importer', EXPORTER.kid, first.header.iat),
    }

    expect(signatureVerifies(TRANSFER, first, EXPORTER.key, FAST)).toBe(true)
    expect(signatureVerifies(TRANSFER, moved, EXPORTER.key, FAST)).toBe(false)
    expect(signatureVerifies(TRANSFER, first, IMPORTER.key, FAST)).toBe(false)
  })

  test('each protected header and each signature is part of the digest, in its place', () => {
    const digests = new Set([toHex(envelopeDigest(TRANSFER))])
    const [first, second] = TRANSFER.signatures
    if (first === undefined || second === undefined) throw new Error('two signed')
    const variants: readonly Envelope[] = [
      { ...TRANSFER, signatures: [second, first] },
      { ...TRANSFER, signatures: [first] },
      { ...TRANSFER, signatures: [{ ...first, signature: second.signature }, second] },
      { ...TRANSFER, signatures: [{ ...first, protected: second.protected }, second] },
      { ...TRANSFER, payload: `${TRANSFER.payload}A` },
    ]

    for (const variant of variants) digests.add(toHex(envelopeDigest(variant)))
    expect(digests.size).toBe(1 + variants.length)
  })
})

describe('adding a signature', () => {
  test('puts it in its place by role, whoever signs first', () => {
    const [first, second] = TRANSFER.signatures
    if (first === undefined || second === undefined) throw new Error('two signed')

    const added = addSignature({ ...TRANSFER, signatures: [second] }, first)

    expect(added.signatures).toEqual([first, second])
  })

  test('refuses a role that has signed', () => {
    const [first] = TRANSFER.signatures
    if (first === undefined) throw new Error('two signed')

    expect(codeOf(() => addSignature(TRANSFER, first))).toBe('SIGNATURE_REPEATED')
  })

  test('a countersignature may not bring disclosures of its own', () => {
    const { header: _, ...first } = (JSON_FORM['signatures'] as JsonObject[])[0] as JsonObject
    const sneaky = { ...first, header: { disclosures: [] } }

    expect(codeOf(() => parseSignature(first, 1))).toBe('OK')
    expect(codeOf(() => parseSignature(sneaky, 1))).toBe('ENVELOPE_INVALID')
  })
})

describe('a stub', () => {
  const stub = { payload: TRANSFER.payload, disclosures: [...TRANSFER.disclosures] }

  test('is payload and disclosures, without signatures', () => {
    expect(parseStub(stub)).toEqual({ ...TRANSFER, signatures: [] })
  })

  test.each<[string, Json]>([
    ['signatures', { ...stub, signatures: [] }],
    ['no disclosures', { payload: stub.payload }],
    ['no payload', { disclosures: [] }],
    ['a disclosure that is no text', { ...stub, disclosures: [1] }],
    ['too many disclosures', { ...stub, disclosures: Array<string>(1_025).fill('AA') }],
    ['nothing at all', null],
    ['a list around it', [stub]],
  ])('with %s is refused', (_, value) => {
    expect(codeOf(() => parseStub(value))).toBe('ENVELOPE_INVALID')
  })

  test('has the limits of an envelope', () => {
    const huge = { payload: 'A'.repeat(ENVELOPE_CHARS_MAX), disclosures: ['A'] }

    expect(codeOf(() => parseStub(huge))).toBe('ENVELOPE_TOO_LARGE')
  })
})

describe('laws', () => {
  test('an envelope with any one character changed is refused or has another digest', () => {
    const text = encodeJcs(JSON_FORM)
    const plain = encodeJcs(envelopeJson(withDisclosures(TRANSFER, () => false)))
    const alphabet = [...'ABab01-_={}[]":,.\\ +/\u0000é']
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.nat(),
        fc.constantFrom(...alphabet),
        (full, place, character) => {
          const before = full ? text : plain
          const at = place % before.length
          const after = before.slice(0, at) + character + before.slice(at + 1)
          if (after === before) return
          const code = codeOf(() => parseEnvelope(parseJson(after)))
          if (code !== 'OK') return
          const envelope = parseEnvelope(parseJson(after))
          const same = toHex(envelopeDigest(envelope)) === toHex(envelopeDigest(TRANSFER))
          // Only disclosures are outside the digest.
          if (same) expect(envelope.disclosures).not.toEqual(full ? TRANSFER.disclosures : [])
          expect(encodeJcs(envelopeJson(envelope))).toBe(after)
        },
      ),
      { numRuns: runs(1_000) },
    )
  })

  test('any spelling of base64url but one is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const payload = toBase64url(bytes)
        const spelled = [
          `${payload}=`,
          `${payload}==`,
          ` ${payload}`,
          `${payload}\n`,
          `${payload}A`,
        ]
        for (const other of spelled) {
          const value = changed((copy) => {
            copy['payload'] = other
          })
          if (other === `${payload}A` && payload.length % 4 === 2) continue
          if (other === `${payload}A` && payload.length % 4 === 3) continue
          expect(
            codeOf(() => parseEnvelope(value)),
            other,
          ).toBe('ENCODING_INVALID')
        }
      }),
      { numRuns: runs(50) },
    )
  })
})

function countChars(value: Json): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, item: Json) => sum + countChars(item), 0)
}
