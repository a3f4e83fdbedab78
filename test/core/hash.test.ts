/** Leaf, node and root hashes: RFC 6962 §2.1 values, lengths, copies and brands. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, fromHex, toHex } from '../../ledger/core/bytes.js'
import {
  emptyRoot,
  hashChildren,
  hashLeaf,
  type LeafHash,
  type NodeHash,
  parseLeafHash,
  parseNodeHash,
  parseRootHash,
  portableSha256,
  type RootHash,
  rootFromNode,
  type Sha256,
} from '../../ledger/core/hash.js'
import { sha256 } from '../reference/merkle.js'

const EMPTY_LEAF = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
const EMPTY_TREE = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const parsers = [
  ['leaf', parseLeafHash],
  ['node', parseNodeHash],
  ['root', parseRootHash],
] as const

describe('hashing', () => {
  test('an empty leaf hashes to SHA-256 of one zero byte', () => {
    expect(toHex(hashLeaf(new Uint8Array()))).toBe(EMPTY_LEAF)
  })

  test('the tree without leaves has the root SHA-256 of nothing', () => {
    expect(toHex(emptyRoot())).toBe(EMPTY_TREE)
  })

  test('leaf and node hashes agree with another SHA-256 over prefix and content', () => {
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes32, bytes32, (leaf, a, b) => {
        expect(hashLeaf(leaf)).toEqual(sha256(Uint8Array.of(0), leaf))
        expect(hashChildren(parseNodeHash(a), parseNodeHash(b))).toEqual(
          sha256(Uint8Array.of(1), a, b),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('two children as an entry do not hash to their parent', () => {
    const left = hashLeaf(Uint8Array.of(1))
    const right = hashLeaf(Uint8Array.of(2))

    expect(hashLeaf(concatBytes(left, right))).not.toEqual(hashChildren(left, right))
    expect(hashLeaf(concatBytes(Uint8Array.of(1), left, right))).not.toEqual(
      hashChildren(left, right),
    )
  })

  test('the order of the children matters', () => {
    const left = hashLeaf(Uint8Array.of(1))
    const right = hashLeaf(Uint8Array.of(2))

    expect(hashChildren(left, right)).not.toEqual(hashChildren(right, left))
  })

  test('a SHA-256 handed in is used, for the same result', () => {
    const inputs: number[] = []
    const native: Sha256 = (data) => {
      inputs.push(data.length)
      return new Uint8Array(createHash('sha256').update(data).digest())
    }
    const leaf = hashLeaf(Uint8Array.of(7, 8), native)

    expect(leaf).toEqual(hashLeaf(Uint8Array.of(7, 8)))
    expect(hashChildren(leaf, leaf, native)).toEqual(hashChildren(leaf, leaf, portableSha256))
    expect(inputs).toEqual([3, 65])
  })

  test('a short hash that got past the parsers is our own mistake, not padded with zeros', () => {
    const whole = hashLeaf(new Uint8Array())
    const short = whole.slice(0, 31) as Uint8Array as NodeHash

    expect(() => hashChildren(short, whole)).toThrow(TypeError)
    expect(() => hashChildren(whole, short)).toThrow(TypeError)
  })
})

describe('hashes from outside', () => {
  test.each(parsers)('a %s hash of any length but 32 is refused as HASH_LENGTH', (_, parse) => {
    for (const length of [0, 1, 31, 33, 64]) {
      expect(() => parse(new Uint8Array(length))).toThrow(
        expect.objectContaining({
          code: 'HASH_LENGTH',
          details: { expected: 32, received: length },
        }),
      )
    }
  })

  test.each(parsers)(
    'a %s hash is a copy, also of a Buffer, and a plain Uint8Array',
    (_, parse) => {
      const outside = Buffer.from(fromHex(EMPTY_LEAF))
      const parsed = parse(outside)
      outside.fill(0)

      expect(toHex(parsed)).toBe(EMPTY_LEAF)
      expect(Buffer.isBuffer(parsed)).toBe(false)
    },
  )

  test('a root made from a node is a copy', () => {
    const node = parseNodeHash(fromHex(EMPTY_LEAF))
    const root = rootFromNode(node)
    node[0] = 0

    expect(toHex(root)).toBe(EMPTY_LEAF)
  })

  test('the root without leaves is new each time', () => {
    emptyRoot()[0] = 0

    expect(toHex(emptyRoot())).toBe(EMPTY_TREE)
  })
})

test('the compiler takes a leaf for a node and nothing else for another', () => {
  const leaf: LeafHash = hashLeaf(new Uint8Array())
  const node: NodeHash = leaf
  // @ts-expect-error an inner node is not a leaf
  const notLeaf: LeafHash = node
  // @ts-expect-error a node is a root only by rootFromNode
  const notRoot: RootHash = node
  // @ts-expect-error a root is not a node of a larger tree
  const notNode: NodeHash = emptyRoot()
  // @ts-expect-error bytes become a hash only by parsing
  const notHash: NodeHash = new Uint8Array(32)

  expect([notLeaf, notRoot, notNode, notHash]).toHaveLength(4)
})
