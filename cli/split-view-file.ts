/**
 * Split-view evidence as a file: judged, put into words, and kept.
 */
import { bestCrypto, completeEvidence, type ProofSource } from '../client/index.js'
import { toBase64 } from '../ledger/core/bytes.js'
import type { OpenedCheckpoint } from '../ledger/core/checkpoint.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Json, JsonObject } from '../ledger/core/json.js'
import { formatVkey } from '../ledger/core/note.js'
import {
  judgeSplitView,
  parseSplitView,
  type SplitView,
  type SplitViewReport,
} from '../ledger/core/split-view.js'
import type { Job } from './command.js'
import { at } from './files.js'
import { type Judgement, splitWarning } from './judge.js'
import { clean, utc } from './output.js'
import { findingJson, findingLines } from './report-text.js'
import { personalMemory } from './state-folder.js'
import { policyWords, type Trust, trustInFile } from './trust.js'

export type JudgedSplit = {
  readonly evidence: SplitView
  readonly report: SplitViewReport
  readonly trust: Trust
}

/**
 * Judges a file. Where it does not convince by itself and a ledger is named, that ledger is asked for
 * the proof, and evidence that is whole then is kept.
 *
 * Rejects with SPLIT_VIEW_MALFORMED naming the file, and with whatever finding a policy rejects with.
 */
export async function judgeSplitFile(
  file: string,
  value: Json,
  source: ProofSource | undefined,
  job: Job,
): Promise<JudgedSplit> {
  const given = at(file, () => parseSplitView(value))
  const trust = await trustInFile(given.notes[0], job)
  const context = { policy: trust.policy, crypto: bestCrypto() }
  const evidence =
    source === undefined ? given : await completeEvidence(given, { ...context, source })
  const report = judgeSplitView(evidence, context)
  if (evidence !== given && report.verdict === 'FAILED (split view)') {
    const sizes = (report.checkpoints ?? []).map(({ checkpoint }) => checkpoint.size)
    await keep(evidence, sizes, job)
  }
  return { evidence, report, trust }
}

export function splitViewLines(
  { evidence, report, trust }: JudgedSplit,
  job: Job,
): readonly string[] {
  const { checkpoints = [], finding } = report
  return [
    ...findingLines([finding], job.out),
    'Checked',
    `  two signed checkpoints of ${clean(evidence.origin)}${evidence.proof === undefined ? '' : ', and what the ledger gave as proof'}`,
    ...checkpoints.flatMap(checkpointLines),
    `    trusted by ${clean(policyWords(trust))}`,
    '',
    'NOT checked',
    '  whether the operator lied or somebody else has the key: neither history can be relied on',
    '      can settle it: the operator',
    '',
  ]
}

export function splitViewReportJson({ evidence, report, trust }: JudgedSplit): JsonObject {
  const { checkpoints = [], finding, verdict } = report
  return {
    record: verdict,
    split_view: {
      origin: evidence.origin,
      checkpoints: checkpoints.map(({ checkpoint, signedBy, cosigned }) => ({
        size: checkpoint.size,
        root: toBase64(checkpoint.root),
        signed_by: signedBy.map((key) => formatVkey(key.name, key.type, key.key)),
        cosigned_by: cosigned.map(({ name, time }) => ({ name, time })),
      })),
    },
    policy: { path: trust.path, basis: trust.basis },
    findings: [findingJson(finding)],
  }
}

/** Keeps two contradicting notes of one tree size as evidence; answers where, and says it loudly. */
export function keepSplit(
  notes: SplitView['notes'],
  { report }: Judgement,
  job: Job,
): Promise<string> {
  const { checkpoint } = report
  if (checkpoint === undefined) throw new LedgerError('INTERNAL')
  const [first = '', second = ''] = [...notes].sort()
  const { origin, size } = checkpoint
  return keep({ origin, notes: [first, second] }, [size, size], job)
}

async function keep(
  evidence: SplitView,
  sizes: readonly number[],
  { io, out }: Job,
): Promise<string> {
  const stamp = new Date(io.now()).toISOString().replaceAll(/[:.]/g, '-')
  const { origin } = evidence
  try {
    const kept = await personalMemory(io.environment).keep(evidence, [stamp, ...sizes].join('_'))
    for (const line of splitWarning(origin, kept, true)) out.note(line)
    return kept
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    for (const line of splitWarning(origin, undefined, true)) out.note(line)
    return 'these two files only: no evidence file could be written'
  }
}

function checkpointLines({ checkpoint, signedBy, cosigned }: OpenedCheckpoint): readonly string[] {
  return [
    `    tree size ${checkpoint.size}, root ${toBase64(checkpoint.root)}`,
    ...signedBy.map((key) => `      signed by ${clean(formatVkey(key.name, key.type, key.key))}`),
    ...cosigned.map(({ name, time }) => `      cosigned by ${clean(name)}, ${utc(time)}`),
    ...(cosigned.length === 0 ? ['      cosigned by no witness of your policy'] : []),
  ]
}
