/**
 * Statements made by hand: well signed over whatever one likes. Nothing here refuses anything.
 */
import { randomBytes } from 'node:crypto'
import { buildStatement } from '../../ledger/core/build.js'
import { toBase64url, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { encodeJcs, type Json, type JsonObject } from '../../ledger/core/json.js'
import { type Draft, ORIGIN, type Signing } from '../log/support/statements.js'

/** Stands in what is submitted, and must stand in nothing that comes back or is logged. */
export const CANARY = 'Kanarienvogel-8841'

/** What is done to a statement on its way; each step gets what the steps before it made. */
export type Tricks = {
  /** Members of the payload, before they are encoded. */
  readonly payload?: (payload: Record<string, Json>) => Json
  /** Its text, before it is signed. */
  readonly text?: (text: string) => string
  /** Its bytes, before they are signed. */
  readonly bytes?: (bytes: Uint8Array) => Uint8Array
  readonly disclosures?: (list: readonly string[]) => readonly Json[]
  /** Members of a protected header, before they are encoded. */
  readonly header?: (header: Record<string, Json>) => Json
  readonly headerText?: (text: string) => string
  /** Signature bytes. */
  readonly signature?: (bytes: Uint8Array) => Uint8Array
  /** The finished envelope. */
  readonly envelope?: (envelope: Record<string, Json>, signatures: Record<string, Json>[]) => Json
}

export function nowS(): number {
  return Math.floor(Date.now() / 1000)
}

/** A statement signed in these roles, with these tricks played on it. */
export async function forge(
  draft: Draft,
  signings: readonly Signing[],
  tricks: Tricks = {},
): Promise<Json> {
  const same = <T>(value: T): T => value
  const built = buildStatement({ origin: ORIGIN, iat: nowS(), ...draft }, random)
  const members = JSON.parse(utf8Decode(built.payloadBytes)) as Record<string, Json>
  const text = (tricks.text ?? same)(encodeJcs((tricks.payload ?? same<Json>)(members as never)))
  const payload = toBase64url((tricks.bytes ?? same)(utf8Encode(text)))
  const disclosures = (tricks.disclosures ?? same<readonly Json[]>)(built.disclosures as never)
  const signatures: Record<string, Json>[] = []
  for (const [role, signer] of signings) {
    const header = { alg: 'Ed25519', iat: nowS(), kid: signer.kid, role, typ: 'waybill+sd-jwt' }
    const head = (tricks.headerText ?? same)(
      encodeJcs((tricks.header ?? same<Json>)(header as never)),
    )
    const encoded = toBase64url(utf8Encode(head))
    const signature = await signer.sign(utf8Encode(`${encoded}.${payload}`))
    signatures.push({
      ...(signatures.length === 0 ? { header: { disclosures } } : {}),
      protected: encoded,
      signature: toBase64url((tricks.signature ?? same)(signature)),
    })
  }
  const envelope = { payload, signatures }
  return tricks.envelope === undefined ? envelope : tricks.envelope(envelope, signatures)
}

/** A signature of a forged statement, as countersigning sends it. */
export function signatureAt(envelope: Json, position: number): JsonObject {
  const { signatures } = envelope as { readonly signatures: readonly JsonObject[] }
  const { protected: head = '', signature = '' } = signatures[position] ?? {}
  return { protected: head, signature }
}

/** JSON nested so deep. */
export function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

/** An object with a member that objects inherit: own, as a parser makes it. */
export function withProto(value: Json): JsonObject {
  return JSON.parse(`{"__proto__":${JSON.stringify(value)}}`) as JsonObject
}

function random(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count))
}
