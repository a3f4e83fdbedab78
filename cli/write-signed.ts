/**
 * A signed statement on its way out: to a file or stdout, with a word on who has yet to sign.
 */
import { missingRoles, type OpenedStatement } from '../ledger/core/check.js'
import { type Envelope, envelopeJson } from '../ledger/core/envelope.js'
import { statementJson } from '../ledger/core/evidence.js'
import { factsOf } from '../ledger/core/facts.js'
import { encodeJcs } from '../ledger/core/json.js'
import type { Job } from './command.js'
import { writeResult } from './files.js'
import type { ExitCode } from './io.js'
import { shortId } from './output.js'

/** Writes an envelope and says who has yet to sign. */
export async function writeSigned(
  job: Job<{ readonly out?: string }>,
  opened: OpenedStatement,
  role: string,
): Promise<ExitCode> {
  const { out: path } = job.flags
  const { id, envelope, payload } = opened
  const missing = missingRoles(opened, factsOf(opened))
  const left = missing.length === 0 ? 'complete' : `still to sign: ${missing.join(', ')}`
  const words = `signed as ${role}: ${payload.type} ${shortId(id)}; ${left}`
  if (path !== undefined) await writeResult(path, statementText(envelope), job.io)
  if (path === undefined && !job.out.json) {
    job.out.raw(statementText(envelope))
    job.out.note(words)
  } else {
    const place = path === undefined ? { envelope: envelopeJson(envelope) } : { file: path }
    job.out.result({ id, type: payload.type, role, missing, ...place }, () => [
      words,
      `written to ${path}`,
    ])
  }
  const next =
    missing.length === 0 || missing.includes('registrar')
      ? 'submit it'
      : 'submit it, or send it to the other side'
  job.out.note(`Next: ${next}: waybill submit ${path ?? 'FILE'}`)
  return 0
}

/** The file form: an envelope, or payload and disclosures while nobody has signed. */
export function statementText(envelope: Envelope): string {
  const form = envelope.signatures.length === 0 ? 'stub' : 'envelope'
  return `${encodeJcs(statementJson({ form, envelope }))}\n`
}
