/**
 * `waybill import openlineage FILE...`: records what a stream of lineage events says. docs/import.md.
 *
 * Reads files, map and state, shows the plan or carries it out; what any of it means is import/'s.
 */
import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { type DraftContext, openClient } from '../../client/index.js'
import {
  type ImportPlan,
  prepareImport,
  runImport,
  writeTemplate,
} from '../../import/openlineage/importer.js'
import { type Journal, openJournal } from '../../import/openlineage/journal.js'
import type { ImportMap } from '../../import/openlineage/map.js'
import { parseMap } from '../../import/openlineage/map-parse.js'
import { openParties, type Parties } from '../../import/openlineage/party.js'
import type { LedgerPort } from '../../import/openlineage/recording.js'
import {
  importJson,
  importLines,
  problemLines,
  type ReportParts,
  type Words,
} from '../../import/openlineage/report.js'
import { fileDigests, writeHandedOver } from '../../import/openlineage/side-files.js'
import type { StreamFile } from '../../import/openlineage/stream.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { bestCrypto } from '../../ledger/index.js'
import { type Cli, type Job, withSource } from '../command.js'
import { firstOf } from '../config.js'
import { failureLine } from '../failure.js'
import { at, fileError, readBytes, readJson, STDIO, writeResult } from '../files.js'
import type { ExitCode } from '../io.js'
import type { LedgerSource } from '../ledger-source.js'
import { clean } from '../output.js'
import { withLedger } from '../source.js'

export function registerImport(program: Command, cli: Cli): void {
  const group = program.command('import').description('record what other systems know already')
  withSource(group.command('openlineage'))
    .argument('[files...]', 'OpenLineage events: one, a JSON array, or one a line; - for stdin')
    .option(
      '--map <file>',
      'whose jobs and datasets these are, and on which terms; see docs/import.md',
    )
    .option(
      '--state <file>',
      'what this import remembers; the map with .state after its name if left out',
    )
    .option('--resume', 'go on with an earlier import; its files are read again if none are named')
    .option(
      '--write-map <file>',
      'only write a map to fill in, with every job and dataset; - for stdout',
    )
    .option('--dry-run', 'only show what would be recorded')
    .description('record the runs of an OpenLineage stream')
    .action(cli.action(importOpenLineage))
}

type Flags = {
  readonly map?: string
  readonly state?: string
  readonly resume?: boolean
  readonly writeMap?: string
  readonly dryRun?: boolean
}

/** What was read before anything is planned. */
type Inputs = {
  readonly map: ImportMap
  readonly parties: Parties
  readonly journal: Journal
  readonly files: readonly string[]
  readonly plan: ImportPlan
}

async function importOpenLineage(job: Job<Flags>, named: readonly string[]): Promise<ExitCode> {
  const { map, writeMap, dryRun } = job.flags
  if (writeMap !== undefined) return writeMapFile(job, named, writeMap)
  if (map === undefined)
    throw new LedgerError('USAGE', {
      reason: 'give --map FILE; --write-map FILE makes one to fill in',
    })
  const inputs = await readInputs(job, named, map)
  if (inputs.plan.problems.length > 0) return showProblems(job, inputs)
  if (dryRun === true) {
    show(job, inputs, { reports: [], notes: inputs.plan.notes, files: new Map() })
    job.out.note('Nothing was signed or submitted.')
    return exitCode(inputs.plan, [])
  }
  return withLedger(job, (source) => carryOut(job, inputs, source))
}

async function readInputs(
  job: Job<Flags>,
  named: readonly string[],
  mapPath: string,
): Promise<Inputs> {
  const crypto = bestCrypto()
  const state = job.flags.state ?? `${mapPath}.state`
  const journal = await openJournal(state, crypto)
  if (job.flags.resume === true && journal.empty)
    throw new LedgerError('IMPORT_STATE_MISSING', { file: state })
  const files = named.length === 0 && job.flags.resume === true ? journal.files : named
  if (files.length === 0)
    throw new LedgerError('USAGE', { reason: 'which events? name their files, or - for stdin' })
  const value = await readJson(mapPath, job.io)
  const map = at(mapPath, () => parseMap(value))
  const parties = await openParties(map.parties, dirname(mapPath))
  const plan = prepareImport({
    files: await readFiles(job, files),
    map,
    parties,
    journal,
    fileDigest: fileDigests(dirname(mapPath), crypto.sha256),
    // The ledger need not be there to plan; its name is put in when statements are built.
    context: contextOf(job, 'waybill.example/plan'),
  })
  return { map, parties, journal, files, plan }
}

