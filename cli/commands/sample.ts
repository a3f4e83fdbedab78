/**
 * `waybill sample`: a spot check. Draws transfers by a seed, verifies and judges the lineage of each,
 * and shows failures first. docs/regulator.md "Spot checks".
 *
 * The draw follows from the seed and the ids alone, so that anybody who may read the same statements
 * can repeat it. A seed that the checked firm could foresee lets it prepare: use a checkpoint that was
 * published after the period, or a nonce drawn in public.
 */

import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { bestCrypto } from '../../client/index.js'
import { formatCheckpoint, openCheckpoint } from '../../ledger/core/checkpoint.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { RecordVerdict } from '../../ledger/core/finding.js'
import { Drawing, type Drawn } from '../../ledger/rules/draw.js'
import { readCorridor, readPeriod } from '../../ledger/rules/draw-query.js'
import type { Verdict } from '../../ledger/rules/verdict.js'
import { type Cli, type Job, wholeNumber, withPolicy, withSource } from '../command.js'
import { readText } from '../files.js'
import type { ExitCode } from '../io.js'
import { worstVerdict } from '../judge.js'
import { refuseUnknownAsked } from '../known-query.js'
import type { LedgerSource } from '../ledger-source.js'
import { judgeLineage, type LineageJudgement } from '../lineage-judge.js'
import { lineageJson, lineageLines, rulesVerdict } from '../lineage-text.js'
import { exitOfBoth } from '../overall.js'
import { verdictJson, verdictLines } from '../report-text.js'
import {
  failOnOf,
  type RulesAsked,
  type RulesFlags,
  rulesAsked,
  withRules,
} from '../rules-question.js'
import { searchQuery } from '../search-query.js'
import { withLedger } from '../source.js'
import { type Trust, trustIn } from '../trust.js'

