/**
 * A store in memory: what store.ts promises, executable, for tests and trials.
 *
 * A `MemoryDisk` outlives the stores opened on it, as a folder does; `crash` is a power loss at its
 * worst: every write that was not synced is gone, even when a later synced one survives.
 */
import { LedgerError } from '../core/errors.js'
import type { Put, Range, Store, StoreRecord, TextRecord, WriteBatch } from './store.js'
import { SCAN_BYTES, SCAN_RECORDS_MAX, textsOf } from './store.js'

/** Records by their key, one character for each byte: strings compare as their bytes do. */
type Records = Map<string, Put>

export class MemoryDisk {
  readonly #synced: Records = new Map()
  #records: Records = new Map()
  /** Names in order; undefined when keys came or went since. */
  #sorted: readonly string[] | undefined
  #holder: object | undefined

  /** @throws LedgerError LEDGER_LOCKED while another store has the disk */
  lock(holder: object): void {
    if (this.#holder !== undefined) throw new LedgerError('LEDGER_LOCKED')
    this.#holder = holder
  }

  unlock(holder: object): void {
    if (this.#holder === holder) this.#holder = undefined
  }

  /** Power loss: the store that was open is dead, and only synced writes are left. */
  crash(): void {
    this.#holder = undefined
    this.#records = new Map(this.#synced)
    this.#sorted = undefined
  }

  /** Whether a store may still use the disk. */
  heldBy(holder: object): boolean {
    return this.#holder === holder
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#records.get(nameOf(key))?.value
  }

  apply(batch: WriteBatch, sync: boolean): void {
    change(this.#records, batch)
    if (sync) change(this.#synced, batch)
    this.#sorted = undefined
  }

  /** Records of a range, in its order. */
  select(range: Range): readonly Put[] {
    this.#sorted ??= [...this.#records.keys()].sort()
    const from = nameOf(range.from)
    const to = nameOf(range.to)
    const names = this.#sorted.slice(
      firstAtOrAfter(this.#sorted, from),
      firstAtOrAfter(this.#sorted, to),
    )
    if (range.reverse === true) names.reverse()
    return names.slice(0, range.limit).flatMap((name) => this.#records.get(name) ?? [])
  }
}

/**
 * Opens a store on a disk; without one, on a disk of its own that goes with it.
 *
 * @throws LedgerError LEDGER_LOCKED while another store has the disk
 */
export function openMemoryStore(disk: MemoryDisk = new MemoryDisk()): Store {
  return new MemoryStore(disk)
}

class MemoryStore implements Store {
  readonly #disk: MemoryDisk

  constructor(disk: MemoryDisk) {
    disk.lock(this)
    this.#disk = disk
  }

  write(batch: WriteBatch, { sync }: { readonly sync: boolean }): Promise<void> {
    try {
      this.#live().apply(batch, sync)
      return Promise.resolve()
    } catch (error) {
      return Promise.reject(error)
    }
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#live().get(key)?.slice()
  }

  getMany(keys: readonly Uint8Array[]): (Uint8Array | undefined)[] {
    return keys.map((key) => this.get(key))
  }

  async *scan(range: Range): AsyncGenerator<readonly StoreRecord[]> {
    let chunk: StoreRecord[] = []
    let bytes = 0
    for (const { key, value } of this.#live().select(range)) {
      chunk.push([key.slice(), value.slice()])
      bytes += key.length + value.length
      if (chunk.length < SCAN_RECORDS_MAX && bytes <= SCAN_BYTES) continue
      yield chunk
      this.#live()
      chunk = []
      bytes = 0
    }
    await Promise.resolve()
    if (chunk.length > 0) yield chunk
  }

  scanTexts(range: Range): AsyncIterable<readonly TextRecord[]> {
    return textsOf(this.scan(range))
  }

  close(): Promise<void> {
    this.#disk.unlock(this)
    return Promise.resolve()
  }

  #live(): MemoryDisk {
    if (!this.#disk.heldBy(this)) throw new LedgerError('LEDGER_CLOSED')
    return this.#disk
  }
}

function change(records: Records, { puts, deletes = [] }: WriteBatch): void {
  for (const key of deletes) records.delete(nameOf(key))
  for (const { key, value } of puts) {
    records.set(nameOf(key), { key: key.slice(), value: value.slice() })
  }
}

function nameOf(key: Uint8Array): string {
  return String.fromCharCode(...key)
}

/** Position of the first name that is not before `name`. */
function firstAtOrAfter(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((names[middle] ?? '') < name) low = middle + 1
    else high = middle
  }
  return low
}
