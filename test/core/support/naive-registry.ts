/**
 * The registry map, written down again as its definition reads and with nothing but node:crypto:
 * what ledger/core/registry.ts is compared with. Slow, recursive, from scratch each time.
 */
import { createHash } from 'node:crypto'

/** Keys and values of a map; keys are 32 bytes, all different. */
export type Leaves = readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]

function sha(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Bit `depth` of a key, the most significant first, as '0' or '1'. */
function bitOf(key: Uint8Array, depth: number): string {
  return (key[Math.floor(depth / 8)] ?? 0).toString(2).padStart(8, '0')[depth % 8] ?? '?'
}

/** Root of the subtree that holds these leaves, `depth` bits below the top. */
export function naiveRoot(leaves: Leaves, depth = 0): Buffer {
  const [first] = leaves
  if (first === undefined) return Buffer.alloc(32)
  if (leaves.length === 1) return sha(Uint8Array.of(0), first.key, first.value)
  const [left, right] = halves(leaves, depth)
  return sha(Uint8Array.of(1), naiveRoot(left, depth + 1), naiveRoot(right, depth + 1))
}

/** Sibling hashes of a key that is there, from its leaf upwards. */
export function naivePath(leaves: Leaves, key: Uint8Array, depth = 0): readonly Buffer[] {
  if (leaves.length === 1) return []
  const [left, right] = halves(leaves, depth)
  const own = bitOf(key, depth) === '1' ? right : left
  const other = own === right ? left : right
  return [...naivePath(own, key, depth + 1), naiveRoot(other, depth + 1)]
}

function halves(leaves: Leaves, depth: number): readonly [Leaves, Leaves] {
  return [
    leaves.filter(({ key }) => bitOf(key, depth) === '0'),
    leaves.filter(({ key }) => bitOf(key, depth) === '1'),
  ]
}
