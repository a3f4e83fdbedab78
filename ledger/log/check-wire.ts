/**
 * What goes between the writer's thread and its check workers.
 *
 * Byte strings of a whole chunk travel as one transferred buffer with their lengths, because cloning
 * many small arrays costs more than checking a signature.
 */
import { concatBytes } from '../core/bytes.js'
import type { PublicKey } from '../core/ed25519.js'
import { type ErrorCode, invariant, LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { KeyId } from '../core/jwk.js'
import { holdsKeys } from './audit-wire.js'
import type { CheckResult } from './check-text.js'
import type { Prepared } from './prepared.js'
import type { TakenClaims } from './rules-statement.js'
import { fromText, type Texted, toText } from './text-wire.js'

export type CheckRequest =
  | { readonly kind: 'keys'; readonly kids: readonly KeyId[]; readonly keys: Uint8Array }
  | {
      readonly kind: 'check'
      readonly number: number
      readonly bytes: Uint8Array
      readonly lengths: readonly number[]
    }

type PackedItem =
  | {
      readonly facts: StatementFacts
      readonly missing: readonly string[]
      readonly claims: TakenClaims
      readonly lengths: readonly number[]
    }
  | { readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> }

export type CheckReply = {
  readonly number: number
  readonly bytes: Uint8Array
  readonly items: Texted<PackedItem>
}

/** Length that stands for a disclosure which the parties keep. */
const KEPT = -1
const KEY_BYTES = 32

export function packKeys(keys: readonly (readonly [KeyId, PublicKey])[]): CheckRequest {
  return {
    kind: 'keys',
    kids: keys.map(([kid]) => kid),
    keys: concatBytes(...keys.map(([, key]) => key)),
  }
}

export function unpackKeys(
  request: CheckRequest & { readonly kind: 'keys' },
): readonly (readonly [KeyId, PublicKey])[] {
  // The writer's thread parsed these keys; brands do not survive the crossing.
  return request.kids.map((kid, position) => [
    kid,
    request.keys.slice(position * KEY_BYTES, (position + 1) * KEY_BYTES) as PublicKey,
  ])
}

export function packTexts(number: number, texts: readonly Uint8Array[]): CheckRequest {
  return {
    kind: 'check',
    number,
    bytes: concatBytes(...texts),
    lengths: texts.map((text) => text.length),
  }
}

export function unpackTexts(
  request: CheckRequest & { readonly kind: 'check' },
): readonly Uint8Array[] {
  return cut(request.bytes, request.lengths)
}

export function packReplies(
  number: number,
  results: readonly CheckResult[],
): { readonly reply: CheckReply; readonly transfer: readonly ArrayBuffer[] } {
  const parts: Uint8Array[] = []
  const items = results.map((result): PackedItem => {
    if (result instanceof LedgerError) return { code: result.code, details: result.details }
    const own = [result.envelopeDigest, result.body, result.proposal, ...result.disclosures]
    for (const part of own) if (part !== undefined) parts.push(part)
    return {
      facts: result.facts,
      missing: result.missing,
      claims: result.claims,
      lengths: own.map((part) => (part === undefined ? KEPT : part.length)),
    }
  })
  const bytes = concatBytes(...parts)
  const texted = toText(items, (item) => 'facts' in item && holdsKeys(item.facts))
  return { reply: { number, bytes, items: texted }, transfer: [bytes.buffer as ArrayBuffer] }
}

export function unpackReplies(reply: CheckReply): readonly CheckResult[] {
  let offset = 0
  return fromText(reply.items).map((item) => {
    if ('code' in item) return new LedgerError(item.code, item.details)
    const own = cut(reply.bytes.subarray(offset), item.lengths)
    offset += item.lengths.reduce((sum, length) => sum + Math.max(length, 0), 0)
    const [envelopeDigest, body, proposal, ...disclosures] = own
    invariant(
      envelopeDigest !== undefined && body !== undefined && proposal !== undefined,
      'three fixed parts',
    )
    return {
      facts: item.facts,
      missing: item.missing,
      envelopeDigest,
      body,
      claims: item.claims,
      proposal,
      disclosures: disclosures.map((part, position) =>
        item.lengths[position + 3] === KEPT ? undefined : part,
      ),
    } as unknown as Prepared
  })
}

function cut(bytes: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  let offset = 0
  return lengths.map((length) => {
    const end = offset + Math.max(length, 0)
    const part = bytes.subarray(offset, end)
    offset = end
    return part
  })
}
