/** Receipts: to JSON and back, read by other tools, and every way to spoil one. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64, toBase64 } from '../../ledger/core/bytes.js'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { type Crypto, portableCrypto } from '../../ledger/core/ed25519.js'
import { entryLeaf } from '../../ledger/core/entry.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { encodeJcs, type Json, type JsonObject, parseJson } from '../../ledger/core/json.js'
import { parsePolicy } from '../../ledger/core/policy.js'
import { rootFromInclusionProof } from '../../ledger/core/proof.js'
import {
  parseEvidence,
  parseReceipt,
  RECEIPT_FORMAT,
  receiptJson,
} from '../../ledger/core/receipt.js'
import { parseTlogProof } from '../../ledger/core/tlog-proof.js'
import { codeOf, runs, type Vector, vectorsIn } from './support/outcomes.js'
import { EXPORTER, OPERATOR, testKey } from './support/parties.js'
import { collectionDraft, idOf, keyDraft, signed } from './support/statements.js'
import { FAST, TinyLog } from './support/tiny-log.js'
import { judge, said, startWorld } from './support/world.js'

type Place = readonly (string | number)[]
type Fixed = Vector<{ readonly policy: string; readonly receipt: Json }> & {
  readonly findings: readonly string[]
}

const VECTORS = vectorsIn('receipt') as unknown as readonly Fixed[]
const WORLD = await startWorld()
const { log } = WORLD
const RECEIPT = receiptJson(await log.evidence([WORLD.transfer]))
const TEXT = encodeJcs(RECEIPT)

/** What reading and judging a receipt comes to: a code, or the report in a line. */
function outcome(value: Json, crypto: Crypto = FAST): string {
  const code = codeOf(() => parseReceipt(value))
  return code === 'OK' ? said(judge(parseReceipt(value), log.policy, crypto)) : code
}

function edited(place: Place, value?: Json, from: Json = RECEIPT): Json {
  const copy = structuredClone(from) as unknown as Record<string | number, unknown>
  let at = copy
  for (const step of place.slice(0, -1)) at = at[step] as Record<string | number, unknown>
  const last = place.at(-1) ?? ''
  if (value !== undefined) at[last] = value
  else if (Array.isArray(at)) at.splice(Number(last), 1)
  else delete at[last]
  return copy as unknown as Json
}

/** What a receipt says, less what is free: the order of its lists' sets, and whether parties show their names. */
function content(value: Json): string {
  const receipt = value as { readonly [name: string]: Json }
  const registry = (receipt['registry'] as readonly JsonObject[]).map((item) => ({
    ...item,
    statements: (item['statements'] as readonly JsonObject[]).map((statement) => ({
      ...statement,
      signatures: (statement['signatures'] as readonly JsonObject[]).map(
        ({ header: _, ...rest }) => rest,
      ),
    })),
  }))
  const parsed = parseReceipt(value).statements[0]
  const disclosures = [...(parsed?.envelope.disclosures ?? [])].sort()
  const { statement: _, ...others } = receipt
  const signatures =
    parsed?.envelope.signatures.map((item) => [item.protected, item.signature]) ?? []
  return encodeJcs({
    ...others,
    registry: registry.map((item) => encodeJcs(item)).sort(),
    disclosures,
    payload: parsed?.envelope.payload ?? '',
    signatures,
  })
}

