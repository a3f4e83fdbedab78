/**
 * The vectors of split-view evidence: what the file says is what is made, and how each case is judged.
 * `WRITE=1` makes the file anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { formatCheckpoint } from '../../ledger/core/checkpoint.js'
import {
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
} from '../../ledger/core/ed25519.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { NodeHash, RootHash } from '../../ledger/core/hash.js'
import { type Json, type JsonObject, parseJson } from '../../ledger/core/json.js'
import { buildConsistencyProof, buildInclusionProof } from '../../ledger/core/merkle.js'
import { cosignatureNoteKey, ed25519NoteKey, signNote } from '../../ledger/core/note.js'
import { formatPolicy, parsePolicy, policyOfLogs } from '../../ledger/core/policy.js'
import {
  judgeSplitView,
  parseSplitView,
  splitViewExit,
  splitViewJson,
  splitViewProof,
} from '../../ledger/core/split-view.js'
import { byteLeaves, type GrownTree, growTree } from '../reference/grown-tree.js'

const FILE = fileURLToPath(new URL('../vectors/split-view/cases.json', import.meta.url))
const ORIGIN = 'log.example/split'
const SEED = new Uint8Array(32).fill(7)
const STRANGER = new Uint8Array(32).fill(8)
const honest = growTree(byteLeaves(10))
const forged = growTree(byteLeaves(10).map((leaf, i) => (i === 0 ? Uint8Array.of(99) : leaf)))

function noteOf(size: number, tree: GrownTree, seed = SEED): Promise<string> {
  const text = formatCheckpoint({ origin: ORIGIN, size, root: tree.roots[size] as RootHash })
  const key = parsePublicKey(publicKeyFromSeed(seed))
  return signNote(text, ORIGIN, key, (message) => Promise.resolve(signEd25519(seed, message)))
}

function proofOf(size1: number, size2: number, tree: GrownTree): readonly NodeHash[] {
  const consistency = buildConsistencyProof(size1, size2, tree.getNode)
  const inclusion = buildInclusionProof(size1, size2, tree.getNode)
  return splitViewProof(size1, size2, consistency, inclusion) ?? []
}

async function evidence(
  [size1, size2]: readonly [number, number],
  newer: GrownTree,
  proof?: readonly NodeHash[],
): Promise<JsonObject> {
  const notes = [await noteOf(size1, honest), await noteOf(size2, newer)] as const
  return splitViewJson({ origin: ORIGIN, notes, ...(proof === undefined ? {} : { proof }) })
}

async function made(): Promise<JsonObject> {
  const key = parsePublicKey(publicKeyFromSeed(SEED))
  const witness = cosignatureNoteKey('north.example/w', parsePublicKey(publicKeyFromSeed(STRANGER)))
  const policy = {
    ...policyOfLogs(ed25519NoteKey(ORIGIN, key)),
    witnesses: [{ name: 'north', key: witness }],
  }
  const same = await evidence([5, 5], forged)
  const [first = '', second = ''] = same['notes'] as readonly string[]
  const bad = Buffer.concat([witness.keyId, Buffer.alloc(72)]).toString('base64')
  const later = await evidence([5, 9], forged, proofOf(5, 9, forged))
  const cases: readonly (readonly [string, Json])[] = [
    ['one-size-two-roots', same],
    ['later-tree', later],
    ['later-tree-notes-swapped', { ...later, notes: [...(later['notes'] as string[])].reverse() }],
    ['full-subtree', await evidence([4, 9], forged, proofOf(4, 9, forged))],
    ['next-size', await evidence([8, 9], forged, proofOf(8, 9, forged))],
    ['witness-line-fails', { ...same, notes: [first, `${second}\u2014 ${witness.name} ${bad}\n`] }],
    ['no-proof', await evidence([5, 9], forged)],
    ['proof-first-left-out', await evidence([4, 9], forged, proofOf(4, 9, forged).slice(1))],
    ['proof-of-neither', await evidence([5, 9], forged, proofOf(5, 9, honest))],
    ['consistent', await evidence([5, 9], honest, proofOf(5, 9, honest))],
    ['same-twice', { ...same, notes: [first, first] }],
    ['empty-tree', { ...same, notes: [await noteOf(0, honest), first] }],
    ['by-a-stranger', { ...same, notes: [first, await noteOf(5, forged, STRANGER)] }],
    ['other-origin', { ...same, origin: 'log.example/other' }],
    ['three-notes', { ...same, notes: [first, second, first] }],
    ['proof-empty', { ...same, proof: [] }],
    ['unknown-member', { ...same, time: 0 }],
    ['unknown-format', { ...same, format: 'waybill-split-view/2' }],
  ]
  const text = formatPolicy(policy)
  return { policy: text, cases: cases.map(([name, value]) => verdictOn(name, value, text)) }
}

function verdictOn(name: string, value: Json, policy: string): JsonObject {
  try {
    const view = parseSplitView(value)
    const report = judgeSplitView(view, { policy: parsePolicy(policy), crypto: portableCrypto })
    const { verdict, finding } = report
    return { name, evidence: value, verdict, code: finding.code, exit: splitViewExit(report) }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return { name, evidence: value, verdict: 'UNREADABLE', code: error.code, exit: 65 }
  }
}

describe('split-view/cases.json', async () => {
  const now = await made()
  if (process.env['WRITE'] === '1') writeFileSync(FILE, `${JSON.stringify(now, null, 2)}\n`)

  test('is what the code makes', () => {
    expect(parseJson(readFileSync(FILE, 'utf8'))).toEqual(now)
  })

  test('each verdict is the one that its name asks for', () => {
    const said = (now['cases'] as readonly JsonObject[]).map(({ name, exit }) => [name, exit])

    expect(Object.fromEntries(said)).toEqual({
      'one-size-two-roots': 5,
      'later-tree': 5,
      'later-tree-notes-swapped': 5,
      'full-subtree': 5,
      'next-size': 5,
      'witness-line-fails': 5,
      'no-proof': 3,
      'proof-first-left-out': 3,
      'proof-of-neither': 3,
      consistent: 1,
      'same-twice': 1,
      'empty-tree': 1,
      'by-a-stranger': 1,
      'other-origin': 1,
      'three-notes': 65,
      'proof-empty': 65,
      'unknown-member': 65,
      'unknown-format': 65,
    })
  })
})
