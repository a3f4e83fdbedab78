/** Bundles: evidence to JSON and back, the same bytes each time, and every part's form. */
import { describe, expect, test } from 'vitest'
import { toBase64, toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import {
  BUNDLE_FORMAT,
  bundleJson,
  type Evidence,
  parseBundle,
  parsePartyEvidence,
  parseStatementEvidence,
} from '../../ledger/core/evidence.js'
import { encodeJcs, type Json, type JsonObject, parseJson } from '../../ledger/core/json.js'
import { parseEvidence, receiptJson } from '../../ledger/core/receipt.js'
import { codeOf, refusalOf } from './support/outcomes.js'
import { EXPORTER } from './support/parties.js'
import { idOf } from './support/statements.js'
import { judge, said, startWorld } from './support/world.js'

const WORLD = await startWorld()
const { log } = WORLD
const ALL = [WORLD.collection, WORLD.transfer, WORLD.model, WORLD.report]
const stubs = new Map([
  [idOf(WORLD.collection), () => false],
  [idOf(WORLD.transfer), () => true],
])
const FULL = await log.evidence(ALL)
const STUBBED = await log.evidence(ALL, { stubs })
const RECEIPT = receiptJson(await log.evidence([WORLD.transfer]))
const BUNDLE = bundleJson(FULL) as { readonly [name: string]: Json }

/** The bundle with the value at a path set to another, or removed where there is none. */
function edited(path: readonly (string | number)[], value?: Json): Json {
  const copy = structuredClone(BUNDLE) as unknown as Record<string | number, unknown>
  let place = copy
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>
  const last = path.at(-1) ?? ''
  if (value === undefined) delete place[last]
  else place[last] = value
  return copy as unknown as Json
}

describe('a bundle', () => {
  test.each<[string, Evidence]>([
    ['full statements', FULL],
    ['stubs among them', STUBBED],
    ['nothing in it', { checkpoint: 'x', entries: [], statements: [], parties: [], registry: [] }],
  ])('with %s comes back from its JSON as it was', (_, evidence) => {
    const text = encodeJcs(bundleJson(evidence))

    expect(parseBundle(parseJson(text))).toEqual(evidence)
    expect(parseEvidence(parseJson(text))).toEqual(evidence)
    expect(encodeJcs(bundleJson(parseBundle(parseJson(text))))).toBe(text)
  })

  test('of the same statements is the same bytes, in whatever order they were asked for', async () => {
    const again = await log.evidence([...ALL].reverse())

    expect(encodeJcs(bundleJson(again))).toBe(encodeJcs(BUNDLE))
  })

  test('shares its parts: one list per party, one path per party and root', () => {
    const paths = FULL.registry.map(({ root, party }) => `${toBase64(root)} ${party}`)

    expect(new Set(paths).size).toBe(paths.length)
    expect(FULL.parties.map(({ party }) => party)).toEqual(
      [...new Set(FULL.parties.map(({ party }) => party))].sort(),
    )
    expect(FULL.entries.map(({ index }) => index)).toEqual([0, 4, 5, 6, 7])
  })

  test('is verified after the trip as before it', () => {
    expect(said(judge(parseBundle(BUNDLE), log.policy))).toBe('VERIFIED')
    expect(said(judge(parseBundle(bundleJson(STUBBED)), log.policy))).toBe(
      'INCOMPLETE: incomplete STATEMENT_STUB',
    )
  })
})

describe('form', () => {
  const long = Array.from({ length: 64 }, () => toBase64(new Uint8Array(32)))
  const longer = Array.from({ length: 257 }, () => toBase64(new Uint8Array(32)))

  test.each<[string, readonly (string | number)[], Json | undefined, string]>([
    ['another format', ['format'], 'waybill-bundle/2', 'RECEIPT_MALFORMED'],
    ['a member more', ['note'], 1, 'RECEIPT_MALFORMED'],
    ['an entry with a member more', ['entries', 0, 'x'], 1, 'RECEIPT_MALFORMED'],
    ['a checkpoint that is no text', ['checkpoint'], 1, 'RECEIPT_MALFORMED'],
    ['entries that are no list', ['entries'], {}, 'RECEIPT_MALFORMED'],
    ['an entry that is null', ['entries', 0], null, 'RECEIPT_MALFORMED'],
    ['an entry without a path', ['entries', 0, 'path'], undefined, 'RECEIPT_MALFORMED'],
    ['an entry in hex', ['entries', 0, 'entry'], '96', 'ENCODING_INVALID'],
    ['a negative index', ['entries', 0, 'index'], -1, 'RECEIPT_MALFORMED'],
    ['an index with a fraction', ['entries', 0, 'index'], 0.5, 'RECEIPT_MALFORMED'],
    ['an index above 2^53', ['entries', 0, 'index'], 2 ** 53, 'RECEIPT_MALFORMED'],
    ['an index as text', ['entries', 0, 'index'], '0', 'RECEIPT_MALFORMED'],
    ['a path of 64 hashes', ['entries', 0, 'path'], long, 'RECEIPT_MALFORMED'],
    ['a hash of 31 bytes', ['entries', 0, 'path', 0], toBase64(new Uint8Array(31)), 'HASH_LENGTH'],
    [
      'a hash in base64url',
      ['entries', 0, 'path', 0],
      toBase64url(new Uint8Array(32)),
      'ENCODING_INVALID',
    ],
    ['a hash that is a number', ['entries', 0, 'path', 0], 1, 'RECEIPT_MALFORMED'],
    ['a registry path of 257 hashes', ['registry', 0, 'path'], longer, 'RECEIPT_MALFORMED'],
    [
      'a registry root of 33 bytes',
      ['registry', 0, 'root'],
      toBase64(new Uint8Array(33)),
      'HASH_LENGTH',
    ],
    ['a negative count', ['registry', 0, 'count'], -1, 'RECEIPT_MALFORMED'],
    [
      'a path of a party that is no thumbprint',
      ['registry', 0, 'party'],
      '\u001b[2Jme',
      'RECEIPT_MALFORMED',
    ],
    ['a party that is no thumbprint', ['parties', 0, 'party'], '\u001b[2Jme', 'RECEIPT_MALFORMED'],
    [
      'a party with trailing bits',
      ['parties', 0, 'party'],
      `${EXPORTER.id.slice(0, 42)}B`,
      'RECEIPT_MALFORMED',
    ],
    [
      'a party’s statement as a stub',
      ['parties', 0, 'statements', 0],
      { payload: '', disclosures: [] },
      'ENVELOPE_INVALID',
    ],
    ['a statement that is text', ['statements', 0], 'a.b.c', 'RECEIPT_MALFORMED'],
    ['a statement that is null', ['statements', 0], null, 'RECEIPT_MALFORMED'],
    [
      'a statement with neither signatures nor disclosures',
      ['statements', 0],
      { payload: '' },
      'ENVELOPE_INVALID',
    ],
    [
      'a stub with a member more',
      ['statements', 0],
      { payload: '', disclosures: [], x: 1 },
      'ENVELOPE_INVALID',
    ],
    ['signatures that are null', ['statements', 0, 'signatures'], null, 'ENVELOPE_INVALID'],
  ])('%s is refused', (_, path, value, code) => {
    expect(codeOf(() => parseBundle(edited(path, value)))).toBe(code)
  })

  test.each(Object.keys(BUNDLE))('a bundle without %s is refused', (name) => {
    expect(codeOf(() => parseBundle(edited([name])))).toBe('RECEIPT_MALFORMED')
  })

  test.each<[string, Json]>([
    ['null', null],
    ['a list', []],
    ['text', 'waybill-bundle/1'],
    ['an empty object', {}],
    ['an object with the format alone', { format: BUNDLE_FORMAT }],
    ['a receipt', RECEIPT],
  ])('%s is no bundle', (_, value) => {
    expect(codeOf(() => parseBundle(value))).toBe('RECEIPT_MALFORMED')
  })

  test('what is refused is not repeated', () => {
    const error = refusalOf(() =>
      parseBundle(edited(['parties', 0, 'party'], 'https://evil.example/')),
    )

    expect(JSON.stringify([error.message, error.details])).not.toContain('evil')
  })
})

describe('what a later version wrote', () => {
  const { payload, signatures } = envelopeJson(WORLD.transfer) as {
    readonly payload: string
    readonly signatures: readonly JsonObject[]
  }
  const header = toBase64url(
    utf8Encode(
      encodeJcs({
        alg: 'ML-DSA-44',
        iat: 1,
        kid: EXPORTER.kid,
        role: 'exporter',
        typ: 'waybill+sd-jwt',
      }),
    ),
  )
  const otherAlgorithm = { payload, signatures: [{ ...signatures[0], protected: header }] }
  const batch = {
    batch: { anything: [1, null] },
    disclosures: [...WORLD.transfer.disclosures],
    payload,
  }

  test.each<[string, JsonObject, string]>([
    ['an algorithm', otherAlgorithm, 'SIGNATURE_ALG_UNKNOWN'],
    ['a form', batch, 'ENVELOPE_FORM_UNKNOWN'],
  ])('%s is kept as it came, read as a stub, and written back', (_, json, code) => {
    const item = parseStatementEvidence(json)

    expect(item).toEqual({
      form: 'stub',
      envelope: { ...WORLD.transfer, signatures: [] },
      unread: { code, json },
    })
    const bundle = bundleJson({ ...FULL, statements: [item] })
    expect(bundle['statements']).toEqual([json])
    expect(parseBundle(bundle).statements).toEqual([item])
  })

  test.each<[string, Json]>([
    ['without a payload', { batch: {}, disclosures: [] }],
    ['with disclosures that are no list', { ...batch, disclosures: {} }],
    ['with a payload that is no text', { ...batch, payload: 1 }],
  ])('a batch member %s is damage', (_, json) => {
    expect(codeOf(() => parseStatementEvidence(json))).toMatch(
      /^(ENVELOPE_INVALID|RECEIPT_MALFORMED)$/,
    )
  })

  test('in a party’s list it makes the list unread, and the list comes back whole', () => {
    const list: readonly Json[] = [envelopeJson(WORLD.collection), batch]
    const item = parsePartyEvidence({ party: EXPORTER.id, statements: list })

    expect(item).toEqual({
      party: EXPORTER.id,
      statements: [],
      unread: { code: 'ENVELOPE_FORM_UNKNOWN', json: list },
    })
    const bundle = bundleJson({ ...FULL, parties: [item] })
    expect(parseBundle(bundle).parties).toEqual([item])
  })
})
