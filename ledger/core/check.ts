/**
 * The full check of one statement: form, every claim opened, schema, roles and signatures.
 *
 * What can change between this check and the commit (key state, parents, custody, deadlines) is not
 * asked here: the writer asks it when it sequences. `CheckedStatement` can only be made by this
 * file, so nothing unchecked can be appended.
 */

import { portableCodec } from './codec.js'
import { type OpenClaims, openClaims } from './disclosure.js'
import type { Crypto, PublicKey } from './ed25519.js'
import { type Envelope, type EnvelopeSignature, envelopeDigest, signingInput } from './envelope.js'
import { type ErrorCode, invariant, LedgerError } from './errors.js'
import { factsOf, type StatementFacts } from './facts.js'
import type { Json } from './json.js'
import type { KeyId } from './jwk.js'
import type { ClaimSchema, Issue, StatementSchema } from './schema.js'
import { checkValue } from './schema.js'
import { checkCross, roleSetsOf, schemaOf } from './schemas.js'
import { type Payload, parsePayload, type StatementId, statementId } from './statement.js'

declare const checked: unique symbol

/** A statement whose payload and disclosures were read; claims may be withheld, signatures are unverified. */
export type OpenedStatement = {
  readonly id: StatementId
  readonly payload: Payload
  readonly schema: StatementSchema
  readonly open: OpenClaims
  readonly envelope: Envelope
}

/** A statement with every claim opened and every signature it carries verified. */
export type CheckedStatement = OpenedStatement & {
  readonly [checked]: true
  readonly envelopeDigest: Uint8Array
  readonly facts: StatementFacts
}

export type CheckContext = {
  /** The ledger this statement must be for. */
  readonly origin: string
  readonly crypto: Crypto
  /** Public key of a key id that was ever enrolled; whether it may sign now is the writer's question. */
  readonly keyOf: (kid: KeyId) => PublicKey | undefined
  /** The statement comes from a log's store, where claims that the parties keep are no longer (DESIGN 4.1). */
  readonly stored?: boolean
}

/**
 * Reads payload and disclosures; withheld claims are allowed.
 *
 * @param textAt the decoded text of a disclosure, for a caller that has its bytes anyhow
 * @throws LedgerError as parsePayload and openClaims
 */
export function openStatement(
  envelope: Envelope,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
  textAt?: (position: number) => string,
): OpenedStatement {
  const payload = parsePayload(envelope.payloadBytes)
  const schema = schemaOf(payload.type)
  invariant(schema !== undefined, 'a parsed payload has a schema')
  const isList = (claim: string): boolean => schema.claims[claim]?.list === true
  const open = openClaims(payload, isList, envelope.disclosures, { codec: crypto.codec, textAt })
  return { id: statementId(envelope.payloadBytes, crypto.sha256), payload, schema, open, envelope }
}

/**
 * Checks all that one statement alone can show.
 *
 * @throws LedgerError with the first issue's code; `details.issues` lists all that were found
 */
export function checkStatement(envelope: Envelope, context: CheckContext): CheckedStatement {
  return checkOpened(openStatement(envelope, context.crypto), context)
}

/**
 * As `checkStatement`, for what is opened already: an audit opens what it reads.
 *
 * @param digest the envelope digest, where it was computed before
 */
export function checkOpened(
  opened: OpenedStatement,
  context: CheckContext,
  digest?: Uint8Array,
): CheckedStatement {
  const issues = claimIssues(opened, context.stored)
  if (opened.payload.origin !== context.origin) issues.push({ code: 'AUDIENCE_WRONG', at: 'aud' })
  throwIssues(issues)
  const facts = factsOf(opened)
  throwIssues([...partyIssues(facts), ...signatureIssues(opened, facts, context)])
  return {
    ...opened,
    envelopeDigest: digest ?? envelopeDigest(opened.envelope, context.crypto.codec),
    facts,
  } as CheckedStatement
}

/** Every issue of the claims: withheld, of wrong form, or at odds with each other. */
export function claimIssues(opened: OpenedStatement, stored = false): Issue[] {
  const { open, schema } = opened
  const withheld = open.withheld
    .filter((name) => !(stored && schema.claims[name]?.holderKept === true))
    .map((name): Issue => ({ code: 'CLAIM_NOT_OPENED', at: `claims.${name}` }))
  return withheld.length > 0 ? withheld : openClaimIssues(opened)
}

/** Issues of the claims that are open: of form and, where there are none, with each other. */
export function openClaimIssues(opened: OpenedStatement): Issue[] {
  const issues = claimFormIssues(opened)
  return issues.length > 0 ? issues : [...checkCross(opened.payload, opened.open.claims)]
}

