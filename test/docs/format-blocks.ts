/**
 * The examples of docs/format.md, by the name in their `made:` comment. Long texts are broken or cut
 * here; nothing else is done to what the code under ledger/core makes.
 */
import { toBase64, toHex, utf8Decode } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import { COUNTRIES } from '../../ledger/core/countries.js'
import { disclosureDigest } from '../../ledger/core/disclosure.js'
import { portableCrypto } from '../../ledger/core/ed25519.js'
import { firstPrevious, parseEntry } from '../../ledger/core/entry.js'
import { type Envelope, envelopeDigest, envelopeJson } from '../../ledger/core/envelope.js'
import { bundleJson } from '../../ledger/core/evidence.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { receiptJson } from '../../ledger/core/receipt.js'
import {
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
} from '../../ledger/core/registry.js'
import { growTree } from '../reference/grown-tree.js'
import { type Example, KEYS, ORIGIN, POLICY_TEXT } from './worked-example.js'
import { cosigned, WITNESS_POLICY_TEXT } from './worked-witnesses.js'

const CUT = '…'
const WIDTH = 92

/** Lines of at most WIDTH characters, broken after commas or anywhere; joined they are the text. */
function broken(text: string, indent = ''): string {
  const lines: string[] = []
  let rest = text
  while (rest.length > WIDTH) {
    const comma = rest.lastIndexOf(',', WIDTH - 1) + 1
    const end = comma > 0 ? comma : WIDTH
    lines.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...lines, rest].join(`\n${indent}`)
}

/** Long texts keep their first 12 characters, long lists their first element. */
function cut(value: Json): Json {
  if (typeof value === 'string') return value.length > 44 ? `${value.slice(0, 12)}${CUT}` : value
  if (Array.isArray(value)) {
    const [first, ...rest] = value as readonly Json[]
    if (first === undefined) return []
    const simple = typeof first === 'string'
    if (simple) return rest.length > 0 ? [cut(first), CUT] : [cut(first)]
    return (value as readonly Json[]).map(cut)
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, inner]) => [name, cut(inner)]),
  )
}

