/** The payload: vectors made by other code, limits, and the builder as its inverse. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toBase64url, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { encodeJcs, type Json } from '../../ledger/core/json.js'
import {
  COUNTERSIGN_MAX_S,
  DISCLOSURES_MAX,
  PARENTS_MAX,
  PAYLOAD_BYTES_MAX,
} from '../../ledger/core/limits.js'
import { STATEMENT_TYPES, type StatementType, schemaOf } from '../../ledger/core/schemas.js'
import {
  encodePayload,
  isOrigin,
  type Payload,
  type PayloadDraft,
  parsePayload,
  parseStatementId,
  statementId,
} from '../../ledger/core/statement.js'
import { codeOf, refusalOf, runs, type Vector, vectorsIn } from './support/outcomes.js'
import { digestOf, NOW, ORIGIN } from './support/statements.js'

type Input = { readonly payload?: string; readonly payloadHex?: string }
type Output = {
  readonly id: string
  readonly type: string
  readonly origin: string
  readonly iat: number
  readonly countersignBy?: number
  readonly parents?: Json
  readonly about?: string
  readonly supersedes?: string
  readonly claims: Readonly<Record<string, readonly string[]>>
}

const VECTORS = vectorsIn<Input>('statement') as readonly (Vector<Input> & {
  readonly output: Output
})[]

function bytesOf({ payload, payloadHex }: Input): Uint8Array {
  return payloadHex === undefined ? utf8Encode(payload ?? '') : fromHex(payloadHex)
}

/** A payload as the vectors spell it: a deadline and the like only where there is one. */
function plain(payload: Payload): Omit<Output, 'id'> {
  const { nonce: _, claims, ...visible } = payload
  return { ...visible, claims: Object.fromEntries(claims) }
}

function digest(label: string): string {
  return toBase64url(portableSha256(utf8Encode(label)))
}

function draftOf(type: StatementType, more: Partial<PayloadDraft> = {}): PayloadDraft {
  const schema = schemaOf(type)
  const claims = Object.fromEntries(
    Object.keys(schema.claims).map((name) => [name, [digest(name)]]),
  )
  return {
    type,
    origin: ORIGIN,
    iat: NOW,
    nonce: toBase64url(portableSha256(utf8Encode('nonce')).slice(0, 16)),
    claims,
    ...(schema.countersigned ? { countersignBy: NOW } : {}),
    ...(schema.extras.parents === 'required' ? { parents: [parent('p', 0)] } : {}),
    ...(schema.extras.about === 'required' ? { about: parent('about', 0).id } : {}),
    ...more,
  }
}

function parent(
  label: string,
  n: number,
): { readonly id: ReturnType<typeof parseStatementId>; readonly n: number } {
  return { id: parseStatementId(digestOf(label)), n }
}

describe('payload vectors', () => {
  const good = VECTORS.filter((vector) => vector.expect === 'OK')

  test('there are many, most of them attacks', () => {
    expect(VECTORS.length).toBeGreaterThan(100)
    expect(good.length).toBeGreaterThan(8)
  })

  test.each(VECTORS)('$name: $expect', ({ input, expect: code }) => {
    expect(codeOf(() => parsePayload(bytesOf(input)))).toBe(code)
  })

  test.each(good)('$name reads as other code reads it, id and all', ({ input, output }) => {
    const { id, ...visible } = output

    expect(plain(parsePayload(bytesOf(input)))).toEqual(visible)
    expect(statementId(bytesOf(input), portableSha256)).toBe(id)
  })

  test.each(good)('$name is written back byte for byte', ({ input }) => {
    const payload = parsePayload(bytesOf(input))
    const draft = { ...payload, claims: Object.fromEntries(payload.claims) }

    expect(utf8Decode(encodePayload(draft))).toBe(input.payload)
  })

  test('no refusal repeats what was submitted', () => {
    for (const { input } of VECTORS.filter((vector) => vector.expect !== 'OK')) {
      const error = refusalOf(() => parsePayload(bytesOf(input)))

      expect(JSON.stringify(error.details)).not.toMatch(/example|refusal|[0-9a-f]{16}|\\u00/)
    }
  })
})

