/** From the text of one envelope to a prepared statement, or the reason why not. */

import { utf8Decode } from '../core/bytes.js'
import { type CheckContext, checkStatement, throwIssues } from '../core/check.js'
import { parseEnvelope } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { parseJson } from '../core/json.js'
import { type Prepared, prepareStatement } from './prepared.js'
import { rulesetIssues } from './ruleset-check.js'

/** What a check gave: a prepared statement, or a refusal. */
export type CheckResult = Prepared | LedgerError

/** Deepest nesting of an envelope's JSON: envelope, signatures, signature, header, disclosures. */
const ENVELOPE_DEPTH_MAX = 5

/** Checks one envelope given as UTF-8 JSON. Never throws, whatever the input. */
export function checkText(text: Uint8Array, context: CheckContext): CheckResult {
  try {
    const { codec } = context.crypto
    const envelope = parseEnvelope(parseJson(utf8Decode(text), ENVELOPE_DEPTH_MAX), codec)
    const checked = checkStatement(envelope, context)
    throwIssues(rulesetIssues(checked))
    return prepareStatement(checked, codec)
  } catch (error) {
    // A bug of ours must cost this statement only: a worker that dies takes fifteen others with it, and
    // whoever found the bug could send it until no worker is left.
    return error instanceof LedgerError ? error : new LedgerError('INTERNAL', {}, error)
  }
}
