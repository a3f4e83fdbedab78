/** Receipts, bundles and policies that are malformed, or not what they say. DESIGN 4.8, 6. */
import {
  fromBase64,
  fromBase64url,
  toBase64,
  toBase64url,
  utf8Encode,
} from '../../ledger/core/bytes.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { Content, Desk, FileRow } from './desk.js'
import { CANARY, nested, withProto } from './forge.js'

/** The good receipt with some members others. */
const receipt = (change: (receipt: JsonObject) => Content) => (desk: Desk) =>
  desk.verify(change(desk.receipt))

const put = (members: Readonly<Record<string, Json>>) =>
  receipt((good) => ({ ...good, ...members }))

const bundle = (change: (bundle: JsonObject) => Content) => (desk: Desk) =>
  desk.verify(change(desk.bundle))

const text = (change: (text: string) => string | Uint8Array) => (desk: Desk) =>
  desk.verify(change(JSON.stringify(desk.receipt)))

/** The receipt with its proof's text changed. */
const proof = (change: (proof: string) => string) =>
  receipt((good) => ({ ...good, proof: change(String(good['proof'])) }))

/** The receipt with its statement changed. */
const statement = (change: (statement: JsonObject, signatures: readonly JsonObject[]) => Json) =>
  receipt((good) => {
    const inner = good['statement'] as JsonObject
    const list = inner['signatures'] as readonly JsonObject[]
    return { ...good, statement: change(inner, list) }
  })

/** The receipt with its list of parties changed. */
const parties = (change: (list: readonly JsonObject[]) => Json) =>
  receipt((good) => ({ ...good, registry: change(good['registry'] as readonly JsonObject[]) }))

const policy = (content: Content) => (desk: Desk) =>
  desk.verify(desk.receipt, desk.file(content, 'policy.txt'))

const LOG = 'log example.com/waybill+35479fc3+AYRlwpFyUtH9TknRkKZERh3LA4n+jXp1g/zbJWfXs7TO'

function flipped(base64: string, at: number): string {
  const bytes = fromBase64(base64)
  return toBase64(bytes.with(at, 255 - (bytes[at] ?? 0)))
}

