/**
 * `waybill lineage ID|FILE`: from an outcome back to the collections, every step verified. DESIGN 6.
 *
 * Given a file, finds the outcome that carries its digest. The evidence comes from a ledger, or
 * offline from a folder of receipts and bundles.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { type Cli, type Job, withKey, withPolicy, withSource } from '../command.js'
import { firstOf } from '../config.js'
import { fieldJson, fieldLines, traceField } from '../field-text.js'
import type { ExitCode } from '../io.js'
import { judgeAlone, worstVerdict } from '../judge.js'
import { lineageDot } from '../lineage-dot.js'
import { graphOf, type LineageGraph } from '../lineage-graph.js'
import { judgeLineage, type LineageJudgement } from '../lineage-judge.js'
import { lineageMermaid } from '../lineage-mermaid.js'
import { lineageJson, lineageLines, rulesVerdict } from '../lineage-text.js'
import { clean } from '../output.js'
import { exitOfBoth } from '../overall.js'
import { RECEIPTS_FLAG, RECEIPTS_WORDS, receiptsIn } from '../receipt-folder.js'
import { verdictJson, verdictLines } from '../report-text.js'
import {
  failOnOf,
  type RulesAsked,
  type RulesFlags,
  rulesAsked,
  withRules,
} from '../rules-question.js'
import { findAskedLedger, withLedger } from '../source.js'
import { trustIn, trustInFile } from '../trust.js'
import { digestOf, nothingCarries, readWanted, type Wanted } from '../wanted.js'

export function registerLineage(program: Command, cli: Cli): void {
  withRules(withPolicy(withKey(withSource(program.command('lineage')))))
    .argument(
      '<id-or-file>',
      'statement id (8 or more digits), or the file that came out; - for stdin',
    )
    .option(RECEIPTS_FLAG, RECEIPTS_WORDS)
    .option('--dot', 'print a drawing for Graphviz instead of words')
    .option('--mermaid', 'print a drawing for Mermaid instead of words')
    .option('--field <name>', 'follow one field back to where it begins, instead of the tree')
    .description(
      'follow an outcome back to the collections it came from, verify every step and judge it by the rules',
    )
    .action(cli.action(lineage))
}

type Flags = RulesFlags & {
  readonly receipts?: string
  readonly dot?: boolean
  readonly mermaid?: boolean
  readonly field?: string
}

async function lineage(job: Job<Flags>, text: string): Promise<ExitCode> {
  const draw = drawingOf(job)
  const failOn = failOnOf(job.flags)
  const asked = await rulesAsked(job)
  const wanted = await readWanted(text, job)
  const { receipts } = job.flags
  if (receipts === undefined && firstOf(job.settings, ['server', 'dir']) === undefined) {
    const reason = 'which evidence? give --server URL, --dir FOLDER, or --receipts FOLDER'
    throw new LedgerError('USAGE', { reason })
  }
  const found =
    receipts === undefined
      ? await fromLedger(wanted, asked, job)
      : await fromReceipts(receipts, wanted, { asked, job })
  const verdict = worstVerdict(found.map((item) => item.verdict))
  const rules = rulesVerdict(found)
  const exit = exitOfBoth(verdict, rules?.verdict, failOn)
  if (draw !== undefined) {
    job.out.progressDone()
    job.out.raw(draw(graphOf(found, job)))
    for (const line of verdictLines(verdict, job.out, rules)) job.out.note(line)
    return exit
  }
  const shown = found.map((item) => shownOf(item, job))
  job.out.result(
    { ...wanted, ...verdictJson(verdict, rules), lineages: shown.map(({ json }) => json) },
    () => [
      ...('digest' in wanted ? [`${clean(wanted.file)}: SHA-256 ${wanted.digest}`, ''] : []),
      ...shown.flatMap(({ lines }) => lines),
      ...verdictLines(verdict, job.out, rules),
    ],
  )
  // What was asked for is not answered where the way of the field is lost.
  return exit === 0 && shown.some(({ complete }) => !complete) ? INCOMPLETE_EXIT : exit
}

const INCOMPLETE_EXIT: ExitCode = 3

type Shown = {
  readonly json: JsonObject
  readonly lines: readonly string[]
  readonly complete: boolean
}

/** A lineage, or the way of the field that was asked about through it. */
function shownOf(judged: LineageJudgement, job: Job<Flags>): Shown {
  const { field: name } = job.flags
  const trace = name === undefined ? undefined : traceField(judged, name)
  const json = lineageJson(judged, job)
  if (trace === undefined) {
    return { json, lines: lineageLines(judged, job), complete: name === undefined }
  }
  return {
    json: { ...json, field: fieldJson(trace) },
    lines: fieldLines(trace, job.out),
    complete: trace.field.complete,
  }
}

/** How to draw, where a drawing is asked for. @throws LedgerError USAGE */
function drawingOf({ flags, out }: Job<Flags>): ((graph: LineageGraph) => string) | undefined {
  const drawings = [flags.dot === true, flags.mermaid === true].filter((is) => is)
  if (drawings.length + (out.json ? 1 : 0) > 1)
    throw new LedgerError('USAGE', { reason: 'one of --dot, --mermaid and --json' })
  if (drawings.length > 0 && flags.field !== undefined)
    throw new LedgerError('USAGE', { reason: '--field is shown in words or as --json' })
  if (flags.dot === true) return lineageDot
  return flags.mermaid === true ? lineageMermaid : undefined
}

function fromLedger(
  wanted: Wanted,
  asked: RulesAsked,
  job: Job,
): Promise<readonly LineageJudgement[]> {
  return withLedger(job, async (source) => {
    const trust = await trustIn(source, job)
    const ids = 'id' in wanted ? [wanted.id] : await source.outcomes(wanted.digest)
    if (ids.length === 0) throw nothingCarries(source.flag)
    const found: LineageJudgement[] = []
    for (const id of ids) {
      job.out.progress(`fetching and verifying the lineage of ${id.slice(0, 12)}`)
      const evidence = await source.lineage(id)
      found.push(
        await judgeLineage([evidence], id, {
          trust,
          job,
          source,
          digest: digestOf(wanted),
          asked,
        }),
      )
    }
    return found
  })
}

async function fromReceipts(
  folder: string,
  wanted: Wanted,
  { asked, job }: { readonly asked: RulesAsked; readonly job: Job },
): Promise<readonly LineageJudgement[]> {
  const receipts = await receiptsIn(folder, job)
  const ids = 'id' in wanted ? receipts.idsLike(wanted.id) : receipts.outcomesOf(wanted.digest)
  if ('id' in wanted && ids.length > 1) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
  if (ids.length === 0) throw nothingCarries(folder)
  // Receipts of different days stand under different checkpoints; a ledger named by a flag joins them.
  const source = await findAskedLedger(job)
  try {
    const found: LineageJudgement[] = []
    const trust = await trustInFile(receipts.checkpoint, job)
    const isSound = (evidence: Evidence): boolean =>
      !judgeAlone(evidence, trust).startsWith('FAILED')
    for (const id of ids) {
      const evidence = receipts.lineage(id, isSound)
      found.push(
        await judgeLineage(evidence, id, {
          trust,
          job,
          source,
          digest: digestOf(wanted),
          searched: false,
          asked,
        }),
      )
    }
    return found
  } finally {
    await source?.close()
  }
}
