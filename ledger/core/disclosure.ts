/**
 * Disclosures: the values behind a payload's placeholders. RFC 9901 §4.2, DESIGN 4.1.
 *
 * A disclosure is the JCS array `[salt, value]`; its base64url text hashes to the digest in the
 * placeholder. An absent value is disclosed as null and an empty list as one disclosure of [], so
 * that withheld can always be told from absent.
 */
import { toBase64url, utf8Encode } from './bytes.js'
import { type Codec, portableCodec } from './codec.js'
import { LedgerError } from './errors.js'
import { encodeJcs, type Json, parseCanonicalText } from './json.js'
import { DEPTH_MAX, VALUE_BYTES_MAX } from './limits.js'
import type { Payload } from './statement.js'

/** One claim with what of it is known; `undefined` stands for a withheld value. */
export type OpenClaim = { readonly list: boolean; readonly values: readonly (Json | undefined)[] }

export type OpenClaims = {
  readonly claims: ReadonlyMap<string, OpenClaim>
  /** Names of claims of which at least one value is withheld, sorted. */
  readonly withheld: readonly string[]
  /** Each known disclosure's text at the position of its placeholder; undefined where withheld. */
  readonly ordered: readonly (string | undefined)[]
}

const SALT = /^[A-Za-z0-9_-]{21}[AQgw]$/
/** `["` salt `",` and `]` around a value: 27 bytes more than the value itself. */
const DISCLOSURE_CHARS_MAX = Math.ceil(((VALUE_BYTES_MAX + 27) * 4) / 3)

/** The base64url text of a disclosure. `salt` is 16 random bytes in base64url. */
export function encodeDisclosure(salt: string, value: Json): string {
  return toBase64url(utf8Encode(encodeJcs([salt, value])))
}

/** Digest of a disclosure's base64url text: what its placeholder holds. RFC 9901 §4.2.3. */
export function disclosureDigest(disclosure: string, codec: Codec = portableCodec): string {
  return codec.digestOf(disclosure)
}

/** How disclosures are read. */
export type DisclosureReading = {
  /** Native conversions, where there are any. */
  readonly codec?: Codec | undefined
  /** The decoded text of the disclosure at a position, for a caller that has its bytes anyhow. */
  readonly textAt?: ((position: number) => string) | undefined
}

/**
 * Matches disclosures with placeholders and reads their values.
 *
 * Each disclosure must match exactly one placeholder, none may come twice, and salts are unique in
 * the statement. Whether all are there is the caller's question (`withheld`).
 *
 * @throws LedgerError DISCLOSURE_INVALID, DISCLOSURE_UNMATCHED, DISCLOSURE_REPEATED, VALUE_TOO_LARGE
 */
export function openClaims(
  payload: Payload,
  isList: (claim: string) => boolean,
  disclosures: readonly string[],
  { codec = portableCodec, textAt }: DisclosureReading = {},
): OpenClaims {
  const byDigest = digestTable(disclosures, codec)
  const salts = new Set<string>()
  const claims = new Map<string, OpenClaim>()
  const withheld: string[] = []
  const ordered: (string | undefined)[] = []
  let matched = 0
  for (const [name, digests] of payload.claims) {
    const values = digests.map((digest) => {
      const position = byDigest.get(digest)
      ordered.push(position === undefined ? undefined : disclosures[position])
      if (position === undefined) return undefined
      matched += 1
      const json = textAt?.(position) ?? codec.textOf(disclosures[position] ?? '')
      return readValue(json, salts, name)
    })
    if (values.includes(undefined)) withheld.push(name)
    claims.set(name, { list: isList(name), values })
  }
  if (matched !== byDigest.size) throw new LedgerError('DISCLOSURE_UNMATCHED')
  return { claims, withheld, ordered }
}

/** Position of each disclosure by its digest. */
function digestTable(disclosures: readonly string[], codec: Codec): Map<string, number> {
  const table = new Map<string, number>()
  for (const [position, text] of disclosures.entries()) {
    if (text.length > DISCLOSURE_CHARS_MAX) {
      throw new LedgerError('VALUE_TOO_LARGE', { bytesMax: VALUE_BYTES_MAX })
    }
    const digest = disclosureDigest(text, codec)
    if (table.has(digest)) throw new LedgerError('DISCLOSURE_REPEATED')
    table.set(digest, position)
  }
  return table
}

function readValue(json: string, salts: Set<string>, claim: string): Json {
  const pair = parseCanonicalText(json, DEPTH_MAX + 1)
  if (!Array.isArray(pair) || pair.length !== 2)
    throw new LedgerError('DISCLOSURE_INVALID', { at: `claims.${claim}` })
  const [salt, value] = pair as [Json, Json]
  if (typeof salt !== 'string' || !SALT.test(salt))
    throw new LedgerError('DISCLOSURE_INVALID', { at: `claims.${claim}`, reason: 'salt' })
  if (salts.has(salt))
    throw new LedgerError('DISCLOSURE_REPEATED', { at: `claims.${claim}`, reason: 'salt' })
  salts.add(salt)
  return value
}

/** A scalar claim's value; undefined when withheld or not of the type. An absent value is null. */
export function scalarClaim(open: OpenClaims, name: string): Json | undefined {
  return open.claims.get(name)?.values[0]
}

/** A list claim's elements; undefined when any of them is withheld. */
export function listClaim(open: OpenClaims, name: string): readonly Json[] | undefined {
  const values = open.claims.get(name)?.values
  if (values === undefined) return undefined
  if (values.length === 1 && Array.isArray(values[0])) return []
  return values.every((value) => value !== undefined) ? (values as readonly Json[]) : undefined
}
