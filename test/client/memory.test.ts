/** The library's memory of checkpoints: what is remembered when, and what is kept as evidence. */
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type CheckpointMemory,
  compareWithMemory,
  folderMemory,
  judgeRemembered,
  type MemoryContext,
  openClient,
  originFolder,
} from '../../client/index.js'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { parseJson } from '../../ledger/core/json.js'
import { judgeSplitView, parseSplitView } from '../../ledger/core/split-view.js'
import { FAST, type TinyLog } from '../core/support/tiny-log.js'
import {
  copyOf,
  cosign,
  grow,
  history,
  Operator,
  receiptOf,
  Stage,
  TWO_OF_THREE,
  WITNESSES,
} from '../security/support/stage.js'

let folder = ''
let memory: CheckpointMemory
let log: TinyLog

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-memory-'))
  memory = folderMemory(folder)
  log = await history('rides')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function contextOf(source?: MemoryContext['source']): MemoryContext {
  return { memory, policy: log.policy, crypto: FAST, now: () => 0, source }
}

async function seen(of: TinyLog, note?: string) {
  const shown = note ?? (await of.checkpoint())
  return { note: shown, checkpoint: openCheckpoint(shown, log.policy, FAST).checkpoint }
}

function sourceOf(of: TinyLog): NonNullable<MemoryContext['source']> {
  const operator = new Operator(of)
  return {
    consistencyProof: async (first, second) => operator.consistency(first, second),
    inclusionPath: async (index, size) => of.entryEvidence(index, size).path,
  }
}

describe('remembering', () => {
  test('the first is remembered, a consistent larger one replaces it, a smaller one does not', async () => {
    const first = await seen(log)
    const grown = copyOf(log)
    await grow(grown, 'fares')
    const context = contextOf(sourceOf(grown))

    const kinds = [
      await compareWithMemory(first, context),
      await compareWithMemory(await seen(grown), context),
      await compareWithMemory(first, context),
    ]

    expect(kinds).toEqual([
      { kind: 'first' },
      { kind: 'consistent', size: 4 },
      { kind: 'consistent', size: 5 },
    ])
    expect(await memory.recall(log.origin)).toBe(await grown.checkpoint())
  })

  test('of the same tree, the one that more witnesses cosigned is kept', async () => {
    const bare = await log.checkpoint()
    const cosigned = await cosign(bare, WITNESSES)
    const context = { ...contextOf(), policy: { ...TWO_OF_THREE, logs: log.policy.logs } }
    for (const note of [bare, cosigned, bare]) {
      await compareWithMemory(await seen(log, note), context)
    }

    expect(await memory.recall(log.origin)).toBe(cosigned)
  })

  test('with nobody to ask, a later tree is neither believed nor remembered', async () => {
    await compareWithMemory(await seen(log), contextOf())
    const grown = copyOf(log)
    await grow(grown, 'fares')

    const verdict = await compareWithMemory(await seen(grown), contextOf())

    expect(verdict).toMatchObject({ kind: 'unproven', asked: false, size: 4 })
    expect(await memory.recall(log.origin)).toBe(await log.checkpoint())
  })

  test('a ledger that is asked and gives no proof makes the record INCOMPLETE', async () => {
    await compareWithMemory(await seen(log), contextOf())
    const grown = copyOf(log)
    await grow(grown, 'fares')
    const silent = {
      ...sourceOf(grown),
      consistencyProof: () => Promise.reject(new LedgerError('SERVER_UNAVAILABLE')),
    }

    const judged = await judgeRemembered(await receiptOf(grown, 3), contextOf(silent))

    expect(judged.verdict).toBe('INCOMPLETE')
    expect(judged.findings.map(({ code }) => code)).toEqual(['EVIDENCE_MISSING'])
  })

  test('a memory that is no folder stands in no verdict’s way, and says so', async () => {
    await writeFile(join(folder, 'file'), '')
    const broken = { ...contextOf(), memory: folderMemory(join(folder, 'file')) }

    const judged = await judgeRemembered(await receiptOf(log, 3), broken)

    expect(judged.verdict).toBe('VERIFIED')
    expect(judged.memory).toMatchObject({ kind: 'unproven', asked: false })
  })
})

describe('evidence', () => {
  test.each([
    ['the same size', []],
    ['one more', ['x']],
    ['many more', ['x', 'y', 'z', 'u', 'v']],
  ])('another history of %s convinces a third party by its file', async (_, more) => {
    await compareWithMemory(await seen(log), contextOf())
    const other = await history('another', ...more)

    const verdict = await compareWithMemory(await seen(other), contextOf(sourceOf(other)))
    const file = verdict.kind === 'inconsistent' ? (verdict.kept ?? '') : ''
    const view = parseSplitView(parseJson(readFileSync(file, 'utf8')))

    expect(verdict).toMatchObject({ kind: 'inconsistent', size: 4, convincing: true })
    expect(judgeSplitView(view, { policy: log.policy, crypto: FAST }).verdict).toBe(
      'FAILED (split view)',
    )
    // What was believed before stays: the next one is held against it as well.
    expect(await memory.recall(log.origin)).toBe(await log.checkpoint())
  })

  test('is told even where it cannot be written', async () => {
    await compareWithMemory(await seen(log), contextOf())
    const other = await history('another')
    const full: CheckpointMemory = {
      ...memory,
      keep: () => Promise.reject(new LedgerError('INPUT_IO')),
    }

    const judged = await judgeRemembered(await receiptOf(other, 3), {
      ...contextOf(sourceOf(other)),
      memory: full,
    })

    expect(judged.verdict).toBe('FAILED (split view)')
    expect(judged.memory).toEqual({ kind: 'inconsistent', size: 4, convincing: true })
    expect(judged.findings[0]?.detail).toContain('could not be written')
  })
})

test('a client holds what it verifies against a memory', async () => {
  const stage = new Stage()
  const operator = new Operator(log)
  const client = openClient({ server: await stage.serve(operator) })
  const first = await client.verifyRemembered(await receiptOf(log, 3), log.policy, memory)
  operator.log = await history('another', 'and more')

  const second = await client.verifyRemembered(await receiptOf(operator.log, 3), log.policy, memory)
  stage.close()

  expect(first.verdict).toBe('VERIFIED')
  expect(second.verdict).toBe('FAILED (split view)')
  expect(await readdir(originFolder(folder, log.origin))).toHaveLength(2)
})
