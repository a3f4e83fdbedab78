/**
 * The tree of a lineage: forks, statements met twice, long chains, gaps, and what a terminal must
 * not be told.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Client,
  type Draft,
  openClient,
  readKeyFile,
  type Signer,
  signerFromPem,
} from '../../client/index.js'
import { openStatement } from '../../ledger/core/check.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { ParentRef, StatementId } from '../../ledger/core/statement.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { collectionDraft, dataset, log, outcomeDraft, Town } from './harness.js'

const town = new Town()
let firm: Awaited<ReturnType<Town['enrolled']>>
let client: Client
let signer: Signer

/** What is looked at here is the record, whatever the rules say. */
const record = ['--policy', town.policy, '--fail-on', 'never']

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  signer = signerFromPem(await readKeyFile(firm.path('key.pem')))
  client = openClient({ server: town.url, apiSigner: signer })
})

afterAll(() => town.close())

function processingDraft(
  parents: readonly ParentRef[],
  name: string,
  more: Readonly<Record<string, Json>> = {},
): Draft {
  const claims = {
    performer: firm.party,
    place: { jurisdiction: 'DE' },
    purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
    nature: ['https://w3id.org/dpv#Analyse'],
    datasets: [
      dataset(
        name,
        parents.map((_, position) => position),
      ),
    ],
    transformations: [{ kind: 'join' }],
    period: { begin: '2026-11-14T01:00:00Z' },
    ...more,
  }
  return { type: 'processing/1', parents, claims }
}

async function processed(parents: readonly string[], name: string): Promise<string> {
  const refs = parents.map((id) => ({ id: id as StatementId, n: 0 }))
  const envelope = await client.buildAndSign(processingDraft(refs, name), 'performer', signer)
  return (await client.submit(envelope)).id
}

/** The tree without what differs from run to run: ids by name, times, keys. */
function shape(out: string, names: Readonly<Record<string, string>>): readonly string[] {
  const tree = out.split('\n').slice(0, out.split('\n').indexOf(''))
  return tree
    .filter((line) => /(collection|processing|outcome)\/1/.test(line))
    .map((line) => {
      const named = Object.entries(names).reduce(
        (text, [name, id]) => text.replaceAll(id.slice(0, 12), name),
        line,
      )
      return named.replace(/ {2}entry \d+, \S+ \S+/, '').replace(/, rules: \w+$/, '')
    })
}

describe('the tree', () => {
  test('forks indent, a single parent does not, and what was shown is named again', async () => {
    const a = await log(firm, 'a', collectionDraft(firm.party, 'A'))
    const b = await log(firm, 'b', collectionDraft(firm.party, 'B'))
    const joined = await processed([a, b], 'joined')
    const again = await processed([joined, a], 'again')
    const only = await processed([again], 'only')
    const out = await log(firm, 'out', outcomeDraft(firm.party, only, 'tree'))

    const ran = await firm.must(['lineage', out, ...record])

    expect(shape(ran.out, { a, b, joined, again, only, out })).toEqual([
      'outcome/1 out  VERIFIED',
      '<- dataset 0 "only" of processing/1 only  VERIFIED',
      '<- dataset 0 "again" of processing/1 again  VERIFIED',
      '+- <- dataset 0 "joined" of processing/1 joined  VERIFIED',
      '|  +- <- dataset 0 "A" of collection/1 a  VERIFIED',
      '|  `- <- dataset 0 "B" of collection/1 b  VERIFIED',
      '`- <- dataset 0 "A" of collection/1 a  (shown above)',
    ])
    expect(ran.out).toContain('custody at 6 statements over 4 hops, back to 2 beginnings')
  })

  test('a chain of 400 statements stays in one column and is verified in a moment', async () => {
    const first = await log(firm, 'first', collectionDraft(firm.party, 'chain'))
    const envelopes: Envelope[] = []
    let parent = first
    for (let n = 0; n < 400; n += 1) {
      const draft = processingDraft([{ id: parent as StatementId, n: 0 }], `step ${n}`)
      const envelope = await client.buildAndSign(draft, 'performer', signer)
      envelopes.push(envelope)
      parent = openStatement(envelope, bestCrypto()).id
    }
    await client.submitMany(envelopes)

    const ran = await firm.must(['lineage', parent, ...record])

    expect(ran.out.match(/^<- dataset 0 /gm)).toHaveLength(400)
    expect(Math.max(...ran.out.split('\n').map((line) => line.length))).toBeLessThan(200)
    expect(ran.out).toContain('over 400 hops')

    const bundle = firm.path('chain.bundle.json')
    await firm.must(['export', 'bundle', parent, '-o', bundle, '--policy', town.policy])
    const offline = await town.person('reader').run(['verify', bundle, '--policy', town.policy])

    expect(offline.code).toBe(0)
    expect(offline.out).toContain('401 statements: each entry is in that tree')
    // What all statements share is there once: one list of registry statements per party.
    const { parties } = JSON.parse(readFileSync(bundle, 'utf8')) as { parties: unknown[] }
    expect(parties).toHaveLength(2)
  })

  test('--json gives every node with its parents, depth and verdict', async () => {
    const a = await log(firm, 'ja', collectionDraft(firm.party, 'JA'))
    const p = await processed([a], 'jp')

    const ran = await firm.must(['lineage', p, ...record, '--json'])
    const [lineage] = ran.json()['lineages'] as readonly JsonObject[]

    expect(lineage).toMatchObject({ root: p, record: 'VERIFIED', depth: 1, collections: [a] })
    expect(lineage?.['nodes']).toMatchObject([
      { id: p, depth: 0, parents: [{ id: a, n: 0, shown: true }], record: 'VERIFIED' },
      { id: a, depth: 1, parents: [], record: 'VERIFIED' },
    ])
  })
})