const FORM: readonly FileRow[] = [
  ['an empty receipt', 65, 'NOT_EVIDENCE', text(() => '')],
  ['a receipt that is no JSON', 65, 'NOT_EVIDENCE', text(() => CANARY)],
  ['a receipt that ends early', 65, 'JSON_INVALID', text((json) => json.slice(0, -9))],
  ['a receipt after a byte order mark', 65, 'JSON_INVALID', text((json) => `\ufeff${json}`)],
  [
    'a receipt in UTF-16',
    65,
    'UTF8_INVALID',
    text((json) => new Uint8Array(Buffer.from(`\ufeff${json}`, 'utf16le'))),
  ],
  [
    'a receipt of invalid UTF-8',
    65,
    'UTF8_INVALID',
    text((json) => utf8Encode(json).with(3, 0xff)),
  ],
  [
    'a receipt that says a name twice',
    65,
    'JSON_INVALID',
    text((json) => json.replace('{', '{"format":"waybill-receipt/1",')),
  ],
  ['a receipt of 30,000 levels', 65, 'NOT_EVIDENCE', text(() => nested(30_000))],
  ['a list in place of a receipt', 65, 'NOT_EVIDENCE', text(() => '[]')],
  ['null in place of a receipt', 65, 'NOT_EVIDENCE', text(() => 'null')],
  ['a format of nobody', 65, 'RECEIPT_MALFORMED', put({ format: CANARY })],
  ['a later format', 65, 'RECEIPT_MALFORMED', put({ format: 'waybill-receipt/2' })],
  ['a member too many', 65, 'RECEIPT_MALFORMED', put({ [CANARY]: 1 })],
  [
    'a member __proto__',
    65,
    'RECEIPT_MALFORMED',
    receipt((good) => ({ ...good, ...withProto(1), z: 1 })),
  ],
  [
    'a receipt without its entry',
    65,
    'RECEIPT_MALFORMED',
    receipt(({ entry: _, ...rest }) => rest),
  ],
  ['a receipt without a statement', 65, 'RECEIPT_MALFORMED', put({ statement: null })],
  ['an entry in hex', 65, 'ENCODING_INVALID', put({ entry: '96'.repeat(143) })],
  [
    'an entry of 142 bytes',
    1,
    'ENTRY_MALFORMED',
    receipt((good) => ({
      ...good,
      entry: toBase64(fromBase64(String(good['entry'])).subarray(1)),
    })),
  ],
  ['an entry that is a number', 65, 'RECEIPT_MALFORMED', put({ entry: 143 })],
  ['a proof of another format', 65, 'PROOF_MALFORMED', proof((all) => all.replace('@v1', '@v2'))],
  [
    'a proof without a checkpoint',
    65,
    'PROOF_MALFORMED',
    proof((all) => all.slice(0, all.indexOf('\n\n'))),
  ],
  [
    'a proof with a hash of 31 bytes',
    65,
    'PROOF_MALFORMED',
    proof((all) => all.replace(/\n[A-Za-z0-9+/]{43}=/, `\n${toBase64(new Uint8Array(31))}`)),
  ],
  [
    'a proof with a float for index',
    65,
    'PROOF_MALFORMED',
    proof((all) => all.replace('index 5', 'index 5.0')),
  ],
  [
    'a bundle of a later format',
    65,
    'RECEIPT_MALFORMED',
    bundle((good) => ({ ...good, format: 'waybill-bundle/2' })),
  ],
  [
    'a bundle without statements',
    65,
    'RECEIPT_MALFORMED',
    bundle(({ statements: _, ...rest }) => rest),
  ],
  [
    'a bundle of no statements',
    3,
    'NOTHING_TO_VERIFY',
    bundle((good) => ({ ...good, statements: [] })),
  ],
  [
    'a bundle with an index of half',
    65,
    'RECEIPT_MALFORMED',
    bundle((good) => ({
      ...good,
      entries: [{ ...(good['entries'] as readonly JsonObject[])[0], index: 0.5 }],
    })),
  ],
  [
    'a receipt that is a folder of nothing',
    3,
    'NOTHING_TO_VERIFY',
    (desk) => desk.run(['verify', desk.person().home, '--policy', desk.policy]),
  ],
  [
    'a receipt that is not there',
    66,
    'INPUT_NOT_FOUND',
    (desk) => desk.run(['verify', desk.person().path('none'), '--policy', desk.policy]),
  ],
  [
    'garbage from stdin',
    65,
    'NOT_EVIDENCE',
    (desk) => desk.run(['verify', '-', '--policy', desk.policy], { stdin: CANARY }),
  ],
  [
    'nothing from stdin',
    65,
    'NOT_EVIDENCE',
    (desk) => desk.run(['verify', '-', '--policy', desk.policy]),
  ],
]

