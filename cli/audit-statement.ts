/**
 * An audit as a statement, `audit/1`: what was audited and found, signed by the auditor, for the log
 * that was audited. It can be submitted there like any other statement.
 */
import { bestCrypto, prepareDraft, type Signer, signOpened } from '../client/index.js'
import { toHex } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Finding, RecordVerdict } from '../ledger/core/finding.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { Audited } from './audit-place.js'
import type { Job } from './command.js'
import { partyOf } from './identity.js'
import { VERSION } from './version.js'
import { statementText } from './write-signed.js'

const VERDICTS: Readonly<Record<RecordVerdict, string>> = {
  VERIFIED: 'verified',
  INCOMPLETE: 'incomplete',
  FAILED: 'failed',
  'FAILED (split view)': 'split-view',
}
/** As the schema has it. */
const CODES_MAX = 64

/** The signed statement as a file's text. Rejects with NOTHING_TO_VERIFY where no checkpoint counts. */
export async function auditStatement(
  { report, findings, verdict, kind }: Audited,
  signer: Signer,
  { io, settings }: Job,
): Promise<string> {
  const { checkpoint, headTime, checked, origin, since } = report
  if (checkpoint === undefined) throw new LedgerError('NOTHING_TO_VERIFY')
  const context = { origin, now: io.now, random: io.random, crypto: bestCrypto() }
  const lastEntry =
    headTime === undefined
      ? {}
      : { lastEntry: new Date(headTime * 1000).toISOString().replace('.000Z', 'Z') }
  const opened = prepareDraft(
    {
      type: 'audit/1',
      claims: {
        auditor: partyOf(settings, signer) ?? signer.kid,
        log: { origin, size: checkpoint.size, root: toHex(checkpoint.root), ...lastEntry },
        place: kind,
        verdict: VERDICTS[verdict],
        counts: {
          entries: checked.entries,
          since,
          signatures: checked.signatures,
          parties: checked.parties,
          findings: findings.length,
        },
        findings: byCode(findings),
        tool: { name: 'waybill', version: VERSION },
      },
    },
    context,
  )
  return statementText(await signOpened(opened, 'auditor', signer, context))
}

/** How often each code was found, at its worst; places and words stay in the report. */
function byCode(findings: readonly Finding[]): readonly JsonObject[] {
  const counts = new Map<string, number>()
  for (const { severity, code } of findings) {
    const name = `${severity} ${code}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .map(([name, count]) => {
      const [severity = '', code = ''] = name.split(' ')
      return { code, severity, count }
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, CODES_MAX)
}
