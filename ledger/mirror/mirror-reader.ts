/**
 * What a mirror or a published folder holds, by entry index, as far as it can be read. Unverified: the
 * audit and the repair hold every part against the tree.
 */
import { utf8Decode } from '../core/bytes.js'
import { orNone } from '../core/errors.js'
import { parseStatementLine, type StatementLine } from '../core/statement-line.js'
import { decodeEntryBundle, ENTRIES, TILE_HASHES } from '../core/tile.js'
import { linesOf } from './follow.js'
import { bundleWidth, type MirrorFolder } from './mirror-folder.js'

/** Bundles kept in memory with their statements: those being read, and a few that are cited. */
const BUNDLES_KEPT_MAX = 6

type Bundle = {
  readonly entries: readonly Uint8Array[]
  /** Texts of the statement lines; empty where there are none. */
  readonly lines: readonly string[]
}

export class MirrorReader {
  /** Entries under the mirror's checkpoint. */
  readonly size: number
  readonly #folder: MirrorFolder
  readonly #bundles = new Map<number, Bundle>()

  constructor(folder: MirrorFolder, size: number) {
    this.#folder = folder
    this.size = size
  }

  /** Undefined when it is missing or its bundle cannot be read. */
  entry(index: number): Uint8Array | undefined {
    return this.#bundle(index)?.entries[index % TILE_HASHES]
  }

  /** Undefined when it is missing or cannot be read. */
  line(index: number): StatementLine | undefined {
    const text = this.#bundle(index)?.lines[index % TILE_HASHES]
    const line = text === undefined ? undefined : orNone(() => parseStatementLine(text))
    return line?.index === index ? line : undefined
  }

  /** How many of its bundles have their statements beside them. */
  bundlesWithLines(): { readonly bundles: number; readonly withLines: number } {
    const bundles = Math.ceil(this.size / TILE_HASHES)
    let withLines = 0
    for (let index = 0; index < bundles; index += 1) {
      if (this.#folder.hasLines(index, bundleWidth(index, this.size))) withLines += 1
    }
    return { bundles, withLines }
  }

  #bundle(index: number): Bundle | undefined {
    if (index < 0 || index >= this.size) return undefined
    const number = Math.floor(index / TILE_HASHES)
    const known = this.#bundles.get(number)
    if (known !== undefined) return known
    const bundle = this.#read(number)
    const [oldest] = this.#bundles.keys()
    if (this.#bundles.size >= BUNDLES_KEPT_MAX && oldest !== undefined) this.#bundles.delete(oldest)
    this.#bundles.set(number, bundle)
    return bundle
  }

  #read(number: number): Bundle {
    const width = bundleWidth(number, this.size)
    const name = { level: ENTRIES, index: number, width } as const
    const bytes = this.#folder.tile(name) ?? this.#folder.tile({ ...name, width: TILE_HASHES })
    const whole = this.#folder.hasTile(name) ? width : TILE_HASHES
    const entries = bytes === undefined ? [] : (orNone(() => decodeEntryBundle(bytes, whole)) ?? [])
    const text = this.#folder.lines(number, width)
    const lines = text === undefined ? [] : (orNone(() => linesOf(utf8Decode(text))) ?? [])
    return { entries, lines }
  }
}
