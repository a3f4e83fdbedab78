/**
 * A lineage judged by the rules on the command line: what is said and with which exit code, by which
 * ruleset, as of when, from a ledger and from files, and what `explain` says of a rule.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAIL_ON, overallOf } from '../../cli/overall.js'
import { ruleFindingLines } from '../../cli/rules-text.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { RULES } from '../../ledger/rules/rules.js'
import { rulesetRef } from '../../ledger/rules/ruleset-ref.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import {
  collectionDraft,
  log,
  ORIGIN,
  outcomeDraft,
  type Person,
  REPORT,
  Town,
  transferDraft,
} from './harness.js'

const town = new Town()
const auditor: Person = town.person('auditor')
let exporter: Awaited<ReturnType<Town['enrolled']>>
let importer: Awaited<ReturnType<Town['enrolled']>>
let collection = ''
/** To India without an instrument, and the report made of it. */
let bare = ''
let bareReport = ''
/** The same under standard clauses. */
let covered = ''
let instrument = ''
let importerSees = { code: 0, out: '' }
/** What each countersigner was told. */
const signed: Record<string, { readonly out: string }> = {}

/** Ids of statements that both sides sign. */
async function signedByBoth(name: string, draft: JsonObject): Promise<string> {
  const id = await log(exporter, name, draft)
  const receipts = ['--receipts', importer.path('receipts')]
  signed[name] = await importer.must(['countersign', id, '--yes', ...receipts])
  return id
}

function instrumentDraft(): JsonObject {
  const tia = {
    kind: 'tia',
    digest: 'a'.repeat(64),
    date: '2026-01-05',
    outcome: 'effective',
  }
  return {
    type: 'instrument/1',
    claims: {
      exporter: exporter.party,
      importer: importer.party,
      kind: { code: 'A46-2-c', module: 'C2P' },
      routes: [{ from: 'DE', to: 'IN' }],
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      categories: ['https://w3id.org/dpv/pd#Location'],
      subjects: ['https://w3id.org/dpv#Customer'],
      caps: { transfers: 10, window: 'P1Y' },
      effective: { from: '2026-01-01' },
      documents: [tia],
    },
  }
}

function underInstrument(): JsonObject {
  const draft = transferDraft(exporter.party, importer.party, collection)
  const claims = draft['claims'] as JsonObject
  return { ...draft, claims: { ...claims, instrument } }
}

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
  collection = await log(exporter, 'collection', collectionDraft(exporter.party))
  const draft = transferDraft(exporter.party, importer.party, collection)
  bare = await signedByBoth('bare', draft)
  bareReport = await log(importer, 'outcome', outcomeDraft(importer.party, bare))
  instrument = await signedByBoth('instrument', instrumentDraft())
  covered = await signedByBoth('covered', underInstrument())
  await town.published()
  const flags = ['--policy', town.policy, '--server', town.url]
  importerSees = await importer.run(['lineage', covered, ...flags])
  await exporter.must([
    'export',
    'bundle',
    covered,
    '-o',
    exporter.path('receipts/covered.bundle.json'),
  ])
  await town.stop()
}, 60_000)

afterAll(() => town.close())

const judged = (id: string, ...flags: readonly string[]) =>
  auditor.run(['lineage', id, '--dir', town.folder, '--policy', town.policy, ...flags])

async function rulesOf(id: string, ...flags: readonly string[]): Promise<JsonObject> {
  const [lineage] = (await judged(id, '--json', ...flags)).json()['lineages'] as JsonObject[]
  return lineage?.['rules'] as JsonObject
}

/** `R05 FAIL claims.instrument` of what was found about a statement. */
async function found(id: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const { findings } = await rulesOf(id, ...flags)
  return (findings as JsonObject[])
    .filter(({ target }) => (target as JsonObject)['id'] === id)
    .map(({ rule, verdict, at }) => `${rule} ${verdict} ${at ?? ''}`.trim())
}