const LIES: readonly FileRow[] = [
  [
    'a checkpoint with another signature',
    1,
    'NOTE_SIGNATURE_INVALID',
    proof((all) =>
      all.replace(/(— \S+ )(\S+)\n$/, (_, name, base64) => `${name}${flipped(base64, 20)}\n`),
    ),
  ],
  [
    'a checkpoint signed by another log',
    1,
    'CHECKPOINT_UNTRUSTED',
    proof((all) =>
      all.replace(/(— \S+ )(\S+)\n$/, (_, name, base64) => `${name}${flipped(base64, 0)}\n`),
    ),
  ],
  [
    'a checkpoint of another log',
    1,
    'NOTE_SIGNATURE_INVALID',
    proof((all) => all.replace('\nexample.com/waybill\n', `\n${CANARY}\n`)),
  ],
  [
    'a larger tree size',
    1,
    'NOTE_SIGNATURE_INVALID',
    proof((all) => all.replace('waybill\n9\n', 'waybill\n10\n')),
  ],
  ['another index', 1, 'PROOF_ROOT_MISMATCH', proof((all) => all.replace('index 5', 'index 4'))],
  ['a hash left out', 1, 'PROOF_LENGTH', proof((all) => all.replace(/\n[A-Za-z0-9+/]{43}=/, ''))],
  [
    'another hash',
    1,
    'PROOF_ROOT_MISMATCH',
    proof((all) => all.replace(/\n[A-Za-z0-9+/]{43}=/, `\n${toBase64(new Uint8Array(32))}`)),
  ],
  [
    'an entry with a flipped bit',
    1,
    'PROOF_ROOT_MISMATCH',
    receipt((good) => ({ ...good, entry: flipped(String(good['entry']), 50) })),
  ],
  [
    'another entry 0',
    3,
    'EVIDENCE_MISSING',
    receipt((good) => ({ ...good, genesis: good['head'] ?? null })),
  ],
  [
    'a payload with another byte',
    1,
    'ENTRY_MISMATCH',
    statement((all) => ({
      ...all,
      payload: toBase64url(
        utf8Encode(
          new TextDecoder()
            .decode(fromBase64url(String(all['payload'])))

            .replace(/"nonce":"./, '"nonce":"A'),
        ),
      ),
    })),
  ],
  [
    'a signature left out',
    1,
    'ENTRY_MISMATCH',
    statement((all, [first]) => ({ ...all, signatures: [first ?? null] })),
  ],
  [
    'the signatures swapped',
    1,
    'ENTRY_MISMATCH',
    statement((all, [a, b]) => ({
      ...all,
      signatures: [
        { ...a, signature: b?.['signature'] ?? '' },
        { ...b, signature: a?.['signature'] ?? '' },
      ],
    })),
  ],
  ['a party’s list left out', 3, 'EVIDENCE_MISSING', parties((list) => list.slice(1))],
  [
    'a party’s list that is empty',
    1,
    'RECEIPT_MALFORMED',
    parties(([first, ...rest]) => [{ ...first, statements: [] }, ...rest]),
  ],
  [
    'a party’s list in another order',
    1,
    'PARTY_UNKNOWN',
    parties((list) =>
      list.map((item) => ({
        ...item,
        statements: [...(item['statements'] as readonly Json[])].reverse(),
      })),
    ),
  ],
]

const POLICIES: readonly FileRow[] = [
  ['an empty policy', 78, 'POLICY_MALFORMED', policy('')],
  ['a policy that is JSON', 78, 'POLICY_MALFORMED', policy('{}')],
  [
    'a policy with a word of nobody',
    78,
    'POLICY_MALFORMED',
    policy(`${LOG}\n${CANARY} a\nquorum none\n`),
  ],
  ['a policy without a log', 78, 'POLICY_MALFORMED', policy('quorum none\n')],
  ['a policy without a quorum', 78, 'POLICY_MALFORMED', policy(`${LOG}\n`)],
  [
    'a policy with two quorums',
    78,
    'POLICY_MALFORMED',
    policy(`${LOG}\nquorum none\nquorum none\n`),
  ],
  [
    'a policy with a log for a witness',
    78,
    'POLICY_MALFORMED',
    policy(`${LOG}\nwitness w ${LOG.slice(4)}\nquorum none\n`),
  ],
  ['a policy with a quorum of nobody', 78, 'POLICY_MALFORMED', policy(`${LOG}\nquorum w\n`)],
  [
    'a policy with a key that is cut',
    78,
    'POLICY_MALFORMED',
    policy(`${LOG.slice(0, -2)}\nquorum none\n`),
  ],
  [
    'a policy with another key id',
    78,
    'POLICY_MALFORMED',
    policy(`${LOG.replace('35479fc3', '35479fc4')}\nquorum none\n`),
  ],
  [
    'a policy with a byte order mark',
    78,
    'POLICY_MALFORMED',
    policy(`\ufeff${LOG}\nquorum none\n`),
  ],
  ['a policy of invalid UTF-8', 65, 'UTF8_INVALID', policy(Uint8Array.of(0xff, 0x0a))],
  [
    'a policy of another ledger',
    1,
    'CHECKPOINT_UNTRUSTED',
    (desk) => desk.verify(desk.receipt, desk.town.policy),
  ],
  [
    'a policy that is not there',
    66,
    'INPUT_NOT_FOUND',
    (desk) => desk.verify(desk.receipt, desk.person().path('none')),
  ],
  [
    'a policy that is a folder',
    74,
    'INPUT_IO',
    (desk) => desk.verify(desk.receipt, desk.person().home),
  ],
  [
    'a list of parties that is garbage',
    78,
    'CONFIG_INVALID',
    (desk) =>
      desk.run([
        'verify',
        desk.file(desk.receipt),
        '--policy',
        desk.policy,
        '--parties',
        desk.file(CANARY),
      ]),
  ],
]

export const EVIDENCE_FILES: readonly FileRow[] = [...FORM, ...LIES, ...POLICIES]
