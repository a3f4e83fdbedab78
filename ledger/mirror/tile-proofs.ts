/** Proofs from the tiles of a public log, for whoever compares checkpoints. Unverified, like the tiles. */
import { parseCheckpoint } from '../core/checkpoint.js'
import { LedgerError } from '../core/errors.js'
import type { NodeHash, Sha256 } from '../core/hash.js'
import { buildConsistencyProof, buildInclusionProof, type NodeReader } from '../core/merkle.js'
import { parseNote } from '../core/note.js'
import { tileNodes } from '../core/tile.js'
import type { PublicLog } from '../log/public-log.js'

export type TileProofs = {
  /** Rejects with PROOF_INDEX_RANGE beyond the published tree, TILE_NOT_FOUND, TILE_MALFORMED. */
  readonly consistencyProof: (first: number, second: number) => Promise<readonly NodeHash[]>
  readonly inclusionPath: (index: number, size: number) => Promise<readonly NodeHash[]>
}

export function tileProofs(log: PublicLog, sha: Sha256): TileProofs {
  const { size } = parseCheckpoint(parseNote(log.checkpoint()).text)
  const nodes = tileNodes(size, (level, index, width) => log.tile(level, index, width), sha)
  const within = async (upTo: number, build: (nodes: NodeReader) => readonly NodeHash[]) => {
    if (upTo > size) throw new LedgerError('PROOF_INDEX_RANGE', { size })
    return await Promise.resolve(build(nodes))
  }
  return {
    consistencyProof: (first, second) =>
      within(second, (read) => buildConsistencyProof(first, second, read, sha)),
    inclusionPath: (index, upTo) =>
      within(upTo, (read) => buildInclusionProof(index, upTo, read, sha)),
  }
}
