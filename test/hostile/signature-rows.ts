/** Statements whose signatures are of a wrong form or do not verify: DESIGN 4.2, 4.6. */
import { toBase64url } from '../../ledger/core/bytes.js'
import type { Json } from '../../ledger/core/json.js'
import { ACME, BOLT } from '../log/support/firms.js'
import { collection, type Signing } from '../log/support/statements.js'
import { CANARY, forge, type Tricks } from './forge.js'
import type { Row } from './rows.js'
import * as site from './site.js'

type At = site.Site

const collector: readonly Signing[] = [['collector', ACME.signer]]
/** Order of the group, little-endian. */
const L = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex')

/** A collection of ACME's with tricks. */
const own =
  (tricks: Tricks, signings = collector) =>
  async (at: At) =>
    at.submit(await forge(collection(ACME, CANARY), signings, tricks))

const header = (members: Readonly<Record<string, Json>>) =>
  own({ header: (all) => ({ ...all, ...members }) })

const withoutHeader = (name: string) => own({ header: ({ [name]: _, ...rest }) => rest })

/** A transfer of both sides, with tricks. */
const moved =
  (tricks: Tricks, signings = site.bySides) =>
  async (at: At) =>
    at.submit(await forge(site.ridesTransfer(at.known), signings, tricks))

const envelope = (change: NonNullable<Tricks['envelope']>) => moved({ envelope: change })

/** The same signature bytes with S + L: verifies where S is not compared with L. */
function plusL(bytes: Uint8Array): Uint8Array {
  const result = Uint8Array.from(bytes)
  let carry = 0
  for (let at = 0; at < 32; at += 1) {
    const sum = (result[32 + at] ?? 0) + (L[at] ?? 0) + carry
    result[32 + at] = sum % 256
    carry = Math.floor(sum / 256)
  }
  return result
}

/** A signature whose R is the identity. */
function identityR(bytes: Uint8Array): Uint8Array {
  const result = Uint8Array.from(bytes).fill(0, 0, 32)
  result[0] = 1
  return result
}

const FORM: readonly Row[] = [
  ['alg none', 422, 'SIGNATURE_ALG_UNKNOWN', header({ alg: 'none' })],
  ['alg EdDSA, the older name', 422, 'SIGNATURE_ALG_UNKNOWN', header({ alg: 'EdDSA' })],
  ['alg HS256', 422, 'SIGNATURE_ALG_UNKNOWN', header({ alg: 'HS256' })],
  ['alg Ed25519ph', 422, 'SIGNATURE_ALG_UNKNOWN', header({ alg: 'Ed25519ph' })],
  ['alg as a list', 422, 'SIGNATURE_ALG_UNKNOWN', header({ alg: ['Ed25519'] })],
  ['typ of an API token', 422, 'SIGNATURE_TYP_WRONG', header({ typ: 'waybill-auth+jwt' })],
  ['typ of any SD-JWT', 422, 'SIGNATURE_TYP_WRONG', header({ typ: 'sd+jwt' })],
  ['a header too many', 400, 'ENVELOPE_INVALID', header({ [CANARY]: 1 })],
  ['a header crit', 400, 'ENVELOPE_INVALID', header({ crit: ['alg'] })],
  ['a key in the header', 400, 'ENVELOPE_INVALID', header({ jwk: {} })],
  ['no time in the header', 400, 'ENVELOPE_INVALID', withoutHeader('iat')],
  ['no role', 400, 'ENVELOPE_INVALID', withoutHeader('role')],
  ['a negative time in the header', 400, 'ENVELOPE_INVALID', header({ iat: -5 })],
  ['half a second in the header', 400, 'JSON_NOT_CANONICAL', header({ iat: 0.5 })],
  ['a kid of 42 characters', 400, 'ENVELOPE_INVALID', header({ kid: 'A'.repeat(42) })],
  ['a kid with trailing bits', 400, 'ENVELOPE_INVALID', header({ kid: `${'A'.repeat(42)}B` })],
  ['a kid that is a path', 400, 'ENVELOPE_INVALID', header({ kid: '../../keys/log.pem' })],
  ['a role in capitals', 400, 'ENVELOPE_INVALID', header({ role: 'Collector' })],
  ['a role __proto__', 400, 'ENVELOPE_INVALID', header({ role: '__proto__' })],
  [
    'a header with a space',
    400,
    'JSON_NOT_CANONICAL',
    own({ headerText: (text) => text.replace(':', ': ') }),
  ],
  [
    'a header with a name twice',
    400,
    'JSON_NOT_CANONICAL',
    own({ headerText: (text) => text.replace('{', '{"alg":"Ed25519",') }),
  ],
  ['a header that is no JSON', 400, 'JSON_INVALID', own({ headerText: () => CANARY })],
  ['a header that is a list', 400, 'ENVELOPE_INVALID', own({ headerText: () => '[]' })],
  [
    'a header of 1,025 characters',
    400,
    'ENVELOPE_INVALID',
    own({ headerText: (text) => text.padEnd(1_025) }),
  ],
  [
    'a header with padding',
    400,
    'ENCODING_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [{ ...a, protected: `${a?.['protected']}=` }, b ?? {}],
    })),
  ],
  [
    'a header that is a number',
    400,
    'ENVELOPE_INVALID',
    envelope((all, [a, b]) => ({ ...all, signatures: [{ ...a, protected: 1 }, b ?? {}] })),
  ],
  [
    'a signature of 63 bytes',
    400,
    'ENVELOPE_INVALID',
    own({ signature: (bytes) => bytes.subarray(1) }),
  ],
  [
    'a signature of 65 bytes',
    400,
    'ENVELOPE_INVALID',
    own({ signature: (bytes) => Uint8Array.of(...bytes, 0) }),
  ],
  [
    'a signature with trailing bits',
    400,
    'ENCODING_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [{ ...a, signature: `${'A'.repeat(85)}B` }, b ?? {}],
    })),
  ],
  [
    'a signature in base64',
    400,
    'ENCODING_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [{ ...a, signature: `+/${'A'.repeat(84)}` }, b ?? {}],
    })),
  ],
  [
    'signatures out of order',
    422,
    'SIGNATURE_ORDER',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [{ ...b, header: a?.['header'] ?? {} }, bare(a)],
    })),
  ],
  [
    'a role twice',
    422,
    'SIGNATURE_ORDER',
    envelope((all, [a, b]) => ({ ...all, signatures: [a ?? {}, bare(a), b ?? {}] })),
  ],
  [
    '17 signatures',
    400,
    'ENVELOPE_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [a ?? {}, ...Array.from({ length: 16 }, () => b ?? {})],
    })),
  ],
  [
    'disclosures at the second signature',
    400,
    'ENVELOPE_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [a ?? {}, { ...b, header: a?.['header'] ?? {} }],
    })),
  ],
  [
    'an unprotected kid',
    400,
    'ENVELOPE_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [{ ...a, header: { kid: CANARY } }, b ?? {}],
    })),
  ],
  [
    'a signature that is null',
    400,
    'ENVELOPE_INVALID',
    envelope((all, [a]) => ({ ...all, signatures: [a ?? {}, null] })),
  ],
  [
    'the flattened form',
    400,
    'ENVELOPE_INVALID',
    envelope((all, [a]) => ({ payload: all['payload'] ?? '', ...a })),
  ],
  [
    'a payload with padding',
    400,
    'ENCODING_INVALID',
    envelope((all) => ({ ...all, payload: `${String(all['payload'])}=` })),
  ],
  [
    'a payload that is an object',
    400,
    'ENVELOPE_INVALID',
    envelope((all) => ({ ...all, payload: { [CANARY]: 1 } })),
  ],
  [
    'an envelope of 256 KiB and more',
    413,
    'ENVELOPE_TOO_LARGE',
    envelope((all) => ({ ...all, payload: 'e30'.padEnd(270_000, 'A') })),
  ],
]

