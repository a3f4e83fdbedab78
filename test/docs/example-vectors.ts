/**
 * The worked example and the registry map as data: every intermediate value that docs/format.md
 * speaks of, so that another implementation finds the first step at which it differs.
 */
import { toBase64, toHex, utf8Decode } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import { disclosureDigest } from '../../ledger/core/disclosure.js'
import { portableCrypto } from '../../ledger/core/ed25519.js'
import { entryLeaf, firstPrevious, parseEntry } from '../../ledger/core/entry.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import {
  EMPTY_REGISTRY,
  type RegistryMap,
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
} from '../../ledger/core/registry.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { growTree } from '../reference/grown-tree.js'
import { type Example, exampleDigest, KEYS, ORIGIN, POLICY_TEXT } from './worked-example.js'
import type { Logged } from './worked-log.js'

/** Everything about the worked example but its receipt and bundles. */
export async function exampleVector({ log }: Example): Promise<JsonObject> {
  const { roots } = growTree(log.logged.map(({ bytes }) => bytes))
  const size = log.logged.length
  return {
    description:
      'The ledger of docs/format.md step by step. Seeds are SHA-256 of "waybill format example: " and the name.',
    origin: ORIGIN,
    first_previous: toHex(firstPrevious(ORIGIN)),
    keys: Object.entries(KEYS).map(([name, { seed, kid, jwk }]) => ({
      name,
      seed: toHex(seed),
      x: jwk.x,
      kid,
    })),
    policy: POLICY_TEXT,
    entries: log.logged.map(entryVector),
    registry: registrySteps(log.logged),
    roots: roots.map((root, at) => ({ size: at, root: toBase64(root) })),
    inclusion: log.logged.map(({ index }) => ({
      index,
      size,
      path: log.entryEvidence(index, size).path.map(toBase64),
    })),
    checkpoints: await Promise.all(
      [1, 6, size].map(async (at) => ({ size: at, note: await log.checkpoint(at) })),
    ),
  }
}

function entryVector({ index, id, envelope, bytes }: Logged): JsonObject {
  const entry = parseEntry(bytes)
  return {
    index,
    time: entry.time,
    id,
    payload: utf8Decode(envelope.payloadBytes),
    claims: claimVectors(envelope),
    signatures: envelope.signatures.map(({ protected: head, signature }) => ({
      protected: utf8Decode(Uint8Array.from(Buffer.from(head, 'base64url'))),
      signing_input: `${head}.${envelope.payload}`,
      signature,
    })),
    envelope_digest: toHex(entry.envelopeDigest),
    registry_root: toHex(entry.registryRoot),
    entry: toHex(bytes),
    leaf_hash: toHex(entryLeaf(bytes)),
  }
}

function claimVectors(envelope: Envelope): readonly Json[] {
  const { payload, open } = openStatement(envelope, portableCrypto)
  let ordinal = 0
  return [...payload.claims].flatMap(([claim, digests]) =>
    digests.map((): Json => {
      const disclosure = open.ordered[ordinal] ?? ''
      ordinal += 1
      return {
        claim,
        disclosure,
        json: Buffer.from(disclosure, 'base64url').toString(),
        digest: disclosureDigest(disclosure),
      }
    }),
  )
}

function registrySteps(logged: readonly Logged[]): readonly Json[] {
  const ids = new Map<PartyId, readonly StatementId[]>()
  return logged.flatMap(({ index, id, facts, map }): readonly Json[] => {
    if (facts?.change === undefined) return []
    const { party } = facts.change
    ids.set(party, [...(ids.get(party) ?? []), id])
    return [
      {
        index,
        root: toHex(registryRoot(map)),
        parties: [...ids].map(([each, list]) => leafVector('party', each, list, map)),
      },
    ]
  })
}

function leafVector(
  domain: 'party' | 'mandate',
  identifier: string,
  ids: readonly StatementId[],
  map: RegistryMap,
): JsonObject {
  const key = registryKey(domain, identifier)
  const value = registryValue(ids)
  return {
    domain,
    identifier,
    ids: [...ids],
    key: toHex(key),
    value: toHex(value),
    leaf: toHex(portableSha256(Uint8Array.of(0, ...key, ...value))),
    path: (registryPath(map, key) ?? []).map((hash) => toHex(hash)),
  }
}

