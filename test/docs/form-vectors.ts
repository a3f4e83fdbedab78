/**
 * Vectors of form: encodings, strict JSON, payloads, disclosures, envelopes, entries. One table for
 * each file of test/vectors/format; what is expected is written here by hand and never computed.
 */
import { buildStatement } from '../../ledger/core/build.js'
import { toBase64url, toHex, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { disclosureDigest } from '../../ledger/core/disclosure.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import { encodeJcs, type Json, type JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import {
  draftOf,
  type Example,
  exampleDigest,
  exampleRandom,
  KEYS,
  NOON,
  ORIGIN,
  statement,
} from './worked-example.js'

export type Case = { readonly name: string; readonly description: string } & JsonObject
type Members = Readonly<Record<string, Json | undefined>>

const OK = 'OK'

type TextRow = readonly [
  name: string,
  text: string,
  read: string,
  signed: string,
  description: string,
]
/** A path into a good value, and what to put there; undefined leaves the member out. */
type EditRow = readonly [
  name: string,
  path: readonly (string | number)[],
  to: Json | undefined,
  description: string,
  expect?: string,
]
type MemberRow = readonly [
  base: JsonObject,
  name: string,
  member: string,
  to: Json | undefined,
  expect: string,
  description: string,
]

function row(name: string, description: string, rest: JsonObject): Case {
  return { name, description, ...rest }
}

/** `path` from the root of an object; without a value the member is left out. */
function edited(value: Json, path: readonly (string | number)[], to?: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return to ?? null
  if (Array.isArray(value)) {
    const items = [...(value as readonly Json[])]
    if (rest.length === 0 && to === undefined) items.splice(Number(step), 1)
    else items[Number(step)] = edited(items[Number(step)] ?? null, rest, to)
    return items
  }
  const { [step]: old = null, ...others } = value as JsonObject
  if (rest.length === 0 && to === undefined) return others
  return { ...others, [step]: edited(old, rest, to) }
}

export function encodingCases(): readonly Case[] {
  const good = (encoding: string, text: string, hex: string) =>
    row(`${encoding}-${hex === '' ? 'empty' : hex}`, 'The only spelling of these bytes.', {
      encoding,
      text,
      expect: OK,
      hex,
    })
  const bad = (encoding: string, name: string, text: string, description: string) =>
    row(`${encoding}-${name}`, description, { encoding, text, expect: 'ENCODING_INVALID' })
  return [
    good('hex', '', ''),
    good('hex', '00ff', '00ff'),
    bad('hex', 'upper-case', '00FF', 'Upper case.'),
    bad('hex', 'odd', '00f', 'Half a byte.'),
    bad('hex', 'prefix', '0x00', 'With 0x in front.'),
    bad('hex', 'space', '0 0f', 'With a space.'),
    good('base64', '', ''),
    good('base64', 'AA==', '00'),
    good('base64', 'AAE=', '0001'),
    good('base64', '+/8=', 'fbff'),
    bad('base64', 'no-padding', 'AA', 'Padding left out.'),
    bad('base64', 'trailing-bits', 'AB==', 'A bit behind the last byte is set.'),
    bad('base64', 'trailing-bits-of-three', 'AAF=', 'A bit behind the second byte is set.'),
    bad('base64', 'url-alphabet', '-_8=', 'The other alphabet.'),
    bad('base64', 'newline', 'AA==\n', 'A newline after it.'),
    bad('base64', 'too-much-padding', 'AA====', 'Padding for nothing.'),
    bad('base64', 'padding-alone', '====', 'Padding and nothing else.'),
    good('base64url', '', ''),
    good('base64url', 'AA', '00'),
    good('base64url', 'AAE', '0001'),
    good('base64url', '-_8', 'fbff'),
    bad('base64url', 'padded', 'AA==', 'With padding.'),
    bad('base64url', 'trailing-bits', 'AB', 'A bit behind the last byte is set.'),
    bad('base64url', 'trailing-bits-of-three', 'AAF', 'A bit behind the second byte is set.'),
    bad('base64url', 'impossible-length', 'A', 'Six bits are no byte.'),
    bad('base64url', 'standard-alphabet', '+_8', 'The other alphabet.'),
  ]
}