/** Issues of form of the claims that are open. */
export function claimFormIssues({ open, schema }: OpenedStatement): Issue[] {
  const issues: Issue[] = []
  for (const name of Object.keys(schema.claims)) {
    const claim = schema.claims[name]
    const values = open.claims.get(name)?.values
    if (claim !== undefined && values !== undefined) collectIssues(values, claim, name, issues)
  }
  return issues
}

function collectIssues(
  values: readonly (Json | undefined)[],
  claim: ClaimSchema,
  name: string,
  issues: Issue[],
): void {
  if (isAbsent(values, claim)) {
    if (claim.required) issues.push({ code: 'CLAIM_MISSING', at: `claims.${name}` })
    return
  }
  for (let position = 0; position < values.length; position += 1) {
    const value = values[position]
    const found = value === undefined ? [] : checkValue(value, claim.shape, '')
    if (found.length === 0) continue
    const at = `claims.${name}${claim.list ? `[${position}]` : ''}`
    for (const issue of found) issues.push({ ...issue, at: `${at}${issue.at}` })
  }
}

function isAbsent(values: readonly (Json | undefined)[], claim: ClaimSchema): boolean {
  const [first] = values
  return values.length === 1 && (claim.list ? isEmptyList(first) : first === null)
}

/** Does this signature cover this payload under this key? Form was checked when it was parsed. */
export function signatureVerifies(
  envelope: Envelope,
  signature: EnvelopeSignature,
  key: PublicKey,
  crypto: Crypto,
): boolean {
  const codec = crypto.codec ?? portableCodec
  const message = signingInput(signature.protected, envelope.payload, codec)
  return crypto.verify(codec.bytesOf(signature.signature), message, key)
}

/**
 * Roles that have yet to sign; empty when the statement is complete.
 *
 * @throws LedgerError ROLE_NOT_ALLOWED when no role set of the type has all roles that did sign:
 * nothing that is still to come could make such a statement complete
 */
export function missingRoles(
  opened: OpenedStatement,
  facts: Pick<StatementFacts, 'action' | 'refusal'>,
): readonly string[] {
  const present = opened.envelope.signatures.map((item) => item.header.role)
  const sets = roleSetsOf(opened.schema, facts.action ?? facts.refusal).filter((set) =>
    present.every((role) => set.includes(role)),
  )
  const [first] = sets
  if (first === undefined) throw new LedgerError('ROLE_NOT_ALLOWED', { at: 'signatures' })
  if (sets.some((set) => set.length === present.length)) return []
  return first.filter((role) => !present.includes(role))
}

/** The first issue as an error, with all of them in its details. */
export function throwIssues(issues: readonly Issue[]): void {
  const [first] = issues
  if (first === undefined) return
  throw new LedgerError(first.code, { at: first.at, ...first.details, issues })
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** Two sides of a statement must be two parties. DESIGN 4.2. */
export function partyIssues(facts: StatementFacts): Issue[] {
  const { exporter, importer } = facts.parties
  const same = exporter !== undefined && exporter === importer
  return same ? [{ code: 'ROLES_SAME_PARTY', at: 'claims.importer' }] : []
}

function signatureIssues(
  opened: OpenedStatement,
  facts: StatementFacts,
  context: CheckContext,
): Issue[] {
  const { envelope, schema } = opened
  const roles = envelope.signatures.map((item) => item.header.role)
  const sets = roleSetsOf(schema, facts.action ?? facts.refusal)
  if (!sets.some((set) => roles.every((role) => set.includes(role)))) {
    return [{ code: 'ROLE_NOT_ALLOWED', at: 'signatures' }]
  }
  const issues: Issue[] = []
  for (const [position, signature] of envelope.signatures.entries()) {
    const code = signatureIssue(envelope, signature, facts, context)
    if (code !== undefined) issues.push({ code, at: `signatures[${position}]` })
  }
  return issues
}

function signatureIssue(
  envelope: Envelope,
  signature: EnvelopeSignature,
  facts: StatementFacts,
  context: CheckContext,
): ErrorCode | undefined {
  const { kid, role } = signature.header
  // A key that the statement itself brings: the first key of a party, or the one being added.
  const own = facts.ownKeys[role]
  if (own !== undefined && own.kid !== kid) return 'ROLE_KEY_WRONG'
  // Entry 0: the operator admits itself with the key it brings; the writer asks whose key it is.
  const brought = Object.values(facts.ownKeys).find((candidate) => candidate.kid === kid)
  const key = brought === undefined ? context.keyOf(kid) : brought.key
  if (key === undefined) return 'KEY_UNKNOWN'
  return signatureVerifies(envelope, signature, key, context.crypto)
    ? undefined
    : 'SIGNATURE_INVALID'
}
