/**
 * Builds dist/ once before the tests, as `npm run build` does; a second run takes about a second.
 * The command line, server processes and worker threads of the tests run from dist/.
 *
 * No build when WAYBILL_SKIP_BUILD=1, nor for a run narrowed to folders whose tests use the sources
 * alone. In a run narrowed to other files, type errors are printed and the tests go on with what
 * could be emitted; the whole suite stops.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TSC = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
const SOURCES_ONLY = /(^|\/)test\/(core|crypto|store|properties)(\/|$)/

/** Vitest calls this once, before any test file. */
export function setup(): void {
  const asked = process.argv.slice(2).filter((word) => /(^|\/)test\/|\.test\.ts$/.test(word))
  const sourcesOnly = asked.length > 0 && asked.every((path) => SOURCES_ONLY.test(path))
  if (process.env['WAYBILL_SKIP_BUILD'] === '1' || sourcesOnly) return

  const built = spawnSync(process.execPath, [TSC, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (built.status === 0) return
  const report = `the build before the tests failed:\n${built.stdout}${built.stderr}`
  if (asked.length === 0 || process.env['CI'] !== undefined) throw new Error(report)
  process.stderr.write(`${report}\n`)
}
