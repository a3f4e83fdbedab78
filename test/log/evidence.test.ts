/** Receipts and bundles that a ledger gives verify with nothing but the policy, at every size. DESIGN 4.8. */
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleJson, type Evidence, parseBundle } from '../../ledger/core/evidence.js'
import type { Json } from '../../ledger/core/json.js'
import { lineageOf } from '../../ledger/core/lineage.js'
import { parseReceipt, receiptJson } from '../../ledger/core/receipt.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type EvidenceReport, verifyEvidence } from '../../ledger/core/verify.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, firmOf, keyOf, OPERATOR } from './support/firms.js'
import { BOTH, collect, move, scene } from './support/scene.js'
import { admit, codeOf, POLICY, Site } from './support/site.js'
import {
  collection,
  crypto,
  dataset,
  enrolling,
  enrolment,
  hexDigest,
  json,
  keyChange,
  outcome,
  processing,
  refusal,
  type Signing,
  sign,
} from './support/statements.js'

const judge = (evidence: Evidence): EvidenceReport =>
  verifyEvidence(evidence, { policy: POLICY, crypto })
const asFile = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json

function verdictOf(ledger: Ledger, ids: readonly StatementId[]): unknown {
  const { verdict, findings, statements } = judge(
    parseBundle(asFile(bundleJson(ledger.evidence(ids)))),
  )
  return [verdict, findings, statements.size]
}

test('the receipt of every entry verifies at every size, whatever came before and after', async () => {
  const site = new Site()
  const ledger = await site.start()
  const admitted: StatementId[] = []
  const grow = growing(ledger)
  for (let round = 0; round < 30; round += 1) {
    site.nowS += round % 3
    admitted.push(await grow(round))
    const { size } = ledger
    const some = new Set([0, 1, size - 1, Math.floor(size / 2), (round * 7) % size])
    for (const index of some) {
      const { id } = ledger.statementAt(index)
      const receipt = parseReceipt(asFile(receiptJson(ledger.evidence([id]))))
      const { verdict, findings, checkpoint } = judge(receipt)
      expect([round, index, verdict, findings]).toEqual([round, index, 'VERIFIED', []])
      expect(checkpoint?.size).toBe(size)
    }
  }
  const all = Array.from({ length: ledger.size }, (_, index) => ledger.statementAt(index).id)
  expect(verdictOf(ledger, all)).toEqual(['VERIFIED', [], all.length])
  expect(verdictOf(ledger, [...all, ...all.slice(3, 9)])).toEqual(['VERIFIED', [], all.length])
  expect(admitted).toHaveLength(30)
})

/** A step that admits one statement: collections, and keys that come and go, also the registrar's. */
function growing(ledger: Ledger): (round: number) => Promise<StatementId> {
  let operatorKey = OPERATOR.signer
  let acmeKey = ACME.signer
  return async (round) => {
    if (round % 5 === 1) {
      const firm = firmOf(`firm ${round}`)
      const signings: readonly Signing[] = [
        ['party', firm.signer],
        ['registrar', operatorKey],
      ]
      return admit(ledger, enrolment(firm), signings)
    }
    if (round % 5 === 2) {
      const next = keyOf(`acme ${round}`)
      const signings: readonly Signing[] = [
        ['holder', acmeKey],
        ['registrar', operatorKey],
        ['subject', next],
      ]
      const id = await admit(ledger, keyChange(ACME, next, 'add'), signings)
      await admit(ledger, keyChange(ACME, acmeKey, 'retire'), [
        ['holder', next],
        ['registrar', operatorKey],
      ])
      acmeKey = next
      return id
    }
    if (round % 10 === 3) {
      const next = keyOf(`operator ${round}`)
      const add: readonly Signing[] = [
        ['holder', operatorKey],
        ['registrar', operatorKey],
        ['subject', next],
      ]
      await admit(ledger, keyChange(OPERATOR, next, 'add'), add)
      const end: readonly Signing[] = [
        ['holder', next],
        ['registrar', next],
      ]
      const id = await admit(ledger, keyChange(OPERATOR, operatorKey, 'retire'), end)
      operatorKey = next
      return id
    }
    return admit(ledger, collection(ACME, `rides ${round}`), [['collector', acmeKey]])
  }
}