describe('whoever signs', () => {
  test('is told which rules are not met when it is recorded, and where to look', () => {
    const id = bare.slice(0, 12)
    expect(signed['bare']?.out).toMatch(
      new RegExp(
        `transfer/1 ${id} {2}admitted as entry \\d+; rules: FAIL [R\\d ]*R05.*; waybill lineage ${id} says why`,
      ),
    )
    expect(signed['covered']?.out).not.toContain('FAIL')
    expect(signed['instrument']?.out).toMatch(/admitted as entry \d+$/m)
  })

  test('is told with a folder and in JSON, too, and before anything is stored', async () => {
    const draft = auditor.write('again.json', collectionDraft(exporter.party))
    const file = auditor.path('again.envelope.json')
    await exporter.must(['sign', draft, '--origin', ORIGIN, '--role', 'collector', '-o', file])
    const folder = ['--dir', town.folder, '--json']
    const asked = (await auditor.must(['submit', file, '--validate-only', ...folder])).json()
    const sent = (await auditor.must(['submit', file, ...folder])).json()

    for (const { items } of [asked, sent])
      expect(items).toEqual([
        expect.objectContaining({
          rules: expect.objectContaining({
            verdict: expect.any(String),
            ruleset: rulesetRef(SHIPPED),
            verdicts: expect.arrayContaining([expect.objectContaining({ rule: 'R01' })]),
          }),
        }),
      ])
  })
})

