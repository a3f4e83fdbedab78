/**
 * `npm run bench`: what the ledger does per second, in ratios within one run.
 *
 * Machines are shared and noisy, so absolute numbers mean little: what counts is how much of the bound
 * B (cores × full checks of one standard statement per second) each road keeps. Every figure is
 * measured here, now; nothing is taken from an earlier run.
 *
 *     --quick      20,000 entries, under a minute       --json FILE   the figures as JSON
 *     --entries N  another number                       --keep DIR    keep the ledger that was made
 *     --graphs     only the judge, on deep and wide lineages: it wants a process to itself
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { folderBytes, makeLedger } from './fixtures.js'
import { type GraphFigures, measureGraphs } from './graphs.js'
import { measureIngest } from './ingest.js'
import { measureAudit, measureLineage, measureProofs, measureRestart } from './reading.js'
import { measureChecks } from './tight-loops.js'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    entries: { type: 'string' },
    json: { type: 'string' },
    keep: { type: 'string' },
    graphs: { type: 'boolean', default: false },
    /** Only for the process that this one starts. */
    'graphs-here': { type: 'boolean', default: false },
  },
})
const entries =
  values.entries === undefined ? (values.quick ? 20_000 : 200_000) : Number(values.entries)
const cores = cpus().length
const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Megabytes of old objects: the judge of a million hops has to do with it. */
const HEAP = '--max-old-space-size=440'
const hops = values.quick ? 100_000 : 1_000_000

if (values['graphs-here']) tell(measureGraphs(say, hops))
else if (values.graphs) graphsAlone()
else await measureLedger()

async function measureLedger(): Promise<void> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  try {
    say(`Bench: ${entries} entries, ${cores} cores, Node ${process.version}`)
    const bench = await makeLedger(join(folder, 'ledger'))
    const checks = await measureChecks(bench)
    const bound = cores * checks.statement_check_per_core
    say(`one full check: ${checks.statement_check_per_core}/s per core, B = ${bound}/s`)
    const ingest = await measureIngest(bench, entries, say)
    const restart = await measureRestart(bench)
    say(`restart to writable: ${restart.restart_ms} ms`)
    const audit = await measureAudit(bench, cores)
    say(`audit: ${audit.audit_per_s}/s`)
    const proofs = await measureProofs(bench)
    const lineage = await measureLineage(bench)
    const graphs = graphsApart(join(folder, 'graphs.json'))
    const size = ingest.size
    const figures = {
      cores,
      entries: size,
      ...checks,
      ingest_single_per_s: ingest.ingest_single_per_s,
      ingest_bulk_per_s: ingest.ingest_bulk_per_s,
      ...audit,
      ...proofs,
      ...lineage,
      ...graphs,
      rss_mb: ingest.rss_mb,
      bytes_per_statement: Math.round(folderBytes(join(bench.folder, 'store')) / size),
      ...restart,
    }
    const ratios = {
      check_of_half_verify: ratio(figures.statement_check_per_core, figures.verify_per_core / 2),
      bulk_of_bound: ratio(figures.ingest_bulk_per_s, bound),
      audit_of_bound: ratio(figures.audit_per_s, bound),
      disk_of_statement: ratio(figures.bytes_per_statement, figures.statement_bytes),
    }
    tell({ ...figures, ...ratios })
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

function graphsAlone(): void {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  try {
    tell(graphsApart(join(folder, 'graphs.json')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * In a process of its own, whose peak of memory is the judge's alone. The heap has a limit, because
 * without one the engine would rather keep garbage than look for it.
 */
function graphsApart(file: string): GraphFigures {
  const flags = ['--graphs-here', '--json', file, ...(values.quick ? ['--quick'] : [])]
  const main = fileURLToPath(import.meta.url)
  const { status } = spawnSync(process.execPath, [HEAP, main, ...flags], {
    stdio: ['ignore', 'ignore', 2],
  })
  if (status !== 0) throw new Error(`judging graphs ended with ${status}`)
  return JSON.parse(readFileSync(file, 'utf8')) as GraphFigures
}

function tell(figures: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(figures)) {
    process.stdout.write(`${name.padEnd(26)} ${value}\n`)
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`)
}

function ratio(part: number, whole: number): number {
  return Math.round((part / whole) * 1_000) / 1_000
}
