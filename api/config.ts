/**
 * Where the server listens: flag beats environment beats file. DESIGN 7.1. The only reader of the
 * environment in api/.
 *
 *     WAYBILL_HOST   address to listen on; the file's, which is loopback unless changed
 *     WAYBILL_PORT   port; 0 lets the system choose
 */
import { readFileSync } from 'node:fs'
import { LedgerError } from '../ledger/core/errors.js'
import { isObject, parseJson } from '../ledger/core/json.js'

export type Listen = { readonly host: string; readonly port: number }

/**
 * The address to listen on.
 *
 * @throws LedgerError CONFIG_INVALID naming the setting
 */
export function listenConfig(
  file: Listen,
  flags: Partial<Listen> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Listen {
  const host = flags.host ?? nonEmpty(environment['WAYBILL_HOST']) ?? file.host
  const port = flags.port ?? portOf(nonEmpty(environment['WAYBILL_PORT'])) ?? file.port
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LedgerError('CONFIG_INVALID', { at: 'port', expected: '0 to 65535' })
  }
  if (!/^[A-Za-z0-9.:%_-]{1,255}$/.test(host))
    throw new LedgerError('CONFIG_INVALID', { at: 'host' })
  return { host, port }
}

/** Version of this package, from the package.json next to the sources or above dist/. */
export function packageVersion(): string {
  for (const up of ['../package.json', '../../package.json']) {
    const version = versionIn(new URL(up, import.meta.url))
    if (version !== undefined) return version
  }
  return 'unknown'
}

function versionIn(file: URL): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // Not there: run from dist/, where it is one folder further up.
    return undefined
  }
  const manifest = parseJson(text)
  const ours = isObject(manifest) && manifest['name'] === 'waybill'
  return ours && typeof manifest['version'] === 'string' ? manifest['version'] : undefined
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
