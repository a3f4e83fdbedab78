/**
 * A log of synthetic leaves with a real key, and witnesses in folders: for the witness protocol, which
 * knows nothing of what is in a leaf. `fork` makes a second history from some leaf on, by the same key.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatAddCheckpoint } from '../../../ledger/core/add-checkpoint.js'
import { utf8Encode } from '../../../ledger/core/bytes.js'
import { formatCheckpoint } from '../../../ledger/core/checkpoint.js'
import type { NodeHash, RootHash } from '../../../ledger/core/hash.js'
import { buildConsistencyProof } from '../../../ledger/core/merkle.js'
import { formatVkey, signNote, TYPE_ED25519 } from '../../../ledger/core/note.js'
import { type Policy, parsePolicy } from '../../../ledger/core/policy.js'
import { type Signer, signerFromSeed } from '../../../ledger/crypto/signer.js'
import { addLog, initWitnessFolder, type WitnessKeys } from '../../../witness/folder.js'
import { type RunningWitness, startWitness } from '../../../witness/main.js'
import { growTree } from '../../reference/grown-tree.js'

export type ToyLog = {
  readonly origin: string
  readonly vkey: string
  readonly signer: Signer
  readonly root: (size: number) => RootHash
  readonly text: (size: number) => string
  /** The signed checkpoint. */
  readonly note: (size: number) => Promise<string>
  readonly proof: (size1: number, size2: number) => readonly NodeHash[]
  /** A whole add-checkpoint body. */
  readonly request: (old: number, size: number) => Promise<string>
  /** The same log with other leaves from `at` on. */
  readonly fork: (at: number) => ToyLog
}

export type ToyOptions = {
  readonly seed?: number
  readonly size?: number
  readonly forkAt?: number
  /** Name of its key; the origin, if left out. */
  readonly keyName?: string
}

export function toyLog(origin: string, options: ToyOptions = {}): ToyLog {
  const { seed = 7, size = 70, forkAt = size, keyName = origin } = options
  const signer = signerFromSeed(new Uint8Array(32).fill(seed))
  const leaves = Array.from({ length: size }, (_, i) =>
    utf8Encode(`${i < forkAt ? 'leaf' : 'other leaf'} ${i}`),
  )
  const tree = growTree(leaves)
  const root = (at: number): RootHash => {
    const found = tree.roots[at]
    if (found === undefined) throw new RangeError(`no tree of ${at}`)
    return found
  }
  const text = (at: number): string => formatCheckpoint({ origin, size: at, root: root(at) })
  const note = (at: number): Promise<string> =>
    signNote(text(at), keyName, signer.publicKey, (message) => signer.sign(message))
  const proof = (size1: number, size2: number): readonly NodeHash[] =>
    size1 === 0 ? [] : buildConsistencyProof(size1, size2, tree.getNode)
  return {
    origin,
    vkey: formatVkey(keyName, TYPE_ED25519, signer.publicKey),
    signer,
    root,
    text,
    note,
    proof,
    request: async (old, at) =>
      formatAddCheckpoint({ old, proof: old > at ? [] : proof(old, at), note: await note(at) }),
    fork: (at) => toyLog(origin, { seed, size, forkAt: at, keyName }),
  }
}

/** Folders that a test file makes and removes. */
export class Yard {
  readonly root = mkdtempSync(join(tmpdir(), 'waybill-witness-'))
  /** Seconds since 1970, as every witness of the yard sees it. */
  time = 1_795_000_000
  readonly evidence: string[] = []
  readonly logged: string[] = []
  readonly #running: RunningWitness[] = []
  #made = 0

  /** A witness folder that serves these logs. */
  async make(
    logs: readonly string[],
    name = 'witness.example/w1',
  ): Promise<WitnessKeys & { readonly folder: string }> {
    this.#made += 1
    const folder = join(this.root, `witness-${this.#made}`)
    const keys = await initWitnessFolder(folder, { name, listen: { host: '127.0.0.1', port: 0 } })
    for (const vkey of logs) await addLog(folder, vkey)
    return { ...keys, folder }
  }

  /** Starts a witness of a folder on a free port. */
  async start(folder: string, port = 0): Promise<RunningWitness> {
    const running = await startWitness({
      folder,
      host: '127.0.0.1',
      port,
      now: () => this.time,
      log: (code) => this.logged.push(code),
      onEvidence: (path) => this.evidence.push(path),
    })
    this.#running.push(running)
    return running
  }

  async remove(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.close()))
    rmSync(this.root, { recursive: true, force: true })
  }
}

export type Reply = { readonly status: number; readonly type: string; readonly body: string }

export async function post(url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Reply> {
  return replyOf(await fetch(`${url}/add-checkpoint`, { method: 'POST', body }))
}

export async function replyOf(response: Response): Promise<Reply> {
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, body: await response.text() }
}

/** A policy that trusts a log and asks for all of these witness keys. */
export function policyOf(log: Pick<ToyLog, 'vkey'>, vkeys: readonly string[]): Policy {
  const names = vkeys.map((_, i) => `w${i}`)
  return parsePolicy(
    [
      `log ${log.vkey}`,
      ...vkeys.map((vkey, i) => `witness w${i} ${vkey}`),
      `group all-of-them all ${names.join(' ')}`,
      'quorum all-of-them',
      '',
    ].join('\n'),
  )
}
