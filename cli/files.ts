/**
 * Files that commands read and write; `-` is stdin or stdout. Errors of the system get a code.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { utf8Decode } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import { type Json, parseJson } from '../ledger/core/json.js'
import type { CliIo } from './io.js'

/** Stands for stdin or stdout in place of a file name. */
export const STDIO = '-'
/** Largest file read whole, in bytes: below what one string can hold. */
const FILE_BYTES_MAX = 500_000_000

/** @throws LedgerError INPUT_NOT_FOUND, INPUT_IO */
export async function readBytes(path: string, io: CliIo): Promise<Uint8Array> {
  if (path === STDIO) return readStdin(io)
  try {
    return Uint8Array.from(await readFile(path))
  } catch (error) {
    throw fileError(path, error)
  }
}

/** @throws LedgerError as readBytes; UTF8_INVALID */
export async function readText(path: string, io: CliIo): Promise<string> {
  const bytes = await readBytes(path, io)
  return at(path, () => utf8Decode(bytes))
}

/** @throws LedgerError as readText; JSON_INVALID */
export async function readJson(path: string, io: CliIo): Promise<Json> {
  const text = await readText(path, io)
  return at(path, () => parseJson(text))
}

/** Writes a file, or stdout for `-`. A file that is there is replaced. */
export async function writeResult(
  path: string,
  data: string | Uint8Array,
  io: CliIo,
): Promise<void> {
  if (path === STDIO) io.stdout.write(data)
  else await writeOut(path, data)
}

/** Writes a file. @throws LedgerError INPUT_IO */
export async function writeOut(path: string, data: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, data)
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Writes a file in place of one that is there, whole or not at all. Throws as writeOut. */
export async function replaceOut(path: string, data: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`
  await writeOut(draft, data)
  try {
    await rename(draft, path)
  } catch (error) {
    throw writeError(path, error)
  }
}

/** @throws LedgerError INPUT_IO */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Names the file in the refusal of what it holds. */
export function at<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw withPlace(error, { file: path })
  }
}

/** The same refusal, with its place. Bugs pass unchanged. */
export function withPlace(
  error: unknown,
  place: Readonly<Record<string, string | number>>,
): unknown {
  if (!(error instanceof LedgerError)) return error
  return new LedgerError(error.code, { ...place, ...error.details }, error)
}

/** Gives an error of the operating system a code of ours; our own refusals and bugs pass. */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof LedgerError || !(error instanceof Error && 'code' in error)) return error
  const errno = String(error.code)
  const code = errno === 'ENOENT' || errno === 'ENOTDIR' ? 'INPUT_NOT_FOUND' : 'INPUT_IO'
  return new LedgerError(code, { file: path, errno }, error)
}

/** As fileError; a folder that is missing is no input that is missing. */
function writeError(path: string, error: unknown): unknown {
  const mapped = fileError(path, error)
  if (!(mapped instanceof LedgerError)) return mapped
  const missing = mapped.code === 'INPUT_NOT_FOUND'
  const reason = missing ? 'cannot write: its folder is not there' : 'cannot write'
  return new LedgerError('INPUT_IO', { reason, ...mapped.details }, error)
}

async function readStdin(io: CliIo): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of io.stdin.bytes) {
    bytes += chunk.length
    if (bytes > FILE_BYTES_MAX)
      throw new LedgerError('INPUT_IO', { file: STDIO, limit: FILE_BYTES_MAX })
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