const CURVE: readonly Row[] = [
  [
    'a flipped bit',
    422,
    'SIGNATURE_INVALID',
    own({ signature: (bytes) => bytes.with(7, 255 - (bytes[7] ?? 0)) }),
  ],
  ['zeros', 422, 'SIGNATURE_INVALID', own({ signature: () => new Uint8Array(64) })],
  ['S + L', 422, 'SIGNATURE_INVALID', own({ signature: plusL })],
  ['R the identity', 422, 'SIGNATURE_INVALID', own({ signature: identityR })],
  [
    'the signatures swapped',
    422,
    'SIGNATURE_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [
        { ...a, signature: b?.['signature'] ?? '' },
        { ...b, signature: a?.['signature'] ?? '' },
      ],
    })),
  ],
  [
    'the exporter’s signature in both places',
    422,
    'SIGNATURE_INVALID',
    envelope((all, [a, b]) => ({
      ...all,
      signatures: [a ?? {}, { ...b, signature: a?.['signature'] ?? '' }],
    })),
  ],
  ['a kid of the other side', 422, 'SIGNATURE_INVALID', header({ kid: BOLT.signer.kid })],
  ['signatures of another statement', 422, 'SIGNATURE_INVALID', borrowed],
  ['a header changed after signing', 422, 'SIGNATURE_INVALID', rewritten],
  ['an API token as signature', 400, 'ENVELOPE_INVALID', tokenAsSignature],
]

function bare(signature: Readonly<Record<string, Json>> | undefined): Json {
  const { header: _, ...rest } = signature ?? {}
  return rest
}

async function borrowed(at: At) {
  const other = (await forge(collection(ACME, 'other'), collector)) as {
    readonly signatures: readonly Record<string, Json>[]
  }
  const [theirs] = other.signatures
  return at.submit(
    await forge(collection(ACME, CANARY), collector, {
      envelope: (all, [mine]) => ({
        ...all,
        signatures: [{ ...theirs, header: mine?.['header'] ?? {} }],
      }),
    }),
  )
}

async function rewritten(at: At) {
  const head = {
    alg: 'Ed25519',
    iat: 1,
    kid: ACME.signer.kid,
    role: 'collector',
    typ: 'waybill+sd-jwt',
  }
  const text = toBase64url(new TextEncoder().encode(JSON.stringify(head)))
  return at.submit(
    await forge(collection(ACME, CANARY), collector, {
      envelope: (all, [mine]) => ({ ...all, signatures: [{ ...mine, protected: text }] }),
    }),
  )
}

/** Header and signature of a good token for this ledger, over a statement's payload. */
async function tokenAsSignature(at: At) {
  const [head = '', , signature = ''] = (await at.token(ACME, '/v1/inbox')).slice(7).split('.')
  return at.submit(
    await forge(collection(ACME, CANARY), collector, {
      envelope: (all, [mine]) => ({
        ...all,
        signatures: [{ ...mine, protected: head, signature }],
      }),
    }),
  )
}

export const SIGNATURE_ROWS: readonly Row[] = [...FORM, ...CURVE]
