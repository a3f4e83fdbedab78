/**
 * Verdicts: exact words and exit codes of `receipt`, `verify` and `lineage`, for true records, for
 * incomplete ones, for false ones, and for an operator who shows two histories.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import {
  collectionDraft,
  log,
  outcomeDraft,
  type Person,
  REPORT,
  Town,
  transferDraft,
} from './harness.js'

type Enrolled = Awaited<ReturnType<Town['enrolled']>>

const town = new Town()
let exporter: Enrolled
let importer: Enrolled
let auditor: Person
let collectionId = ''
let transferId = ''
let outcomeId = ''
/** Receipts of the three statements, each with all claims, by the name of what they prove. */
let receipts: Readonly<Record<'collection' | 'transfer' | 'outcome', string>>

const VERIFIED = ['Record: VERIFIED', 'Rules: not judged', 'Overall: VERIFIED (record only)']
const FAILED = ['Record: FAILED', 'Rules: not judged', 'Overall: FAILED']
const INCOMPLETE = ['Record: INCOMPLETE', 'Rules: not judged', 'Overall: INCOMPLETE']
const SPLIT = ['Record: FAILED (split view)', 'Rules: not judged', 'Overall: FAILED (split view)']

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
  auditor = town.person('auditor')
  collectionId = await log(exporter, 'collection', collectionDraft(exporter.party))
  transferId = await log(
    exporter,
    'transfer',
    transferDraft(exporter.party, importer.party, collectionId),
  )
  await importer.must(['countersign', '--all', '--yes', '--receipts', importer.path('receipts')])
  outcomeId = await log(importer, 'outcome', outcomeDraft(importer.party, transferId))
  await published(7)
  const fetched = async (person: Person, id: string, name: string): Promise<string> => {
    const file = join(town.root, `${name}.receipt.json`)
    await person.must(['receipt', id, '-o', file, '--policy', town.policy])
    return file
  }
  receipts = {
    collection: await fetched(exporter, collectionId, 'collection'),
    transfer: await fetched(exporter, transferId, 'transfer'),
    outcome: await fetched(importer, outcomeId, 'outcome'),
  }
})

afterAll(() => town.close())

/** Resolves when the server shows a checkpoint of at least this size: receipts are then under one. */
async function published(size: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const note = await (await fetch(`${town.url}/checkpoint`)).text()
      if (Number(note.split('\n')[1]) < size) throw new Error('not published yet')
    },
    { timeout: 20_000, interval: 100 },
  )
}

