/**
 * Split-view evidence before somebody who was not there: what convinces, what does not, and with
 * which exit code. Offline, with a policy and nothing else.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { policyOfLogs } from '../../ledger/core/policy.js'
import type { Person } from '../cli/harness.js'
import { TinyLog } from '../core/support/tiny-log.js'
import {
  copyOf,
  evidenceFiles,
  fetchReceipt,
  grow,
  history,
  Operator,
  policyFile,
  Stage,
  witness,
} from './support/stage.js'

const stage = new Stage()
let evidence: JsonObject
let judge: Person
let policy = ''
let url = ''
let operator: Operator

beforeAll(async () => {
  const [honest, forged] = [await history('a', 'b'), await history('c', 'b', 'd')]
  operator = new Operator(honest)
  url = await stage.serve(operator)
  const victim = await stage.person('victim')
  const trusted = policyFile(victim)
  await fetchReceipt(victim, url, honest.envelope(3), trusted)
  operator.log = forged
  await fetchReceipt(victim, url, forged.envelope(3), trusted)
  const [file = ''] = evidenceFiles(victim)
  evidence = JSON.parse(readFileSync(file, 'utf8')) as JsonObject
  judge = await stage.person('judge')
  policy = policyFile(judge)
})

afterAll(() => stage.close())

function verify(value: unknown, flags: readonly string[] = ['--policy', policy]) {
  const file = judge.write('x.split-view.json', JSON.stringify(value))
  return judge.run(['verify', file, ...flags])
}

test('it convinces with the policy alone, and says what was not checked', async () => {
  const ran = await verify(evidence)

  expect(ran.code).toBe(5)
  expect(ran.out).toContain('Overall: FAILED (split view)')
  expect(ran.out).toContain('two signed checkpoints of ledger.example/test')
  expect(ran.out).toContain('whether the operator lied or somebody else has the key')
})

test('--json has both checkpoints, their keys and the one finding', async () => {
  const ran = await verify(evidence, ['--policy', policy, '--json'])

  expect(ran.json()).toMatchObject({
    record: 'FAILED (split view)',
    files: [
      {
        split_view: { origin: 'ledger.example/test', checkpoints: [{ size: 5 }, { size: 6 }] },
        findings: [{ code: 'CHECKPOINT_INCONSISTENT' }],
      },
    ],
  })
})

test('a line of a witness that does not verify cannot save the log', async () => {
  const notes = evidence['notes'] as readonly string[]
  const { key } = witness('of the judge')
  const line = `\u2014 ${key.name} ${Buffer.concat([key.keyId, Buffer.alloc(72)]).toString('base64')}\n`
  const own = policyFile(judge, {
    ...policyOfLogs(...new TinyLog().policy.logs.map((log) => log.key)),
    witnesses: [{ name: 'mine', key }],
    quorum: 'mine',
  })

  const ran = await verify({ ...evidence, notes: [notes[0], `${notes[1]}${line}`] }, [
    '--policy',
    own,
  ])
  policyFile(judge)

  expect(ran.code).toBe(5)
})

test('notes by nobody that the policy trusts: exit 1', async () => {
  const stranger = await stage.person('stranger')
  const other = policyFile(stranger, new TinyLog('ledger.example/other').policy)

  const ran = await verify(evidence, ['--policy', other])

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('[CHECKPOINT_UNTRUSTED]')
})

test('no policy at all: exit 78', async () => {
  const nobody = await stage.person('nobody')
  const file = nobody.write('x.split-view.json', JSON.stringify(evidence))

  expect((await nobody.run(['verify', file])).code).toBe(78)
})

test('two heads without the proof: exit 3, until the ledger itself answers: exit 5', async () => {
  const { proof: _, ...bare } = evidence

  const offline = await verify(bare)
  const asked = await verify(bare, ['--policy', policy, '--server', url])

  expect(offline.code).toBe(3)
  expect(offline.out).toContain('[SPLIT_VIEW_UNPROVEN]')
  expect(asked.code).toBe(5)
  expect(evidenceFiles(judge)).toHaveLength(1)
})

test('one head twice, or heads that a proof joins: exit 1', async () => {
  const [first] = evidence['notes'] as readonly string[]
  const log = await history('a', 'b')
  const grown = copyOf(log)
  await grow(grown, 'more')
  operator.log = grown
  const heads = [await log.checkpoint(), await grown.checkpoint()]

  const twice = await verify({ ...evidence, notes: [first, first] })
  const joined = await verify({ ...evidence, notes: heads, proof: undefined }, [
    '--policy',
    policy,
    '--server',
    url,
  ])

  expect([twice.code, joined.code]).toEqual([1, 1])
  expect(joined.out).toContain('[SPLIT_VIEW_REFUTED]')
})

test('a proof that somebody made up: exit 3; a file that is no evidence: exit 65', async () => {
  const [first = '', ...rest] = evidence['proof'] as readonly string[]
  const bent = Buffer.from(first, 'base64')
  bent[0] = (bent[0] ?? 0) === 0 ? 1 : 0

  const made = await verify({ ...evidence, proof: [bent.toString('base64'), ...rest] })
  const none = await verify({ ...evidence, extra: true })

  expect(made.code).toBe(3)
  expect(none.code).toBe(65)
  expect(none.err).toContain('code SPLIT_VIEW_MALFORMED')
})