/** What reading gives, and what reading as signed bytes gives. */
export function strictJsonCases(): readonly Case[] {
  const text = (...[name, source, read, signed, description]: TextRow) =>
    row(name, description, { text: source, read, signed })
  const bytes = (name: string, hex: string, code: string, description: string) =>
    row(name, description, { hex, read: code, signed: code })
  const spelled = 'JSON_NOT_CANONICAL'
  const broken = 'JSON_INVALID'
  return [
    text('canonical', '{"a":1,"b":[true,null,"x"]}', OK, OK, 'In JCS form.'),
    text('white-space', '{"a": 1}', OK, spelled, 'A space.'),
    text('newline-after', '{}\n', OK, spelled, 'A newline after the value.'),
    text('names-unsorted', '{"b":1,"a":2}', OK, spelled, 'Names out of order.'),
    text(
      'names-by-utf-16',
      '{"\u{1f600}":1,"\ufb01":2}',
      OK,
      OK,
      'U+1F600 is D83D DE00 in UTF-16 and comes before U+FB01.',
    ),
    text(
      'names-by-code-point',
      '{"\ufb01":2,"\u{1f600}":1}',
      OK,
      spelled,
      'Sorted by code point, which is not JCS.',
    ),
    text('names-like-numbers', '{"10":1,"9":2}', OK, OK, 'Names are sorted as text.'),
    text('name-twice', '{"a":1,"a":1}', broken, spelled, 'A name twice.'),
    text(
      'name-twice-escaped',
      '{"a":1,"\\u0061":2}',
      broken,
      spelled,
      'A name twice, once with an escape.',
    ),
    text(
      'name-proto',
      '{"__proto__":1}',
      OK,
      OK,
      'A name that JavaScript knows is a name like others.',
    ),
    text(
      'name-proto-twice',
      '{"__proto__":1,"__proto__":2}',
      broken,
      spelled,
      'Such a name twice.',
    ),
    text('fraction', '[1.5]', OK, spelled, 'No fractions in signed bytes.'),
    text('integer-as-fraction', '[1.0]', OK, spelled, 'An integer has one spelling.'),
    text('exponent', '[1e2]', OK, spelled, 'No exponents.'),
    text('minus-zero', '[-0]', OK, spelled, 'Zero has no sign.'),
    text(
      'largest-integer',
      '[9007199254740991,-9007199254740991]',
      OK,
      OK,
      'Plus and minus 2^53 - 1.',
    ),
    text('integer-too-large', '[9007199254740992]', OK, spelled, '2^53.'),
    text('leading-zero', '[01]', broken, broken, 'Not JSON.'),
    text('escape-needed', '["\\"\\\\\\b\\t\\n\\f\\r\\u001f"]', OK, OK, 'The escapes of JCS.'),
    text('escape-needless', '["\\u0041"]', OK, spelled, 'A letter as an escape.'),
    text('escape-of-slash', '["\\/"]', OK, spelled, 'A slash needs no escape.'),
    text('escape-upper-case', '["\\u001F"]', OK, spelled, 'Hex digits of escapes are lower-case.'),
    text('escape-long', '["\\u000a"]', OK, spelled, 'A newline has a short escape.'),
    text('line-separator', '["\u2028\u007f"]', OK, OK, 'U+2028 and U+007F stand for themselves.'),
    text(
      'surrogate-pair-escaped',
      '["\\ud83d\\ude00"]',
      OK,
      spelled,
      'A pair stands for a character.',
    ),
    text('surrogate-alone', '["\\ud83d"]', broken, broken, 'Half of a pair.'),
    text('surrogate-alone-in-name', '{"\\ude00":1}', broken, broken, 'Half of a pair in a name.'),
    text('control-character', '["\n"]', broken, broken, 'A raw newline in a string.'),
    text('comma-after', '[1,]', broken, broken, 'A comma before the end.'),
    text('two-values', '{} {}', broken, broken, 'A second value.'),
    text('empty', '', broken, broken, 'Nothing.'),
    text('not-a-number', '[NaN]', broken, broken, 'NaN is not JSON.'),
    text('depth-32', '['.repeat(32) + ']'.repeat(32), OK, OK, '32 levels.'),
    text('depth-33', '['.repeat(33) + ']'.repeat(33), broken, broken, '33 levels.'),
    text('byte-order-mark', '\ufeff{}', broken, broken, 'A byte order mark in front.'),
    bytes('utf-8-overlong', '5b22c1a1225d', 'UTF8_INVALID', 'A letter in two bytes.'),
    bytes('utf-8-surrogate', '5b22eda0bd225d', 'UTF8_INVALID', 'Half of a pair in UTF-8.'),
    bytes('utf-8-cut', '5b22c3', 'UTF8_INVALID', 'Half of a character.'),
  ]
}