describe('of a lineage', () => {
  let ledger: Ledger
  let site: Site
  let report: StatementId
  let ids: readonly StatementId[] = []

  beforeAll(async () => {
    ;({ ledger, site } = await scene())
    const first = await collect(ledger, ACME, 'rides')
    const second = await collect(ledger, BOLT, 'weather')
    const moved = await admit(ledger, move(first), BOTH)
    const model = await admit(
      ledger,
      processing(
        BOLT,
        [
          { id: moved, n: 0 },
          { id: second, n: 0 },
        ],
        [dataset('model', [0, 1])],
      ),
      [['performer', BOLT.signer]],
    )
    report = await admit(
      ledger,
      outcome(
        BOLT,
        [
          { id: model, n: 0 },
          { id: moved, n: 0 },
        ],
        'report',
      ),
      [['performer', BOLT.signer]],
    )
    await collect(ledger, CORAL, 'unrelated')
    ids = [report, model, moved, second, first]
  })

  test('the ids are the statement and all its ancestors, each once', () => {
    expect(new Set(ledger.lineageIds(report))).toEqual(new Set(ids))
    expect(ledger.lineageIds(report)).toHaveLength(5)
    expect(ledger.lineageIds(report)[0]).toBe(report)
  })

  test('a bundle verifies, and its lineage has no finding', () => {
    const { verdict, statements } = judge(
      parseBundle(asFile(bundleJson(ledger.evidence(ledger.lineageIds(report))))),
    )
    const root = statements.get(report)

    expect(verdict).toBe('VERIFIED')
    if (root === undefined) throw new Error('no root')
    const lineage = lineageOf(root, (id) => statements.get(id))
    expect(lineage.findings).toEqual([])
    expect(lineage.collections).toHaveLength(2)
    expect(lineage.depth).toBe(3)
  })

  test('a bundle has the same bytes every time', () => {
    const one = JSON.stringify(bundleJson(ledger.evidence(ids)))
    const other = JSON.stringify(bundleJson(ledger.evidence([...ids].reverse())))

    expect(one).toBe(other)
  })

  test('stubs show neither signatures nor claims nor whose registry statements they need', () => {
    const evidence = ledger.evidence(ids, ({ id }) => (id === report ? 'envelope' : 'stub'))

    const stubs = evidence.statements.filter(({ form }) => form === 'stub')
    expect(stubs).toHaveLength(4)
    for (const { envelope } of stubs) {
      expect([envelope.signatures, envelope.disclosures]).toEqual([[], []])
    }
    expect(evidence.parties.map(({ party }) => party).sort()).toEqual(
      [OPERATOR.party, BOLT.party].sort(),
    )
    expect(judge(evidence)).toMatchObject({ verdict: 'INCOMPLETE' })
  })

  test('more statements than asked for are refused', async () => {
    expect(await codeOf(() => ledger.lineageIds(report, 4))).toBe('LINEAGE_TOO_LARGE')
    expect(ledger.lineageIds(report, 5)).toHaveLength(5)
  })

  test('an outcome is found by the digest of its artefact', async () => {
    expect(await ledger.outcomesOf(hexDigest('report'))).toEqual([report])
    expect(await ledger.outcomesOf(hexDigest('another'))).toEqual([])
  })

  test('the same answers come after reopening', async () => {
    const before = bundleJson(ledger.evidence(ids))
    await ledger.close()
    const reopened = await site.open()

    expect(bundleJson(reopened.evidence(ids))).toEqual(before)
  })
})

