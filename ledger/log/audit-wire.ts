/**
 * What goes between an audit and its workers: stored records there, facts or refusals back.
 *
 * A chunk travels as one transferred buffer with its lengths, and facts come back as one text.
 */
import { concatBytes } from '../core/bytes.js'
import { type ErrorCode, LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import { decodeBody } from '../store/codec.js'
import type { StatementRecord } from './records.js'
import type { RulesSum } from './rules-mark.js'
import { fromText, type Texted, toText } from './text-wire.js'

/** A statement's records as the store gave them, with the positions that its disclosures are stored under, rising. */
export type StoredParts = {
  readonly body: Uint8Array
  readonly disclosures: readonly Uint8Array[]
  readonly ordinals: readonly number[]
}

/** A stored statement with the positions that its disclosures are stored under, rising. */
export type AuditRecord = StatementRecord & Pick<StoredParts, 'ordinals'>

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
    }
  | {
      readonly code: ErrorCode
      readonly detail?: string | undefined
      readonly facts?: undefined
      readonly rules?: undefined
    }

/**
 * Per item in `numbers`: index, bytes of the entry, bytes of the body (-1: none), disclosures, then
 * position and bytes of each disclosure.
 */
export type AuditRequest = {
  readonly kind: 'audit'
  readonly number: number
  readonly items: number
  readonly numbers: Float64Array
  readonly bytes: Uint8Array
}

export type AuditReply = { readonly number: number; readonly results: Texted<AuditItemResult> }

/** Undefined for a body that no commit wrote. */
export function recordOf({ body, disclosures, ordinals }: StoredParts): AuditRecord | undefined {
  try {
    return { ...decodeBody(body), disclosures, ordinals }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

export function packItems(number: number, items: readonly AuditItem[]): AuditRequest {
  const parts: Uint8Array[] = []
  const numbers: number[] = []
  for (const { index, entry, stored } of items) {
    numbers.push(index, entry.length, stored?.body.length ?? -1, stored?.disclosures.length ?? 0)
    parts.push(entry)
    if (stored === undefined) continue
    parts.push(stored.body)
    stored.disclosures.forEach((disclosure, at) => {
      numbers.push(stored.ordinals[at] ?? -1, disclosure.length)
      parts.push(disclosure)
    })
  }
  return {
    kind: 'audit',
    number,
    items: items.length,
    numbers: Float64Array.from(numbers),
    bytes: concatBytes(...parts),
  }
}

export function unpackItems({ items, numbers, bytes }: AuditRequest): readonly AuditItem[] {
  let at = 0
  let offset = 0
  const next = (): number => numbers[at++] ?? -1
  const part = (length: number): Uint8Array => {
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  return Array.from({ length: items }, () => {
    const [index, entryBytes, bodyBytes, count] = [next(), next(), next(), next()]
    const entry = part(entryBytes)
    if (bodyBytes < 0) return { index, entry, stored: undefined }
    const body = part(bodyBytes)
    const ordinals: number[] = []
    const disclosures: Uint8Array[] = []
    for (let left = count; left > 0; left -= 1) {
      ordinals.push(next())
      disclosures.push(part(next()))
    }
    return { index, entry, stored: { body, disclosures, ordinals } }
  })
}

export function packResults(number: number, results: readonly AuditItemResult[]): AuditReply {
  return { number, results: toText(results, ({ facts }) => holdsKeys(facts)) }
}

export function unpackResults({ results }: AuditReply): readonly AuditItemResult[] {
  return fromText(results)
}

/** Registry statements bring keys, which are bytes. */
export function holdsKeys(facts: StatementFacts | undefined): boolean {
  return facts?.type === 'party/1' || facts?.type === 'key/1'
}
