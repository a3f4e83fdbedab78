/**
 * RFC 6962 §2.1 transcribed word for word: recursive, over all leaves, with its own hashing from
 * node:crypto. Slow and obvious; only for checking core/merkle.ts and core/proof.ts.
 *
 * Results are remembered per range of leaves, else exhaustive tests would take hours.
 */
import { createHash } from 'node:crypto'

/** A hash of the path and the side of the verified hash on which it stands. */
export type Step = { readonly side: 'left' | 'right'; readonly hash: Uint8Array }

export type ReferenceTree = {
  /** MTH(D[begin:end]). */
  readonly hash: (begin: number, end: number) => Uint8Array
  /** PATH(m, D[begin:end]), leaf upwards; m counts from begin. */
  readonly path: (m: number, begin: number, end: number) => readonly Step[]
  /** PROOF(m, D[0:n]). */
  readonly proof: (m: number, n: number) => readonly Step[]
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

export function referenceTree(leaves: readonly Uint8Array[]): ReferenceTree {
  const known = new Map<string, Uint8Array>()

  function hash(begin: number, end: number): Uint8Array {
    const name = `${begin}-${end}`
    const before = known.get(name)
    if (before !== undefined) return before
    const computed = compute(begin, end)
    known.set(name, computed)
    return computed
  }

  function compute(begin: number, end: number): Uint8Array {
    const n = end - begin
    if (n === 0) return sha256()
    if (n === 1) return sha256(Uint8Array.of(0), leaves[begin] ?? missing(begin))
    const k = split(n)
    return sha256(Uint8Array.of(1), hash(begin, begin + k), hash(begin + k, end))
  }

  function path(m: number, begin: number, end: number): readonly Step[] {
    const n = end - begin
    if (n === 1) return []
    const k = split(n)
    return m < k
      ? [...path(m, begin, begin + k), { side: 'right', hash: hash(begin + k, end) }]
      : [...path(m - k, begin + k, end), { side: 'left', hash: hash(begin, begin + k) }]
  }

  // SUBPROOF(m, D[begin:end], b); the lone subtree at the end of the older tree counts as 'left'.
  function subproof(m: number, begin: number, end: number, b: boolean): readonly Step[] {
    const n = end - begin
    if (m === n) return b ? [] : [{ side: 'left', hash: hash(begin, end) }]
    const k = split(n)
    return m <= k
      ? [...subproof(m, begin, begin + k, b), { side: 'right', hash: hash(begin + k, end) }]
      : [...subproof(m - k, begin + k, end, false), { side: 'left', hash: hash(begin, begin + k) }]
  }

  return { hash, path, proof: (m, n) => subproof(m, 0, n, true) }
}

/** "Let k be the largest power of two smaller than n." */
function split(n: number): number {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

function missing(index: number): never {
  throw new RangeError(`no leaf ${index}`)
}