test('what is not in the log has no evidence', async () => {
  const { ledger } = await scene()
  const proposal = await sign(move(await collect(ledger, ACME)), [['exporter', ACME.signer]])
  const outcomeOf = await ledger.submit(json(proposal))

  expect(outcomeOf.status).toBe('waiting')
  expect(await codeOf(() => ledger.evidence([outcomeOf.id]))).toBe('STATEMENT_NOT_FOUND')
  expect(await codeOf(() => ledger.lineageIds(outcomeOf.id))).toBe('STATEMENT_NOT_FOUND')
  const empty = await new Site().open()
  expect(await codeOf(() => empty.evidence([]))).toBe('NOTHING_TO_VERIFY')
})

test('the receipt of a refusal verifies', async () => {
  const { ledger } = await scene()
  const proposal = await sign(move(await collect(ledger, ACME)), [['exporter', ACME.signer]])
  const { id } = await ledger.submit(json(proposal))

  const refused = await admit(ledger, refusal(id, 'not-agreed'), [['importer', BOLT.signer]])

  expect(verdictOf(ledger, [refused])).toEqual(['VERIFIED', [], 1])
})

test('a receipt of before a key ended verifies after it ended, and says so', async () => {
  const { ledger } = await scene()
  const id = await collect(ledger, ACME)
  await admit(ledger, keyChange(ACME, ACME.signer, 'compromised', { since: 2 }), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
  ])

  const { verdict, findings, statements } = judge(ledger.evidence([id]))

  expect(verdict).toBe('VERIFIED')
  expect(findings.map(({ code }) => code)).toEqual(['KEY_COMPROMISED'])
  expect(statements.get(id)?.signers[0]?.statusNow).toBe('compromised')
})

test('a receipt with one registry statement left out or put elsewhere is refused', async () => {
  const { ledger } = await scene()
  const id = await collect(ledger, ACME)
  const second = keyOf('acme second')
  await admit(ledger, keyChange(ACME, second, 'add'), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
    ['subject', second],
  ])
  await admit(ledger, keyChange(ACME, ACME.signer, 'revoke'), [['registrar', OPERATOR.signer]])
  const evidence = ledger.evidence([id])
  const withList = (
    change: (
      list: Evidence['parties'][number]['statements'],
    ) => Evidence['parties'][number]['statements'],
  ): Evidence => ({
    ...evidence,
    parties: evidence.parties.map((item) =>
      item.party === ACME.party ? { ...item, statements: change(item.statements) } : item,
    ),
  })

  expect(judge(evidence).verdict).toBe('VERIFIED')
  for (const change of [
    (list: readonly unknown[]) => list.slice(0, -1),
    (list: readonly unknown[]) => [list[0], list[2], list[1]],
    (list: readonly unknown[]) => [...list, list[2]],
    (list: readonly unknown[]) => list.slice(0, 1),
    () => [],
  ]) {
    expect(judge(withList(change as Parameters<typeof withList>[0])).verdict).not.toBe('VERIFIED')
  }
})

test('an enrolment by the registrar of before is proven after the registrar changed its key', async () => {
  const { ledger } = await scene()
  const next = keyOf('operator next')
  await admit(ledger, keyChange(OPERATOR, next, 'add'), [
    ['holder', OPERATOR.signer],
    ['registrar', OPERATOR.signer],
    ['subject', next],
  ])
  await admit(ledger, keyChange(OPERATOR, OPERATOR.signer, 'retire'), [
    ['holder', next],
    ['registrar', next],
  ])
  const late = firmOf('late')
  expect(
    await codeOf(async () => ledger.submit(json(await sign(enrolment(late), enrolling(late))))),
  ).toBe('KEY_NOT_ACTIVE')
  const enrolled = await admit(ledger, enrolment(late), [
    ['party', late.signer],
    ['registrar', next],
  ])
  const first = ledger.party(ACME.party)?.statements[0]

  if (first === undefined) throw new Error('not enrolled')
  expect(verdictOf(ledger, [first, enrolled])).toEqual(['VERIFIED', [], 2])
})
