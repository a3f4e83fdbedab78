/** Value of an `edges` record: the parents of a statement, eight bytes each, in the order of `parents`. */
import { LedgerError } from '../core/errors.js'

/** A parent as an edge: the entry of its statement and its dataset number. */
export type Edge = { readonly index: number; readonly n: number }

const EDGE_BYTES = 8
const UINT32_END = 2 ** 32

/** Index u48 and dataset u16 per parent, big-endian. */
export function encodeEdges(edges: readonly Edge[]): Uint8Array {
  const bytes = new Uint8Array(edges.length * EDGE_BYTES)
  const view = new DataView(bytes.buffer)
  for (const [position, { index, n }] of edges.entries()) {
    const at = position * EDGE_BYTES
    view.setUint16(at, Math.floor(index / UINT32_END))
    view.setUint32(at + 2, index % UINT32_END)
    view.setUint16(at + 6, n)
  }
  return bytes
}

/** @throws LedgerError STORE_RECORD_MALFORMED */
export function decodeEdges(bytes: Uint8Array): readonly Edge[] {
  if (bytes.length % EDGE_BYTES !== 0) {
    throw new LedgerError('STORE_RECORD_MALFORMED', { reason: 'edges', length: bytes.length })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / EDGE_BYTES }, (_, position) => {
    const at = position * EDGE_BYTES
    return {
      index: view.getUint16(at) * UINT32_END + view.getUint32(at + 2),
      n: view.getUint16(at + 6),
    }
  })
}