describe('a receipt', () => {
  const everything = Array.from(
    { length: log.size },
    (_, index) => [index, log.envelope(index)] as const,
  )

  test.each(everything)(
    'of entry %i comes back from its JSON as it was',
    async (index, envelope) => {
      const evidence = await log.evidence([envelope])
      const json = receiptJson(evidence)
      const statements = evidence.statements.map((item) => ({ ...item, index }))

      expect(parseReceipt(parseJson(encodeJcs(json)))).toEqual({ ...evidence, statements })
      expect(parseEvidence(json)).toEqual({ ...evidence, statements })
      expect(receiptJson(parseReceipt(json))).toEqual(json)
      expect(outcome(json)).toBe('VERIFIED')
      expect(outcome(json, portableCrypto)).toBe('VERIFIED')
    },
  )

  test('of a log with one entry, where own, first and last are one', async () => {
    const own = await TinyLog.start()
    const json = receiptJson(await own.evidence([own.envelope(0)]))

    expect(said(judge(parseReceipt(json), own.policy))).toBe('VERIFIED')
  })

  test('is about one statement', async () => {
    const two = await log.evidence([WORLD.transfer, WORLD.collection])

    expect(() => receiptJson(two)).toThrow('one statement')
  })

  test('carries a proof that other tools read: index, path and checkpoint lead to the signed root', () => {
    const proof = parseTlogProof(RECEIPT['proof'] as string)
    const { checkpoint } = openCheckpoint(proof.checkpoint, log.policy, FAST)
    const leaf = entryLeaf(fromBase64(RECEIPT['entry'] as string))

    expect(rootFromInclusionProof(leaf, proof.index, checkpoint.size, proof.path)).toEqual(
      checkpoint.root,
    )
  })
})

describe('receipt vectors', () => {
  test('there are some that verify and more that do not', () => {
    expect(
      VECTORS.filter(({ expect: verdict }) => verdict === 'VERIFIED').length,
    ).toBeGreaterThanOrEqual(2)
    expect(VECTORS.length).toBeGreaterThanOrEqual(14)
  })

  test.each(VECTORS)('$name: $expect', ({ input, expect: verdict, findings }) => {
    const policy = parsePolicy(input.policy)
    const code = codeOf(() => parseReceipt(input.receipt))
    if (code !== 'OK') {
      expect(code).toBe(verdict)
      return
    }
    for (const crypto of [FAST, portableCrypto]) {
      const report = judge(parseReceipt(input.receipt), policy, crypto)
      const words = report.findings.map((finding) => `${finding.severity} ${finding.code}`)

      expect(report.verdict).toBe(verdict)
      expect([...new Set(words)].sort()).toEqual(findings)
    }
  })
})

describe('form', () => {
  test.each<[string, Place, Json | undefined, string]>([
    ['another format', ['format'], 'waybill-receipt/2', 'RECEIPT_MALFORMED'],
    ['a member more', ['note'], 'x', 'RECEIPT_MALFORMED'],
    ['a proof that is no text', ['proof'], 1, 'RECEIPT_MALFORMED'],
    ['a proof of another kind', ['proof'], 'x', 'PROOF_MALFORMED'],
    ['an entry of 142 bytes', ['entry'], toBase64(new Uint8Array(142)), 'ENTRY_MALFORMED'],
    [
      'a last entry of another layout',
      ['head', 'entry'],
      toBase64(new Uint8Array(143)),
      'ENTRY_MALFORMED',
    ],
    ['an entry that is no text', ['entry'], null, 'RECEIPT_MALFORMED'],
    ['a first entry that is no object', ['genesis'], null, 'RECEIPT_MALFORMED'],
    ['a registry that is no list', ['registry'], {}, 'RECEIPT_MALFORMED'],
    ['a party with a member more', ['registry', 0, 'note'], 1, 'RECEIPT_MALFORMED'],
    ['a negative count', ['registry', 0, 'count'], -1, 'RECEIPT_MALFORMED'],
    ['a count with a fraction', ['registry', 0, 'count'], 0.5, 'RECEIPT_MALFORMED'],
    ['a count as text', ['registry', 0, 'count'], '1', 'RECEIPT_MALFORMED'],
    ['a party that is no thumbprint', ['registry', 0, 'party'], '<b>', 'RECEIPT_MALFORMED'],
    ['a statement that is null', ['statement'], null, 'RECEIPT_MALFORMED'],
  ])('%s is refused', (_, place, value, code) => {
    expect(outcome(edited(place, value))).toBe(code)
  })

  test.each(Object.keys(RECEIPT))('a receipt without %s is refused', (name) => {
    expect(outcome(edited([name]))).toBe('RECEIPT_MALFORMED')
  })

  test.each<[string, Json]>([
    ['null', null],
    ['a list', []],
    ['text', RECEIPT_FORMAT],
    ['an empty object', {}],
  ])('%s is neither a receipt nor a bundle', (_, value) => {
    expect(codeOf(() => parseEvidence(value))).toBe('RECEIPT_MALFORMED')
  })
})

