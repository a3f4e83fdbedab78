/** Keys, signers, drafts and envelopes that are malformed. DESIGN 5, 7.1. */
import { generateKeyPairSync } from 'node:crypto'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { generateKeyPem } from '../../ledger/crypto/signer.js'
import { collectionDraft, ORIGIN, transferDraft } from '../cli/harness.js'
import type { Content, Desk, FileRow } from './desk.js'
import { CANARY, nested, withProto } from './forge.js'

const PEM = { type: 'pkcs8', format: 'pem' } as const

/** Signs a good draft with a key file of this content. */
const key =
  (content: string | Uint8Array, mode = 0o600) =>
  (desk: Desk) =>
    desk.sign(collectionDraft(desk.party), desk.file(content, 'key.pem', mode))

/** Signs a good draft with a command. */
const signer = (command: string) => (desk: Desk) => {
  const file = desk.file(collectionDraft(desk.party), 'draft.json')
  const flags = ['--origin', ORIGIN, '--signer', command, '--public-key', desk.publicKey, '--yes']
  return desk.run(['sign', file, ...flags])
}

/** Signs a draft that is changed. */
const draft = (change: (draft: JsonObject) => Content) => (desk: Desk) =>
  desk.sign(change(collectionDraft(desk.party)))

const claims = (more: Readonly<Record<string, Json>>) =>
  draft((good) => ({ ...good, claims: { ...(good['claims'] as JsonObject), ...more } }))

/** Submits the statement that the ledger has, changed. */
const envelope = (change: (envelope: JsonObject) => Content) => (desk: Desk) =>
  desk.submit(change(desk.signed))

const first = ({ signatures }: JsonObject): JsonObject =>
  (signatures as readonly JsonObject[])[0] ?? {}

const KEYS: readonly FileRow[] = [
  ['an empty key', 65, 'KEY_FILE_INVALID', key('')],
  ['a key that is garbage', 65, 'KEY_FILE_INVALID', key(CANARY)],
  [
    'a key of another kind: RSA',
    65,
    'KEY_FILE_INVALID',
    key(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export(PEM).toString()),
  ],
  [
    'a key of another kind: P-256',
    65,
    'KEY_FILE_INVALID',
    key(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM).toString()),
  ],
  [
    'a key of another kind: X25519',
    65,
    'KEY_FILE_INVALID',
    key(generateKeyPairSync('x25519').privateKey.export(PEM).toString()),
  ],
  [
    'a key of another kind: Ed448',
    65,
    'KEY_FILE_INVALID',
    key(generateKeyPairSync('ed448').privateKey.export(PEM).toString()),
  ],
  [
    'a public key',
    65,
    'KEY_FILE_INVALID',
    key(
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
  ],
  [
    'a key behind a password',
    65,
    'KEY_FILE_INVALID',
    key(
      generateKeyPairSync('ed25519')
        .privateKey.export({ ...PEM, cipher: 'aes-256-cbc', passphrase: CANARY })
        .toString(),
    ),
  ],
  [
    'a key in binary',
    65,
    'KEY_FILE_INVALID',
    key(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' })),
  ],
  [
    'a key as JWK',
    65,
    'KEY_FILE_INVALID',
    key(JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }))),
  ],
  ['a key that is cut', 65, 'KEY_FILE_INVALID', key(generateKeyPem().pem.slice(0, 70))],
  ['a key that everybody may read', 78, 'KEY_FILE_MODE', key(generateKeyPem().pem, 0o644)],
  ['a key that the group may write', 78, 'KEY_FILE_MODE', key(generateKeyPem().pem, 0o620)],
  [
    'a key that is not there',
    66,
    'INPUT_NOT_FOUND',
    (desk) => desk.sign(collectionDraft(desk.party), desk.person().path('none')),
  ],
  [
    'a key that is a folder',
    65,
    'KEY_FILE_INVALID',
    (desk) => desk.sign(collectionDraft(desk.party), desk.person().home),
  ],
  [
    'a key file that is there already',
    74,
    'KEY_FILE_EXISTS',
    (desk) => desk.run(['keygen', desk.key]),
  ],
  ['a signer that fails', 69, 'SIGNER_FAILED', signer('exec:exit 3')],
  ['a signer that says nothing', 69, 'SIGNER_FAILED', signer('exec:true')],
  ['a signer of 63 bytes', 69, 'SIGNER_FAILED', signer('exec:head -c 63 /dev/zero')],
  ['a signer of 64 zeros', 69, 'SIGNER_FAILED', signer('exec:head -c 64 /dev/zero')],
  ['a signer that never ends', 69, 'SIGNER_FAILED', signer('exec:head -c 1000000 /dev/zero')],
  ['a signer of no scheme', 64, 'USAGE', signer(`/bin/${CANARY}`)],
  [
    'a public key of small order',
    65,
    'KEY_INVALID',
    (desk) =>
      desk.run([
        'sign',
        desk.file(collectionDraft(desk.party)),
        '--origin',
        ORIGIN,
        '--signer',
        'exec:true',
        '--public-key',
        'A'.repeat(43),
      ]),
  ],
]