describe('gaps', () => {
  test('a parent that nobody gave is a gap: INCOMPLETE, and who can settle it', async () => {
    const a = await log(firm, 'ga', collectionDraft(firm.party, 'GA'))
    const envelope = await client.buildAndSign(
      processingDraft([{ id: a as StatementId, n: 0 }], 'gp'),
      'performer',
      signer,
    )
    const folder = firm.path('one')
    const file = firm.write('gp.json', envelopeJson(envelope))
    await firm.must(['submit', file, '--receipts', folder])
    const id = openStatement(envelope, bestCrypto()).id

    const ran = await firm.run(['lineage', id, '--receipts', folder, '--policy', town.policy])

    expect(ran.code).toBe(3)
    expect(ran.out).toContain(
      `<- dataset 0 of ${a.slice(0, 12)}  INCOMPLETE not shown to you: a gap`,
    )
    expect(ran.out).toContain('[LINEAGE_GAP]')
    expect(ran.out).toContain('Overall: INCOMPLETE')
  })

  test('a folder without receipts is nothing to verify', async () => {
    const folder = firm.path('empty')
    mkdirSync(folder)

    const ran = await firm.run([
      'lineage',
      'ab'.repeat(8),
      '--receipts',
      folder,
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(3)
    expect(ran.err).toContain('code NOTHING_TO_VERIFY')
  })

  test('a file in the folder that is no receipt is named', async () => {
    const folder = firm.path('one')
    const [name = ''] = readdirSync(folder)
    renameSync(`${folder}/${name}`, `${folder}/x.txt`)
    firm.write('one/bad.receipt.json', '{"format":"waybill-receipt/1"}')

    const ran = await firm.run([
      'lineage',
      'ab'.repeat(8),
      '--receipts',
      folder,
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('bad.receipt.json')
  })
})

describe('hostile strings', () => {
  test('nothing recorded reaches the terminal as a control sequence', async () => {
    const draft = processingDraft(
      [{ id: (await log(firm, 'h', collectionDraft(firm.party, 'H'))) as StatementId, n: 0 }],
      'h',
      {
        ext: { note: 'a\u001b[2J\u0007\rOverall: VERIFIED', '\u202eback': ['\u009b31m'] },
      },
    )
    const { id } = await client.submit(await client.buildAndSign(draft, 'performer', signer))

    const shown = await firm.must(['show', id])
    const lineage = await firm.must(['lineage', id, ...record])

    for (const text of [shown.out, shown.err, lineage.out, lineage.err]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    }
    expect(shown.out).toContain('\\u{1b}[2J\\u{7}\\u{d}Overall')
  })
})