describe('verdicts', () => {
  test('a transfer without an instrument: what is not met, where, why, and how to go on', async () => {
    const ran = await judged(bareReport)

    expect(ran.code).toBe(2)
    const at = ran.out.split('\n').findIndex((line) => line.startsWith('Rules, worst first'))
    const [first = '', how = ''] = ran.out.split('\n').slice(at + 1)
    expect(first).toMatch(
      /^ {2}FAIL {2}R05 transfer\/1 [0-9a-f]{12} \(entry \d+\) claims\.instrument: /,
    )
    expect(first).toContain('restricts it to IN, and it cites no instrument')
    expect(how).toContain('GDPR Art. 44, 46')
    expect(how).toContain('waybill explain R05')
    expect(ran.out).toMatch(/transfer\/1 [0-9a-f]{12} .* VERIFIED, rules: FAIL$/m)
    expect(ran.out).toMatch(/^Record: VERIFIED$/m)
    expect(ran.out).toMatch(
      /^Rules: [1-9]\d* FAIL, \d+ UNKNOWN, \d+ WARN, \d+ PASS \(\d+ findings\); ruleset waybill \S+ of \d{4}-\d\d-\d\d, shipped, sha256 [0-9a-f]{12}$/m,
    )
    expect(ran.out).toMatch(/Overall: VERIFIED WITH FINDINGS\n$/)
    expect(ran.out).not.toContain('illegal')
  })

  test('what is the same at several hops is said once, with how many', () => {
    const hop = { type: 'transfer/1', verdict: 'UNKNOWN' }
    const findings = [1, 2, 3].map((index) => ({
      ...{ rule: 'R06', verdict: 'UNKNOWN', title: 't', citation: 'c', why: 'not searched' },
      ...{ target: { id: String(index).repeat(64), index }, at: 'claims.instrument' },
    }))
    const other = { ...findings[0], why: 'another' }
    const rules = {
      findings: [...findings, other],
      findingsLeftOut: 0,
      hops: findings.map(({ target }) => ({ ...hop, ...target })),
    }
    const out = { paint: (_tone: string, text: string) => text }
    const lines = ruleFindingLines(rules as never, out as never)
    expect(lines.filter((line) => line.includes('R06 '))).toEqual([
      '  UNKNOWN  R06 at 3 transfer/1 statements (entries 1, 2, 3) claims.instrument: not searched',
      '  UNKNOWN  R06 transfer/1 111111111111 (entry 1) claims.instrument: another',
    ])
  })

  test('--json gives every hop and every finding, the worst first', async () => {
    const ran = await judged(bareReport, '--json')
    const rules = await rulesOf(bareReport)
    const order = ['FAIL', 'UNKNOWN', 'WARN']
    const verdicts = (rules['findings'] as JsonObject[]).map(({ verdict }) => String(verdict))

    expect(ran.json()).toMatchObject({
      record: 'VERIFIED',
      rules: 'FAIL',
      overall: 'VERIFIED WITH FINDINGS',
    })
    expect(verdicts).toEqual([...verdicts].sort((a, b) => order.indexOf(a) - order.indexOf(b)))
    expect((rules['hops'] as JsonObject[]).map(({ id }) => id)).toEqual([
      collection,
      bare,
      bareReport,
    ])
    expect(rules['searched']).toBe(true)
  })

  test('an instrument that came with the lineage is read, with its assessment', async () => {
    const findings = await found(covered)

    for (const rule of ['R05', 'R06', 'R07', 'R08', 'R25']) {
      expect(findings.filter((line) => line.startsWith(rule))).toEqual([])
    }
    const [lineage] = (await judged(covered, '--json')).json()['lineages'] as JsonObject[]
    expect(lineage?.['companions']).toEqual([instrument])
  })

  test('--dot draws a hop that is not met in red, and says so in the title', async () => {
    const { out } = await judged(bareReport, '--dot')

    expect(out).toMatch(/label="Record: VERIFIED; Rules: \d+ FAIL, /)
    const node = out.split('\n').find((line) => line.includes('[label="transfer/1')) ?? ''
    expect(node).toContain('VERIFIED, rules: FAIL')
    expect(node).toContain('color="#cf222e" style="solid"')
  })
})

describe('exit codes', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['fail', 2],
    ['unknown', 2],
    ['warn', 2],
    ['never', 0],
  ]
  test.each(cases)('--fail-on %s of a lineage with a FAIL: %i', async (word, code) => {
    expect((await judged(bareReport, '--fail-on', word)).code).toBe(code)
  })

  test('another word is wrong usage', async () => {
    const ran = await judged(bareReport, '--fail-on', 'sometimes')

    expect(ran.code).toBe(64)
    for (const word of FAIL_ON) expect(ran.err).toContain(word)
  })

  test('the record comes first: one that is not sound keeps its word and code', () => {
    expect(overallOf('FAILED', 'PASS')).toBe('FAILED')
    expect(overallOf('INCOMPLETE', 'FAIL')).toBe('INCOMPLETE')
    expect(overallOf('VERIFIED', 'UNKNOWN')).toBe('INCOMPLETE')
    expect(overallOf('VERIFIED', 'WARN')).toBe('VERIFIED WITH FINDINGS')
    expect(overallOf('VERIFIED', 'PASS')).toBe('VERIFIED')
    // The importer sees the collection as a stub: whatever the rules say, the record is incomplete.
    expect(importerSees.code).toBe(3)
    expect(importerSees.out).toMatch(/Overall: INCOMPLETE\n$/)
  })
})