const REFUSAL_ABOUT = exampleDigest('a proposal') as StatementId

function refusalPayload(): JsonObject {
  const built = buildStatement(
    draftOf({ type: 'refusal/1', about: REFUSAL_ABOUT, claims: { reason: { code: 'withdrawn' } } }),
    exampleRandom('refusal'),
  )
  return JSON.parse(utf8Decode(built.payloadBytes)) as JsonObject
}

function payloadOf(example: Example, name: keyof Example['ids']): JsonObject {
  const { envelope } = example.log.entryOf(example.ids[name])
  return JSON.parse(utf8Decode(envelope.payloadBytes)) as JsonObject
}

function payloadRow(name: string, value: Json | string, expect: string, description: string): Case {
  const payload = typeof value === 'string' ? value : encodeJcs(value)
  return row(name, description, { payload, expect })
}

const INVALID = 'PAYLOAD_INVALID'

function commonPayloadCases(): readonly Case[] {
  const base = refusalPayload()
  const bad = (...[name, path, to, description, code = INVALID]: EditRow) =>
    payloadRow(name, edited(base, path, to), code, description)
  const digest = (base['claims'] as JsonObject)['ext'] as readonly Json[]
  return [
    payloadRow('refusal', base, OK, 'A good payload.'),
    bad('v-2', ['v'], 2, 'Another version: unknown, not wrong.', 'STATEMENT_VERSION_UNKNOWN'),
    bad('v-text', ['v'], '1', 'The version is a number.', 'STATEMENT_VERSION_UNKNOWN'),
    bad('v-missing', ['v'], undefined, 'No version.', 'STATEMENT_VERSION_UNKNOWN'),
    bad(
      'type-later',
      ['type'],
      'refusal/2',
      'A later schema is another type: unknown, not wrong.',
      'STATEMENT_TYPE_UNKNOWN',
    ),
    bad('type-missing', ['type'], undefined, 'No type.', 'STATEMENT_TYPE_UNKNOWN'),
    bad('member-unknown', ['note'], 'x', 'A member that is not in the table.'),
    bad('member-sd', ['_sd'], [], 'No `_sd`: digests stand in their claims.'),
    bad('sd-alg-other', ['_sd_alg'], 'sha-512', 'SHA-256 and nothing else.'),
    bad(
      'sd-alg-missing',
      ['_sd_alg'],
      undefined,
      'Named even though it is the default of RFC 9901.',
    ),
    bad('aud-text', ['aud'], ORIGIN, 'An array, even for one.'),
    bad('aud-two', ['aud'], [ORIGIN, 'other.example/log'], 'Two ledgers.'),
    bad('aud-none', ['aud'], [], 'No ledger.'),
    bad('aud-space', ['aud'], ['example.com/way bill'], 'No space in an origin.'),
    bad('aud-plus', ['aud'], ['example.com/a+b'], 'No plus sign in an origin.'),
    bad('aud-non-ascii', ['aud'], ['bücher.example/log'], 'Printable ASCII only.'),
    payloadRow('aud-255', edited(base, ['aud'], ['a'.repeat(255)]), OK, 'The longest origin.'),
    bad('aud-256', ['aud'], ['a'.repeat(256)], 'One character longer.'),
    bad('iat-missing', ['iat'], undefined, 'No time.'),
    bad('iat-negative', ['iat'], -1, 'Before 1970.'),
    bad('iat-text', ['iat'], '1795348800', 'A number, not text.'),
    payloadRow(
      'iat-fraction',
      encodeJcs(base).replace(`"iat":${NOON}`, `"iat":${NOON}.5`),
      'JSON_NOT_CANONICAL',
      'Whole seconds.',
    ),
    bad('nonce-15-bytes', ['nonce'], 'AAAAAAAAAAAAAAAAAAAA', '15 bytes.'),
    bad('nonce-padded', ['nonce'], 'AAAAAAAAAAAAAAAAAAAAAA==', 'No padding.'),
    bad(
      'nonce-trailing-bits',
      ['nonce'],
      'AAAAAAAAAAAAAAAAAAAAAB',
      'A bit behind the last byte is set.',
    ),
    bad('countersign-by-for-one-role', ['countersign_by'], NOON + 1, 'One role signs this type.'),
    bad(
      'parents-of-refusal',
      ['parents'],
      [{ id: REFUSAL_ABOUT, n: 0 }],
      'This type has no parents.',
    ),
    bad('supersedes-of-refusal', ['supersedes'], REFUSAL_ABOUT, 'This type supersedes nothing.'),
    bad('about-missing', ['about'], undefined, 'What is refused?'),
    bad('about-upper-case', ['about'], REFUSAL_ABOUT.toUpperCase(), 'Ids are lower-case.'),
    bad('about-short', ['about'], REFUSAL_ABOUT.slice(0, 63), 'An id has 64 digits.'),
    bad('claim-missing', ['claims', 'ext'], undefined, 'Every claim of the schema is there.'),
    bad('claim-of-another-type', ['claims', 'name'], digest, 'Only the claims of the schema.'),
    bad('claim-renamed', ['claims'], { Reason: digest, ext: digest }, 'Names are case-sensitive.'),
    bad('claim-in-clear', ['claims', 'ext'], [null], 'A value instead of a placeholder.'),
    bad('claim-not-array', ['claims', 'ext'], digest[0] ?? null, 'A placeholder outside an array.'),
    bad('claim-without-placeholder', ['claims', 'ext'], [], 'An empty array.'),
    bad(
      'claim-scalar-twice',
      ['claims', 'ext'],
      [...digest, { '...': toBase64url(new Uint8Array(32)) }],
      'Two placeholders in a scalar claim.',
    ),
    bad('placeholder-with-more', ['claims', 'ext', 0, 'x'], 1, 'Exactly one member.'),
    bad(
      'placeholder-short',
      ['claims', 'ext', 0, '...'],
      toBase64url(new Uint8Array(31)),
      '31 bytes.',
    ),
    bad(
      'placeholder-trailing-bits',
      ['claims', 'ext', 0, '...'],
      `${'A'.repeat(42)}B`,
      'A bit behind the last byte is set.',
    ),
    bad('digest-twice', ['claims', 'reason'], digest, 'One digest in two claims.'),
    payloadRow('not-an-object', [base], INVALID, 'An array around it.'),
    payloadRow('white-space', `${encodeJcs(base)}\n`, 'JSON_NOT_CANONICAL', 'A newline after it.'),
    payloadRow('too-deep', edited(base, ['about'], nested(16)), 'JSON_INVALID', '17 levels.'),
  ]
}

