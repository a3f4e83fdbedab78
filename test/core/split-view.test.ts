/** Split-view evidence: what convinces, what does not, and what is no such file. */
import { beforeAll, describe, expect, test } from 'vitest'
import { toBase64 } from '../../ledger/core/bytes.js'
import { formatCheckpoint } from '../../ledger/core/checkpoint.js'
import {
  type PublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
} from '../../ledger/core/ed25519.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { NodeHash, RootHash } from '../../ledger/core/hash.js'
import { encodeJcs, type Json, parseJson } from '../../ledger/core/json.js'
import { buildConsistencyProof, buildInclusionProof } from '../../ledger/core/merkle.js'
import { ed25519NoteKey, signNote } from '../../ledger/core/note.js'
import { type Policy, policyOfLogs } from '../../ledger/core/policy.js'
import { leftOfInclusionProof, rootsFromConsistencyProof } from '../../ledger/core/proof.js'
import {
  isPowerOfTwo,
  judgeSplitView,
  parseSplitView,
  type SplitView,
  splitViewExit,
  splitViewJson,
  splitViewProof,
} from '../../ledger/core/split-view.js'
import { byteLeaves, type GrownTree, growTree } from '../reference/grown-tree.js'

const ORIGIN = 'log.example/split'
const SIZE_MAX = 20
const seed = new Uint8Array(32).fill(7)
const strangerSeed = new Uint8Array(32).fill(8)
let key: PublicKey
let policy: Policy
/** One history, and one that differs from it in the first leaf. */
const honest = growTree(byteLeaves(SIZE_MAX))
const forged = growTree(byteLeaves(SIZE_MAX).map((leaf, i) => (i === 0 ? Uint8Array.of(99) : leaf)))

beforeAll(() => {
  key = publicKeyFromSeed(seed)
  policy = policyOfLogs(ed25519NoteKey(ORIGIN, key))
})

function noteOf(size: number, tree: GrownTree, by = seed, origin = ORIGIN): Promise<string> {
  const root = tree.roots[size] as RootHash
  const text = formatCheckpoint({ origin, size, root })
  return signNote(text, origin, publicKeyFromSeed(by), (message) =>
    Promise.resolve(signEd25519(by, message)),
  )
}

/** As a client makes it from what the log of `tree` answers. */
function proofOf(size1: number, size2: number, tree: GrownTree): readonly NodeHash[] {
  const proof = splitViewProof(
    size1,
    size2,
    buildConsistencyProof(size1, size2, tree.getNode),
    buildInclusionProof(size1, size2, tree.getNode),
  )
  if (proof === undefined) throw new Error('no proof')
  return proof
}

function judge(view: SplitView) {
  return judgeSplitView(view, { policy, crypto: portableCrypto })
}

async function pair(size1: number, size2: number, tree2: GrownTree): Promise<SplitView['notes']> {
  return [await noteOf(size1, honest), await noteOf(size2, tree2)]
}

describe('what convinces', () => {
  test('two trees of one size with different roots', async () => {
    const report = judge({ origin: ORIGIN, notes: await pair(5, 5, forged) })

    expect(report.verdict).toBe('FAILED (split view)')
    expect(report.finding.code).toBe('CHECKPOINT_INCONSISTENT')
    expect(splitViewExit(report)).toBe(5)
  })

  test('at every two sizes, the larger tree that says it began otherwise, in either order', async () => {
    for (let size1 = 1; size1 < SIZE_MAX; size1 += 1) {
      for (let size2 = size1 + 1; size2 <= SIZE_MAX; size2 += 3) {
        const [older, newer] = await pair(size1, size2, forged)
        const proof = proofOf(size1, size2, forged)

        expect(judge({ origin: ORIGIN, notes: [older, newer], proof }).finding.code).toBe(
          'CHECKPOINT_INCONSISTENT',
        )
        expect(splitViewExit(judge({ origin: ORIGIN, notes: [newer, older], proof }))).toBe(5)
      }
    }
  })

  test('it reports the smaller tree first', async () => {
    const [older, newer] = await pair(3, 9, forged)
    const report = judge({
      origin: ORIGIN,
      notes: [newer, older],
      proof: proofOf(3, 9, forged),
    })

    expect(report.checkpoints?.map(({ checkpoint }) => checkpoint.size)).toEqual([3, 9])
  })
})