describe('every type', () => {
  test.each(STATEMENT_TYPES)('%s: each visible member and each claim must be there', (type) => {
    const value = JSON.parse(utf8Decode(encodePayload(draftOf(type)))) as Record<string, Json>
    const claims = value['claims'] as Record<string, Json>

    expect(codeOf(() => parsePayload(utf8Encode(encodeJcs(value))))).toBe('OK')
    for (const name of Object.keys(value)) {
      const { [name]: _, ...others } = value
      expect(
        codeOf(() => parsePayload(utf8Encode(encodeJcs(others)))),
        name,
      ).not.toBe('OK')
    }
    for (const name of Object.keys(claims)) {
      const { [name]: _, ...others } = claims
      const text = encodeJcs({ ...value, claims: others })
      expect(
        codeOf(() => parsePayload(utf8Encode(text))),
        name,
      ).toBe('PAYLOAD_INVALID')
    }
  })

  const AMENDED = ['transfer/1', 'instrument/1', 'assessment/1', 'ruleset/1']

  test.each(STATEMENT_TYPES)('%s: no visible member of another type may be there', (type) => {
    const value = JSON.parse(utf8Decode(encodePayload(draftOf(type)))) as Record<string, Json>
    const id = digestOf('x')
    const others = { parents: [{ id, n: 0 }], about: id, supersedes: id, countersign_by: NOW }
    const allowed = { supersedes: AMENDED.includes(type) }

    for (const [name, extra] of Object.entries(others)) {
      if (name in value || (name === 'supersedes' && allowed.supersedes)) continue
      const text = encodeJcs({ ...value, [name]: extra })
      expect(
        codeOf(() => parsePayload(utf8Encode(text))),
        name,
      ).toBe('PAYLOAD_INVALID')
    }
  })

  test.each(STATEMENT_TYPES)(
    '%s: a scalar claim has one placeholder, a list one or more',
    (type) => {
      for (const [name, claim] of Object.entries(schemaOf(type).claims)) {
        const draft = draftOf(type)
        const two = { ...draft, claims: { ...draft.claims, [name]: [digest('1'), digest('2')] } }
        const none = { ...draft, claims: { ...draft.claims, [name]: [] } }

        expect(
          codeOf(() => parsePayload(encodePayload(two))),
          name,
        ).toBe(claim.list ? 'OK' : 'PAYLOAD_INVALID')
        expect(
          codeOf(() => parsePayload(encodePayload(none))),
          name,
        ).toBe('PAYLOAD_INVALID')
      }
    },
  )
})

describe('limits', () => {
  const manyParents = (count: number): PayloadDraft =>
    draftOf('transfer/1', { parents: Array.from({ length: count }, (_, n) => parent('p', n)) })
  const manyDatasets = (count: number): PayloadDraft => {
    const draft = draftOf('collection/1')
    const datasets = Array.from({ length: count }, (_, n) => digest(`${n}`))
    return { ...draft, claims: { ...draft.claims, datasets } }
  }

  test('256 parents and not one more', () => {
    expect(parsePayload(encodePayload(manyParents(PARENTS_MAX))).parents).toHaveLength(256)
    expect(codeOf(() => parsePayload(encodePayload(manyParents(PARENTS_MAX + 1))))).toBe(
      'PAYLOAD_INVALID',
    )
  })

  test('1,024 placeholders and not one more', () => {
    const others = Object.keys(schemaOf('collection/1').claims).length - 1

    expect(codeOf(() => parsePayload(encodePayload(manyDatasets(DISCLOSURES_MAX - others))))).toBe(
      'OK',
    )
    const error = refusalOf(() =>
      parsePayload(encodePayload(manyDatasets(DISCLOSURES_MAX - others + 1))),
    )
    expect(error.code).toBe('PAYLOAD_TOO_LARGE')
    expect(error.details).toEqual({ disclosuresMax: 1_024 })
  })

  test('65,536 bytes are read, one more is not even parsed', () => {
    const text = utf8Decode(encodePayload(draftOf('refusal/1')))
    const padded = (bytes: number): Uint8Array => utf8Encode(text.padEnd(bytes, ' '))

    expect(codeOf(() => parsePayload(padded(PAYLOAD_BYTES_MAX)))).toBe('JSON_NOT_CANONICAL')
    const error = refusalOf(() => parsePayload(padded(PAYLOAD_BYTES_MAX + 1)))
    expect(error.code).toBe('PAYLOAD_TOO_LARGE')
    expect(error.details).toEqual({ bytes: 65_537, bytesMax: 65_536 })
  })

  test('a deadline is at most 90 days behind the making, also where numbers end', () => {
    const latest = Number.MAX_SAFE_INTEGER
    const draft = (iat: number, countersignBy: number): PayloadDraft =>
      draftOf('transfer/1', { iat, countersignBy })

    expect(codeOf(() => parsePayload(encodePayload(draft(latest, latest))))).toBe('OK')
    expect(codeOf(() => parsePayload(encodePayload(draft(0, COUNTERSIGN_MAX_S))))).toBe('OK')
    expect(codeOf(() => parsePayload(encodePayload(draft(0, COUNTERSIGN_MAX_S + 1))))).toBe(
      'PAYLOAD_INVALID',
    )
    expect(codeOf(() => parsePayload(encodePayload(draft(latest, latest - 1))))).toBe(
      'PAYLOAD_INVALID',
    )
  })
})