function extrasPayloadCases(example: Example): readonly Case[] {
  const transfer = payloadOf(example, 'transfer')
  const outcome = payloadOf(example, 'outcome')
  const [parent] = transfer['parents'] as readonly JsonObject[]
  const parents = (count: number) => Array.from({ length: count }, (_, n) => ({ ...parent, n }))
  const of = (...[base, name, member, to, expect, description]: MemberRow) =>
    payloadRow(name, edited(base, [member], to), expect, description)
  return [
    payloadRow('transfer', transfer, OK, 'A good payload of two sides with a parent.'),
    payloadRow('outcome', outcome, OK, 'A good payload of one side.'),
    payloadRow('key', payloadOf(example, 'addKey'), OK, 'A good payload of three roles.'),
    of(
      transfer,
      'countersign-by-missing',
      'countersign_by',
      undefined,
      INVALID,
      'Two roles sign this type.',
    ),
    of(transfer, 'countersign-by-at-iat', 'countersign_by', NOON, OK, 'The shortest deadline.'),
    of(
      transfer,
      'countersign-by-before-iat',
      'countersign_by',
      NOON - 1,
      INVALID,
      'Lapsed when it was made.',
    ),
    of(
      transfer,
      'countersign-by-90-days',
      'countersign_by',
      NOON + 7_776_000,
      OK,
      'The longest deadline.',
    ),
    of(
      transfer,
      'countersign-by-over-90-days',
      'countersign_by',
      NOON + 7_776_001,
      INVALID,
      'A second longer.',
    ),
    of(outcome, 'parents-missing', 'parents', undefined, INVALID, 'This type has parents.'),
    of(outcome, 'parents-empty', 'parents', [], INVALID, 'At least one.'),
    of(
      outcome,
      'parents-256',
      'parents',
      parents(256),
      OK,
      'The most parents; several datasets of one statement.',
    ),
    of(outcome, 'parents-257', 'parents', parents(257), INVALID, 'One more.'),
    of(
      outcome,
      'parents-repeated',
      'parents',
      [parent ?? null, parent ?? null],
      INVALID,
      'A parent twice.',
    ),
    of(
      outcome,
      'parents-origin',
      'parents',
      [{ ...parent, origin: 'other.example/log' }],
      INVALID,
      'A parent in another ledger is reserved.',
    ),
    of(
      outcome,
      'parents-number-negative',
      'parents',
      [{ ...parent, n: -1 }],
      INVALID,
      'Numbers begin at 0.',
    ),
    of(
      outcome,
      'parents-number-missing',
      'parents',
      [{ id: parent?.['id'] ?? null }],
      INVALID,
      'Which dataset?',
    ),
    of(
      outcome,
      'about-of-outcome',
      'about',
      REFUSAL_ABOUT,
      INVALID,
      'This type is about nothing else.',
    ),
    of(
      outcome,
      'supersedes-of-outcome',
      'supersedes',
      REFUSAL_ABOUT,
      INVALID,
      'This type supersedes nothing.',
    ),
    of(transfer, 'supersedes', 'supersedes', REFUSAL_ABOUT, OK, 'A correction.'),
    of(transfer, 'supersedes-malformed', 'supersedes', 'x', INVALID, 'Not an id.'),
  ]
}