const DRAFTS: readonly FileRow[] = [
  ['an empty draft', 65, 'JSON_INVALID', draft(() => '')],
  ['a draft that is no JSON', 65, 'JSON_INVALID', draft(() => CANARY)],
  ['a draft of 30,000 levels', 65, 'JSON_INVALID', draft(() => nested(30_000))],
  [
    'a draft that says a name twice',
    65,
    'JSON_INVALID',
    draft((good) => JSON.stringify(good).replace('{', '{"type":"collection/1",')),
  ],
  ['a draft of invalid UTF-8', 65, 'UTF8_INVALID', draft(() => Uint8Array.of(0x22, 0xff, 0x22))],
  [
    'a draft after a byte order mark',
    65,
    'JSON_INVALID',
    draft((good) => `\ufeff${JSON.stringify(good)}`),
  ],
  ['a draft that is a list', 65, 'DRAFT_INVALID', draft((good) => [good])],
  ['a draft without a type', 65, 'STATEMENT_TYPE_UNKNOWN', draft(({ type: _, ...rest }) => rest)],
  [
    'a draft of a later type',
    65,
    'STATEMENT_TYPE_UNKNOWN',
    draft((good) => ({ ...good, type: 'collection/2' })),
  ],
  [
    'a draft of type __proto__',
    65,
    'STATEMENT_TYPE_UNKNOWN',
    draft((good) => ({ ...good, type: '__proto__' })),
  ],
  [
    'a draft with a member too many',
    65,
    'DRAFT_INVALID',
    draft((good) => ({ ...good, [CANARY]: 1 })),
  ],
  ['a draft without claims', 65, 'DRAFT_INVALID', draft(({ claims: _, ...rest }) => rest)],
  ['a draft with a claim too many', 65, 'CLAIM_UNKNOWN', claims({ [CANARY]: 1 })],
  [
    'a draft with a claim __proto__',
    65,
    'CLAIM_UNKNOWN',
    draft((good) => ({
      ...good,
      claims: { ...(good['claims'] as JsonObject), ...withProto(1), z: 1 },
    })),
  ],
  ['a draft with a float', 65, 'JSON_NOT_CANONICAL', claims({ ext: { a: 0.5 } })],
  [
    'a draft with half a character',
    65,
    'JSON_INVALID',
    draft((good) => JSON.stringify(good).replace('"DE"', '"\\ud800"')),
  ],
  ['a draft without a required claim', 65, 'CLAIM_MISSING', claims({ place: null })],
  [
    'a draft with a long string',
    65,
    'CLAIM_INVALID',
    claims({ datasets: [{ n: 0, name: CANARY.padEnd(1_025), digest: 'ab'.repeat(32), from: [] }] }),
  ],
  ['a draft with a list for one value', 65, 'CLAIM_INVALID', claims({ place: [] })],
  ['a draft with one value for a list', 65, 'CLAIM_INVALID', claims({ datasets: {} })],
  [
    'a draft with a deadline in words',
    65,
    'DRAFT_INVALID',
    draft((good) => ({ ...good, countersign_by: 'tomorrow' })),
  ],
  [
    'a draft with a parent in words',
    65,
    'STATEMENT_ID_INVALID',
    (desk) => desk.sign(transferDraft(desk.party, desk.party, CANARY)),
  ],
  [
    'a draft with parents of an object',
    65,
    'DRAFT_INVALID',
    (desk) => desk.sign({ ...transferDraft(desk.party, desk.party, 'ab'.repeat(32)), parents: {} }),
  ],
  [
    'a draft with itself on both sides',
    65,
    'ROLES_SAME_PARTY',
    (desk) => desk.sign(transferDraft(desk.party, desk.party, 'ab'.repeat(32))),
  ],
  [
    'a draft that is not there',
    66,
    'INPUT_NOT_FOUND',
    (desk) => desk.run(['sign', desk.person().path('none'), '--key', desk.key, '--origin', ORIGIN]),
  ],
]

const ENVELOPES: readonly FileRow[] = [
  ['an empty file of envelopes', 3, 'NOTHING_TO_VERIFY', envelope(() => '')],
  ['envelopes that are no JSON', 65, 'JSON_INVALID', envelope(() => CANARY)],
  [
    'an envelope without signatures',
    65,
    'ENVELOPE_INVALID',
    envelope(({ payload }) => ({ payload: payload ?? '', signatures: [] })),
  ],
  ['an envelope of 30,000 levels', 65, 'JSON_INVALID', envelope(() => nested(30_000))],
  [
    'an envelope with another signature',
    1,
    'SIGNATURE_INVALID',
    envelope((good) => ({ ...good, signatures: [{ ...first(good), signature: 'A'.repeat(86) }] })),
  ],
  [
    'an envelope with a claim unopened',
    65,
    'CLAIM_NOT_OPENED',
    envelope((good) => ({
      ...good,
      signatures: [{ ...first(good), header: { disclosures: [] } }],
    })),
  ],
  [
    'an envelope with a member too many',
    65,
    'ENVELOPE_INVALID',
    envelope((good) => ({ ...good, [CANARY]: 1 })),
  ],
  [
    'a good envelope after garbage',
    65,
    'JSON_INVALID',
    envelope((good) => `${CANARY}\n${JSON.stringify(good)}\n`),
  ],
  [
    'envelopes that are not there',
    66,
    'INPUT_NOT_FOUND',
    (desk) => desk.run(['submit', desk.person().path('none'), '--dir', desk.town.folder]),
  ],
  [
    'a countersignature of garbage',
    65,
    'JSON_INVALID',
    (desk) =>
      desk.run([
        'countersign',
        desk.file(CANARY, 'a.json'),
        '--key',
        desk.key,
        '--origin',
        ORIGIN,
        '--yes',
      ]),
  ],
  [
    'a countersignature of what is signed',
    65,
    'SIGNATURE_REPEATED',
    (desk) =>
      desk.run([
        'countersign',
        desk.file(desk.signed, 'a.json'),
        '--key',
        desk.key,
        '--origin',
        ORIGIN,
        '--yes',
      ]),
  ],
]

export const SIGNING_FILES: readonly FileRow[] = [...KEYS, ...DRAFTS, ...ENVELOPES]
