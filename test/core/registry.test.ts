/** The registry map: vectors of other code, a naive map as its model, and lists that were tampered with. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex, utf8Encode } from '../../ledger/core/bytes.js'
import {
  EMPTY_REGISTRY,
  REGISTRY_PATH_MAX,
  type RegistryDomain,
  type RegistryMap,
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
  verifyRegistryPath,
} from '../../ledger/core/registry.js'
import { parseStatementId, type StatementId } from '../../ledger/core/statement.js'
import { type Leaves, naivePath, naiveRoot } from './support/naive-registry.js'
import { codeOf, runs, type Vector, vectorsIn } from './support/outcomes.js'
import { digestOf } from './support/statements.js'
import { FAST } from './support/tiny-log.js'

type Statements = {
  readonly domain: RegistryDomain
  readonly identifier: string
  readonly ids: readonly StatementId[]
}
type MapInput = { readonly statements: readonly Statements[] }
type ClaimInput = {
  readonly claim: Statements & { readonly path: readonly string[] }
  readonly root: string
}
type MapVector = Vector<MapInput> & {
  readonly output: { readonly root: string; readonly paths: readonly (readonly string[])[] }
}

const VECTORS = vectorsIn<MapInput | ClaimInput>('registry')
const MAPS = VECTORS.filter(({ input }) => 'statements' in input) as unknown as readonly MapVector[]
const CLAIMS = VECTORS.filter(({ input }) => 'claim' in input) as readonly Vector<ClaimInput>[]

function mapOf(statements: readonly Statements[]): RegistryMap {
  return statements.reduce(
    (map, { domain, identifier, ids }) =>
      setRegistryValue(map, registryKey(domain, identifier), registryValue(ids)),
    EMPTY_REGISTRY,
  )
}

function idOf(label: string | number): StatementId {
  return parseStatementId(digestOf(`${label}`))
}

describe('registry vectors', () => {
  test.each(MAPS)(
    '$name has the root and the paths that other code computed',
    ({ input, output }) => {
      const map = mapOf(input.statements)

      expect(toHex(registryRoot(map))).toBe(output.root)
      for (const [position, { domain, identifier, ids }] of input.statements.entries()) {
        const key = registryKey(domain, identifier)
        const path = registryPath(map, key)

        expect(path?.map(toHex)).toEqual(output.paths[position])
        expect(
          codeOf(() => verifyRegistryPath({ key, ids, path: path ?? [] }, registryRoot(map))),
        ).toBe('OK')
      }
    },
  )

  test.each(MAPS)('$name is the same map in whatever order it was filled', ({ input, output }) => {
    expect(toHex(registryRoot(mapOf([...input.statements].reverse())))).toBe(output.root)
  })

  test.each(CLAIMS)('$name: $expect', ({ input, expect: code }) => {
    const { domain, identifier, ids, path } = input.claim
    const claim = {
      key: registryKey(domain, identifier),
      ids,
      path: path.map((hash) => fromHex(hash)),
    }

    expect(codeOf(() => verifyRegistryPath(claim, fromHex(input.root)))).toBe(code)
    expect(codeOf(() => verifyRegistryPath(claim, fromHex(input.root), FAST.sha256))).toBe(code)
  })
})

describe('keys and values', () => {
  test('a key is SHA-256 over domain, newline, identifier', () => {
    const expected = createHash('sha256').update('party\nabc').digest('hex')

    expect(toHex(registryKey('party', 'abc'))).toBe(expected)
    expect(toHex(registryKey('mandate', 'abc'))).not.toBe(expected)
  })

  test('a value is SHA-256 over the ids as 32 bytes each', () => {
    const ids = [idOf('a'), idOf('b')]
    const expected = createHash('sha256').update(ids.join(''), 'hex').digest('hex')

    expect(toHex(registryValue(ids))).toBe(expected)
  })

  test('the empty map has the root of 32 zero bytes and no path', () => {
    expect(toHex(registryRoot(EMPTY_REGISTRY))).toBe('00'.repeat(32))
    expect(registryPath(EMPTY_REGISTRY, registryKey('party', 'a'))).toBeUndefined()
  })

  test('a key that is not there has no path, also where another leaf stands in its place', () => {
    const map = mapOf([{ domain: 'party', identifier: 'a', ids: [idOf('a')] }])

    expect(registryPath(map, registryKey('party', 'b'))).toBeUndefined()
  })

  test('a node cannot be passed off as a leaf: two keys that differ in the last bit only', () => {
    const one = new Uint8Array(32)
    const two = one.with(31, 1)
    const value = registryValue([idOf('x')])
    const map = setRegistryValue(setRegistryValue(EMPTY_REGISTRY, one, value), two, value)
    const path = registryPath(map, two) ?? []

    expect(path).toHaveLength(REGISTRY_PATH_MAX)
    expect(
      codeOf(() => verifyRegistryPath({ key: two, ids: [idOf('x')], path }, registryRoot(map))),
    ).toBe('OK')
    expect(
      codeOf(() =>
        verifyRegistryPath({ key: two, ids: [idOf('x')], path: path.slice(1) }, registryRoot(map)),
      ),
    ).toBe('REGISTRY_MISMATCH')
    expect(
      codeOf(() => verifyRegistryPath({ key: one, ids: [idOf('x')], path }, registryRoot(map))),
    ).toBe('REGISTRY_MISMATCH')
  })
})

describe('laws', () => {
  /** Keys with long common beginnings: mostly zero bits, a few set. */
  const alike = fc
    .array(fc.nat(255), { maxLength: 3 })
    .map((bits) =>
      bits.reduce((key, bit) => key.with(Math.floor(bit / 8), 2 ** (bit % 8)), new Uint8Array(32)),
    )
  const anyKey = fc.oneof(alike, fc.uint8Array({ minLength: 32, maxLength: 32 }))
  const writes = fc.array(
    fc.record({ key: anyKey, ids: fc.array(fc.nat(50), { minLength: 1, maxLength: 3 }) }),
    { maxLength: 12 },
  )

  test('after every write the root and every path are those of the naive map, and older maps stay', () => {
    fc.assert(
      fc.property(writes, (steps) => {
        const model = new Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }>()
        const history: { readonly map: RegistryMap; readonly root: string }[] = []
        let map = EMPTY_REGISTRY
        for (const { key, ids } of steps) {
          const value = registryValue(ids.map(idOf))
          map = setRegistryValue(map, key, value)
          model.set(toHex(key), { key, value })
          const leaves: Leaves = [...model.values()]
          const root = naiveRoot(leaves).toString('hex')
          history.push({ map, root })

          expect(toHex(registryRoot(map))).toBe(root)
          const own = registryPath(map, key)?.map(toHex)
          expect(own).toEqual(naivePath(leaves, key).map((hash) => hash.toString('hex')))
        }
        for (const { map: past, root } of history) expect(toHex(registryRoot(past))).toBe(root)
        for (const { key } of model.values()) expect(registryPath(map, key)).toBeDefined()
      }),
      { numRuns: runs(60) },
    )
  })

  test('a list with any id left out, added, repeated or moved is refused, and so is any other path', () => {
    const map = mapOf(
      Array.from({ length: 20 }, (_, n) => ({
        domain: 'party' as const,
        identifier: `${n}`,
        ids: Array.from({ length: 1 + (n % 5) }, (_unused, k) => idOf(`${n}/${k}`)),
      })),
    )
    const root = registryRoot(map)
    fc.assert(
      fc.property(fc.nat(19), fc.nat(), fc.nat(), fc.nat(7), (n, a, b, kind) => {
        const key = registryKey('party', `${n}`)
        const ids = Array.from({ length: 1 + (n % 5) }, (_, k) => idOf(`${n}/${k}`))
        const path = [...(registryPath(map, key) ?? [])]
        const before = JSON.stringify([ids, path.map(toHex)])

        expect(codeOf(() => verifyRegistryPath({ key, ids, path }, root))).toBe('OK')
        tamper(ids, path, { kind, a, b })
        if (JSON.stringify([ids, path.map(toHex)]) === before) return
        expect(codeOf(() => verifyRegistryPath({ key, ids, path }, root))).toBe('REGISTRY_MISMATCH')
      }),
      { numRuns: runs(300) },
    )
  })
})

