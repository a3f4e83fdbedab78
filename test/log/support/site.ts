/**
 * Where a ledger of these tests lives: a disk, a head file, the log's key and a clock that outlive
 * the ledgers opened on them. Crashes, reopenings and damage happen here.
 */
import { LedgerError } from '../../../ledger/core/errors.js'
import { ed25519NoteKey } from '../../../ledger/core/note.js'
import { policyOfLogs } from '../../../ledger/core/policy.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import { type Ledger, type LedgerOptions, openLedger } from '../../../ledger/log/ledger.js'
import { type HeadFile, memoryHeadFile } from '../../../ledger/store/head-file.js'
import { MemoryDisk, openMemoryStore } from '../../../ledger/store/memory.js'
import type { Store } from '../../../ledger/store/store.js'
import { FIRMS, type Firm, keyOf, OPERATOR } from './firms.js'
import {
  crypto,
  type Draft,
  enrolling,
  enrolment,
  json,
  ORIGIN,
  type Signing,
  START_S,
  sign,
} from './statements.js'

export const LOG_KEY = keyOf('log')

/** What a receipt of these ledgers is verified with. */
export const POLICY = policyOfLogs(ed25519NoteKey(ORIGIN, LOG_KEY.publicKey))

/** No key begins with the byte 0xff. */
export const EVERYTHING = { from: Uint8Array.of(0), to: Uint8Array.of(0xff) }

export class Site {
  readonly disk: MemoryDisk
  readonly head: HeadFile
  nowS = START_S
  /** Told by `onFailure`, oldest first. */
  readonly failures: unknown[] = []

  constructor(disk: MemoryDisk = new MemoryDisk(), head: HeadFile = memoryHeadFile()) {
    this.disk = disk
    this.head = head
  }

  open(options: Partial<LedgerOptions> = {}): Promise<Ledger> {
    return openLedger({
      origin: ORIGIN,
      store: options.store ?? openMemoryStore(this.disk),
      head: this.head,
      signer: LOG_KEY,
      crypto,
      now: () => this.nowS,
      workers: 0,
      onFailure: (error) => this.failures.push(error),
      ...options,
    })
  }

  /** Opens a new log with its operator and some firms enrolled: entries 0 to `firms.length`. */
  async start(
    firms: readonly Firm[] = FIRMS,
    options: Partial<LedgerOptions> = {},
  ): Promise<Ledger> {
    const ledger = await this.open(options)
    for (const firm of [OPERATOR, ...firms]) {
      await admit(ledger, enrolment(firm), enrolling(firm))
    }
    return ledger
  }

  /** Another place with the same records, head and time. Requires that nothing has this one open. */
  async copy(): Promise<Site> {
    const copy = new Site()
    copy.nowS = this.nowS
    const [from, to] = [openMemoryStore(this.disk), openMemoryStore(copy.disk)]
    for await (const chunk of from.scan(EVERYTHING)) {
      await to.write({ puts: chunk.map(([key, value]) => ({ key, value })) }, { sync: true })
    }
    await from.close()
    await to.close()
    const head = this.head.read()
    if (head !== undefined) await copy.head.write(head)
    return copy
  }

  /** Power loss: whatever was open is dead. */
  crash(): void {
    this.disk.crash()
  }
}

/** Signs and submits; the statement must be admitted. */
export async function admit(
  ledger: Ledger,
  draft: Draft,
  signings: readonly Signing[],
  atS: number = START_S,
): Promise<StatementId> {
  const outcome = await ledger.submit(json(await sign(draft, signings, atS)))
  if (outcome.status !== 'admitted') throw new Error(`was ${outcome.status}`)
  return outcome.id
}

/** The code with which something is refused; undefined when it is not. */
export async function codeOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    if (error instanceof LedgerError) return error.code
    throw error
  }
}

/** A store whose synced writes wait until `release` is called; for what happens in between. */
export function gatedStore(
  store: Store,
  written: () => void = () => undefined,
): {
  readonly store: Store
  readonly hold: () => void
  readonly release: () => void
  readonly writes: { readonly puts: number }[]
} {
  let gate: Promise<void> | undefined
  let open: () => void = () => undefined
  const writes: { readonly puts: number }[] = []
  return {
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    release: () => {
      gate = undefined
      open()
    },
    writes,
    store: {
      write: async (batch, options) => {
        await gate
        writes.push({ puts: batch.puts.length })
        await store.write(batch, options)
        written()
      },
      get: (key) => store.get(key),
      getMany: (keys) => store.getMany(keys),
      scan: (range) => store.scan(range),
      scanTexts: (range) => store.scanTexts(range),
      close: () => store.close(),
    },
  }
}

/** A head file that tells before it is written: the batch is in the store then, the head is not. */
export function tappedHead(head: HeadFile, before: () => void): HeadFile {
  return {
    read: () => head.read(),
    write: async (next) => {
      before()
      await head.write(next)
    },
  }
}
