/**
 * The version of the package, from its own manifest.
 */
import { readFileSync } from 'node:fs'
import { isObject, parseJson } from '../ledger/core/json.js'

export const VERSION: string = versionOf()

function versionOf(): string {
  // From cli/ in the sources, from dist/cli/ when built.
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const manifest = parseJson(readFileSync(new URL(place, import.meta.url), 'utf8'))
      const version = isObject(manifest) ? manifest['version'] : undefined
      if (typeof version === 'string') return version
    } catch {
      // Not there: the other place.
    }
  }
  return 'unknown'
}
