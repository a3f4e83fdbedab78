/**
 * Conformance packs as conformance/README.md describes them, and what the library says of one.
 *
 * The other judge is conformance/verify.py, which shares no code with this one.
 */
import { fromBase64, fromHex, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import type { Crypto } from '../../ledger/core/ed25519.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { exitCodeOf, type Finding, recordVerdict } from '../../ledger/core/finding.js'
import { type Json, parseJson } from '../../ledger/core/json.js'
import { lineageOf } from '../../ledger/core/lineage.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import { parseEvidence } from '../../ledger/core/receipt.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { FAST } from '../core/support/tiny-log.js'
import { applyEdits, type Edit } from '../docs/evidence-cases.js'
import { judgeFolder } from './judge-folder.js'

/** What must come out: `verdict` is a code where nothing could be read, and `findings` is empty. */
export type Expected = {
  readonly verdict: string
  readonly exit: number
  /** Severity and code of each finding, each once, sorted. */
  readonly findings: readonly string[]
}

export type Pack = {
  readonly description: string
  /**
   * `evidence`: a receipt or a bundle. `lineage`: custody besides, before its last statement that has
   * parents. `folder`: a published log, an object from path to content.
   */
  readonly kind: 'evidence' | 'lineage' | 'folder'
  /** Name of a file in `files/`, or the text of a policy. */
  readonly policy: string
  /** What is judged: a file of `files/` with edits, a text, or bytes. */
  readonly file?: string
  readonly edits?: readonly Edit[]
  readonly text?: string
  readonly hex?: string
  readonly expect: Expected
}

/** Reads a file of `files/`. */
export type Files = (name: string) => string

/** What the library says of a pack. `FAST` and the portable code agree; that is tested elsewhere. */
export function judgePack(pack: Omit<Pack, 'expect'>, files: Files, crypto = FAST): Expected {
  try {
    return judged(pack, files, crypto)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return { verdict: error.code, exit: ERRORS[error.code].exit, findings: [] }
  }
}

function judged(pack: Omit<Pack, 'expect'>, files: Files, crypto: Crypto): Expected {
  const policy = parsePolicy(pack.policy.includes('\n') ? pack.policy : files(pack.policy))
  if (pack.kind === 'folder') {
    const { findings, entries } = judgeFiles(pack, files, { policy, crypto })
    return said(findings, entries)
  }
  const report = verifyEvidence(parseEvidence(contentOf(pack, files)), { policy, crypto })
  const root = [...report.statements.values()].findLast(({ facts }) => facts.parents.length > 0)
  const custody: readonly Finding[] =
    pack.kind !== 'lineage' || root === undefined
      ? []
      : lineageOf(root, (id) => report.statements.get(id)).findings
  return said([...report.findings, ...custody], report.statements.size)
}

function said(findings: readonly Finding[], verified: number): Expected {
  const verdict = recordVerdict(findings, verified)
  const words = new Set(findings.map(({ severity, code }) => `${severity} ${code}`))
  return { verdict, exit: exitCodeOf(verdict), findings: [...words].sort() }
}

function judgeFiles(
  pack: Omit<Pack, 'expect'>,
  files: Files,
  context: { readonly policy: Policy; readonly crypto: Crypto },
) {
  const folder = contentOf(pack, files) as Readonly<Record<string, string>>
  const note = folder['checkpoint']
  if (note === undefined) throw new LedgerError('INPUT_NOT_FOUND', { file: 'checkpoint' })
  const read = (path: string) => {
    const text = folder[path]
    return text === undefined ? undefined : fromBase64(text)
  }
  return judgeFolder(read, note, context)
}

function contentOf({ file, edits = [], text, hex }: Omit<Pack, 'expect'>, files: Files): Json {
  return applyEdits(parseJson(textOf({ file, text, hex }, files)), edits)
}

function textOf(
  {
    file,
    text,
    hex,
  }: { file?: string | undefined; text?: string | undefined; hex?: string | undefined },
  files: Files,
): string {
  if (hex !== undefined) return utf8Decode(fromHex(hex))
  if (text !== undefined) return utf8Decode(utf8Encode(text))
  return files(file ?? '')
}
