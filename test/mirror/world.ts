/** A ledger that grows, as a mirror sees it, and a folder to mirror it into. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENTRIES, parseTilePath } from '../../ledger/core/tile.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import type { PublicLog } from '../../ledger/log/public-log.js'
import { openPublishedFolder } from '../../ledger/log/published-folder.js'
import { statementLines } from '../../ledger/log/statement-lines.js'
import {
  type FollowOptions,
  type FollowOutcome,
  followLog,
  type MirrorSource,
} from '../../ledger/mirror/follow.js'
import { openMirrorFolder } from '../../ledger/mirror/mirror-folder.js'
import { ACME } from '../log/support/firms.js'
import { admit, POLICY, Site } from '../log/support/site.js'
import { collection, crypto } from '../log/support/statements.js'

const folders: string[] = []

/** A folder that is gone after the tests. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-mirror-'))
  folders.push(folder)
  return folder
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** What a source was asked for, in order. */
export type Asked = string[]

/** An open ledger as a source, with its statements for an auditor. */
export function sourceOf(ledger: Ledger, asked: Asked = []): Required<MirrorSource> {
  const { publicLog } = ledger
  return {
    checkpoint: () => Promise.resolve(ledger.publishedCheckpoint()),
    tile: (path) => {
      asked.push(path)
      return Promise.resolve(readNamed(publicLog, path))
    },
    statementLines: async (from, to) => {
      asked.push(`statements ${from}-${to}`)
      // As a server does that must not answer too much at once.
      const end = Math.min(to, from + 100)
      const lines = await statementLines(ledger, from, end)
      return `${lines.join('\n')}\n`
    },
    inboxLines: (from) => {
      asked.push(`inbox ${from ?? 'from its beginning'}`)
      return Promise.resolve(ledger.inboxPage(from))
    },
  }
}

/** A published folder as a source. */
export function folderSource(folder: string): MirrorSource {
  const log = openPublishedFolder(folder)
  return {
    checkpoint: () => Promise.resolve(log.checkpoint()),
    tile: (path) => Promise.resolve(readNamed(log, path)),
  }
}

function readNamed(log: PublicLog, path: string): Uint8Array {
  const name = parseTilePath(path)
  if (name === undefined) throw new Error(`no such path: ${path}`)
  const { level, index, width } = name
  return level === ENTRIES ? log.entries(index, width) : log.tile(level, index, width)
}

/** Only what everybody may read. */
export function publicOf({ checkpoint, tile }: MirrorSource): MirrorSource {
  return { checkpoint, tile }
}

export function follow(
  source: MirrorSource,
  folder: string,
  more: Partial<FollowOptions> = {},
): Promise<FollowOutcome> {
  return followLog({ source, folder: openMirrorFolder(folder), policy: POLICY, crypto, ...more })
}

/** A site whose ledger is open, and grows. */
export class Grower {
  readonly site: Site
  ledger: Ledger

  private constructor(site: Site, ledger: Ledger) {
    this.site = site
    this.ledger = ledger
  }

  static async start(): Promise<Grower> {
    const site = new Site()
    return new Grower(site, await site.start())
  }

  /** Grows to a size, in a new second, so that it is published. */
  async growTo(size: number): Promise<void> {
    this.site.nowS += 11
    const work: Promise<unknown>[] = []
    for (let at = this.ledger.size; at < size; at += 1) {
      work.push(admit(this.ledger, collection(ACME, `c ${at}`), [['collector', ACME.signer]]))
    }
    await Promise.all(work)
    await this.reopen()
  }

  /** Opens it again: it publishes its head then. */
  async reopen(): Promise<void> {
    await this.ledger.close()
    this.ledger = await this.site.open()
  }
}
