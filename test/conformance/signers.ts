/** Witnesses of the packs, and the lines they put under a checkpoint. */

import { parseCheckpoint } from '../../ledger/core/checkpoint.js'
import {
  checkpointSubtree,
  cosignatureLine,
  cosignatureMessage,
  subtreeMessage,
} from '../../ledger/core/cosignature.js'
import { publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import { ML_DSA_44_RANDOM_BYTES, mlDsa44FromSeed } from '../../ledger/core/ml-dsa.js'
import {
  formatVkey,
  type NoteKey,
  parseVkey,
  TYPE_COSIGNATURE,
  TYPE_ML_DSA_44,
} from '../../ledger/core/note.js'
import { ORIGIN, START, seedOf } from './scene.js'

export type Cosigner = {
  readonly key: NoteKey
  readonly vkey: string
  /** A line under a checkpoint's text. */
  readonly line: (text: string, time?: number) => string
}

/** A witness with an Ed25519 key. */
export function witness(name: string): Cosigner {
  const seed = seedOf(`witness ${name}`)
  const vkey = formatVkey(name, TYPE_COSIGNATURE, publicKeyFromSeed(seed))
  const key = parseVkey(vkey)
  const line = (text: string, time = START) =>
    cosignatureLine(key, time, signEd25519(seed, cosignatureMessage(text, time)))
  return { key, vkey, line }
}

/** A cosigner with an ML-DSA-44 key; the log's own has the origin for a name. */
export function quantumSafe(name: string = ORIGIN): Cosigner {
  const { publicKey, sign } = mlDsa44FromSeed(seedOf(`ML-DSA-44 key of ${name}`))
  const vkey = formatVkey(name, TYPE_ML_DSA_44, publicKey)
  const key = parseVkey(vkey)
  const line = (text: string, time = START) => {
    const message = subtreeMessage(checkpointSubtree(name, parseCheckpoint(text), time))
    return cosignatureLine(key, time, sign(message, new Uint8Array(ML_DSA_44_RANDOM_BYTES)))
  }
  return { key, vkey, line }
}