describe('by which ruleset', () => {
  /** As if the Union had found India adequate. */
  const adequate = {
    ...SHIPPED,
    name: 'ours',
    version: '2026-12',
    adequacy: [
      ...SHIPPED.adequacy,
      { regime: 'eu-gdpr', to: 'IN', from: '2026-01-01', source: 'a test', asOf: '2026-11-22' },
    ],
  }

  test('--ruleset FILE judges by that file, and the verdict names it', async () => {
    const file = auditor.write('rules.json', JSON.stringify(adequate))

    const ran = await judged(bareReport, '--ruleset', file)

    expect(await found(bare)).toContain('R05 FAIL claims.instrument')
    expect((await found(bare, '--ruleset', file)).filter((line) => line.startsWith('R05'))).toEqual(
      [],
    )
    expect(ran.out).toContain(`ruleset ours 2026-12 of 2026-11-22, from file ${file}, sha256 `)
  })

  test('--ruleset VERSION finds the shipped one', async () => {
    const ran = await judged(bareReport, '--ruleset', SHIPPED.version)

    expect(ran.out).toContain(`ruleset waybill ${SHIPPED.version} of`)
    expect((await judged(bareReport, '--ruleset', 'shipped')).out).toBe(ran.out)
  })

  test('tables under the name of the shipped one that say something else judge nothing', async () => {
    const file = auditor.write('loose.json', JSON.stringify({ ...SHIPPED, regimes: [] }))

    const ran = await judged(bareReport, '--ruleset', file)

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('RULESET_INVALID')
  })

  test('tables of one day judge hops of another only with a word about it', async () => {
    const later = { ...adequate, effective: { from: '2030-01-01' } }
    const file = auditor.write('later.json', JSON.stringify(later))

    const ran = await judged(bareReport, '--ruleset', file)

    expect(ran.out).toContain('in force from 2030-01-01 on and not when 3 hops were recorded')
    expect((await rulesOf(bareReport, '--ruleset', file))['rulesets']).toEqual([
      expect.objectContaining({ name: 'ours', hops: 3, hops_outside: 3 }),
    ])
  })

  test('ruleset, source and digest, and as of when, are in every form of the report', async () => {
    const file = auditor.write('rules.json', JSON.stringify(adequate))
    const { digest } = rulesetRef(adequate)
    const paths = ['html', 'csv', 'sarif'].map((form) => auditor.path(`own.${form}`))
    const [html = '', csv = '', sarif = ''] = paths
    const forms = ['--html', html, '--csv', csv, '--sarif', sarif]
    const source = ['--dir', town.folder, '--policy', town.policy]
    const asked = ['--ruleset', file, '--as-of', '2099-01-01']
    await auditor.run(['report', bareReport, ...source, ...asked, ...forms])

    const [page = '', table = '', machine = ''] = paths.map((path) => readFileSync(path, 'utf8'))
    const words = `from file ${file}, sha256 ${digest.slice(0, 12)}`
    expect(page).toContain(`By ruleset ours 2026-12 of 2026-11-22, ${words}.`)
    expect(page).toMatch(/Rules: [^.]*, as of 2099-01-01 23:59:59Z, later than all that was shown/)
    expect(table).toContain(`"ours 2026-12, ${words}"`)
    expect(machine).toContain(`"ours 2026-12, ${words}"`)
    expect(machine).toContain('as of 2099-01-01 23:59:59Z')
    expect((await rulesOf(bareReport, '--ruleset', file))['rulesets']).toEqual([
      expect.objectContaining({ digest, source: { kind: 'file', file } }),
    ])
  })

  test('what is no file, no id and no version is refused; so are a file that is not there and one that is no ruleset', async () => {
    const broken = auditor.write('broken.json', JSON.stringify({ ...adequate, adequacy: [{}] }))

    const unknown = await judged(bareReport, '--ruleset', '1999-01')
    expect(unknown.code).toBe(64)
    expect(unknown.err).toContain(`the versions ${SHIPPED.version} (shipped)`)
    expect((await judged(bareReport, '--ruleset', 'ab'.repeat(8))).code).toBe(66)
    expect((await judged(bareReport, '--ruleset', 'missing.json')).code).toBe(66)
    const ran = await judged(bareReport, '--ruleset', broken)
    expect(ran.code).toBe(65)
    expect(ran.err).toContain('RULESET_INVALID')
  })
})