export function payloadCases(example: Example): readonly Case[] {
  return [...commonPayloadCases(), ...extrasPayloadCases(example)]
}

function nested(levels: number): Json {
  let value: Json = []
  for (let level = 1; level < levels; level += 1) value = [value]
  return value
}

const SALTS = ['AAAAAAAAAAAAAAAAAAAAAA', 'AQEBAQEBAQEBAQEBAQEBAQ'] as const

/** A refusal whose two claims are opened by these texts, whatever they are: the digests fit. */
function payloadOpenedBy(reason: string, ext: string): string {
  const base = refusalPayload()
  const place = (text: string): Json => [{ '...': disclosureDigest(text) }]
  return encodeJcs({ ...base, claims: { ext: place(ext), reason: place(reason) } })
}

function opening(json: string): string {
  return toBase64url(utf8Encode(json))
}

export function disclosureCases(): readonly Case[] {
  const reason = opening(`["${SALTS[0]}",{"code":"withdrawn"}]`)
  const ext = opening(`["${SALTS[1]}",null]`)
  const payload = payloadOpenedBy(reason, ext)
  const shown = (
    name: string,
    disclosures: readonly string[],
    values: Members,
    description: string,
  ) =>
    row(name, description, {
      payload,
      disclosures: [...disclosures],
      expect: OK,
      values: values as JsonObject,
      withheld: ['ext', 'reason'].filter((claim) => !(claim in values)),
    })
  const refused = (
    name: string,
    disclosures: readonly string[],
    expect: string,
    description: string,
  ) => row(name, description, { payload, disclosures: [...disclosures], expect })
  /** `json` opens `reason`, so its digest fits and only its form can be wrong. */
  const formed = (name: string, json: string, expect: string, description: string) => {
    const text = opening(json)
    return row(name, description, {
      payload: payloadOpenedBy(text, ext),
      disclosures: [text],
      expect,
    })
  }
  const padded = `${reason}=`
  return [
    shown(
      'all',
      [ext, reason],
      { ext: null, reason: { code: 'withdrawn' } },
      'Both opened: one value, one absent.',
    ),
    shown(
      'any-order',
      [reason, ext],
      { ext: null, reason: { code: 'withdrawn' } },
      'Order does not matter.',
    ),
    shown('one', [reason], { reason: { code: 'withdrawn' } }, 'One withheld.'),
    shown('none', [], {}, 'Both withheld.'),
    refused(
      'unmatched',
      [reason, opening(`["${SALTS[1]}","x"]`)],
      'DISCLOSURE_UNMATCHED',
      'No placeholder has its digest.',
    ),
    refused('repeated', [reason, reason], 'DISCLOSURE_REPEATED', 'Twice the same.'),
    row('salt-twice', 'Two disclosures with one salt.', {
      payload: payloadOpenedBy(reason, opening(`["${SALTS[0]}",null]`)),
      disclosures: [reason, opening(`["${SALTS[0]}",null]`)],
      expect: 'DISCLOSURE_REPEATED',
    }),
    row('padded', 'Padding; the digest is over the padded text.', {
      payload: payloadOpenedBy(padded, ext),
      disclosures: [padded],
      expect: 'ENCODING_INVALID',
    }),
    formed('white-space', `["${SALTS[0]}", 1]`, 'JSON_NOT_CANONICAL', 'Not in JCS form.'),
    formed('fraction', `["${SALTS[0]}",1.5]`, 'JSON_NOT_CANONICAL', 'No fractions.'),
    formed('not-json', `["${SALTS[0]}",`, 'JSON_INVALID', 'Cut short.'),
    formed(
      'with-name',
      `["${SALTS[0]}","reason","x"]`,
      'DISCLOSURE_INVALID',
      'Three elements: the form of RFC 9901 for object members.',
    ),
    formed('salt-alone', `["${SALTS[0]}"]`, 'DISCLOSURE_INVALID', 'One element.'),
    formed('object', `{"salt":"${SALTS[0]}"}`, 'DISCLOSURE_INVALID', 'Not an array.'),
    formed('salt-of-15-bytes', '["AAAAAAAAAAAAAAAAAAAA",1]', 'DISCLOSURE_INVALID', 'A short salt.'),
    formed(
      'salt-trailing-bits',
      '["AAAAAAAAAAAAAAAAAAAAAB",1]',
      'DISCLOSURE_INVALID',
      'A bit behind the last byte is set.',
    ),
    formed('salt-number', '[1,1]', 'DISCLOSURE_INVALID', 'A salt is text.'),
    formed(
      'too-deep',
      `["${SALTS[0]}",${encodeJcs(nested(17))}]`,
      'JSON_INVALID',
      'A value of 17 levels.',
    ),
  ]
}

