/**
 * Somebody at a command line with bad files: fresh folders for each command, a ledger in a folder that
 * must stay as it is, and a receipt that is good until it is spoiled.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toBase64url } from '../../ledger/core/bytes.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { signerFromPem } from '../../ledger/crypto/signer.js'
import {
  collectionDraft,
  log,
  ORIGIN,
  type Person,
  type Ran,
  type RunOptions,
  Town,
} from '../cli/harness.js'

const VECTORS = fileURLToPath(new URL('../vectors/format', import.meta.url))

/** A row of the tables: what it is, the exit code, and a code that the command names. */
export type FileRow = readonly [
  what: string,
  exit: number,
  /** Error code; empty where the command says it in words only. */
  code: string,
  run: (desk: Desk) => Promise<Ran>,
]

export type Content = string | Uint8Array | Json

export class Desk {
  readonly town = new Town()
  /** Of the vectors: a good receipt of a transfer, a good bundle, and the policy that believes both. */
  readonly receipt = json('transfer.receipt.json')
  readonly bundle = json('outcome.bundle.json')
  readonly policy = join(VECTORS, 'policy.txt')
  /** An enrolled party's key file and id. */
  key = ''
  party = ''
  /** The key's public half, in base64url. */
  publicKey = ''
  /** A signed statement that the ledger has. */
  signed: JsonObject = {}
  #count = 0

  static async open(): Promise<Desk> {
    const desk = new Desk()
    await desk.town.init()
    await desk.town.serve()
    const acme = await desk.town.enrolled('acme', 'Acme', 'DE')
    await log(acme, 'rides', collectionDraft(acme.party))
    desk.key = acme.path('key.pem')
    desk.party = acme.party
    desk.publicKey = toBase64url(signerFromPem(readFileSync(desk.key, 'utf8')).publicKey)
    desk.signed = JSON.parse(readFileSync(acme.path('rides.signed.json'), 'utf8')) as JsonObject
    await desk.town.stop()
    return desk
  }

  /** Somebody new, who remembers nothing. */
  person(): Person {
    this.#count += 1
    return this.town.person(`person-${this.#count}`)
  }

  /** Writes a file in a folder of its own. */
  file(content: Content, name = 'file', mode = 0o600): string {
    this.#count += 1
    const folder = join(this.town.root, `files-${this.#count}`)
    mkdirSync(folder)
    const path = join(folder, name)
    const raw = typeof content === 'string' || content instanceof Uint8Array
    writeFileSync(path, raw ? content : JSON.stringify(content))
    chmodSync(path, mode)
    return path
  }

  run(argv: readonly string[], options?: RunOptions): Promise<Ran> {
    return this.person().run(argv, options)
  }

  verify(content: Content, policy = this.policy): Promise<Ran> {
    return this.run(['verify', this.file(content, 'a.receipt.json'), '--policy', policy])
  }

  sign(draft: Content, key = this.key, ...flags: readonly string[]): Promise<Ran> {
    const file = this.file(draft, 'draft.json')
    return this.run(['sign', file, '--origin', ORIGIN, '--key', key, '--yes', ...flags])
  }

  submit(content: Content): Promise<Ran> {
    return this.run(['submit', this.file(content, 'a.json'), '--dir', this.town.folder])
  }

  /** The ledger's head: while it is the same, nothing was stored. */
  head(): string {
    return readFileSync(join(this.town.folder, 'checkpoint'), 'utf8')
  }
}

function json(name: string): JsonObject {
  return JSON.parse(readFileSync(join(VECTORS, name), 'utf8')) as JsonObject
}
