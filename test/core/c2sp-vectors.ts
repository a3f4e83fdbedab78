/**
 * Reads the vectors of the C2SP text formats: one JSON file each, named by the attack, in
 * test/vectors/<format>/. `expect` is OK or an error code; texts that are not UTF-8 are in hex.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { fromHex, utf8Decode } from '../../ledger/core/bytes.js'
import { isErrorCode, LedgerError } from '../../ledger/core/errors.js'

const VECTORS = fileURLToPath(new URL('../vectors', import.meta.url))
const SPEC_EXAMPLES = fileURLToPath(
  new URL('../../../shared/vectors/c2sp-spec-examples', import.meta.url),
)

/** Run counts of property tests: small by default, raised by SLOW=1. */
export const RUNS = process.env['SLOW'] === '1' ? 5_000 : 150

/** One example of the specifications, as text. Skips the test where the examples are not at hand. */
export function specExample(context: TestContext, name: string): string {
  if (!existsSync(SPEC_EXAMPLES)) context.skip('skipped: no shared data')
  return utf8Decode(readFileSync(join(SPEC_EXAMPLES, name)))
}

export type Vector<Input, Output> = {
  readonly name: string
  readonly description: string
  readonly input: Input
  readonly expect: string
  readonly output: Output
}

/** All vectors of a format whose input is of the kind asked for. */
export function vectorsOf<Input extends object, Output>(
  format: string,
  having: (input: Input) => boolean,
): readonly Vector<Input, Output>[] {
  return readdirSync(join(VECTORS, format))
    .map((file) => {
      const vector = JSON.parse(readFileSync(join(VECTORS, format, file), 'utf8'))
      return { ...vector, name: file.replace('.json', '') } as Vector<Input, Output>
    })
    .filter((vector) => having(vector.input))
}

/** A text of a vector: given as a string, or in hex where its bytes are not UTF-8. */
export function textOf(text: string | undefined, hex: string | undefined): string {
  return hex === undefined ? (text ?? '') : utf8Decode(fromHex(hex))
}

/** OK and the result of an action, or the code of its refusal. Anything else thrown is a bug. */
export function outcomeOf<T>(action: () => T): { readonly code: string; readonly result?: T } {
  try {
    return { code: 'OK', result: action() }
  } catch (error) {
    if (!(error instanceof LedgerError) || !isErrorCode(error.code)) throw error
    return { code: error.code }
  }
}

/** One byte changed, inserted or removed, or up to 255 bytes doubled. */
export function mutateByte(
  bytes: Uint8Array,
  place: number,
  kind: number,
  value: number,
): Uint8Array {
  const at = place % bytes.length
  const edited = [...bytes]
  if (kind === 0) edited[at] = value
  else if (kind === 1) edited.splice(at, 0, value)
  else if (kind === 2) edited.splice(at, 1)
  else edited.splice(at, 0, ...edited.slice(at, at + value))
  return Uint8Array.from(edited)
}
