/** What an action comes to, as data, and vectors that say what it must come to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { LedgerError } from '../../../ledger/core/errors.js'

/** Run counts of property tests: modest by default, raised by SLOW=1. */
export function runs(usual: number): number {
  return process.env['SLOW'] === '1' ? usual * 20 : usual
}

/** The code of a refusal, or OK. Anything but a LedgerError is a bug and passes on. */
export function codeOf(action: () => unknown): string {
  try {
    action()
    return 'OK'
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return error.code
  }
}

/** The refusal itself. */
export function refusalOf(action: () => unknown): LedgerError {
  try {
    action()
  } catch (error) {
    if (error instanceof LedgerError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

export type Vector<Input> = {
  readonly name: string
  readonly description: string
  readonly input: Input
  /** OK or an error code. */
  readonly expect: string
}

/** All vectors of a folder under test/vectors, by file name. */
export function vectorsIn<Input>(folder: string): readonly Vector<Input>[] {
  const path = fileURLToPath(new URL(`../../vectors/${folder}/`, import.meta.url))
  return readdirSync(path)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      ...(JSON.parse(readFileSync(`${path}${file}`, 'utf8')) as Vector<Input>),
      name: file.replace('.json', ''),
    }))
}

/** A folder of public test data that is not part of the repository; skips where it is absent. */
export function sharedFolder(context: TestContext, name: string): string {
  const path = fileURLToPath(new URL(`../../../../shared/${name}/`, import.meta.url))
  if (!existsSync(path)) context.skip('skipped: no shared data')
  return path
}
