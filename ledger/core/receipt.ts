/**
 * The receipt: one file that proves one statement, for decades, with no network. DESIGN 4.8.
 *
 * It spells the evidence of one statement in the words of the transparency-log formats: the proof
 * is a c2sp.org/tlog-proof text that tools with no code of ours read. `genesis` (entry 0) says who
 * the registrar is; `head` (the last entry of the tree) shows what became of the signers' keys.
 * `entries`, where it is there, shows where registry statements stand in the log.
 */
import { compareBytes, equalBytes, fromBase64, toBase64 } from './bytes.js'
import { parseEntry } from './entry.js'
import { invariant, LedgerError } from './errors.js'
import {
  BUNDLE_FORMAT,
  type EntryEvidence,
  type Evidence,
  entryJson,
  hashPath,
  items,
  members,
  type PartyEvidence,
  parseBundle,
  parseEntryEvidence,
  parsePartyEvidence,
  parseStatementEvidence,
  partyStatementsJson,
  type RegistryEvidence,
  statementJson,
  text,
  whole,
} from './evidence.js'
import { portableSha256, type Sha256 } from './hash.js'
import { isObject, type Json, type JsonObject } from './json.js'
import { REGISTRY_PATH_MAX } from './registry.js'
import { statementId } from './statement.js'
import { formatTlogProof, parseTlogProof } from './tlog-proof.js'

export const RECEIPT_FORMAT = 'waybill-receipt/1'
/** File name ending by which commands know a receipt. */
export const RECEIPT_SUFFIX = '.receipt.json'
const EMPTY = new Uint8Array(0)

/** The JSON form of evidence about exactly one statement. */
export function receiptJson(evidence: Evidence, sha: Sha256 = portableSha256): JsonObject {
  const [statement, ...more] = evidence.statements
  invariant(statement !== undefined && more.length === 0, 'a receipt is about one statement')
  const genesis = evidence.entries.find(({ index }) => index === 0)
  const head = evidence.entries.at(-1)
  const own = ownEntry(evidence, sha)
  invariant(genesis !== undefined && head !== undefined, 'a receipt has entry 0 and the last one')
  const roots = {
    entry: parseEntry(own.entry).registryRoot,
    head: parseEntry(head.entry).registryRoot,
  }
  const others = evidence.entries.filter((item) => ![genesis, own, head].includes(item))
  return {
    ...(others.length === 0 ? {} : { entries: others.map(entryJson) }),
    entry: toBase64(own.entry),
    format: RECEIPT_FORMAT,
    genesis: entryJson(genesis),
    head: entryJson(head),
    proof: formatTlogProof({ index: own.index, path: own.path, checkpoint: evidence.checkpoint }),
    registry: evidence.parties.flatMap((item) => partyJson(item, evidence.registry, roots)),
    statement: statementJson(statement),
  }
}

/**
 * Reads a receipt as evidence.
 *
 * @throws LedgerError RECEIPT_MALFORMED, or the code of the part that is malformed
 */
export function parseReceipt(value: Json): Evidence {
  const receipt = members(value, receiptMembers(value), 'receipt')
  if (receipt['format'] !== RECEIPT_FORMAT) throw malformed('format')
  const proof = parseTlogProof(text(receipt['proof'], 'proof'))
  // Nobody vouches for extra data, and a receipt holds nothing that is not judged.
  if (proof.extra !== undefined) throw malformed('proof')
  const own = {
    index: proof.index,
    path: proof.path,
    entry: fromBase64(text(receipt['entry'], 'entry')),
  }
  const genesis = parseEntryEvidence(receipt['genesis'] ?? null)
  const head = parseEntryEvidence(receipt['head'] ?? null)
  const roots = {
    entry: parseEntry(own.entry).registryRoot,
    head: parseEntry(head.entry).registryRoot,
  }
  const parties = items(receipt['registry'], 'registry').map((item) => parseParty(item, roots))
  return {
    checkpoint: proof.checkpoint,
    entries: distinct([genesis, own, head, ...parseOthers(receipt['entries'])]),
    statements: [{ ...parseStatementEvidence(receipt['statement'] ?? null), index: own.index }],
    parties: parties.map(({ party }) => party),
    registry: parties.flatMap(({ registry }) => registry).sort(byRootThenParty),
  }
}

/**
 * Reads a receipt or a bundle, whichever it is.
 *
 * @throws LedgerError RECEIPT_MALFORMED
 */