async function refusalEnvelope(): Promise<JsonObject> {
  const draft = draftOf({
    type: 'refusal/1',
    about: REFUSAL_ABOUT,
    claims: { reason: { code: 'withdrawn' } },
  })
  return envelopeJson(await statement('refusal', draft, { exporter: KEYS.exporter }))
}

type Sign = { readonly protected: string; readonly signature: string }

function headerCases(base: JsonObject): readonly Case[] {
  const [first] = base['signatures'] as readonly Json[]
  const { protected: original } = first as unknown as Sign
  const header = JSON.parse(Buffer.from(original, 'base64url').toString()) as JsonObject
  const at = ['signatures', 0, 'protected'] as const
  const withHeader = (name: string, change: Members, expect: string, description: string) => {
    const changed = Object.fromEntries(
      Object.entries({ ...header, ...change }).filter(([, value]) => value !== undefined),
    ) as JsonObject
    return row(name, description, {
      envelope: edited(base, at, opening(encodeJcs(changed))),
      expect,
    })
  }
  const bad = 'ENVELOPE_INVALID'
  return [
    withHeader(
      'alg-eddsa',
      { alg: 'EdDSA' },
      'SIGNATURE_ALG_UNKNOWN',
      'The older name is not accepted.',
    ),
    withHeader('alg-none', { alg: 'none' }, 'SIGNATURE_ALG_UNKNOWN', 'No signature at all.'),
    withHeader('alg-later', { alg: 'ML-DSA-44' }, 'SIGNATURE_ALG_UNKNOWN', 'Unknown, not wrong.'),
    withHeader(
      'typ-api',
      { typ: 'waybill-auth+jwt' },
      'SIGNATURE_TYP_WRONG',
      'An API token is no statement.',
    ),
    withHeader('typ-missing', { typ: undefined }, bad, 'Four members.'),
    withHeader('header-with-more', { b64: true }, bad, 'Six members.'),
    withHeader('kid-short', { kid: 'x' }, bad, 'A kid is a thumbprint.'),
    withHeader('role-upper-case', { role: 'Exporter' }, bad, 'Lower-case letters.'),
    withHeader('role-empty', { role: '' }, bad, 'At least one letter.'),
    withHeader('header-iat-text', { iat: String(NOON) }, bad, 'A number.'),
    withHeader('header-iat-negative', { iat: -1 }, bad, 'Before 1970.'),
    row('header-not-canonical', 'White space in the protected header.', {
      envelope: edited(base, at, opening(JSON.stringify(header, null, 1))),
      expect: 'JSON_NOT_CANONICAL',
    }),
    row('header-padded', 'Padding.', {
      envelope: edited(base, at, `${original}=`),
      expect: 'ENCODING_INVALID',
    }),
  ]
}

