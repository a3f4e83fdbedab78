/**
 * Settings: flag beats environment beats file. DESIGN 7.1 "State".
 *
 * The only reader of the environment in cli/. The file is `waybill/config.json` in the XDG
 * configuration folder; its members have the names of `Settings`. Files are named relative to the
 * working folder in flags and variables, relative to the file in the file.
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, type JsonObject, parseJson } from '../ledger/core/json.js'

/** What can be set in flags, in WAYBILL_… variables and in the file alike. */
export const SETTINGS = {
  server: { variable: 'WAYBILL_SERVER', path: false },
  dir: { variable: 'WAYBILL_DIR', path: true },
  key: { variable: 'WAYBILL_KEY', path: true },
  signer: { variable: 'WAYBILL_SIGNER', path: false },
  publicKey: { variable: 'WAYBILL_PUBLIC_KEY', path: false },
  apiKey: { variable: 'WAYBILL_API_KEY', path: true },
  party: { variable: 'WAYBILL_PARTY', path: false },
  policy: { variable: 'WAYBILL_POLICY', path: true },
  parties: { variable: 'WAYBILL_PARTIES', path: true },
} as const

export type SettingName = keyof typeof SETTINGS
/** One level of settings: flags, environment or file. */
export type Layer = Partial<Readonly<Record<SettingName, string>>>

/** The part of the process environment that commands know of. */
export type Environment = {
  readonly configFolder: string
  readonly stateFolder: string
  readonly noColor: boolean
  readonly layer: Layer
}

export type Settings = {
  /** Highest first: flags, environment, file. */
  readonly layers: readonly Layer[]
  /** Party ids by the local name that this person gave them. */
  readonly aliases: ReadonlyMap<string, string>
}

const CONFIG_FILE = 'config.json'

/** Reads the environment once, at the start. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const home = nonEmpty(variables['HOME']) ?? homedir()
  const layer: Partial<Record<SettingName, string>> = {}
  for (const [name, { variable }] of Object.entries(SETTINGS)) {
    const value = nonEmpty(variables[variable])
    if (value !== undefined) layer[name as SettingName] = value
  }
  return {
    configFolder: join(xdg(variables['XDG_CONFIG_HOME'], join(home, '.config')), 'waybill'),
    stateFolder: join(xdg(variables['XDG_STATE_HOME'], join(home, '.local', 'state')), 'waybill'),
    noColor: nonEmpty(variables['NO_COLOR']) !== undefined || variables['TERM'] === 'dumb',
    layer,
  }
}

/**
 * Flags on top of the environment on top of the file.
 *
 * Rejects with LedgerError CONFIG_INVALID, naming the file and the member.
 */
export async function loadSettings(environment: Environment, flags: Layer): Promise<Settings> {
  const path = join(environment.configFolder, CONFIG_FILE)
  const file = await readConfig(path)
  const { aliases, ...rest } = file
  return {
    layers: [flags, environment.layer, fileLayer(rest, path)],
    aliases: readAliases(aliases, path),
  }
}

/** The value of the highest layer that has it. */
export function setting(settings: Settings, name: SettingName): string | undefined {
  return firstOf(settings, [name])?.value
}

/**
 * The highest layer that has any of several settings that exclude each other, such as `server` and
 * `dir`: a flag for one beats a variable for the other.
 *
 * @throws LedgerError USAGE when one layer has two of them
 */
export function firstOf<Name extends SettingName>(
  settings: Settings,
  names: readonly Name[],
): { readonly name: Name; readonly value: string } | undefined {
  for (const layer of settings.layers) {
    const given = names.filter((name) => layer[name] !== undefined)
    if (given.length > 1) {
      throw new LedgerError('USAGE', {
        reason: `give one of ${given.map(flagOf).join(' and ')}, not both`,
      })
    }
    const [name] = given
    if (name !== undefined) return { name, value: layer[name] ?? '' }
  }
  return undefined
}

/** A setting as it is spelled on the command line. */
function flagOf(name: SettingName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

async function readConfig(path: string): Promise<JsonObject> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new LedgerError('CONFIG_INVALID', { path, reason: 'cannot be read' }, error)
  }
  const value = parseConfig(text, path)
  if (!isObject(value))
    throw new LedgerError('CONFIG_INVALID', { path, reason: 'not a JSON object' })
  return value
}

function parseConfig(text: string, path: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new LedgerError('CONFIG_INVALID', { path, reason: 'not JSON' }, error)
  }
}

function fileLayer(file: JsonObject, path: string): Layer {
  const layer: Partial<Record<SettingName, string>> = {}
  for (const [name, value] of Object.entries(file)) {
    if (!isSettingName(name)) {
      const names = [...Object.keys(SETTINGS), 'aliases'].join(', ')
      throw new LedgerError('CONFIG_INVALID', { path, at: name, expected: `one of ${names}` })
    }
    if (typeof value !== 'string')
      throw new LedgerError('CONFIG_INVALID', { path, at: name, expected: 'a string' })
    layer[name] = SETTINGS[name].path && !isAbsolute(value) ? resolve(dirname(path), value) : value
  }
  return layer
}

function readAliases(value: Json | undefined, path: string): ReadonlyMap<string, string> {
  if (value === undefined) return new Map()
  if (!isObject(value))
    throw new LedgerError('CONFIG_INVALID', { path, at: 'aliases', expected: 'an object' })
  return new Map(
    Object.entries(value).map(([name, party]) => {
      if (typeof party === 'string') return [name, party]
      throw new LedgerError('CONFIG_INVALID', { path, at: 'aliases', expected: 'party ids' })
    }),
  )
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** The XDG specification: a relative path is ignored. */
function xdg(value: string | undefined, otherwise: string): string {
  return value !== undefined && isAbsolute(value) ? value : otherwise
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value
}
