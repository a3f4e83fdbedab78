/** What goes between an audit and its workers: raw records there, facts or refusals back. */
import { concatBytes } from '../core/bytes.js'
import type { ErrorCode } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { StatementRecord } from './records.js'

/** A stored statement with the positions that its disclosures are stored under, rising. */
export type AuditRecord = StatementRecord & { readonly ordinals: readonly number[] }

/** One statement as stored. `record` is undefined when its body is missing or unreadable. */
export type AuditItem = {
  readonly index: number
  readonly entry: Uint8Array
  readonly record: AuditRecord | undefined
}

/** The facts of a statement that is sound in itself, or the code of what is wrong. */
export type AuditItemResult =
  | { readonly facts: StatementFacts }
  | { readonly code: ErrorCode; readonly detail: string | undefined; readonly facts?: undefined }

/** Lengths per item: entry, payload, signature count, each protected and signature, then disclosures. */
export type AuditRequest = {
  readonly kind: 'audit'
  readonly number: number
  readonly indexes: readonly number[]
  readonly lengths: readonly (readonly number[])[]
  readonly ordinals: readonly (readonly number[])[]
  readonly bytes: Uint8Array
}

export type AuditReply = { readonly number: number; readonly results: readonly AuditItemResult[] }

export function packItems(number: number, items: readonly AuditItem[]): AuditRequest {
  const parts: Uint8Array[] = []
  const lengths = items.map(({ entry, record }) => {
    const own = [entry]
    if (record !== undefined) {
      own.push(record.payload)
      for (const item of record.signatures) own.push(item.protected, item.signature)
      own.push(...record.disclosures)
    }
    parts.push(...own)
    const count = record === undefined ? -1 : record.signatures.length
    return [count, ...own.map((part) => part.length)]
  })
  return {
    kind: 'audit',
    number,
    indexes: items.map(({ index }) => index),
    lengths,
    ordinals: items.map(({ record }) => record?.ordinals ?? []),
    bytes: concatBytes(...parts),
  }
}

export function unpackItems(request: AuditRequest): readonly AuditItem[] {
  let offset = 0
  return request.lengths.map(([count = -1, ...lengths], position) => {
    const parts = lengths.map((length) => {
      const part = request.bytes.subarray(offset, offset + length)
      offset += length
      return part
    })
    const [entry = new Uint8Array(0), payload, ...rest] = parts
    const index = request.indexes[position] ?? -1
    if (count < 0 || payload === undefined) return { index, entry, record: undefined }
    const signatures = Array.from({ length: count }, (_, at) => ({
      protected: rest[2 * at] ?? new Uint8Array(0),
      signature: rest[2 * at + 1] ?? new Uint8Array(0),
    }))
    const disclosures = rest.slice(2 * count)
    const ordinals = request.ordinals[position] ?? []
    return { index, entry, record: { payload, signatures, disclosures, ordinals } }
  })
}
