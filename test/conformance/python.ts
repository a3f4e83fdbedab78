/** The second implementation, where there is a Python for it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../conformance/', import.meta.url))
const VERSION = 'import sys; sys.exit(sys.version_info < (3, 11))'

/** Why nothing of it can run here; undefined where it can. */
export const NO_PYTHON: string | undefined =
  spawnSync('python3', ['-c', VERSION]).status === 0 ? undefined : 'no python3 of 3.11 or later'

/** A few seconds of work; a machine that does ten other things takes its time. */
export const PYTHON_MS = 120_000

export type Ran = { readonly status: number | null; readonly out: string; readonly err: string }

/** Runs a script of conformance/. */
export function python(script: string, ...args: readonly string[]): Ran {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  // No __pycache__ beside the sources: tests leave nothing behind.
  const { status, stdout, stderr } = spawnSync('python3', ['-B', FOLDER + script, ...args], options)
  return { status, out: stdout, err: stderr }
}

/** What it says of each pack of a folder. */
export function judgedPacks(folder: string): Readonly<Record<string, unknown>> {
  const { status, out, err } = python('verify.py', '--packs', folder)
  if (status !== 0) throw new Error(err)
  const lines = out.split('\n').filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const { pack, ...said } = JSON.parse(line) as { readonly pack: string }
      return [pack, said] as const
    }),
  )
}
