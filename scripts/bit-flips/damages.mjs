/**
 * Ways to damage one file of a ledger's folder: every byte in turn, and what disks and people do
 * besides.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {'bit' | 'byte' | 'cut' | 'zeros' | 'missing' | 'extra' | 'older'} Kind
 * @typedef {object} Damage
 * @property {string} file path in the folder
 * @property {Kind} kind
 * @property {number} at offset of the byte or the block; length of what a cut leaves
 */

/** What a disk loses or clears at a time. */
export const BLOCK_BYTES = 512

/** First and last bytes of a file that every sample has. */
const ENDS = 4

/** Content of a file that nobody asked for. */
const STRANGER = Buffer.from('nothing that a store wrote\n'.repeat(40))

/** @param {string} folder @returns {readonly string[]} the files that hold the log: the store's, and the head */
export function filesOf(folder) {
  const store = readdirSync(join(folder, 'store')).filter((name) => name !== 'LOCK')
  return ['checkpoint', ...store.sort().map((name) => `store/${name}`)]
}

/**
 * The file with the damage, or undefined where nothing is to be written in its place.
 *
 * @param {Uint8Array} whole @param {Damage} damage @param {string} seed which bit
 * @returns {Uint8Array | undefined}
 */
export function damaged(whole, { file, kind, at }, seed) {
  const bytes = Uint8Array.from(whole)
  switch (kind) {
    case 'bit':
      bytes[at] = flipped(bytes[at] ?? 0, numberOf(`${seed} ${file} ${at}`) % 8)
      return bytes
    case 'byte':
      bytes[at] = 255 - (bytes[at] ?? 0)
      return bytes
    case 'cut':
      return bytes.subarray(0, at)
    case 'zeros':
      return bytes.fill(0, at, at + BLOCK_BYTES)
    case 'missing':
      return undefined
    case 'extra':
    case 'older':
      return bytes
  }
}

/** @param {number} byte @param {number} bit from 0, the least */
function flipped(byte, bit) {
  const weight = 2 ** bit
  return Math.floor(byte / weight) % 2 === 0 ? byte + weight : byte - weight
}

/**
 * A bit, or with `byte` all of them, of every byte of every file.
 *
 * @param {string} folder @param {'bit' | 'byte'} kind @returns {Damage[]}
 */
export function everyByte(folder, kind) {
  return filesOf(folder).flatMap((file) =>
    Array.from({ length: readFileSync(join(folder, file)).length }, (_, at) => ({
      file,
      kind,
      at,
    })),
  )
}

/**
 * Some bytes of every file: its first and last ones, and others by chance, more of a longer file.
 *
 * @param {readonly Damage[]} all @param {number} count about how many @param {string} seed
 * @returns {Damage[]}
 */
export function sample(all, count, seed) {
  /** @type {Map<string, Damage[]>} */
  const byFile = new Map()
  for (const damage of all) {
    const list = byFile.get(damage.file)
    if (list === undefined) byFile.set(damage.file, [damage])
    else list.push(damage)
  }
  const share = (/** @type {readonly Damage[]} */ list) =>
    Math.max(ENDS + 2, Math.round((count * list.length) / all.length))
  return [...byFile.values()].flatMap((list) => {
    if (list.length <= ENDS) return list
    const others = shuffled(list.slice(2, -2), seed).slice(0, share(list) - ENDS)
    return [...list.slice(0, 2), ...list.slice(-2), ...others]
  })
}

/** @param {readonly Damage[]} list @param {string} seed @returns {Damage[]} in an order that follows from the seed */
export function shuffled(list, seed) {
  return list
    .map((damage) => ({
      damage,
      by: numberOf(`${seed} ${damage.file} ${damage.kind} ${damage.at}`),
    }))
    .sort((a, b) => a.by - b.by)
    .map(({ damage }) => damage)
}

/**
 * Cuts, cleared blocks, lost files, files that do not belong, and files of an older state.
 *
 * @param {string} folder @param {string} older the folder in an earlier state
 * @returns {Damage[]}
 */
export function otherDamages(folder, older) {
  /** @type {Damage[]} */
  const found = [
    'CURRENT',
    'MANIFEST-000001',
    '000001.log',
    '000999.log',
    '000999.ldb',
    'LOST',
  ].map((name) => ({ file: `store/${name}`, kind: 'extra', at: 0 }))
  for (const file of filesOf(folder)) {
    const { length } = readFileSync(join(folder, file))
    found.push({ file, kind: 'missing', at: 0 })
    for (const at of cutsOf(length)) found.push({ file, kind: 'cut', at })
    for (let at = 0; at < length; at += BLOCK_BYTES) found.push({ file, kind: 'zeros', at })
  }
  // Names are numbered by LevelDB, so files of an older state do not replace the newer ones: they join.
  for (const file of filesOf(older)) found.push({ file, kind: 'older', at: 0 })
  return found
}

/** @param {Damage} damage @returns {Uint8Array} what stands in a file that does not belong */
export function strangerFor({ at }) {
  return STRANGER.subarray(at)
}

/** @param {number} length @returns {number[]} lengths that a torn file may have: edges, blocks, halves */
function cutsOf(length) {
  const lengths = [0, 1, length - 1, length - 7, Math.floor(length / 2)]
  for (let at = BLOCK_BYTES; at < length; at += BLOCK_BYTES) lengths.push(at)
  return [...new Set(lengths)].filter((at) => at >= 0 && at < length)
}

/** @param {string} text @returns {number} below 2^48, evenly spread */
function numberOf(text) {
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16)
}