export function parseEvidence(value: Json): Evidence {
  const format = isObject(value) ? value['format'] : undefined
  return format === BUNDLE_FORMAT ? parseBundle(value) : parseReceipt(value)
}

const MEMBERS = ['entry', 'format', 'genesis', 'head', 'proof', 'registry', 'statement']

/** A receipt has `entries` only where there are some: one spelling of the same evidence. */
function receiptMembers(value: Json): readonly string[] {
  const more = isObject(value) && Object.hasOwn(value, 'entries')
  return more ? ['entries', ...MEMBERS] : MEMBERS
}

function parseOthers(value: Json | undefined): readonly EntryEvidence[] {
  if (value === undefined) return []
  const entries = items(value, 'entries').map(parseEntryEvidence)
  const rising = entries.every(({ index }, at) => index > (entries[at - 1]?.index ?? 0))
  if (entries.length === 0 || !rising) throw malformed('entries')
  return entries
}

type Roots = { readonly entry: Uint8Array; readonly head: Uint8Array }

function partyJson(
  item: PartyEvidence,
  registry: readonly RegistryEvidence[],
  roots: Roots,
): readonly JsonObject[] {
  const own = registry.filter(({ party }) => party === item.party)
  const then = own.find((path) => equalBytes(path.root, roots.entry))
  const now = own.find((path) => equalBytes(path.root, roots.head))
  // Enrolled after this entry, or beside a stub: it signed nothing here and proves nothing.
  if (then === undefined || now === undefined) return []
  return [
    {
      count: then.count,
      head_path: now.path.map(toBase64),
      party: item.party,
      path: then.path.map(toBase64),
      statements: partyStatementsJson(item),
    },
  ]
}

function byRootThenParty(a: RegistryEvidence, b: RegistryEvidence): number {
  const order = compareBytes(a.root, b.root)
  if (order !== 0) return order
  return a.party < b.party ? -1 : 1
}

function parseParty(
  value: Json,
  roots: Roots,
): { readonly party: PartyEvidence; readonly registry: readonly RegistryEvidence[] } {
  const item = members(value, ['count', 'head_path', 'party', 'path', 'statements'], 'registry')
  const party = parsePartyEvidence({
    party: item['party'] ?? null,
    statements: item['statements'] ?? null,
  })
  const count = whole(item['count'], 'registry.count')
  const then = {
    root: roots.entry,
    party: party.party,
    count,
    path: hashPath(item['path'], REGISTRY_PATH_MAX),
  }
  const now = {
    root: roots.head,
    party: party.party,
    count: (party.unread?.json ?? party.statements).length,
    path: hashPath(item['head_path'], REGISTRY_PATH_MAX),
  }
  if (!equalBytes(roots.entry, roots.head)) return { party, registry: [then, now] }
  // One root has one list and one path: a second version of either would go unread.
  if (count !== now.count || !samePath(then.path, now.path)) throw malformed('registry')
  return { party, registry: [now] }
}

/** The statement's own entry: the one that commits to its id. */
function ownEntry(evidence: Evidence, sha: Sha256): EntryEvidence {
  const [statement] = evidence.statements
  invariant(statement !== undefined, 'a receipt is about one statement')
  const id = statementId(statement.envelope.payloadBytes, sha)
  const own = evidence.entries.find(({ entry }) => parseEntry(entry).id === id)
  invariant(own !== undefined, 'a receipt has its own entry')
  return own
}

function distinct(entries: readonly EntryEvidence[]): readonly EntryEvidence[] {
  const byIndex = new Map<number, EntryEvidence>()
  for (const entry of entries) {
    const known = byIndex.get(entry.index)
    if (known !== undefined && !sameEntry(known, entry)) throw malformed('entry')
    byIndex.set(entry.index, entry)
  }
  return [...byIndex.values()].sort((a, b) => a.index - b.index)
}

/** An entry that stands in two places of a receipt must stand there alike, or one goes unread. */
function sameEntry(a: EntryEvidence, b: EntryEvidence): boolean {
  return equalBytes(a.entry, b.entry) && samePath(a.path, b.path)
}

function samePath(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((hash, step) => equalBytes(hash, b[step] ?? EMPTY))
}

function malformed(at: string): LedgerError {
  return new LedgerError('RECEIPT_MALFORMED', { at })
}
