/**
 * Statement lines: how an auditor takes a copy of what a ledger holds. docs/format.md, "Statement lines".
 *
 *     {"index":N,"refused":{"received":T,"statement":ENVELOPE},"statement":ENVELOPE}
 *
 * One line of NDJSON for each entry, in order, in its JCS form: the same log gives the same bytes. The
 * envelope has every disclosure that the ledger keeps, in the order of the placeholders. `refused` is
 * there for a refusal and nothing else: the proposal that it ended, which has no entry of its own.
 *
 * A line is believed only after `openStatementLine` has held it against its entry. Signatures are
 * not verified here: the entry commits to them, and the audit verifies them.
 */
import { equalBytes } from './bytes.js'
import { type OpenedStatement, openStatement } from './check.js'
import type { Crypto } from './ed25519.js'
import { parseEntry } from './entry.js'
import { type Envelope, envelopeDigest, envelopeJson, parseEnvelope } from './envelope.js'
import { LedgerError } from './errors.js'
import { isUnknownForm } from './finding.js'
import { isObject, type Json, type JsonObject, parseJson } from './json.js'

/** A refused proposal as the ledger keeps it. `received`: seconds since 1970. */
export type RefusedProposal = { readonly received: number; readonly envelope: Envelope }

export type StatementLine = {
  readonly index: number
  readonly envelope: Envelope
  /** The proposal that this statement, a refusal, has ended. */
  readonly refused?: RefusedProposal
}

/** The text of a line, without its line feed. */
export function formatStatementLine({ index, envelope, refused }: StatementLine): string {
  const ended =
    refused === undefined
      ? ''
      : `"refused":{"received":${refused.received},"statement":${envelopeText(refused.envelope)}},`
  return `{"index":${index},${ended}"statement":${envelopeText(envelope)}}`
}

/**
 * Reads a line; its text must be exactly what `formatStatementLine` writes.
 *
 * @throws LedgerError STATEMENT_LINE_MALFORMED; the code of a form that this version does not know
 */
export function parseStatementLine(text: string): StatementLine {
  const value = objectOf(parsed(text))
  const { index, refused, statement } = value
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) {
    throw malformed('index')
  }
  const line: StatementLine = {
    index,
    envelope: envelopeOf(statement),
    ...(refused === undefined ? {} : { refused: refusedOf(refused) }),
  }
  // Covers unknown members, their order and every byte between them.
  if (formatStatementLine(line) !== text) throw malformed('form')
  return line
}

/**
 * Holds a line against the entry of its index: id, envelope digest, each disclosure, nothing missing
 * that a ledger keeps and nothing there that it does not.
 *
 * @throws LedgerError STATEMENT_LINE_MISMATCH; the code of a form that this version does not know
 */
export function openStatementLine(
  { index, envelope, refused }: StatementLine,
  entryBytes: Uint8Array,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): OpenedStatement {
  const entry = parseEntry(entryBytes)
  const opened = mismatch(index, 'statement', () => openStatement(envelope, crypto))
  if (opened.id !== entry.id) throw mismatched(index, 'payload')
  if (!equalBytes(envelopeDigest(envelope, crypto.codec), entry.envelopeDigest)) {
    throw mismatched(index, 'signatures')
  }
  checkKept(opened, index)
  checkRefused(opened, refused, index, crypto)
  return opened
}

/** What the ledger keeps is there, what the parties keep is not, and all of it in order. */
function checkKept({ envelope, open, payload, schema }: OpenedStatement, index: number): void {
  const names = [...payload.claims].flatMap(([name, digests]) => digests.map(() => name))
  let next = 0
  for (const [ordinal, name] of names.entries()) {
    const text = open.ordered[ordinal]
    const isKept = schema.claims[name]?.holderKept !== true
    if (isKept !== (text !== undefined)) throw mismatched(index, `claim ${name}`)
    if (text === undefined) continue
    if (envelope.disclosures[next] !== text) throw mismatched(index, 'order of disclosures')
    next += 1
  }
}

function checkRefused(
  { payload }: OpenedStatement,
  refused: RefusedProposal | undefined,
  index: number,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): void {
  if (payload.about === undefined && refused === undefined) return
  if (refused === undefined) throw mismatched(index, 'refused proposal')
  const { id } = mismatch(index, 'refused proposal', () => openStatement(refused.envelope, crypto))
  if (id !== payload.about) throw mismatched(index, 'refused proposal')
}

function mismatch<T>(index: number, part: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof LedgerError) || isUnknownForm(error.code)) throw error
    throw new LedgerError('STATEMENT_LINE_MISMATCH', { index, part, reason: error.code }, error)
  }
}

function mismatched(index: number, part: string): LedgerError {
  return new LedgerError('STATEMENT_LINE_MISMATCH', { index, part })
}

/** Base64url needs no escaping and the members stand in order, so this is the JCS form. */
function envelopeText(envelope: Envelope): string {
  return JSON.stringify(envelopeJson(envelope))
}

function refusedOf(value: Json): RefusedProposal {
  const { received, statement } = objectOf(value)
  if (typeof received !== 'number' || !Number.isSafeInteger(received) || received < 0) {
    throw malformed('refused.received')
  }
  return { received, envelope: envelopeOf(statement) }
}

function envelopeOf(value: Json | undefined): Envelope {
  try {
    return parseEnvelope(value ?? null)
  } catch (error) {
    if (!(error instanceof LedgerError) || isUnknownForm(error.code)) throw error
    throw new LedgerError('STATEMENT_LINE_MALFORMED', { reason: error.code }, error)
  }
}

function parsed(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError('STATEMENT_LINE_MALFORMED', { reason: 'not JSON' }, error)
  }
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw malformed('line')
  return value
}

function malformed(at: string): LedgerError {
  return new LedgerError('STATEMENT_LINE_MALFORMED', { at })
}