describe('ids and origins from outside', () => {
  test.each([
    ['upper case', 'AB'.repeat(32)],
    ['63 digits', 'a'.repeat(63)],
    ['65 digits', 'a'.repeat(65)],
    ['a newline behind it', `${'a'.repeat(64)}\n`],
    ['a prefix', 'ab12'],
    ['no text', 12],
    ['nothing', undefined],
    ['digits of another script', '\u0661'.repeat(64)],
  ])('an id with %s is refused', (_, text) => {
    expect(codeOf(() => parseStatementId(text))).toBe('STATEMENT_ID_INVALID')
  })

  test('an origin is printable ASCII without spaces and plus signs, 1 to 255 characters', () => {
    for (let code = 0; code < 256; code += 1) {
      const character = String.fromCharCode(code)
      const allowed = code > 0x20 && code < 0x7f && character !== '+'

      expect(isOrigin(`a${character}b`), `${code}`).toBe(allowed)
      expect(isOrigin(`ab${character}`), `${code}`).toBe(allowed)
    }
    expect(isOrigin('')).toBe(false)
    expect(isOrigin('o'.repeat(256))).toBe(false)
    expect(isOrigin(['log.example'])).toBe(false)
  })
})

describe('laws', () => {
  test('parsing gives back what was encoded', () => {
    const drafts = fc
      .record({
        type: fc.constantFrom(...STATEMENT_TYPES),
        iat: fc.nat(2 ** 32),
        wait: fc.nat(COUNTERSIGN_MAX_S),
        parents: fc.uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 5 }),
        supersedes: fc.boolean(),
      })
      .map(({ type, iat, wait, parents, supersedes }) => {
        const base = draftOf(type, { iat })
        return {
          ...base,
          ...(base.countersignBy === undefined ? {} : { countersignBy: iat + wait }),
          ...(base.parents === undefined ? {} : { parents: parents.map((n) => parent('p', n)) }),
          ...(type === 'transfer/1' && supersedes ? { supersedes: parent('old', 0).id } : {}),
        }
      })
    fc.assert(
      fc.property(drafts, (draft) => {
        const payload = parsePayload(encodePayload(draft))

        expect({ ...payload, claims: Object.fromEntries(payload.claims) }).toEqual(draft)
      }),
      { numRuns: runs(100) },
    )
  })

  test('a payload with any one byte changed is refused or is another statement', () => {
    const bytes = encodePayload(draftOf('refusal/1'))
    const id = statementId(bytes, portableSha256)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = bytes.map((byte, at) => (at === place ? (byte + change) % 256 : byte))

        expect(statementId(changed, portableSha256)).not.toBe(id)
        if (codeOf(() => parsePayload(changed)) !== 'OK') return
        const payload = parsePayload(changed)
        const draft = { ...payload, claims: Object.fromEntries(payload.claims) }
        expect(encodePayload(draft)).toEqual(changed)
      }),
      { numRuns: runs(500) },
    )
  })
})
