/**
 * What every command gets: its output, settings and flags; and the options that many share.
 */
import type { Command } from 'commander'
import { LedgerError } from '../ledger/core/errors.js'
import { type Layer, loadSettings, SETTINGS, type SettingName, type Settings } from './config.js'
import type { CliIo, ExitCode } from './io.js'
import { type Output, outputOf } from './output.js'

/** One run of one command. `Flags` are its own options, as commander names them. */
export type Job<Flags = object> = {
  readonly io: CliIo
  readonly out: Output
  readonly settings: Settings
  readonly flags: Flags
}

/** What a command's module needs to register itself. */
export type Cli = {
  readonly io: CliIo
  /**
   * Makes commander's action of a handler. The handler gets the job and the positional arguments,
   * and answers the exit code; what it throws is reported by run.ts.
   */
  readonly action: <Flags extends object, Args extends readonly unknown[]>(
    handler: (job: Job<Flags>, ...args: Args) => ExitCode | Promise<ExitCode>,
  ) => (...args: readonly unknown[]) => Promise<void>
}

/** A command's module: adds its command to the program. */
export type Register = (program: Command, cli: Cli) => void

export function cliOf(io: CliIo, finish: (code: ExitCode) => void): Cli {
  return {
    io,
    action:
      (handler) =>
      async (...all) => {
        // Commander calls with the arguments, then the options, then the command.
        const command = all.at(-1) as Command
        const flags = command.optsWithGlobals()
        const job = {
          io,
          out: outputOf(io, flags['json'] === true),
          settings: await loadSettings(io.environment, flagLayer(flags)),
          flags: flags as never,
        }
        finish(await handler(job, ...(all.slice(0, -2) as never)))
      },
  }
}

function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const layer: Partial<Record<SettingName, string>> = {}
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const value = flags[name]
    if (typeof value === 'string') layer[name] = value
  }
  return layer
}

/** Where to read from or write to. */
export function withSource(command: Command): Command {
  return command
    .option('--server <url>', 'the ledger, by the address of its server')
    .option('--dir <ledger>', 'the ledger, by its folder; no server may be running on it')
}

/** Who signs, and who asks a server. */
export function withKey(command: Command): Command {
  return command
    .option('--key <file>', 'private key that signs: PKCS#8 PEM, mode 0600')
    .option('--signer <exec:command>', 'command that signs: bytes on stdin, 64 bytes out')
    .option('--public-key <key>', 'public key of --signer: base64url, or a JWK or PEM file')
    .option('--api-key <file>', 'private key for signing in to a server, if another than --key')
    .option(
      '--party <id>',
      'party whose keys these are (id or alias), if --key is not its first key',
    )
}

/** Whom to believe. */
export function withPolicy(command: Command): Command {
  return command
    .option('--policy <file>', 'log keys that you trust (c2sp.org/tlog-policy)')
    .option(
      '--parties <file>',
      'party ids that you got from the parties themselves: lines of "id name"',
    )
}

/** What others have seen of a ledger that is opened to write. */
export function withSeen(command: Command): Command {
  return command.option(
    '--seen <places...>',
    'checkpoints that others have seen of this ledger: a mirror (address or folder), a note, a receipt',
  )
}

/** How long to wait for the witnesses. */
export function withWait(command: Command): Command {
  return command.option(
    '--wait [seconds]',
    'wait until witnesses have cosigned, 60 s if no number is given',
    wholeNumber(1, 86_400),
  )
}

/** Commander's parser for options that take a number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new LedgerError('USAGE', { reason: `a number from ${min} to ${max} is needed` })
    }
    return number
  }
}
