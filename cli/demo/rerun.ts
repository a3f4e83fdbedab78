/**
 * Runs real commands of this command line inside the demo, with settings and a memory of their own:
 * what the person has configured must not leak in, and a ledger of the demo is not remembered.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import { isObject, type JsonObject, parseJson } from '../../ledger/core/json.js'
import { cliOf } from '../command.js'
import { registerAudit } from '../commands/audit.js'
import { registerLineage } from '../commands/lineage.js'
import { registerReport } from '../commands/report.js'
import { registerVerify } from '../commands/verify.js'
import type { CliIo, ExitCode } from '../io.js'

export type Ran = { readonly exit: ExitCode; readonly result: JsonObject }

/** Runs one command; answers what it prints with `--json`. Rejects with what the command throws. */
export type Rerun = (argv: readonly string[]) => Promise<Ran>

/** Calls `work` with a way to run commands and the folder of what they remember; then it is forgotten. */
export async function withCommands<T>(
  io: CliIo,
  work: (rerun: Rerun, memory: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-demo-memory-'))
  const { noColor } = io.environment
  const environment = { configFolder: folder, stateFolder: folder, noColor, layer: {} }
  try {
    return await work((argv) => run(argv, { ...io, environment }), folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(argv: readonly string[], io: CliIo): Promise<Ran> {
  const printed: string[] = []
  let exit: ExitCode = 0
  const program = new Command('waybill').option('--json').exitOverride()
  const inner: CliIo = {
    ...io,
    stdout: { isTty: false, write: (data) => void printed.push(String(data)) },
    // Progress is for the person; advice about commands that the demo ran is not.
    stderr: {
      isTty: io.stderr.isTty,
      write: (text) => (text.startsWith('\r') ? io.stderr.write(text) : undefined),
    },
  }
  const cli = cliOf(inner, (code) => {
    exit = code
  })
  registerLineage(program, cli)
  registerAudit(program, cli)
  registerVerify(program, cli)
  registerReport(program, cli)
  await program.parseAsync(['--json', ...argv], { from: 'user' })
  const result = parseJson(printed.join(''))
  if (!isObject(result)) throw new LedgerError('INTERNAL')
  return { exit, result }
}
