/**
 * The second implementation beside the first: on all vectors, as a command, and on evidence that
 * nobody has looked at before.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeJcs, parseJson } from '../../ledger/core/json.js'
import { Person } from '../cli/harness.js'
import { applyEdits } from '../docs/evidence-cases.js'
import { Mutator } from './mutants.js'
import { judgePack, type Pack } from './pack.js'
import { judgedPacks, NO_PYTHON, PYTHON_MS, python } from './python.js'

const PACKS = fileURLToPath(new URL('../../conformance/packs', import.meta.url))
const VECTORS = fileURLToPath(new URL('../vectors/format', import.meta.url))
const SKIPPED = NO_PYTHON ? ` (skipped: ${NO_PYTHON})` : ''
const root = mkdtempSync(join(tmpdir(), 'waybill-conformance-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function packs(): readonly (readonly [name: string, pack: Pack])[] {
  return ['good', 'bad'].flatMap((folder) =>
    readdirSync(join(PACKS, folder)).map((name) => {
      const text = readFileSync(join(PACKS, folder, name), 'utf8')
      return [`${folder}-${name}`, JSON.parse(text) as Pack] as const
    }),
  )
}

/** One pack of each outcome, as files that a person would have. */
function samples(): readonly (readonly [
  outcome: string,
  file: string,
  policy: string,
  pack: Pack,
])[] {
  const seen = new Map<string, readonly [string, Pack]>()
  for (const [name, pack] of packs()) {
    const outcome = `${pack.expect.verdict}: ${pack.expect.findings.join(', ')}`
    if (pack.kind === 'evidence' && pack.file !== undefined && !seen.has(outcome)) {
      seen.set(outcome, [name, pack])
    }
  }
  return [...seen].map(([outcome, [name, pack]]) => {
    const value = parseJson(readFileSync(join(PACKS, 'files', pack.file ?? ''), 'utf8'))
    const file = join(root, `${name}.receipt.json`)
    writeFileSync(file, encodeJcs(applyEdits(value, pack.edits ?? [])))
    const policy = join(root, `${name}.policy.txt`)
    const inPlace = pack.policy.includes('\n')
    writeFileSync(policy, inPlace ? pack.policy : readFileSync(join(PACKS, 'files', pack.policy)))
    return [outcome, file, policy, pack] as const
  })
}

/** What cannot be read has a code and no verdict. */
const isRead = ({ expect: { verdict } }: Pack) => /^[A-Z]+$/.test(verdict)

/** The last three lines are the verdict. */
const words = (out: string) => out.trimEnd().split('\n').slice(-3)

describe('waybill verify', () => {
  test.each(samples())('ends as the pack says: %s', async (_, file, policy, pack) => {
    const { code, out } = await new Person(`${file}.home`).run(['verify', file, '--policy', policy])

    expect(code).toBe(pack.expect.exit)
    if (isRead(pack)) expect(words(out)[0]).toBe(`Record: ${pack.expect.verdict}`)
  })
})

describe.skipIf(NO_PYTHON)(`conformance/verify.py${SKIPPED}`, { timeout: PYTHON_MS }, () => {
  test('agrees with every vector of test/vectors', () => {
    const { status, out } = python('vectors.py')

    expect(out).toMatch(/^[1-9]\d+ vectors, 0 disagreements\n$/)
    expect(status).toBe(0)
  })

  test('says the words of waybill verify and ends with its exit code', async () => {
    const wanted = new Set([0, 1, 3, 65, 78])
    for (const [, file, policy, pack] of samples()) {
      if (!wanted.delete(pack.expect.exit)) continue
      const first = await new Person(`${file}.other`).run(['verify', file, '--policy', policy])
      const second = python('verify.py', file, '--policy', policy)

      expect(second.status).toBe(first.code)
      if (isRead(pack)) expect(words(second.out)).toEqual(words(first.out))
      else expect(second.err).toContain(pack.expect.verdict)
    }
    expect(wanted).toEqual(new Set())
  })

  test('needs a policy, a file, and files that are there', () => {
    const policy = join(PACKS, 'files', 'policy.txt')

    expect(python('verify.py', 'x.json').status).toBe(78)
    expect(python('verify.py', '--policy', policy).status).toBe(3)
    expect(python('verify.py', 'x.json', '--policy', policy).status).toBe(66)
    expect(python('verify.py', '--folder', root, '--policy', policy).status).toBe(66)
  })

  test('sees a split view in two files', () => {
    const { split, policy } = splitView()
    const { status, out } = python('verify.py', ...split, '--policy', policy)

    expect(words(out)[0]).toBe('Record: FAILED (split view)')
    expect(status).toBe(5)
  })

  test('says the same of evidence that was changed at random', () => {
    const count = process.env['SLOW'] === '1' ? 5_000 : 150
    const mutator = new Mutator(20_261_122)
    const folder = join(root, 'mutants')
    for (const inner of ['files', 'bad']) mkdirSync(join(folder, inner), { recursive: true })
    const names = ['transfer.receipt.json', 'outcome.bundle.json', 'outcome-stubs.bundle.json']
    const texts = new Map(
      [...names, 'policy.txt'].map((name) => [name, readFileSync(join(VECTORS, name), 'utf8')]),
    )
    for (const [name, text] of texts) writeFileSync(join(folder, 'files', name), text)
    const mine: Record<string, unknown> = {}
    for (let number = 0; number < count; number += 1) {
      const file = names[number % names.length] ?? ''
      const edits = mutator.mutant(parseJson(texts.get(file) ?? ''))
      const pack = { description: '', kind: 'lineage', policy: 'policy.txt', file, edits } as const
      writeFileSync(join(folder, 'bad', `${number}.json`), JSON.stringify(pack))
      mine[`bad/${number}`] = judgePack(pack, (name) => texts.get(name) ?? '')
    }

    expect(judgedPacks(folder)).toEqual(mine)
  })
})

/** Two receipts of one log and one size whose trees differ, both signed. */
function splitView() {
  const [first, second] = ['tree-2-of-3.json', 'receipt-split.json']
  return {
    split: [first, second].map((name) => join(PACKS, 'files', name)),
    policy: join(PACKS, 'files', 'policy.txt'),
  }
}
