/**
 * Receipts for decades: from the commit checkpoint that a ledger signs at once to a published one that
 * witnesses cosigned; and whole lineages as one bundle.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { startWitness } from '../../witness/main.js'
import type { TinyLog } from '../core/support/tiny-log.js'
import {
  cosign,
  grow,
  history,
  NOW,
  Operator,
  policyFile,
  receiptOf,
  Stage,
  TWO_OF_THREE,
  WITNESSES,
  writeReceipt,
} from '../security/support/stage.js'
import {
  collectionDraft,
  log,
  outcomeDraft,
  type Person,
  REPORT,
  Town,
  transferDraft,
} from './harness.js'

function pendingOf(person: Person): readonly string[] {
  const state = person.path('state/waybill/ledgers')
  return readdirSync(state, { recursive: true })
    .map(String)
    .filter((name) => /pending\/[0-9a-f]{64}\.json$/.test(name))
}

describe('upgrading', () => {
  const stage = new Stage()
  let ledger: TinyLog
  let operator: Operator
  let url = ''
  const cosigned = async (of: TinyLog): Promise<string> =>
    cosign(await of.checkpoint(), WITNESSES.slice(1), NOW + 60)

  beforeAll(async () => {
    ledger = await history('rides')
    operator = new Operator(ledger)
    url = await stage.serve(operator)
  })

  afterAll(() => stage.close())

  async function holder(name: string) {
    const person = await stage.person(name)
    operator.note = (of) => of.checkpoint()
    const policy = policyFile(person, TWO_OF_THREE)
    const file = writeReceipt(person, 'rides', await receiptOf(ledger, 3))
    const flags = ['--server', url, '--key', person.path('key.pem'), '--policy', policy]
    return { person, policy, file, flags }
  }

  test('what nobody has cosigned waits in the state folder, and is upgraded later', async () => {
    const { person, policy, file, flags } = await holder('alice')
    const early = await person.run(['receipt', '--upgrade', file, ...flags])
    const kept = pendingOf(person)
    await grow(ledger, 'fares')
    operator.note = cosigned

    const later = await person.run(['receipt', '--upgrade', ...flags])
    const verified = await person.run(['verify', file, '--policy', policy])
    const again = await person.run(['receipt', '--upgrade', file, ...flags])
    const none = await person.run(['receipt', '--upgrade', ...flags])

    expect(early.code).toBe(3)
    expect(early.out).toContain('not upgraded: cosignatures are missing: 2 of (north, south, west)')
    expect(kept).toHaveLength(1)
    expect(later.code).toBe(0)
    expect(later.out).toContain(`upgraded, now under tree size ${ledger.size}`)
    expect(pendingOf(person)).toEqual([])
    expect(verified.code).toBe(0)
    expect(verified.out).toContain('cosigned by south')
    expect(again.out).toContain('has the cosignatures that the policy asks for')
    expect([again.code, none.code]).toEqual([0, 3])
  })

  test('a receipt whose file is gone is upgraded from what was kept', async () => {
    const { person, policy, file, flags } = await holder('bob')
    await person.run(['receipt', '--upgrade', file, ...flags])
    rmSync(file)
    operator.note = cosigned

    const ran = await person.run(['receipt', '--upgrade', ...flags])

    expect(ran.code).toBe(0)
    expect((await person.run(['verify', file, '--policy', policy])).code).toBe(0)
  })

  test('--wait waits until witnesses have cosigned', async () => {
    const { person, policy, file, flags } = await holder('carol')
    const asked: number[] = []
    operator.note = (of) => {
      asked.push(1)
      return asked.length < 3 ? of.checkpoint() : cosigned(of)
    }

    const ran = await person.run(['receipt', '--upgrade', file, '--wait', '20', ...flags])

    expect(ran.code).toBe(0)
    expect(asked.length).toBeGreaterThanOrEqual(3)
    expect((await person.run(['verify', file, '--policy', policy])).code).toBe(0)
  })

  test('values that only the holder has stay in the receipt', async () => {
    const { person, file, flags } = await holder('dave')
    const before = disclosuresIn(file)
    const withheld = JSON.parse(readFileSync(file, 'utf8')) as JsonObject
    operator.note = cosigned
    operator.withholds = true

    const ran = await person.run(['receipt', '--upgrade', file, ...flags])
    operator.withholds = false

    expect(ran.code).toBe(0)
    expect(withheld).not.toEqual(JSON.parse(readFileSync(file, 'utf8')))
    expect(disclosuresIn(file)).toEqual(before)
  })

  test('a false receipt is refused and left as it is: exit 1', async () => {
    const { person, file, flags } = await holder('erin')
    const text = readFileSync(file, 'utf8').replace(/"proof":"c2sp[^"]*index 3/, (found) =>
      found.replace('index 3', 'index 2'),
    )
    writeFileSync(file, text)
    operator.note = cosigned

    const ran = await person.run(['receipt', '--upgrade', file, ...flags])

    expect(ran.code).toBe(1)
    expect(ran.out).toContain('REFUSED')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('a ledger that no longer has the statement leaves the receipt alone', async () => {
    const { person, file, flags } = await holder('frank')
    operator.note = cosigned
    operator.forgets = true
    const before = readFileSync(file, 'utf8')

    const ran = await person.run(['receipt', '--upgrade', file, ...flags])
    operator.forgets = false

    expect(ran.code).toBe(1)
    expect(ran.out).toContain('[STATEMENT_NOT_FOUND]')
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test.each([
    ['a file that is no receipt', ['--upgrade', 'x.json'], 65],
    ['a file that is not there', ['--upgrade', 'nowhere.json'], 66],
    ['an output beside --upgrade', ['--upgrade', '-o', 'x'], 64],
    ['--wait without --upgrade', ['abcdef0123', '--wait'], 64],
    ['two ids', ['abcdef0123', 'abcdef0124'], 64],
    ['nothing', [], 64],
  ])('%s: %s', async (name, argv, code) => {
    const { person, flags } = await holder(name)
    const made = argv.map((word) => (word === 'x.json' ? person.write('x.json', {}) : word))

    expect((await person.run(['receipt', ...made, ...flags])).code).toBe(code)
  })

  function disclosuresIn(file: string): unknown {
    const { statement } = JSON.parse(readFileSync(file, 'utf8')) as {
      statement: { signatures: { header?: { disclosures: string[] } }[] }
    }
    return statement.signatures[0]?.header?.disclosures
  }
})

describe('with a real ledger and a real witness', () => {
  const town = new Town()
  let exporter: Awaited<ReturnType<Town['enrolled']>>
  let importer: Awaited<ReturnType<Town['enrolled']>>
  let witness: Awaited<ReturnType<typeof startWitness>>
  let policy = ''
  let outcomeId = ''

  beforeAll(async () => {
    await town.init()
    const [line = ''] = readFileSync(town.policy, 'utf8').split('\n')
    const folder = join(town.root, 'witness')
    await town.operator.must(['witness', 'init', folder, '--name', 'regulator.example/w'])
    await town.operator.must(['witness', 'add-log', folder, line.replace(/^log /, '')])
    witness = await startWitness({
      folder,
      port: 0,
      now: () => Math.floor(Date.now() / 1000),
      log: () => undefined,
      onEvidence: () => undefined,
    })
    const [vkey = ''] = witness.vkeys
    const words = `${line}\nwitness regulator ${vkey} ${witness.url}\nquorum regulator\n`
    policy = join(town.root, 'quorum.txt')
    writeFileSync(policy, words)
    writeFileSync(join(town.folder, 'policy'), words)
    await town.serve()
    exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
    importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
  })

  afterAll(async () => {
    await town.close()
    await witness.close()
  })

  test('submit --wait keeps a receipt that satisfies the quorum at once', async () => {
    const file = exporter.path('rides.signed.json')
    const draft = exporter.write('rides.json', collectionDraft(exporter.party))
    await exporter.must(['sign', draft, '--out', file])
    const folder = exporter.path('cosigned')

    const ran = await exporter.run([
      'submit',
      file,
      '--receipts',
      folder,
      '--wait',
      '30',
      '--policy',
      policy,
    ])
    const verified = await town.person('reader').run(['verify', folder, '--policy', policy])

    expect(ran.code).toBe(0)
    expect(ran.out).toContain('upgraded, now under tree size')
    expect(verified.code).toBe(0)
    expect(verified.out).toContain('cosigned by regulator')
    expect(verified.out).toContain('quorum regulator: met')
  })

  test('countersign --wait does the same for both sides', async () => {
    const parent = await log(exporter, 'more', collectionDraft(exporter.party))
    const transfer = await log(
      exporter,
      'transfer',
      transferDraft(exporter.party, importer.party, parent),
    )
    const folder = importer.path('cosigned')
    const flags = ['--receipts', folder, '--wait', '30', '--policy', policy]

    const ran = await importer.run(['countersign', '--all', '--yes', ...flags])
    outcomeId = await log(importer, 'outcome', outcomeDraft(importer.party, transfer))

    expect(ran.code).toBe(0)
    expect((await importer.run(['verify', folder, '--policy', policy])).code).toBe(0)
  })

  test('without --wait, what lacks witnesses is kept and counted', async () => {
    const file = exporter.path('third.signed.json')
    const draft = exporter.write('third.json', collectionDraft(exporter.party, 'third'))
    await exporter.must(['sign', draft, '--out', file])
    const folder = exporter.path('bare')

    const ran = await exporter.run(['submit', file, '--receipts', folder, '--policy', policy])
    const [name = ''] = readdirSync(folder)
    const bare = await exporter.run(['verify', join(folder, name), '--policy', policy])
    const later = await exporter.run(['receipt', '--upgrade', '--wait', '30', '--policy', policy])

    expect(ran.code).toBe(0)
    expect(ran.err).toContain(
      '1 receipt still to be cosigned by witnesses: waybill receipt --upgrade',
    )
    expect(bare.code).toBe(3)
    expect(later.code).toBe(0)
    expect((await exporter.run(['verify', folder, '--policy', policy])).code).toBe(0)
  })

  test('--wait without a folder for receipts: 64', async () => {
    const ran = await exporter.run(['submit', exporter.path('third.signed.json'), '--wait'])
    const other = await importer.run(['countersign', '--all', '--wait'])

    expect([ran.code, other.code]).toEqual([64, 64])
  })

  describe('export bundle', () => {
    test('a whole lineage in one file, the same bytes each time, by id or by the file', async () => {
      await town.stop()
      const auditor = town.person('auditor')
      const report = auditor.write('rides.txt', REPORT)
      const flags = ['--dir', town.folder, '--policy', town.policy]
      const [one, two] = [auditor.path('one.bundle.json'), auditor.path('two.bundle.json')]

      const made = await auditor.run(['export', 'bundle', outcomeId, '-o', one, ...flags])
      const again = await auditor.run(['export', 'bundle', report, '-o', two, ...flags])
      const piped = await auditor.run(['export', 'bundle', outcomeId, '-o', '-', ...flags])

      expect([made.code, again.code, piped.code]).toEqual([0, 0, 0])
      expect(made.out).toContain('back to 1 beginning')
      expect(readFileSync(two, 'utf8')).toBe(readFileSync(one, 'utf8'))
      expect(piped.out).toBe(readFileSync(one, 'utf8'))
    })

    test('it verifies with no network and no ledger, and says whose names are pinned', async () => {
      const bundle = town.person('auditor').path('one.bundle.json')
      const reader = town.person('far-away')
      const pins = reader.write('pins.txt', `# by letter\n${exporter.party} Lindenau Räder eG\n`)

      const ran = await reader.run(['verify', bundle, '--policy', town.policy, '--parties', pins])

      expect(ran.code).toBe(0)
      expect(ran.out).toContain('3 statements: each entry is in that tree')
      expect(ran.out).toContain('Lindenau Räder eG, Germany (DE): pinned by you')
      expect(ran.out).toContain("Kaveri Models Pvt Ltd, India (IN): on the registrar's word")
    })

    test.each([
      ['a statement that is not there', ['0123456789abcdef'], 66],
      ['a file that no outcome carries', ['other.txt'], 3],
      ['neither', ['nowhere.txt'], 66],
    ])('%s: no file is written', async (_, [word = ''], code) => {
      const auditor = town.person('auditor')
      const named = word === 'other.txt' ? auditor.write('other.txt', 'another report') : word
      const out = auditor.path('none.bundle.json')
      const flags = ['--dir', town.folder, '--policy', town.policy, '-o', out]

      const ran = await auditor.run(['export', 'bundle', named, ...flags])

      expect(ran.code).toBe(code)
      expect(readdirSync(auditor.home)).not.toContain('none.bundle.json')
    })
  })
})