async function carryOut(job: Job<Flags>, inputs: Inputs, source: LedgerSource): Promise<ExitCode> {
  const { map, parties, journal, plan } = inputs
  const { origin } = await source.info()
  try {
    const { reports, notes, handedOver } = await runImport(plan, {
      map,
      parties,
      journal,
      port: portOf(job, source, origin),
      context: contextOf(job, origin),
      files: inputs.files.filter((file) => file !== STDIO).map((file) => resolve(file)),
      onProgress: (done, total) => job.out.progress(`${done} of ${total} statements`),
    })
    const files = await writeHandedOver(handedOver, journal.path, parties)
    show(job, inputs, { reports, notes, files })
    return exitCode(plan, reports)
  } finally {
    await journal.close()
  }
}

/** Worst first: something was refused; an event could not be read; something is still to come. */
function exitCode(plan: ImportPlan, reports: ReportParts['reports']): ExitCode {
  if (reports.some(({ status }) => status === 'refused')) return 1
  if (plan.events.counts.malformed > 0) return ERRORS.IMPORT_EVENT_INVALID.exit
  return reports.some(({ status }) => status !== 'admitted' && status !== 'already') ? 3 : 0
}

function showProblems(job: Job<Flags>, inputs: Inputs): ExitCode {
  const { code, exit, title, explain } = {
    code: 'IMPORT_PLAN_INVALID',
    ...ERRORS.IMPORT_PLAN_INVALID,
  }
  const { problems } = inputs.plan
  job.out.result(
    importJson(partsOf(inputs, { reports: [], notes: inputs.plan.notes, files: new Map() })),
    () => problemLines(problems, wordsOf(inputs)),
  )
  job.out.note(`waybill: ${title}`)
  job.out.note(`  ${explain}`)
  job.out.note(`  code ${code}; waybill explain ${code}`)
  return exit
}

type Shown = Pick<ReportParts, 'reports' | 'notes' | 'files'>

function show(job: Job<Flags>, inputs: Inputs, shown: Shown): void {
  const parts = partsOf(inputs, shown)
  job.out.result(importJson(parts), () => importLines(parts, wordsOf(inputs)))
}

function partsOf({ plan, journal }: Inputs, shown: Shown): ReportParts {
  return { ...shown, plan, state: journal.path }
}

function wordsOf({ parties }: Inputs): Words {
  const names = new Map([...parties.values()].map(({ id, alias }) => [id, alias]))
  return { clean, partyName: (id) => names.get(id) ?? id, error: failureLine }
}

function portOf(job: Job<Flags>, source: LedgerSource, origin: string): LedgerPort {
  const server = firstOf(job.settings, ['server', 'dir'])
  const client = server?.name === 'server' ? openClient({ server: server.value }) : undefined
  // Inclusion is public; reading the statement itself would need a key of its party.
  const look = async (id: StatementId): Promise<boolean> =>
    client === undefined
      ? (await source.statement(id)).index !== undefined
      : (await client.inclusionProof(id)).index >= 0
  return {
    origin,
    submit: source.submitMany,
    isAdmitted: async (id) => {
      try {
        return await look(id)
      } catch (error) {
        if (error instanceof LedgerError && error.code === 'STATEMENT_NOT_FOUND') return false
        throw error
      }
    },
  }
}

async function writeMapFile(
  job: Job<Flags>,
  named: readonly string[],
  path: string,
): Promise<ExitCode> {
  if (named.length === 0)
    throw new LedgerError('USAGE', { reason: 'which events? name their files, or - for stdin' })
  const template = writeTemplate(await readFiles(job, named), bestCrypto().sha256)
  const text = `${JSON.stringify(template, null, 2)}\n`
  if (path === STDIO) await writeResult(path, text, job.io)
  else {
    // Never over a map that somebody filled in.
    await writeFile(path, text, { flag: 'wx' }).catch((error: unknown) => {
      throw fileError(path, error)
    })
    job.out.result({ map: path }, () => [`map    ${path}`])
  }
  job.out.note(
    'Fill in what begins with `<fill in`; the import refuses a map in which any is left.',
  )
  return 0
}

function readFiles(job: Job<Flags>, files: readonly string[]): Promise<readonly StreamFile[]> {
  return Promise.all(files.map(async (name) => ({ name, bytes: await readBytes(name, job.io) })))
}

function contextOf(job: Job, origin: string): DraftContext {
  return { origin, now: job.io.now, random: job.io.random, crypto: bestCrypto() }
}