function tamper(
  ids: StatementId[],
  path: Uint8Array[],
  { kind, a, b }: { readonly kind: number; readonly a: number; readonly b: number },
): void {
  const [i, j] = [a % ids.length, b % ids.length]
  const [k, l] = [a % path.length, b % path.length]
  const swap = <T>(list: T[], one: number, two: number): void => {
    const [first, second] = [list[one], list[two]]
    if (first !== undefined && second !== undefined) list.splice(one, 1, second)
    if (first !== undefined && second !== undefined) list.splice(two, 1, first)
  }
  const hash = path[k] ?? new Uint8Array(32)
  if (kind === 0) ids.splice(i, 1)
  else if (kind === 1) ids.splice(i, 0, idOf('added'))
  else if (kind === 2) ids.splice(i, 0, ids[j] ?? idOf('added'))
  else if (kind === 3) swap(ids, i, j)
  else if (kind === 4) path.splice(k, 1)
  else if (kind === 5) path.splice(k, 0, new Uint8Array(32))
  else if (kind === 6) swap(path, k, l)
  else path.splice(k, 1, hash.with(b % 32, ((hash[b % 32] ?? 0) + 1) % 256))
}

test('text that is no UTF-16 has no key', () => {
  expect(codeOf(() => registryKey('party', '\ud800'))).toBe('UTF8_INVALID')
  expect(utf8Encode('party\n')).toHaveLength(6)
})