export async function envelopeCases(example: Example): Promise<readonly Case[]> {
  const base = await refusalEnvelope()
  const transfer = envelopeJson(example.log.entryOf(example.ids.transfer).envelope)
  const [one, two] = transfer['signatures'] as readonly [JsonObject, JsonObject]
  const { header, ...bare } = one
  const bad = (...[name, path, to, description, expect = 'ENVELOPE_INVALID']: EditRow) =>
    row(name, description, { envelope: edited(base, path, to), expect })
  const disclosures = ['signatures', 0, 'header', 'disclosures'] as const
  return [
    row('one-signature', 'A good envelope.', { envelope: base, expect: OK }),
    row('two-signatures', 'A good envelope of two sides.', { envelope: transfer, expect: OK }),
    row('no-header', 'Everything withheld; the digest is the same.', {
      envelope: edited(base, ['signatures', 0, 'header']),
      expect: OK,
    }),
    row('no-disclosures', 'As good as no header.', {
      envelope: edited(base, disclosures, []),
      expect: OK,
    }),
    bad('member-unknown', ['note'], 1, 'Two members.'),
    bad('payload-missing', ['payload'], undefined, 'Nothing was signed.'),
    bad('payload-object', ['payload'], refusalPayload(), 'The payload is text.'),
    bad(
      'payload-padded',
      ['payload'],
      `${String(base['payload'])}=`,
      'No padding.',
      'ENCODING_INVALID',
    ),
    bad('signatures-empty', ['signatures'], [], 'Nobody signed.'),
    bad('signatures-missing', ['signatures'], undefined, 'Nobody signed.'),
    row('flattened', 'The flattened form of JWS is another form.', {
      envelope: { payload: base['payload'] ?? null, ...bare },
      expect: 'ENVELOPE_INVALID',
    }),
    bad('signature-member-unknown', ['signatures', 0, 'x'], 1, 'Three members at most.'),
    bad('header-empty', ['signatures', 0, 'header'], {}, 'A header has disclosures.'),
    bad('header-member-unknown', ['signatures', 0, 'header', 'kid'], 'x', 'Disclosures only.'),
    bad('disclosure-object', [...disclosures, 0], {}, 'Disclosures are text.'),
    bad('signature-of-63-bytes', ['signatures', 0, 'signature'], 'A'.repeat(84), '63 bytes.'),
    bad(
      'signature-trailing-bits',
      ['signatures', 0, 'signature'],
      `${'A'.repeat(85)}B`,
      'A bit behind the last byte is set.',
      'ENCODING_INVALID',
    ),
    bad('batch', ['batch'], {}, 'A reserved form: unknown, not wrong.', 'ENVELOPE_FORM_UNKNOWN'),
    row('roles-swapped', 'Importer before exporter.', {
      envelope: { ...transfer, signatures: [two, bare] },
      expect: 'SIGNATURE_ORDER',
    }),
    row('role-twice', 'The exporter twice.', {
      envelope: { ...transfer, signatures: [one, bare] },
      expect: 'SIGNATURE_ORDER',
    }),
    row('disclosures-in-second', 'Disclosures stand in the first signature.', {
      envelope: { ...transfer, signatures: [bare, { ...two, header: header ?? null }] },
      expect: 'ENVELOPE_INVALID',
    }),
    ...headerCases(base),
  ]
}