export function registerSample(program: Command, cli: Cli): void {
  withRules(withPolicy(withSource(program.command('sample'))))
    .requiredOption('-n, --count <number>', 'how many to draw', wholeNumber(1, COUNT_MAX))
    .requiredOption('--seed <checkpoint|nonce>', 'a checkpoint file, or any text drawn in public')
    .option('--corridor <from-to>', 'only transfers from one country to another, such as DE-US')
    .option('--party <id>', 'only transfers of this party (id or alias)')
    .option(
      '--period <from..to>',
      'only transfers recorded within these days, such as 2026-01-01..2026-06-30',
    )
    .option(
      '--tree-size <number>',
      'only the first so many entries, to repeat a draw',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--key <file>', 'private key that signs in to a server: PKCS#8 PEM, mode 0600')
    .option('--signer <exec:command>', 'command that signs in: bytes on stdin, 64 bytes out')
    .option('--public-key <key>', 'public key of --signer: base64url, or a JWK or PEM file')
    .option('--api-key <file>', 'private key that signs in, if another than --key')
    .description('draw transfers by a seed, verify and judge the lineage of each, failures first')
    .action(cli.action(sample))
}

type Flags = RulesFlags & {
  readonly count: number
  readonly seed: string
  readonly corridor?: string
  readonly party?: string
  readonly period?: string
  readonly treeSize?: number
}

const COUNT_MAX = 1_000
/** Most statements that a server gives at once. */
const PAGE_MAX = 200

/** What was drawn, from how many, of a tree of which size. */
type Sample = { readonly drawn: readonly Drawn[]; readonly eligible: number; readonly size: number }
type Seed = {
  readonly text: string
  /** Only the first so many entries are drawn from: those of a checkpoint, or of `--tree-size`. */
  readonly size?: number
}
type Checked = Drawn & { readonly judged: LineageJudgement }

async function sample(job: Job<Flags>): Promise<ExitCode> {
  const failOn = failOnOf(job.flags)
  const asked = await rulesAsked(job)
  const query = populationQuery(job)
  const { checked, drawing, seed } = await withLedger(askedAs(job), async (source) => {
    const trust = await trustIn(source, job)
    const seed = await seedOf(job, trust)
    const drawing = await drawFrom(source, query, { seed, job })
    if (drawing.eligible === 0) await refuseUnknownAsked(query, source)
    const checked = await checkAll(drawing.drawn, { source, trust, asked, job })
    return { checked, drawing, seed }
  })
  const { eligible, size } = drawing
  const verdict = worstVerdict(checked.map(({ judged }) => judged.verdict))
  const rules = rulesVerdict(checked.map(({ judged }) => judged))
  const ordered = [...checked].sort((a, b) => severity(b) - severity(a))
  job.out.progressDone()
  job.out.result(
    {
      seed: seed.text,
      population: eligible,
      tree_size: size,
      drawn: checked.map(({ id, index, rank }) => ({ id, index, rank })),
      ...verdictJson(verdict, rules),
      lineages: ordered.map(({ judged }) => lineageJson(judged, job)),
    },
    () => [
      eligible === 0
        ? `No transfer matches, so nothing was drawn; tree size ${size}`
        : `Drawn: ${checked.length} of ${eligible} transfers, tree size ${size}`,
      ...(checked.length === 0 ? [] : [`With a failure: ${failed(checked)} of ${checked.length}`]),
      '',
      ...ordered.flatMap(({ judged }) => [...lineageLines(judged, job), '']),
      ...verdictLines(verdict, job.out, rules),
    ],
  )
  return exitOfBoth(verdict, rules?.verdict, failOn)
}

/** Here `--party` is what is looked for, not who asks. */
function askedAs(job: Job<Flags>): Job<Flags> {
  const [{ party: _, ...flags } = {}, ...rest] = job.settings.layers
  return { ...job, settings: { ...job.settings, layers: [flags, ...rest] } }
}

/** @throws LedgerError USAGE */
function populationQuery({ flags, settings }: Job<Flags>): ReturnType<typeof searchQuery> {
  const { corridor, party, period } = flags
  return {
    ...searchQuery({ type: 'transfer', ...(party === undefined ? {} : { party }) }, settings),
    ...read(corridor, readCorridor, '--corridor takes two countries, DE-US'),
    ...read(
      period,
      readPeriod,
      '--period takes FROM..TO in days or UTC times, 2026-01-01..2026-06-30, in order',
    ),
  }
}

function read<Read extends object>(
  text: string | undefined,
  reader: (text: string) => Read | undefined,
  reason: string,
): Partial<Read> {
  const value = text === undefined ? {} : reader(text)
  if (value === undefined) throw new LedgerError('USAGE', { reason })
  return value
}

/**
 * A checkpoint counts by its three lines, whoever cosigned it since; it must be of the ledger that is
 * asked, signed by a key that is trusted.
 */
async function seedOf({ flags, io }: Job<Flags>, { policy }: Trust): Promise<Seed> {
  const { seed, treeSize } = flags
  if (!existsSync(seed)) {
    return { text: seed, ...(treeSize === undefined ? {} : { size: treeSize }) }
  }
  const note = await readText(seed, io)
  const { checkpoint } = openCheckpoint(note, policy, bestCrypto())
  const { size } = checkpoint
  if (treeSize !== undefined && treeSize !== size)
    throw new LedgerError('USAGE', { reason: `--tree-size: the checkpoint is of ${size} entries` })
  return { text: formatCheckpoint(checkpoint), size }
}

/** Draws here, from all that the source finds: of a server it is believed what there is, not what is drawn. */
async function drawFrom(
  source: LedgerSource,
  query: ReturnType<typeof searchQuery>,
  { seed, job }: { readonly seed: Seed; readonly job: Job<Flags> },
): Promise<Sample> {
  let page = await source.search({ ...query, limit: PAGE_MAX })
  const { size: treeSize = page.size } = seed
  if (treeSize > page.size) throw new LedgerError('TREE_TOO_SMALL', { size: page.size })
  const drawing = new Drawing({ seed: seed.text, count: job.flags.count, treeSize })
  for (;;) {
    for (const item of page.items) drawing.take(item)
    job.out.progress(`${drawing.eligible} transfers to draw from`)
    const { cursor } = page
    if (cursor === undefined)
      return { drawn: drawing.drawn(), eligible: drawing.eligible, size: treeSize }
    page = await source.search({ ...query, limit: PAGE_MAX, cursor })
  }
}

async function checkAll(
  drawn: readonly Drawn[],
  context: {
    readonly source: LedgerSource
    readonly trust: Trust
    readonly asked: RulesAsked
    readonly job: Job
  },
): Promise<readonly Checked[]> {
  const { source, job } = context
  const checked: Checked[] = []
  for (const [position, item] of drawn.entries()) {
    job.out.progress(`verifying and judging ${position + 1} of ${drawn.length}`)
    const evidence = await source.lineage(item.id)
    const judged = await judgeLineage([evidence], item.id, { ...context, digest: undefined })
    checked.push({ ...item, judged })
  }
  return checked
}

const RECORDS: readonly RecordVerdict[] = [
  'VERIFIED',
  'INCOMPLETE',
  'FAILED',
  'FAILED (split view)',
]
const RULES: readonly Verdict[] = ['NA', 'PASS', 'WARN', 'UNKNOWN', 'FAIL']

/** Failures first: the record before the rules, since rules about an unsound record say little. */
function severity({ judged }: Checked): number {
  const record = Math.max(0, RECORDS.indexOf(judged.verdict) - 1)
  const rules = RULES.indexOf(judged.rules?.verdict ?? 'UNKNOWN')
  return record * 100 + rules * 10 + (judged.verdict === 'INCOMPLETE' ? 1 : 0)
}

function failed(checked: readonly Checked[]): number {
  return checked.filter(
    ({ judged }) => judged.verdict.startsWith('FAILED') || judged.rules?.verdict === 'FAIL',
  ).length
}