describe('nothing in a receipt goes unread', async () => {
  const last = receiptJson(await log.evidence([WORLD.report]))
  const zeros = toBase64(new Uint8Array(32))
  const extra = (RECEIPT['proof'] as string).replace('\nindex', '\nextra AAAA\nindex')

  test.each<[string, Json]>([
    [
      'the path of the proof, where the entry is the last one',
      edited(['proof'], (last['proof'] as string).replace(/(index 7\n)[^\n]+/, `$1${zeros}`), last),
    ],
    [
      'the path of the last entry, where it is the receipt’s own',
      edited(['head', 'path', 0], zeros, last),
    ],
    [
      'the last entry itself, where it is the receipt’s own',
      edited(['head', 'entry'], RECEIPT['entry'], last),
    ],
    [
      'a party’s path, where the root has not changed since',
      edited(['registry', 0, 'path', 0], zeros),
    ],
    [
      'a party’s path at the last entry, where the root has not changed since',
      edited(['registry', 0, 'head_path', 0], zeros),
    ],
    ['a count, where the root has not changed since', edited(['registry', 0, 'count'], 2)],
    ['extra data in the proof', edited(['proof'], extra)],
  ])('%s', (_, receipt) => {
    expect(outcome(receipt)).toMatch(/^(FAILED|RECEIPT_MALFORMED)/)
  })
})

describe('one receipt’s parts in another', async () => {
  const other = receiptJson(await log.evidence([WORLD.collection]))
  const fork = await startWorld()
  fork.log.append(await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), { registrar: OPERATOR }))
  const forked = receiptJson(await fork.log.evidence([fork.transfer]))
  const foreignWorld = await startWorld(await TinyLog.start('other.example/log'))
  const foreign = receiptJson(await foreignWorld.log.evidence([foreignWorld.transfer]))
  const names = ['entry', 'genesis', 'head', 'proof', 'registry', 'statement']
  const mixes = names.flatMap((name) => [
    [name, 'of another statement', other] as const,
    [name, 'of another history', forked] as const,
    [name, 'of another ledger', foreign] as const,
  ])

  test.each(mixes)('%s %s', (name, _, source) => {
    const mixed = edited([name], source[name])
    // Entry 0, the last entry and the registrar's list are the same in both receipts of one log.
    const shared = source === other && ['genesis', 'head'].includes(name)

    if (shared) expect(mixed).toEqual(RECEIPT)
    else expect(outcome(mixed)).not.toMatch(/^VERIFIED/)
  })

  test('a statement in the place of another is wrong, not missing', () => {
    expect(outcome(edited(['statement'], other['statement']))).toBe('FAILED: failed ENTRY_MISMATCH')
  })
})

