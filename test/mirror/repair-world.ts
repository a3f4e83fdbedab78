/** A ledger folder with everything in it, its mirror, and ways to damage the one and ask the other. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ledger, openLedger } from '../../ledger/log/ledger.js'
import {
  type RepairOptions,
  type RepairOutcome,
  repairLedgerFolder,
} from '../../ledger/mirror/repair.js'
import { openHeadFile } from '../../ledger/store/head-file.js'
import { openLevelStore } from '../../ledger/store/level.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Store } from '../../ledger/store/store.js'
import { type Dump, dumpOf, type Questions } from '../log/support/dump.js'
import { buildTown, type Town } from '../log/support/ledger-town.js'
import { EVERYTHING, LOG_KEY, POLICY, type Site } from '../log/support/site.js'
import { crypto, hexDigest, ORIGIN, START_S } from '../log/support/statements.js'
import { follow, sourceOf } from './world.js'

export class Village {
  readonly root: string
  readonly mirror: string
  readonly sound: string
  readonly town: Town
  /** Every answer of the sound ledger. */
  readonly answers: Dump
  #copies = 0

  private constructor(town: Town, answers: Dump, root: string) {
    this.town = town
    this.answers = answers
    this.root = root
    this.mirror = join(root, 'mirror')
    this.sound = join(root, 'sound')
  }

  static async build(): Promise<Village> {
    const town = await buildTown()
    const root = mkdtempSync(join(tmpdir(), 'waybill-repair-'))
    await folderOf(town.site, join(root, 'sound'))
    const ledger = await town.site.open()
    await follow(sourceOf(ledger), join(root, 'mirror'))
    await ledger.close()
    const answers = await answersOf(join(root, 'sound'), town)
    return new Village(town, answers, root)
  }

  /** A copy of the sound folder. */
  copy(): string {
    this.#copies += 1
    const folder = join(this.root, `copy ${this.#copies}`)
    cpSync(this.sound, folder, { recursive: true })
    return folder
  }

  answersOf(folder: string): Promise<Dump> {
    return answersOf(folder, this.town)
  }

  repair(folder: string, more: Partial<RepairOptions> = {}): Promise<RepairOutcome> {
    return repairLedgerFolder({
      folder,
      mirrors: [this.mirror],
      evidence: [],
      policy: POLICY,
      workers: 0,
      stamp: 'test',
      ...more,
    })
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** A site's ledger as a folder, without keys. */
export async function folderOf(site: Site, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const config = { origin: ORIGIN, listen: { host: '127.0.0.1', port: 0 }, auditors: [] }
  writeFileSync(join(folder, 'waybill.json'), JSON.stringify(config))
  const [from, to] = [
    openMemoryStore(site.disk),
    await openLevelStore(join(folder, 'store'), { create: true }),
  ]
  for await (const chunk of from.scan(EVERYTHING)) {
    await to.write({ puts: chunk.map(([key, value]) => ({ key, value })) }, { sync: true })
  }
  await from.close()
  await to.close()
  const head = site.head.read()
  if (head === undefined) throw new Error('no head')
  await openHeadFile(folder).write(head)
}

/** Works on the store of a closed folder. */
export async function inStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openLevelStore(join(folder, 'store'))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

export async function openFolder(folder: string): Promise<Ledger> {
  return openLedger({
    origin: ORIGIN,
    store: await openLevelStore(join(folder, 'store')),
    head: openHeadFile(folder),
    signer: LOG_KEY,
    crypto,
    now: () => START_S + 10_000,
    workers: 0,
  })
}

async function answersOf(folder: string, { ids }: Town): Promise<Dump> {
  const { refused, waiting, ...one } = ids
  const questions: Questions = {
    ids: [...Object.values(one), ...refused, ...waiting],
    digests: [hexDigest('report rides')],
  }
  const ledger = await openFolder(folder)
  try {
    return await dumpOf(ledger, questions)
  } finally {
    await ledger.close()
  }
}