describe('as of when', () => {
  test('--as-of says so, by entry, day or time', async () => {
    const byIndex = await judged(bareReport, '--as-of', '500')
    const byTime = await judged(bareReport, '--as-of', '2099-01-01T12:00:00Z')
    const byDay = await judged(bareReport, '--as-of', '2099-01-01')

    expect(byIndex.out).toContain('Rules, worst first, as of entry 500')
    expect(byTime.out).toContain('Rules, worst first, as of 2099-01-01 12:00:00Z')
    expect(byDay.out).toContain('Rules, worst first, as of 2099-01-01 23:59:59Z')
    expect(byDay.out).toMatch(
      /^Rules: .* PASS \(\d+ findings\); as of 2099-01-01 23:59:59Z, later than all that was shown \(entry \d+, 2\d{3}-.*Z\); ruleset/m,
    )
  })

  test('a moment that has passed is said without more', async () => {
    const { hops } = await rulesOf(bareReport)
    const { index } = (hops as JsonObject[]).at(-1) ?? {}

    const ran = await judged(bareReport, '--as-of', String(index))
    expect(ran.out).toMatch(new RegExp(`^Rules: .* PASS.*; as of entry ${index}; ruleset`, 'm'))
    expect(await rulesOf(bareReport, '--as-of', String(index))).toMatchObject({
      as_of: { index },
      as_of_is_later: false,
    })
  })

  test('an instrument that was recorded only later is not known then', async () => {
    const rules = await rulesOf(covered)
    const { index } = (rules['hops'] as JsonObject[]).at(-1) ?? {}

    expect(index).toBeTypeOf('number')
    expect((await judged(covered, '--as-of', String(Number(index)))).code).not.toBe(64)
    const early = await judged(covered, '--as-of', String(Number(index) - 1))
    expect(early.code).toBe(64)
    expect(early.err).toContain('AS_OF_TOO_EARLY')
  })

  test('what is no entry, day or time is wrong usage', async () => {
    for (const text of ['yesterday', '2026-13-01', '-5', '1.5'])
      expect((await judged(bareReport, `--as-of=${text}`)).code).toBe(64)
  })
})

describe('from files alone', () => {
  const offline = (id: string, ...flags: readonly string[]) => {
    const from = ['--receipts', exporter.path('receipts'), '--policy', town.policy]
    return auditor.run(['lineage', id, ...from, ...flags])
  }

  test('the instrument is read from the bundle; that nothing replaced it is not known', async () => {
    const ran = await offline(covered)

    expect(ran.out).not.toContain('the instrument that it cites is not shown')
    expect(ran.out).toMatch(/UNKNOWN {2}R06 .*whether a later instrument had replaced or ended it/)
    expect(ran.out).toMatch(/can settle it: the ledger: the same command with --server URL/)
    expect(ran.code).not.toBe(0)
  })

  test('verify judges the record and says that it does not judge the rules', async () => {
    const file = exporter.path('receipts/covered.bundle.json')
    const ran = await auditor.run(['verify', file, '--policy', town.policy])

    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/^Rules: not judged$/m)
    expect(ran.out.slice(ran.out.indexOf('NOT checked'))).toContain('waybill lineage ID with')
  })

  test('a file by its digest, without any instrument: the same FAIL as from the ledger', async () => {
    const folder = auditor.path('own')
    await auditor.must(['keygen', auditor.path('key.pem')])
    const file = auditor.write('rides.txt', REPORT)
    const bundle = `${folder}.bundle.json`
    await auditor.must(['export', 'bundle', bareReport, '-o', bundle, '--dir', town.folder])

    const ran = await auditor.run([
      'lineage',
      file,
      '--receipts',
      auditor.home,
      '--policy',
      town.policy,
    ])

    expect(ran.code).toBe(2)
    expect(ran.out).toMatch(/FAIL {2}R05 transfer\/1/)
  })
})

describe('sums over a server', () => {
  test('caps are counted by the ledger for a party of the instrument', () => {
    expect(importerSees.out).not.toContain('how many transfers within P1Y is not known')
  })
})

describe('explain', () => {
  test.each(RULES.map(({ id, title }) => [id, title]))('%s: %s', async (id, title) => {
    const ran = await auditor.must(['explain', id.toLowerCase()])

    expect(ran.out).toContain(`${id}: ${title}`)
    expect(ran.out).toContain('source: ')
    expect(ran.out).toContain('not met on the disclosed evidence')
  })

  test('all codes and all rules are listed; another is wrong usage', async () => {
    const listed = (await auditor.must(['explain', '--json'])).json() as unknown as JsonObject[]

    expect(listed.flatMap(({ rule }) => rule ?? [])).toEqual(RULES.map(({ id }) => id))
    expect(listed.some(({ code }) => code === 'RULESET_INVALID')).toBe(true)
    expect((await auditor.run(['explain', 'R99'])).code).toBe(64)
  })
})
