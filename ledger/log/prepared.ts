/**
 * Prepared statements: what the writer needs of a checked statement, ready to be stored.
 *
 * A worker makes it from a `CheckedStatement` and hands it to the writer's thread; the heavy parts
 * (signatures, disclosures, digests) are done by then, and the writer parses no JSON.
 */

import { type CheckedStatement, missingRoles } from '../core/check.js'
import { type Codec, portableCodec } from '../core/codec.js'
import { envelopeJson } from '../core/envelope.js'
import { invariant } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import { encodeJcsBytes } from '../core/json.js'
import { encodeBody } from '../store/codec.js'
import { type TakenClaims, takenClaims } from './rules-statement.js'

declare const prepared: unique symbol

export type Prepared = {
  readonly [prepared]: true
  readonly facts: StatementFacts
  /** Roles that have yet to sign; empty for a statement that can be admitted. */
  readonly missing: readonly string[]
  readonly envelopeDigest: Uint8Array
  /** Store record of payload and signatures; empty while roles are missing. */
  readonly body: Uint8Array
  /** Disclosure bytes by position of their placeholder; undefined where the parties keep them. */
  readonly disclosures: readonly (Uint8Array | undefined)[]
  /** Claims that judging may look at. */
  readonly claims: TakenClaims
  /** Store record of a waiting proposal: the envelope as JCS; empty when nothing is missing. */
  readonly proposal: Uint8Array
}

const NOTHING = new Uint8Array(0)

export function prepareStatement(
  checked: CheckedStatement,
  codec: Codec = portableCodec,
): Prepared {
  const missing = missingRoles(checked, checked.facts)
  const waiting = missing.length > 0
  return {
    facts: checked.facts,
    missing,
    envelopeDigest: checked.envelopeDigest,
    body: waiting ? NOTHING : bodyOf(checked, codec),
    disclosures: waiting ? [] : disclosuresOf(checked, codec),
    claims: takenClaims(checked),
    proposal: waiting ? encodeJcsBytes(envelopeJson(checked.envelope)) : NOTHING,
  } as unknown as Prepared
}

function bodyOf({ envelope }: CheckedStatement, { bytesOf }: Codec): Uint8Array {
  const signatures = envelope.signatures.map((item) => ({
    protected: bytesOf(item.protected),
    signature: bytesOf(item.signature),
  }))
  return encodeBody({ payload: envelope.payloadBytes, signatures })
}

/** A claim that the schema marks holder-kept was checked above and is not stored (DESIGN 4.1). */
function disclosuresOf(
  { payload, open, schema }: CheckedStatement,
  { bytesOf }: Codec,
): readonly (Uint8Array | undefined)[] {
  const records: (Uint8Array | undefined)[] = []
  for (const [name, digests] of payload.claims) {
    const kept = schema.claims[name]?.holderKept === true
    for (let count = 0; count < digests.length; count += 1) {
      const text = open.ordered[records.length]
      invariant(kept || text !== undefined, 'a checked statement has every claim opened')
      records.push(kept || text === undefined ? undefined : bytesOf(text))
    }
  }
  return records
}
