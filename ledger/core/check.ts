/**
 * The full check of one statement: form, every claim opened, schema, roles and signatures.
 *
 * What can change between this check and the commit (key state, parents, custody, deadlines) is not
 * asked here: the writer asks it when it sequences. `CheckedStatement` can only be made by this
 * file, so nothing unchecked can be appended.
 */

import { fromBase64url } from './bytes.js'
import { type OpenClaims, openClaims } from './disclosure.js'
import type { Crypto, PublicKey } from './ed25519.js'
import { type Envelope, type EnvelopeSignature, envelopeDigest, signingInput } from './envelope.js'
import { type ErrorCode, invariant, LedgerError } from './errors.js'
import { factsOf, type StatementFacts } from './facts.js'
import type { KeyId } from './jwk.js'
import type { Issue, StatementSchema } from './schema.js'
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
 * @throws LedgerError as parsePayload and openClaims
 */
export function openStatement(envelope: Envelope, crypto: Pick<Crypto, 'sha256'>): OpenedStatement {
  const payload = parsePayload(envelope.payloadBytes)
  const schema = schemaOf(payload.type)
  invariant(schema !== undefined, 'a parsed payload has a schema')
  const isList = (claim: string): boolean => schema.claims[claim]?.list === true
  const open = openClaims(payload, isList, envelope.disclosures, crypto.sha256)
  return { id: statementId(envelope.payloadBytes, crypto.sha256), payload, schema, open, envelope }
}

/**
 * Checks all that one statement alone can show.
 *
 * @throws LedgerError with the first issue's code; `details.issues` lists all that were found
 */
export function checkStatement(envelope: Envelope, context: CheckContext): CheckedStatement {
  const opened = openStatement(envelope, context.crypto)
  const issues = claimIssues(opened, context.stored)
  if (opened.payload.origin !== context.origin) issues.push({ code: 'AUDIENCE_WRONG', at: 'aud' })
  throwIssues(issues)
  const facts = factsOf(opened)
  throwIssues([...partyIssues(facts), ...signatureIssues(opened, facts, context)])
  return {
    ...opened,
    envelopeDigest: envelopeDigest(envelope, context.crypto.sha256),
    facts,
  } as CheckedStatement
}

/** Every issue of the claims: withheld, of wrong form, or at odds with each other. */
export function claimIssues(opened: OpenedStatement, stored = false): Issue[] {
  const { open, payload, schema } = opened
  const withheld = open.withheld
    .filter((name) => !(stored && schema.claims[name]?.holderKept === true))
    .map((name): Issue => ({ code: 'CLAIM_NOT_OPENED', at: `claims.${name}` }))
  if (withheld.length > 0) return withheld
  const issues = claimFormIssues(opened)
  return issues.length > 0 ? issues : [...checkCross(payload, open.claims)]
}

/** Issues of form of the claims that are open. */
export function claimFormIssues({ open, schema }: OpenedStatement): Issue[] {
  const issues: Issue[] = []
  for (const [name, claim] of Object.entries(schema.claims)) {
    const values = open.claims.get(name)?.values ?? []
    const absent = values.length === 1 && (claim.list ? isEmptyList(values[0]) : values[0] === null)
    if (absent) {
      if (claim.required) issues.push({ code: 'CLAIM_MISSING', at: `claims.${name}` })
      continue
    }
    for (const [position, value] of values.entries()) {
      const at = claim.list ? `claims.${name}[${position}]` : `claims.${name}`
      if (value !== undefined) issues.push(...checkValue(value, claim.shape, at))
    }
  }
  return issues
}

/** Does this signature cover this payload under this key? Form was checked when it was parsed. */
export function signatureVerifies(
  envelope: Envelope,
  signature: EnvelopeSignature,
  key: PublicKey,
  crypto: Crypto,
): boolean {
  const message = signingInput(signature.protected, envelope.payload)
  return crypto.verify(fromBase64url(signature.signature), message, key)
}

/** Roles that have yet to sign; empty when the statement is complete. */
export function missingRoles(
  opened: OpenedStatement,
  facts: Pick<StatementFacts, 'action' | 'refusal'>,
): readonly string[] {
  const present = opened.envelope.signatures.map((item) => item.header.role)
  const sets = roleSetsOf(opened.schema, facts.action ?? facts.refusal).filter((set) =>
    present.every((role) => set.includes(role)),
  )
  const exact = sets.find((set) => set.length === present.length)
  if (exact !== undefined) return []
  return sets[0]?.filter((role) => !present.includes(role)) ?? []
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

function partyIssues(facts: StatementFacts): Issue[] {
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