/** A server in between that forwards all calls but one, which it answers itself. */
async function lyingServer(url: string, path: string, answer: JsonObject) {
  const server = createServer(async (request, response) => {
    const asked = request.url ?? ''
    if (asked.split('?')[0] === path) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      return
    }
    const { authorization } = request.headers
    const headers = authorization === undefined ? {} : { authorization }
    const honest = await fetch(`${url}${asked}`, { headers })
    response.writeHead(honest.status).end(await honest.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function lastLines(out: string): readonly string[] {
  return out.trimEnd().split('\n').slice(-3)
}

type Receipt = {
  entry: string
  registry: { statements: unknown[]; count: number }[]
  statement: { signatures: { signature: string; header?: { disclosures: string[] } }[] }
}

/** The same receipt with one part changed. */
function altered(name: string, change: (receipt: Receipt) => void): string {
  const receipt = JSON.parse(readFileSync(receipts.transfer, 'utf8')) as Receipt
  change(receipt)
  return auditor.write(`${name}.receipt.json`, JSON.stringify(receipt))
}

describe('offline', () => {
  test('a receipt verifies with a policy and nothing else, and says against what', async () => {
    const ran = await auditor.run(['verify', receipts.transfer, '--policy', town.policy])

    expect(ran.code).toBe(0)
    expect(lastLines(ran.out)).toEqual(VERIFIED)
    expect(ran.out).toMatch(
      /checkpoint of ledger\.example\/test at tree size \d+, last entry 2026-\d\d-\d\d \d\d:\d\d:\d\dZ/,
    )
    expect(ran.out).toContain('signed by ledger.example/test+')
    expect(ran.out).toContain(`trusted by policy ${town.policy}`)
    expect(ran.out).toMatch(/2 signatures, each with a key that its party had then/)
    expect(ran.out).toContain("Kaveri Models Pvt Ltd, India (IN): on the registrar's word")
    expect(ran.err).toBe('')
  })

  test('pinned parties are told from those on the registrar word', async () => {
    const pins = auditor.write(
      'pins.txt',
      `# from the exporter's letter\n${exporter.party} Lindenau Räder eG\n`,
    )

    const ran = await auditor.must([
      'verify',
      receipts.transfer,
      '--policy',
      town.policy,
      '--parties',
      pins,
    ])

    expect(ran.out).toContain('Lindenau Räder eG, Germany (DE): pinned by you')
    expect(ran.out).toContain("Kaveri Models Pvt Ltd, India (IN): on the registrar's word")
  })

  test('--json is one document with the same verdict, parties, findings and gaps', async () => {
    const ran = await auditor.must(['verify', receipts.transfer, '--policy', town.policy, '--json'])

    expect(ran.json()).toMatchObject({
      record: 'VERIFIED',
      rules: 'not judged',
      overall: 'VERIFIED (record only)',
      files: [
        {
          record: 'VERIFIED',
          checkpoint: { origin: 'ledger.example/test' },
          policy: { path: town.policy, basis: 'given' },
          statements: [{ id: transferId, type: 'transfer/1', record: 'VERIFIED', withheld: [] }],
          findings: [],
        },
      ],
    })
    const [file] = ran.json()['files'] as readonly JsonObject[]
    expect(file?.['not_checked']).not.toEqual([])
  })

  test('several files and folders are judged one by one and together', async () => {
    const files = [receipts.collection, receipts.transfer, receipts.outcome]

    const ran = await auditor.must(['verify', ...files, '--policy', town.policy])

    expect(ran.out.match(/Record of this file: VERIFIED/g)).toHaveLength(3)
    expect(lastLines(ran.out)).toEqual(VERIFIED)
  })

  test('a receipt on stdin is verified', async () => {
    const stdin = readFileSync(receipts.transfer)

    const ran = await auditor.must(['verify', '-', '--policy', town.policy], { stdin })

    expect(lastLines(ran.out)).toEqual(VERIFIED)
  })
})

describe('what is wrong', () => {
  test.each([
    [
      'a signature',
      ({ statement }: Receipt) => {
        const [first, second] = statement.signatures
        if (first !== undefined && second !== undefined)
          [first.signature, second.signature] = [second.signature, first.signature]
      },
    ],
    [
      'an entry',
      (receipt: Receipt) => {
        const bytes = Buffer.from(receipt.entry, 'base64')
        bytes[140] = (bytes[140] ?? 0) === 0 ? 1 : 0
        receipt.entry = bytes.toString('base64')
      },
    ],
    [
      'a registry statement left out',
      ({ registry }: Receipt) => {
        const [party] = registry
        if (party !== undefined) {
          party.statements = party.statements.slice(0, -1)
          party.count = party.statements.length
        }
      },
    ],
  ])('%s changed: FAILED, exit 1', async (name, change) => {
    const ran = await auditor.run([
      'verify',
      altered(name.replaceAll(' ', '-'), change),
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(1)
    expect(lastLines(ran.out)).toEqual(FAILED)
    expect(ran.out).toContain('Findings')
  })

  test('a claim withheld: INCOMPLETE, exit 3, and who can settle it', async () => {
    const path = altered('withheld', ({ statement }) => {
      statement.signatures[0]?.header?.disclosures.pop()
    })

    const ran = await auditor.run(['verify', path, '--policy', town.policy])

    expect(ran.code).toBe(3)
    expect(lastLines(ran.out)).toEqual(INCOMPLETE)
    expect(ran.out).toMatch(
      /INCOMPLETE {2}statement [0-9a-f]{12} \(entry \d+\): a claim is withheld: \w+ \[CLAIM_WITHHELD\]/,
    )
    expect(ran.out).toMatch(
      /can settle it: its parties, or an auditor of this ledger; ask them for its receipt/,
    )
  })

  test('a log that the policy does not name: FAILED, exit 1', async () => {
    const other = town.person('other')
    await other.must([
      'init',
      other.path('ledger'),
      '--origin',
      'ledger.example/other',
      '--name',
      'X',
      '--country',
      'FR',
      '--policy-out',
      other.path('policy.txt'),
    ])

    const ran = await auditor.run([
      'verify',
      receipts.transfer,
      '--policy',
      other.path('policy.txt'),
    ])

    expect(ran.code).toBe(1)
    expect(ran.out).toContain('[CHECKPOINT_UNTRUSTED]')
    expect(lastLines(ran.out)).toEqual(FAILED)
  })

  test.each([
    ['no file at all', [], 3, 'NOTHING_TO_VERIFY'],
    ['a file that is not there', ['/nowhere/x.receipt.json'], 66, 'INPUT_NOT_FOUND'],
  ] as const)('%s', async (_name, files, code, word) => {
    const ran = await auditor.run(['verify', ...files, '--policy', town.policy])

    expect(ran.code).toBe(code)
    expect(ran.out).toBe('')
    expect(ran.err).toContain(`code ${word}`)
  })

  test('a file that is no receipt: 65', async () => {
    const ran = await auditor.run([
      'verify',
      auditor.write('x.json', { a: 1 }),
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('code RECEIPT_MALFORMED')
  })

  test.each(['verify', 'show'])(
    '%s of the file that came out says what to do with it',
    async (name) => {
      const file = auditor.write('rides.csv', 'hour,rides\n7,12\n')
      const ran = await auditor.run([
        name,
        file,
        ...(name === 'show' ? [] : ['--policy', town.policy]),
      ])

      expect(ran.code).toBe(65)
      expect(ran.err).toContain('waybill lineage FILE')
      expect(ran.err).toContain('code NOT_EVIDENCE')
    },
  )

  test('a folder without evidence: 3, and the folder and what is in it are named', async () => {
    mkdirSync(auditor.path('no-evidence'))
    auditor.write('no-evidence/letter.txt', 'as discussed')
    const folder = auditor.path('no-evidence')
    const ran = await auditor.run(['verify', folder, '--policy', town.policy])

    expect(ran.code).toBe(3)
    expect(ran.err).toContain(`no receipt, bundle or report in ${folder}`)
    expect(ran.err).toContain('left out of')
    expect(ran.err).toContain('letter.txt')
  })

  test('a receipt under another name is found in its folder', async () => {
    const folder = auditor.path('renamed')
    cpSync(receipts.transfer, join(folder, 'from-india.json'))
    const ran = await auditor.must(['verify', folder, '--policy', town.policy])

    expect(ran.out).toContain('Record: VERIFIED')
  })

  test('one damaged file of many does not hide the others', async () => {
    const broken = auditor.write('broken.receipt.json', '{')

    const ran = await auditor.run(['verify', receipts.transfer, broken, '--policy', town.policy])

    expect(ran.code).toBe(65)
    expect(ran.out).toContain('Record of this file: VERIFIED')
    expect(ran.out).toContain('[JSON_INVALID]')
  })

  test('without a policy there is no verdict: 78, and what to do', async () => {
    const nobody = town.person('nobody')

    const ran = await nobody.run(['verify', receipts.transfer])

    expect(ran.code).toBe(78)
    expect(ran.err).toContain('give it with --policy FILE')
    expect(ran.out).toBe('')
  })

  test('with a policy that does not parse: 78 with the line', async () => {
    const policy = auditor.write('bad-policy.txt', 'log nonsense\nquorum none\n')

    const ran = await auditor.run(['verify', receipts.transfer, '--policy', policy])

    expect(ran.code).toBe(78)
    expect(ran.err).toContain('line 1')
  })
})

/** What is looked at here is the record: the rules have tests of their own. */
const RECORD = ['--fail-on', 'never']
const recordLine = (out: string): string =>
  out.split('\n').find((l) => l.startsWith('Record:')) ?? ''

describe('lineage', () => {
  test('an auditor of the ledger follows the file back to the collection', async () => {
    const file = auditor.write('rides.txt', REPORT)
    await town.stop()

    const flags = ['--dir', town.folder, '--policy', town.policy, ...RECORD]
    const ran = await auditor.run(['lineage', file, ...flags])
    await town.serve()
    for (const person of [exporter, importer])
      person.configure({ server: town.url, key: person.path('key.pem') })

    expect(ran.code).toBe(0)
    expect(recordLine(ran.out)).toBe('Record: VERIFIED')
    expect(ran.out).toContain(`outcome/1 ${outcomeId.slice(0, 12)}  entry 6`)
    expect(ran.out).toMatch(
      /<- dataset 0 "rides" of transfer\/1 [0-9a-f]{12} {2}entry 5, .* VERIFIED, rules: FAIL/,
    )
    expect(ran.out).toContain(
      'Lindenau Räder eG, Germany (DE) -> Kaveri Models Pvt Ltd, India (IN): Germany (DE) to India (IN), copy',
    )
    expect(ran.out).toContain('purposes: service optimisation (dpv:ServiceOptimisation)')
    expect(ran.out).toContain('instrument: none')
    expect(ran.out).toMatch(/<- dataset 0 "rides" of collection\/1 [0-9a-f]{12}/)
    expect(ran.out).toContain(
      'custody at 3 statements over 2 hops, back to 1 beginning, under one checkpoint',
    )
  })

  test('a party sees what it may: stubs make it INCOMPLETE and say who can settle it', async () => {
    const ran = await importer.run(['lineage', outcomeId.slice(0, 8), '--policy', town.policy])

    expect(ran.code).toBe(3)
    expect(recordLine(ran.out)).toBe('Record: INCOMPLETE')
    expect(ran.out).toContain('a stub: names, values and signatures are not shown to you')
    expect(ran.out).toContain('[STATEMENT_STUB]')
  })

  test('one receipt alone shows no custody, and says so; a lineage shows it', async () => {
    const receipt = await auditor.must(['verify', receipts.transfer, '--policy', town.policy])
    const way = await auditor.run([
      'lineage',
      outcomeId,
      '--receipts',
      town.root,
      '--policy',
      town.policy,
    ])

    expect(receipt.out.slice(receipt.out.indexOf('NOT checked'))).toContain('custody: that whoever')
    expect(way.out).not.toContain('custody: that whoever')
  })

  test('offline from receipts: under one checkpoint VERIFIED', async () => {
    const ran = await auditor.run([
      'lineage',
      outcomeId,
      '--receipts',
      town.root,
      '--policy',
      town.policy,
      ...RECORD,
    ])

    expect(ran.code).toBe(0)
    expect(recordLine(ran.out)).toBe('Record: VERIFIED')
  })

  test('under several checkpoints it is INCOMPLETE until the ledger joins them', async () => {
    const folder = auditor.path('gathered')
    for (const person of [exporter, importer])
      cpSync(person.path('receipts'), folder, { recursive: true })
    const argv = [
      'lineage',
      auditor.write('rides.txt', REPORT),
      '--receipts',
      folder,
      '--policy',
      town.policy,
      ...RECORD,
    ]

    const offline = await auditor.run(argv)
    const joined = await auditor.run([...argv, '--server', town.url])

    expect(offline.code).toBe(3)
    expect(recordLine(offline.out)).toBe('Record: INCOMPLETE')
    expect(offline.out).toMatch(
      /checkpoint of size 5: .*that it is the beginning of the tree of size 7 is not shown/,
    )
    expect(joined.code).toBe(0)
    expect(recordLine(joined.out)).toBe('Record: VERIFIED')
    expect(joined.out).toContain('under 3 checkpoints')
  })

  test('a damaged copy of a receipt does not spoil a good one', async () => {
    const folder = auditor.path('copies')
    cpSync(receipts.collection, join(folder, 'a.receipt.json'))
    cpSync(receipts.transfer, join(folder, 'z.receipt.json'))
    cpSync(auditor.path('an-entry.receipt.json'), join(folder, 'b.receipt.json'))
    const argv = ['lineage', transferId, '--receipts', folder, '--policy', town.policy]

    expect((await auditor.run([...argv, ...RECORD])).code).toBe(0)
  })

  test('a server that names another outcome for a file is caught: FAILED, exit 1', async () => {
    const liar = await lyingServer(town.url, '/v1/outcomes', { items: [outcomeId] })
    const file = importer.write('forged.txt', 'not the report')

    const ran = await importer.run(['lineage', file, '--server', liar.url, '--policy', town.policy])
    liar.close()

    expect(ran.code).toBe(1)
    expect(recordLine(ran.out)).toBe('Record: FAILED')
    expect(ran.out).toContain('the outcome is about another file [ARTEFACT_MISMATCH]')
  })

  test('a server that shows another statement than the one asked for is not believed', async () => {
    const other = JSON.parse(readFileSync(receipts.collection, 'utf8')) as JsonObject
    const liar = await lyingServer(town.url, `/v1/statements/${transferId}/receipt`, other)

    const ran = await exporter.run(['receipt', transferId, '-o', '-', '--server', liar.url])
    liar.close()

    expect(ran.code).toBe(69)
    expect(ran.err).toContain('another statement')
  })

  test('a file that nobody recorded is nothing to verify: 3', async () => {
    const ran = await importer.run([
      'lineage',
      importer.write('other.txt', 'something else'),
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(3)
    expect(ran.err).toContain('code NOTHING_TO_VERIFY')
  })

  test('neither a file nor an id: 66; too few digits: 65', async () => {
    expect((await importer.run(['lineage', 'nowhere.txt'])).code).toBe(66)
    expect((await importer.run(['lineage', 'abcd'])).code).toBe(65)
  })

  test('a bundle holds the whole lineage and verifies offline', async () => {
    const bundle = importer.path('outcome.bundle.json')

    const got = await importer.run([
      'receipt',
      outcomeId,
      '--lineage',
      '-o',
      bundle,
      '--policy',
      town.policy,
    ])
    const verified = await auditor.run(['verify', bundle, '--policy', town.policy])

    expect([got.code, verified.code]).toEqual([3, 3])
    expect(verified.out).toContain('collection/1')
  })
})

describe('the ledger that is meant', () => {
  test('nothing is signed for a ledger that the policy does not name: 78', async () => {
    const other = town.person('elsewhere')
    const policy = other.path('policy.txt')
    const flags = ['--origin', 'ledger.example/else', '--name', 'X', '--country', 'FR']
    await other.must(['init', other.path('ledger'), ...flags, '--policy-out', policy])

    const ran = await importer.run(['countersign', '--all', '--yes', '--policy', policy])
    const draft = exporter.write('x.json', collectionDraft(exporter.party))
    const signed = await exporter.run(['sign', draft, '--policy', policy])

    expect(signed.code).toBe(78)
    expect(signed.err).toContain('it does not name the ledger that answers')
    expect(ran.out).toContain('nothing waits')
  })
})

describe('first use and memory', () => {
  test('the first key is remembered, said so, and held against the ledger from then on', async () => {
    const fresh = town.person('fresh')
    const first = await fresh.run([
      'lineage',
      outcomeId,
      '--server',
      town.url,
      '--key',
      importer.path('key.pem'),
    ])
    const second = await fresh.run([
      'lineage',
      outcomeId,
      '--server',
      town.url,
      '--key',
      importer.path('key.pem'),
    ])
    const offline = await fresh.run(['verify', receipts.transfer])

    expect(first.err).toContain('no policy given; from now on the key that')
    expect(first.out).toContain('first use')
    expect(second.err).not.toContain('no policy given')
    expect(second.out).toContain('policy remembered from first use')
    expect(second.out).toContain("that the log's key is the operator's")
    expect(offline.code).toBe(0)
  })

  test('a fork of the ledger is a split view: exit 5, and both checkpoints are kept', async () => {
    await town.stop()
    const fork = join(town.root, 'fork')
    cpSync(town.folder, fork, { recursive: true })
    const witness = town.person('witness')
    const key = ['--key', exporter.path('key.pem')]
    await town.serve()
    exporter.configure({ server: town.url, key: exporter.path('key.pem') })
    const honest = await log(exporter, 'honest', collectionDraft(exporter.party, 'honest'))
    await witness.must([
      'receipt',
      honest,
      '-o',
      witness.path('a.receipt.json'),
      '--server',
      town.url,
      ...key,
      '--policy',
      town.policy,
    ])
    await town.stop()
    await town.serve(fork)
    exporter.configure({ server: town.url, key: exporter.path('key.pem') })
    const other = await log(exporter, 'other', collectionDraft(exporter.party, 'other'))

    const same = await witness.run([
      'receipt',
      other,
      '-o',
      witness.path('b.receipt.json'),
      '--server',
      town.url,
      ...key,
      '--policy',
      town.policy,
    ])
    const more = await log(exporter, 'more', collectionDraft(exporter.party, 'more'))
    const later = await witness.run([
      'receipt',
      more,
      '-o',
      witness.path('c.receipt.json'),
      '--server',
      town.url,
      ...key,
      '--policy',
      town.policy,
    ])
    const files = await auditor.run([
      'verify',
      witness.path('a.receipt.json'),
      witness.path('b.receipt.json'),
      '--policy',
      town.policy,
    ])

    for (const ran of [same, later, files]) {
      expect(ran.code).toBe(5)
      expect(lastLines(ran.out)).toEqual(SPLIT)
      expect(ran.out).toContain('[CHECKPOINT_INCONSISTENT]')
    }
    const [ledger = ''] = readdirSync(witness.path('state/waybill/ledgers'))
    const folder = witness.path(`state/waybill/ledgers/${ledger}`)
    const kept = readdirSync(folder).filter((name) => name.endsWith('.split-view.json'))
    expect(kept.map((name) => name.split('_').slice(1).join(' '))).toEqual([
      '8 8.split-view.json',
      '8 9.split-view.json',
    ])
    for (const ran of [same, later, files]) expect(ran.err).toContain('*** SPLIT VIEW ***')

    for (const name of kept) {
      const shown = await auditor.run(['verify', join(folder, name), '--policy', town.policy])
      expect(shown.code).toBe(5)
      expect(lastLines(shown.out)).toEqual(SPLIT)
      expect(shown.out).toContain('two signed checkpoints of ledger.example/test')
    }
  })

  test('a memory that cannot be written is said, and stands in no verdict way', async () => {
    const person = town.person('read-only')
    person.write('state', 'a file where a folder should be')

    const ran = await person.run(['verify', receipts.transfer, '--policy', town.policy])

    expect(ran.code).toBe(0)
    expect(ran.out).toContain('that it continues the ledger as you saw it before')
    expect(ran.out).toContain('cannot be read or written')
  })

  test('a ledger that was set back to an old copy is a split view as well', async () => {
    await town.stop()
    const old = join(town.root, 'old')
    cpSync(town.folder, old, { recursive: true })
    await town.serve()
    const witness = town.person('second-witness')
    const key = ['--key', exporter.path('key.pem')]
    exporter.configure({ server: town.url, key: exporter.path('key.pem') })
    const id = await log(exporter, 'later', collectionDraft(exporter.party, 'later'))
    await witness.must([
      'receipt',
      id,
      '-o',
      witness.path('a.receipt.json'),
      '--server',
      town.url,
      ...key,
      '--policy',
      town.policy,
    ])
    await town.stop()
    await town.serve(old)

    const ran = await witness.run([
      'receipt',
      collectionId,
      '-o',
      witness.path('b.receipt.json'),
      '--server',
      town.url,
      ...key,
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(5)
    expect(existsSync(witness.path('b.receipt.json'))).toBe(true)
  })
})