/** JSON on few lines: an object or array that fits stands on one. */
function compact(value: Json, indent = ''): string {
  const flat = JSON.stringify(value)
  if (flat.length + indent.length <= WIDTH || typeof value !== 'object' || value === null)
    return flat
  const inner = `${indent} `
  const parts = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => compact(item, inner))
    : Object.entries(value as JsonObject).map(
        ([name, item]) => `${JSON.stringify(name)}:${compact(item, inner)}`,
      )
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${open}${parts.join(`,\n${inner}`)}${close}`
}

function first<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined) throw new RangeError('nothing there')
  return item
}

function shownProof(text: string): string {
  return text
    .replaceAll(/^([A-Za-z0-9+/]{43}=)$/gm, '$1')
    .replace(/(— \S+ )(\S{60})\S+/, `$1$2${CUT}`)
}

/** Lines with their longest words cut. */
function shownLines(text: string): string {
  return text.trimEnd().replaceAll(/\S{80,}/g, (word) => `${word.slice(0, 60)}${CUT}`)
}

async function receiptBlock({ log, ids }: Example): Promise<string> {
  const receipt = receiptJson(await log.evidence([{ id: ids.transfer }]))
  const { proof, registry, ...rest } = receipt
  const parties = (registry as readonly JsonObject[]).map(({ statements, ...party }) => ({
    ...(cut(party) as JsonObject),
    party: party['party'] ?? null,
    statements: (statements as readonly Json[]).map((_, at) => (at === 0 ? { payload: CUT } : CUT)),
  }))
  const lines = String(proof).split('\n')
  return compact({
    ...(cut(rest) as JsonObject),
    proof: `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 12)}${CUT}`,
    registry: parties,
  })
}

async function bundleBlock({ log, ids }: Example): Promise<string> {
  const shown = [ids.collection, ids.transfer, ids.outcome].map((id) => ({ id }))
  const bundle = bundleJson(await log.evidence(shown))
  const some = (name: string, count: number): readonly Json[] => {
    const items = bundle[name] as readonly Json[]
    return [...items.slice(0, count).map(cut), ...(items.length > count ? [CUT] : [])]
  }
  return compact({
    checkpoint: `${String(bundle['checkpoint']).slice(0, 22)}${CUT}`,
    entries: some('entries', 2),
    format: bundle['format'] ?? null,
    parties: some('parties', 3).map((item) =>
      typeof item === 'string' ? item : { ...(item as JsonObject), statements: [CUT] },
    ),
    registry: some('registry', 2),
    statements: (bundle['statements'] as readonly JsonObject[]).map((item) => ({
      payload: cut(item['payload'] ?? null),
      signatures: [CUT],
    })),
  })
}

function disclosureBlock(envelope: Envelope): string {
  const { open } = openStatement(envelope, portableCrypto)
  const text = first(open.ordered) ?? ''
  return [
    `disclosure  ${broken(text, '            ')}`,
    `is          ${broken(Buffer.from(text, 'base64url').toString(), '            ')}`,
    `digest      ${disclosureDigest(text)}`,
  ].join('\n')
}

function protectedBlock(envelope: Envelope): string {
  const { protected: head } = first(envelope.signatures)
  const { crv, kty, x } = KEYS.exporter.jwk
  return [
    broken(Buffer.from(head, 'base64url').toString()),
    '',
    JSON.stringify({ crv, kty, x }),
    KEYS.exporter.kid,
  ].join('\n')
}

function envelopeDigestBlock(envelope: Envelope): string {
  const signatures = envelope.signatures.map(({ protected: head, signature }) => ({
    protected: head,
    signature,
  }))
  return [
    compact(cut({ payload: envelope.payload, signatures })),
    '',
    `SHA-256 of the whole: ${toHex(envelopeDigest(envelope))}`,
  ].join('\n')
}

function entryBlock(bytes: Uint8Array): string {
  const parts: readonly (readonly [number, number, string])[] = [
    [0, 2, ''],
    [2, 36, 'previous'],
    [36, 41, `time ${parseEntry(bytes).time}`],
    [41, 75, 'statement id'],
    [75, 109, 'envelope digest'],
    [109, 143, 'registry root'],
  ]
  const head = (from: number, to: number) =>
    to - from === 34
      ? `${toHex(bytes.slice(from, from + 2))} ${toHex(bytes.slice(from + 2, to))}`
      : toHex(bytes.slice(from, to))
  return parts.map(([from, to, word]) => `${head(from, to).padEnd(71)}${word}`.trimEnd()).join('\n')
}

/** The registry after the entries of the operator and of the exporter. */
function registryBlock({ log }: Example): string {
  const shown: readonly (readonly [index: number, name: 'operator' | 'exporter'])[] = [
    [0, 'operator'],
    [2, 'exporter'],
  ]
  return shown
    .map(([index, name]) => {
      const entry = log.logged[index]
      if (entry === undefined) throw new RangeError('no such entry')
      const party = entry.facts?.change?.party
      if (party === undefined) throw new RangeError('no registry statement')
      const key = registryKey('party', party)
      const value = registryValue(log.idsOf(party, index))
      const path = registryPath(entry.map, key) ?? []
      return [
        `after entry ${index}, the ${name}'s enrolment`,
        `  party  ${party}`,
        `  key    ${toHex(key)}`,
        `  value  ${toHex(value)}`,
        `  leaf   ${toHex(portableCrypto.sha256(Uint8Array.of(0, ...key, ...value)))}`,
        ...path.map((hash, step) => `  ${step === 0 ? 'path ' : '     '}  ${toHex(hash)}`),
        `  root   ${toHex(registryRoot(entry.map))}`,
      ].join('\n')
    })
    .join('\n\n')
}

function rootsBlock({ log }: Example): string {
  const { roots } = growTree(log.logged.map(({ bytes }) => bytes))
  return roots.map((root, size) => `${size}  ${toBase64(root)}`).join('\n')
}

/** All blocks by name, without a final newline. */
export async function formatBlocks(example: Example): Promise<Readonly<Record<string, string>>> {
  const { log, ids } = example
  const outcome = log.entryOf(ids.outcome)
  const transfer = log.entryOf(ids.transfer).envelope
  const { proof } = receiptJson(await log.evidence([{ id: ids.transfer }]))
  return {
    receipt: await receiptBlock(example),
    policy: POLICY_TEXT.trimEnd(),
    payload: broken(utf8Decode(outcome.envelope.payloadBytes)),
    'payload-id': outcome.id,
    disclosure: disclosureBlock(outcome.envelope),
    envelope: compact(cut(envelopeJson(transfer))),
    protected: protectedBlock(transfer),
    'envelope-digest': envelopeDigestBlock(transfer),
    entry: entryBlock(outcome.bytes),
    'first-previous': `SHA-256("waybill/v1\\n${ORIGIN}") =\n${toHex(firstPrevious(ORIGIN))}`,
    roots: rootsBlock(example),
    registry: registryBlock(example),
    checkpoint: (await log.checkpoint(log.logged.length)).trimEnd(),
    cosigned: shownLines(await cosigned(await log.checkpoint(log.logged.length))),
    'policy-witnesses': shownLines(WITNESS_POLICY_TEXT),
    proof: shownProof(String(proof)).trimEnd(),
    bundle: await bundleBlock(example),
    countries: [...COUNTRIES].join(' ').replaceAll(/(.{89}) /g, '$1\n'),
  }
}
