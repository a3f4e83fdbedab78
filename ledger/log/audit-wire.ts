/**
 * What goes between an audit and its workers: stored records there, facts or refusals back.
 *
 * A chunk travels as one transferred buffer with its lengths, and facts come back as one text.
 */
import { concatBytes } from '../core/bytes.js'
import type { ErrorCode } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import { type DerivedCounts, type DerivedKind, noDerived } from './audit-derived.js'
import type { StoredDisclosure } from './records.js'
import type { RulesSum } from './rules-mark.js'
import type { StoredParts } from './statement-scan.js'
import { fromText, type Texted, toText } from './text-wire.js'

/** One statement as stored. `stored` is undefined when its body is missing or unreadable. */
export type AuditItem = {
  readonly index: number
  readonly entry: Uint8Array
  readonly stored: StoredParts | undefined
}

/** The facts of a statement that is sound in itself, or the code of what is wrong. */
export type AuditItemResult =
  | {
      readonly facts: StatementFacts
      /** What it gives to the rules index, where that is audited. */
      readonly rules?: RulesSum | undefined
      /** Kinds of derived records that are not stored as it gives them; absent when nobody compared. */
      readonly lost?: readonly DerivedKind[]
    }
  | {
      readonly code: ErrorCode
      readonly detail?: string | undefined
      readonly facts?: undefined
      readonly rules?: undefined
    }

/** What a worker is started with; `sharedAt` where it may open the store. */
export type AuditWorkerData = {
  readonly origin: string
  /** Whether each statement is asked what it gives to the rules index. */
  readonly rules: boolean
  readonly sharedAt?: string
}

/** An entry with what was judged of its statement; both are undefined when it is missing or unreadable. */
export type JudgedEntry = {
  readonly index: number
  readonly entry: Uint8Array | undefined
  readonly result: AuditItemResult | undefined
}

/** A stretch of the log, and how many derived records it gives where they were compared. */
export type Judged = {
  readonly entries: readonly JudgedEntry[]
  readonly given?: DerivedCounts
}

/**
 * Statements that the main thread has read. Per item in `numbers`: index, bytes of the entry, bytes of
 * the body (-1: none), disclosures, then position and length of each disclosure: characters of `texts`,
 * or for bytes that are no text, their number as -1 - n.
 */
export type ItemsRequest = {
  readonly kind: 'items'
  readonly number: number
  readonly items: number
  readonly numbers: Float64Array
  readonly bytes: Uint8Array
  readonly texts: string
}

/** Entries `from` up to, not including, `to`, which the worker reads itself. */
export type StretchRequest = {
  readonly kind: 'stretch'
  readonly number: number
  readonly from: number
  readonly to: number
}

/** The end: a worker that has a store open gives it back, then stops. */
export type EndRequest = { readonly kind: 'end' }

export type AuditRequest = ItemsRequest | StretchRequest

export type ItemsReply = { readonly kind: 'items'; readonly results: Texted<AuditItemResult> }
/** Lengths of the entries, -1 for one that is missing; null in place of the result of such a one. */
export type StretchReply = {
  readonly kind: 'stretch'
  readonly bytes: Uint8Array
  readonly lengths: readonly number[]
  readonly results: Texted<AuditItemResult | null>
  readonly given: DerivedCounts
}
/** What reading ran into that is not of any one entry. */
export type FailedReply = {
  readonly kind: 'failed'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>
}
export type AuditReply = { readonly number: number } & (ItemsReply | StretchReply | FailedReply)

export function packItems(number: number, items: readonly AuditItem[]): ItemsRequest {
  const parts: Uint8Array[] = []
  let texts = ''
  const numbers: number[] = []
  for (const { index, entry, stored } of items) {
    numbers.push(index, entry.length, stored?.body.length ?? -1, stored?.disclosures.length ?? 0)
    parts.push(entry)
    if (stored === undefined) continue
    parts.push(stored.body)
    stored.disclosures.forEach((disclosure, at) => {
      const isText = typeof disclosure === 'string'
      numbers.push(stored.ordinals[at] ?? -1, isText ? disclosure.length : -1 - disclosure.length)
      if (isText) texts += disclosure
      else parts.push(disclosure)
    })
  }
  return {
    kind: 'items',
    number,
    items: items.length,
    numbers: Float64Array.from(numbers),
    bytes: concatBytes(...parts),
    texts,
  }
}

export function unpackItems({ items, numbers, bytes, texts }: ItemsRequest): readonly AuditItem[] {
  let at = 0
  let offset = 0
  let chars = 0
  const next = (): number => numbers[at++] ?? -1
  const part = (length: number): Uint8Array => {
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  const disclosure = (length: number): StoredDisclosure => {
    if (length < 0) return part(-1 - length)
    chars += length
    return texts.slice(chars - length, chars)
  }
  return Array.from({ length: items }, () => {
    const [index, entryBytes, bodyBytes, count] = [next(), next(), next(), next()]
    const entry = part(entryBytes)
    if (bodyBytes < 0) return { index, entry, stored: undefined }
    const body = part(bodyBytes)
    const ordinals: number[] = []
    const disclosures: StoredDisclosure[] = []
    for (let left = count; left > 0; left -= 1) {
      ordinals.push(next())
      disclosures.push(disclosure(next()))
    }
    return { index, entry, stored: { body, disclosures, ordinals } }
  })
}

export function packResults(results: readonly AuditItemResult[]): ItemsReply {
  return { kind: 'items', results: toText(results, ({ facts }) => holdsKeys(facts)) }
}

export function unpackResults({ results }: ItemsReply): readonly AuditItemResult[] {
  return fromText(results)
}

export function packStretch({ entries, given }: Judged): StretchReply {
  const found = entries.flatMap(({ entry }) => (entry === undefined ? [] : [entry]))
  const results = entries.map(({ result }) => result ?? null)
  return {
    kind: 'stretch',
    bytes: concatBytes(...found),
    lengths: entries.map(({ entry }) => entry?.length ?? -1),
    results: toText(results, (result) => holdsKeys(result?.facts)),
    given: given ?? noDerived(),
  }
}

/** @param from index of the first entry */
export function unpackStretch(from: number, reply: StretchReply): Judged {
  const results = fromText(reply.results)
  let offset = 0
  const entries = reply.lengths.map((length, position): JudgedEntry => {
    const index = from + position
    if (length < 0) return { index, entry: undefined, result: undefined }
    offset += length
    const entry = reply.bytes.subarray(offset - length, offset)
    return { index, entry, result: results[position] ?? undefined }
  })
  return { entries, given: reply.given }
}

/** Registry statements bring keys, which are bytes. */
export function holdsKeys(facts: StatementFacts | undefined): boolean {
  return facts?.type === 'party/1' || facts?.type === 'key/1'
}