describe('a key history', async () => {
  const SECOND = testKey('second key of the exporter')
  const own = await TinyLog.start()
  const enrolled = await startWorld(own)
  own.append(
    await signed(keyDraft(EXPORTER, SECOND, 'add'), {
      holder: EXPORTER,
      subject: SECOND,
      registrar: OPERATOR,
    }),
  )
  const rides: Envelope = await signed(collectionDraft(EXPORTER, ['rides']), { collector: SECOND })
  own.append(rides)
  own.append(await signed(keyDraft(EXPORTER, SECOND, 'revoke'), { registrar: OPERATOR }))
  const after: Envelope = await signed(collectionDraft(EXPORTER, ['rides']), { collector: SECOND })
  own.append(after)
  const receipt = receiptJson(await own.evidence([rides]))
  const late = receiptJson(await own.evidence([after]))
  const at = (receipt['registry'] as readonly JsonObject[]).findIndex(
    (item) => item['party'] === EXPORTER.id,
  )

  function list(from: JsonObject): readonly Json[] {
    return ((from['registry'] as readonly JsonObject[])[at] as JsonObject)[
      'statements'
    ] as readonly Json[]
  }

  function saidOf(value: Json): string {
    const code = codeOf(() => parseReceipt(value))
    return code === 'OK' ? said(judge(parseReceipt(value), own.policy)) : code
  }

  test('before the revocation the statement stands, after it none does', () => {
    expect(saidOf(receipt)).toBe('VERIFIED')
    expect(saidOf(late)).toBe('FAILED: failed KEY_NOT_ACTIVE')
    expect(enrolled.log).toBe(own)
  })

  test.each<[string, (statements: readonly Json[]) => readonly Json[]]>([
    ['with the revocation left out', (statements) => statements.slice(0, -1)],
    ['with the addition left out', (statements) => statements.toSpliced(1, 1)],
    ['with the enrolment left out', (statements) => statements.slice(1)],
    ['with nothing in it', () => []],
    ['with two exchanged', ([a, b, c]) => [a ?? null, c ?? null, b ?? null]],
    ['with the first two exchanged', ([a, b, c]) => [b ?? null, a ?? null, c ?? null]],
    ['with one twice', (statements) => [...statements, ...statements.slice(-1)]],
    [
      'with a foreign statement added',
      (statements) => [...statements, receipt['statement'] ?? null],
    ],
  ])('%s is refused, whatever the count says', (_, change) => {
    for (const from of [receipt, late]) {
      for (let count = 0; count <= 4; count += 1) {
        const changed = edited(['registry', at, 'statements'], change(list(from)), from)
        const counted = edited(['registry', at, 'count'], count, changed)

        expect(saidOf(counted)).not.toMatch(/^VERIFIED/)
      }
    }
  })
})

describe('laws', () => {
  test('a receipt with any one character changed is never verified with other content', () => {
    const before = content(RECEIPT)
    fc.assert(
      fc.property(
        fc.nat(TEXT.length - 1),
        fc.constantFrom(...'AQgwBCDabz019-_+/={}[]",:\\n é'),
        (place, character) => {
          const changed = TEXT.slice(0, place) + character + TEXT.slice(place + 1)
          if (codeOf(() => parseJson(changed)) !== 'OK') return
          const value = parseJson(changed)
          if (outcome(value).startsWith('VERIFIED')) expect(content(value)).toBe(before)
        },
      ),
      { numRuns: runs(800) },
    )
  })

  test('a receipt with any part removed, doubled or exchanged is never verified with other content', () => {
    const before = content(RECEIPT)
    const places = placesIn(RECEIPT)
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.constantFrom(...places),
        fc.nat(2),
        (one, two, kind) => {
          const changed = rearranged(one, two, kind)
          if (outcome(changed).startsWith('VERIFIED')) expect(content(changed)).toBe(before)
        },
      ),
      { numRuns: runs(400) },
    )
  })

  /** Removes the value at a place, puts it in again behind itself, or puts another value there. */
  function rearranged(one: Place, two: Place, kind: number): Json {
    if (kind === 0) return edited(one)
    const value = valueAt(RECEIPT, kind === 1 ? one : two)
    const last = one.at(-1)
    if (kind === 2 || typeof last !== 'number') return edited(one, value)
    const list = valueAt(RECEIPT, one.slice(0, -1)) as readonly Json[]
    return edited(one.slice(0, -1), list.toSpliced(last, 0, value))
  }
})

/** Every place in a value, the value itself not counted. */
function placesIn(value: Json, at: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  const steps: readonly (string | number)[] = Array.isArray(value)
    ? [...value.keys()]
    : Object.keys(value)
  return steps.flatMap((step) => {
    const inner = (value as { readonly [step: string | number]: Json })[step] ?? null
    return [[...at, step], ...placesIn(inner, [...at, step])]
  })
}

function valueAt(value: Json, place: Place): Json {
  return place.reduce<Json>(
    (inner, step) => (inner as { readonly [step: string | number]: Json })[step] ?? null,
    value,
  )
}

test('the receipt of these tests is about the transfer', () => {
  expect(parseReceipt(RECEIPT).statements[0]?.envelope).toEqual(WORLD.transfer)
  expect(idOf(WORLD.transfer)).toMatch(/^[0-9a-f]{64}$/)
})