describe('what does not', () => {
  test('at every two sizes, a genuine proof shows that nothing is wrong', async () => {
    for (let size1 = 1; size1 < SIZE_MAX; size1 += 1) {
      for (let size2 = size1 + 1; size2 <= SIZE_MAX; size2 += 3) {
        const notes = await pair(size1, size2, honest)
        const report = judge({ origin: ORIGIN, notes, proof: proofOf(size1, size2, honest) })

        expect(report.finding.code).toBe('SPLIT_VIEW_REFUTED')
        expect(splitViewExit(report)).toBe(1)
      }
    }
  })

  test('the same tree twice, and a beginning of nothing', async () => {
    const note = await noteOf(4, honest)
    const empty = await noteOf(0, honest)

    expect(judge({ origin: ORIGIN, notes: [note, note] }).finding.code).toBe('SPLIT_VIEW_REFUTED')
    expect(judge({ origin: ORIGIN, notes: [empty, note] }).finding.code).toBe('SPLIT_VIEW_REFUTED')
  })

  test('two sizes and no proof: somebody must ask the log', async () => {
    const report = judge({ origin: ORIGIN, notes: await pair(4, 9, forged) })

    expect(report.finding.code).toBe('SPLIT_VIEW_UNPROVEN')
    expect(splitViewExit(report)).toBe(3)
  })

  test('a proof that leads to neither tree frames nobody: every hash changed, dropped or added', async () => {
    const notes = await pair(6, 13, honest)
    const proof = proofOf(6, 13, honest)
    const bent = proof.flatMap((hash, at) => {
      const other = Uint8Array.from(hash, (byte, i) => (i === 0 ? 255 - byte : byte)) as NodeHash
      return [proof.with(at, other), proof.filter((_, i) => i !== at), proof.toSpliced(at, 0, hash)]
    })

    expect(bent.length).toBeGreaterThan(9)
    for (const wrong of bent) {
      expect(judge({ origin: ORIGIN, notes, proof: wrong }).finding.code).toBe(
        'SPLIT_VIEW_UNPROVEN',
      )
    }
  })

  test('signed by somebody else, or about another log', async () => {
    const mine = await noteOf(5, honest)
    const stranger = await noteOf(5, forged, strangerSeed)
    const other = await noteOf(5, forged, seed, 'log.example/other')

    for (const second of [stranger, other]) {
      const report = judge({ origin: ORIGIN, notes: [mine, second] })
      expect(report.finding.code).toBe('CHECKPOINT_UNTRUSTED')
      expect(splitViewExit(report)).toBe(1)
    }
    expect(
      judge({ origin: 'log.example/other', notes: [mine, await noteOf(5, forged)] }).finding.code,
    ).toBe('CHECKPOINT_ORIGIN')
  })

  test('a full subtree as the older tree, and nobody who has its hash in the larger one', () => {
    const path = buildConsistencyProof(4, 9, forged.getNode)

    expect(splitViewProof(4, 9, path)).toBeUndefined()
    expect(splitViewProof(4, 9, path, [])).toBeUndefined()
    const whole = buildConsistencyProof(3, 9, forged.getNode)
    expect(splitViewProof(3, 9, whole)).toBe(whole)
  })
})

test('the roots of a proof are told for sizes that a proof can be of, and no others', () => {
  const proof = proofOf(3, 9, honest)

  expect(rootsFromConsistencyProof(3, 9, proof)).toEqual({
    older: honest.roots[3],
    newer: honest.roots[9],
  })
  for (const [size1, size2] of [
    [0, 9],
    [9, 9],
    [9, 3],
    [3, 2 ** 53],
    [1.5, 9],
  ] as const) {
    expect(codeOf(() => rootsFromConsistencyProof(size1, size2, proof))).toBe('PROOF_INDEX_RANGE')
  }
  expect(codeOf(() => leftOfInclusionProof(9, 9, proof))).toBe('PROOF_INDEX_RANGE')
  expect(codeOf(() => leftOfInclusionProof(3, 9, []))).toBe('PROOF_LENGTH')
  expect(isPowerOfTwo(2 ** 40)).toBe(true)
  expect(isPowerOfTwo(2 ** 40 + 2)).toBe(false)
})

describe('the file', () => {
  test('reads back as it was written, and is the same bytes again', async () => {
    const view: SplitView = {
      origin: ORIGIN,
      notes: await pair(3, 9, forged),
      proof: proofOf(3, 9, forged),
    }
    const text = encodeJcs(splitViewJson(view))

    expect(encodeJcs(splitViewJson(parseSplitView(parseJson(text))))).toBe(text)
    expect(text).toMatch(/^\{"format":"waybill-split-view\/1","notes":\[/)
    expect(parseSplitView(splitViewJson({ origin: ORIGIN, notes: ['a', 'b'] }))).not.toHaveProperty(
      'proof',
    )
  })

  test('anything else is refused', () => {
    const good = { format: 'waybill-split-view/1', notes: ['a', 'b'], origin: ORIGIN }
    const hash = toBase64(new Uint8Array(32))
    const bad: readonly Json[] = [
      null,
      [],
      'text',
      {},
      { ...good, format: 'waybill-split-view/2' },
      { ...good, more: 1 },
      { ...good, origin: 5 },
      { ...good, notes: ['a'] },
      { ...good, notes: ['a', 'b', 'c'] },
      { ...good, notes: ['a', 5] },
      { ...good, notes: 'ab' },
      { ...good, proof: [] },
      { ...good, proof: hash },
      { ...good, proof: [5] },
      { ...good, proof: [hash.slice(0, -1)] },
      { ...good, proof: [toBase64(new Uint8Array(31))] },
      { ...good, proof: Array.from({ length: 65 }, () => hash) },
    ]

    expect(parseSplitView({ ...good, proof: [hash] }).proof).toHaveLength(1)
    for (const value of bad) {
      expect(
        codeOf(() => parseSplitView(value)),
        JSON.stringify(value),
      ).toBe('SPLIT_VIEW_MALFORMED')
    }
    expect(ERRORS.SPLIT_VIEW_MALFORMED.exit).toBe(65)
  })
})

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'accepted'
  } catch (error) {
    if (error instanceof LedgerError) return error.code
    throw error
  }
}
