/** The demo as a person runs it: a real folder, a real server, real commands. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { initWitnessFolder } from '../../witness/folder.js'
import { Person, type Ran } from './harness.js'

describe('waybill demo', () => {
  let scratch = ''
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  function waybill(...argv: readonly string[]): Promise<Ran> {
    return new Person(scratch).run(argv)
  }

  test('verifies the ledger, catches the flipped bit, and keeps what --out asks for', {
    timeout: 120_000,
  }, async () => {
    const kept = join(scratch, 'kept')

    const { code, out, err } = await waybill('demo', '--out', kept)

    expect(err).not.toContain('a bug')
    const lines = out.trimEnd().split('\n')
    expect(lines.at(-3)).toMatch(/^The ledger: +VERIFIED$/)
    expect(lines.at(-2)).toMatch(/^The tampered copy: +FAILED at entry \d+$/)
    expect(lines.at(-1)).toMatch(/^The other history: +FAILED \(split view\)$/)
    expect(code).toBe(0)
    const names = [
      'demo.split-view.json',
      'earlier',
      'keys',
      'leads.csv',
      'ledger',
      'other-report.csv',
      'outcome.txt',
      'policy.txt',
      'receipts',
      'report.csv',
      'report.html',
      'tampered',
      'witness-france',
      'witness-japan',
    ]
    expect(readdirSync(kept).sort()).toEqual(names)
    expect(statSync(join(kept, 'keys/auditor.pem')).mode % 0o1000).toBe(0o600)
    expect(existsSync(join(kept, 'tampered/keys'))).toBe(false)
    expect(existsSync(join(scratch, 'state'))).toBe(false)
  })

  test('leaves what an auditor needs without a server', { timeout: 60_000 }, async () => {
    const kept = join(scratch, 'kept')
    const policy = ['--policy', join(kept, 'policy.txt')]
    const id = readFileSync(join(kept, 'outcome.txt'), 'utf8').trim()

    const offline = await waybill(
      'lineage',
      join(kept, 'report.csv'),
      '--receipts',
      join(kept, 'receipts'),
      ...policy,
    )
    const byId = await waybill('lineage', id, '--dir', join(kept, 'ledger'), ...policy, '--json')
    const sound = await waybill('audit', '--dir', join(kept, 'ledger'), ...policy)
    const broken = await waybill('audit', '--dir', join(kept, 'tampered'), ...policy)

    // Files alone do not show that nothing was replaced: the rules do not know, the record is verified.
    expect([offline.code, byId.code, sound.code, broken.code]).toEqual([3, 0, 0, 1])
    expect(offline.out).toMatch(/^Record: VERIFIED$/m)
    expect(offline.out).toMatch(/^Rules: 0 FAIL, [1-9]\d* UNKNOWN, 0 WARN, /m)
    expect(JSON.parse(byId.out)).toMatchObject({ overall: 'VERIFIED', rules: 'PASS', id })
    expect(broken.out).toContain('Overall: FAILED')
  })

  test('asks for both regulators, and keeps evidence that convinces whoever was not there', {
    timeout: 60_000,
  }, async () => {
    const kept = join(scratch, 'kept')
    const policy = ['--policy', join(kept, 'policy.txt')]
    const receipts = join(kept, 'receipts')
    const receipt = join(receipts, readdirSync(receipts)[0] ?? '')
    const onlyFrance = join(scratch, 'one-more.txt')
    const text = readFileSync(join(kept, 'policy.txt'), 'utf8')
    const other = text.replace(/^witness japan .*$/m, `witness japan ${await strangersKey()}`)
    writeFileSync(onlyFrance, other)

    const both = await waybill('verify', receipt, ...policy, '--json')
    const one = await waybill('verify', receipt, '--policy', onlyFrance)
    const evidence = await waybill('verify', join(kept, 'demo.split-view.json'), ...policy)

    expect([both.code, one.code, evidence.code]).toEqual([0, 3, 5])
    expect(one.out).toContain('missing')
    expect(evidence.out).toContain('FAILED (split view)')
  })

  test('a report that was changed has no lineage', { timeout: 60_000 }, async () => {
    const kept = join(scratch, 'kept')
    const changed = join(scratch, 'changed.csv')
    writeFileSync(changed, readFileSync(join(kept, 'report.csv'), 'utf8').replace('0.', '1.'))

    const { code, err } = await waybill(
      'lineage',
      changed,
      '--dir',
      join(kept, 'ledger'),
      '--policy',
      join(kept, 'policy.txt'),
    )

    expect(code).toBe(3)
    expect(err).toContain('NOTHING_TO_VERIFY')
  })

  test('takes no folder that holds something', async () => {
    const taken = join(scratch, 'taken')
    await waybill('keygen', `${taken}.pem`)

    const { code } = await waybill('demo', '--out', scratch)

    expect(code).toBe(64)
    expect(existsSync(join(scratch, 'ledger'))).toBe(false)
  })
})

/** The key of a witness that has cosigned nothing. */
async function strangersKey(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  try {
    const made = await initWitnessFolder(join(folder, 'witness'), {
      name: 'stranger.witness.example',
      listen: { host: '127.0.0.1', port: 0 },
    })
    return made.vkeys[0] ?? ''
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