const FIRST = 'example 0'

/** Identifiers whose keys part from the first one's after so many bits. */
function partingAfter(bits: number): string {
  const first = bitsOf(registryKey('party', FIRST))
  for (let count = 1; ; count += 1) {
    const name = `example ${count}`
    const own = bitsOf(registryKey('party', name))
    if (own.startsWith(first.slice(0, bits)) && own[bits] !== first[bits]) return name
  }
}

function bitsOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
}

/** Maps of one to five leaves, built in two orders, and claims about the last one. */
export function registryMapVector(): JsonObject {
  const names = [FIRST, partingAfter(0), partingAfter(3), partingAfter(9), partingAfter(12)]
  const leaves = names.map((identifier, at) => ({
    identifier,
    ids: Array.from({ length: at + 1 }, (_, n) => exampleDigest(`${at}/${n}`) as StatementId),
  }))
  const grow = (count: number, reverse = false) => {
    const part = leaves.slice(0, count)
    return (reverse ? part.reverse() : part).reduce(
      (map, { identifier, ids }) =>
        setRegistryValue(map, registryKey('party', identifier), registryValue(ids)),
      EMPTY_REGISTRY,
    )
  }
  return {
    description:
      'Keys of the map that part after 0, 3, 9 and 12 bits. A map of the same leaves has one root, whatever the order.',
    maps: [0, 1, 2, 3, 4, 5].map((count) => {
      const map = grow(count)
      if (toHex(registryRoot(map)) !== toHex(registryRoot(grow(count, true)))) {
        throw new Error('the order of insertion shows')
      }
      return {
        root: toHex(registryRoot(map)),
        leaves: leaves
          .slice(0, count)
          .map(({ identifier, ids }) => leafVector('party', identifier, ids, map)),
      }
    }),
    claims: registryClaims(leaves, grow(5)),
  }
}

function registryClaims(
  leaves: readonly { readonly identifier: string; readonly ids: readonly StatementId[] }[],
  map: RegistryMap,
): readonly Json[] {
  const { identifier, ids } = leaves.at(-1) ?? { identifier: '', ids: [] }
  const path = (registryPath(map, registryKey('party', identifier)) ?? []).map((hash) =>
    toHex(hash),
  )
  const root = toHex(registryRoot(map))
  const zero = '00'.repeat(32)
  const claim = (
    name: string,
    description: string,
    change: JsonObject,
    expect = 'REGISTRY_MISMATCH',
  ) => ({
    name,
    description,
    identifier,
    ids: [...ids],
    path: [...path],
    root,
    ...change,
    expect,
  })
  const [first = '', ...others] = ids
  return [
    claim('genuine', 'The whole list under the root.', {}, 'OK'),
    claim('statement-left-out-first', 'Without the first statement.', { ids: others }),
    claim('statement-left-out-last', 'Without the last statement.', { ids: ids.slice(0, -1) }),
    claim('statement-added', 'With one more.', { ids: [...ids, exampleDigest('added')] }),
    claim('statement-repeated', 'With one twice.', { ids: [first, ...ids] }),
    claim('statements-reordered', 'Two changed places.', { ids: [...ids].reverse() }),
    claim('no-statements', 'A party without statements is not in the map.', { ids: [] }),
    claim('other-identifier', 'The same list of another party.', { identifier: 'example' }),
    claim('path-cut', 'Without the topmost sibling.', { path: path.slice(0, -1) }),
    claim('path-without-lowest', 'Without the sibling of the leaf.', { path: path.slice(1) }),
    claim('path-with-zero-below', 'One level deeper than the leaf stands.', {
      path: [zero, ...path],
    }),
    claim('path-with-zero-above', 'One level more at the top.', { path: [...path, zero] }),
    claim('path-reversed', 'From the root downwards.', { path: [...path].reverse() }),
    claim('path-empty', 'As if it were the only leaf.', { path: [] }),
    claim('root-of-another-map', 'The map without it.', {
      root: toHex(
        registryRoot(
          setRegistryValue(EMPTY_REGISTRY, registryKey('party', 'x'), registryValue(ids)),
        ),
      ),
    }),
  ]
}