export function entryCases(example: Example): readonly Case[] {
  const { bytes } = example.log.entryOf(example.ids.transfer)
  const hex = toHex(bytes)
  const bad = (name: string, text: string, description: string) =>
    row(name, description, { entry: text, expect: 'ENTRY_MALFORMED' })
  return [
    row('transfer', 'Entry 5 of the worked example.', { entry: hex, expect: OK }),
    bad('cut', hex.slice(0, -2), '142 bytes.'),
    bad('byte-after', `${hex}00`, '144 bytes.'),
    bad('version-2', `9602${hex.slice(4)}`, 'Another version.'),
    bad('array-of-five', `9501${hex.slice(4)}`, 'Another length of the array.'),
    bad('array-16', `dc000601${hex.slice(4)}`, 'The same array, spelled longer.'),
    bad('text-for-bytes', `${hex.slice(0, 4)}d9${hex.slice(6)}`, 'A string where bytes belong.'),
    bad(
      'time-signed',
      `${hex.slice(0, 72)}d2${hex.slice(74)}`,
      'The same time as a signed number.',
    ),
    bad(
      'time-as-u64',
      `${hex.slice(0, 72)}cf00000000${hex.slice(74)}`,
      'The same time in eight bytes.',
    ),
    bad('empty', '', 'Nothing.'),
  ]
}
