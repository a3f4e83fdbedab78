/** Verified statements as hops, and facts from a set of them: nothing added, nothing guessed. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { StatementDraft } from '../../ledger/core/build.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { EvidenceReport, VerifiedStatement } from '../../ledger/core/verify.js'
import { factsOfSet } from '../../ledger/rules/bundle-facts.js'
import { hopOf, hopOfVerified, uncheckedSignatures } from '../../ledger/rules/hops.js'
import { EXPORTER, IMPORTER, OPERATOR } from '../core/support/parties.js'
import { draftOf, idOf, instrumentDraft, signed } from '../core/support/statements.js'
import { judge, startWorld, type World } from '../core/support/world.js'

let world: World
let report: EvidenceReport
let [first, second]: [Envelope, Envelope] = [] as never
let [assessed, corrected]: [Envelope, Envelope] = [] as never

const BOTH = { exporter: EXPORTER, importer: IMPORTER }

function assessment(about: StatementId, supersedes?: StatementId): StatementDraft {
  const claims = {
    assessor: EXPORTER.id,
    kind: 'anonymisation',
    scope: [about],
    purposes: null,
    result: 'anonymous',
    effective: { from: '2023-01-01' },
  }
  return draftOf('assessment/1', claims, supersedes === undefined ? {} : { supersedes })
}

beforeAll(async () => {
  world = await startWorld()
  first = await signed(instrumentDraft(EXPORTER, IMPORTER), BOTH)
  second = await signed({ ...instrumentDraft(EXPORTER, IMPORTER), supersedes: idOf(first) }, BOTH)
  assessed = await signed(assessment(idOf(world.collection)), { assessor: EXPORTER })
  corrected = await signed(assessment(idOf(world.collection), idOf(assessed)), {
    assessor: EXPORTER,
  })
  const all = [first, second, assessed, corrected]
  for (const envelope of all) world.log.append(envelope)
  const lineage = [world.collection, world.transfer, world.model, world.report]
  report = judge(await world.log.evidence([...lineage, ...all]), world.log.policy)
  expect(report.findings.filter(({ severity }) => severity === 'failed')).toEqual([])
})

function verified(envelope: Envelope, from: EvidenceReport = report): VerifiedStatement {
  const found = from.statements.get(idOf(envelope))
  if (found === undefined) throw new Error('it was not verified')
  return found
}

describe('a verified statement as a hop', () => {
  it('has its place, its parents, its claims and its signatures', () => {
    const hop = hopOfVerified(verified(world.transfer), report.parties)
    expect(hop).toMatchObject({
      type: 'transfer/1',
      id: idOf(world.transfer),
      index: 5,
      parents: [{ id: idOf(world.collection), n: 0 }],
      claims: { exporter: EXPORTER.id, minimization: null, route: { to: 'IN' } },
    })
    expect(hop?.signatures?.map(({ role, status }) => `${role} ${status}`)).toEqual([
      'exporter valid',
      'importer valid',
    ])
    expect(hop?.signatures?.every(({ compromised }) => compromised === undefined)).toBe(true)
  })

  it('says absent and withheld apart: null or [] is there, a withheld claim is not', async () => {
    const kept = new Set(world.transfer.disclosures.slice(1))
    const stubs = new Map([[idOf(world.transfer), (one: string) => kept.has(one)]])
    const evidence = await world.log.evidence([world.transfer], { stubs })
    const stub = judge(evidence, world.log.policy)
    const hop = hopOfVerified(verified(world.transfer, stub), stub.parties)
    const whole = hopOfVerified(verified(world.transfer), report.parties)
    expect(hop?.signatures).toBeUndefined()
    const hidden = Object.keys(whole?.claims ?? {}).filter((name) => !(name in (hop?.claims ?? {})))
    expect(hidden).toHaveLength(1)
    expect(whole?.claims).toMatchObject({ instrument: null, ext: null })
  })

  it('is none where the statement moves no data', () => {
    expect(hopOfVerified(verified(first), report.parties)).toBeUndefined()
  })

  it('is unchecked where nobody has verified its signatures', () => {
    const opened = verified(world.transfer)
    const signatures = uncheckedSignatures(opened)
    expect(signatures?.map(({ status }) => status)).toEqual(['unchecked', 'unchecked'])
    expect(hopOf(opened, { index: 5, time: 0, signatures })?.signatures).toBe(signatures)
    const bare = { ...opened, envelope: { ...opened.envelope, signatures: [] } }
    expect(uncheckedSignatures(bare)).toBeUndefined()
  })
})

describe('facts from a set', () => {
  const facts = (complete: boolean) =>
    factsOfSet({
      statements: report.statements.values(),
      parties: report.parties.values(),
      complete,
    })

  it('know instruments with what replaced them, in log order', () => {
    const known = facts(true).instrument(idOf(first))
    expect(known?.replacedBy.map(({ id }) => id)).toEqual([idOf(second)])
    expect(known?.claims.kind).toEqual({ code: 'Contract' })
    expect([known?.complete, facts(false).instrument(idOf(first))?.complete]).toEqual([true, false])
    expect(facts(true).instrument(idOf(world.transfer))).toBeUndefined()
  })

  it('know assessments by their scope, and when one was superseded', () => {
    const found = facts(true).assessments(idOf(world.collection))
    expect(found?.map(({ id, replacedAt }) => [id, replacedAt])).toEqual([
      [idOf(assessed), world.log.indexOf(idOf(corrected))],
      [idOf(corrected), undefined],
    ])
    expect(facts(true).assessments(idOf(world.transfer))).toEqual([])
  })

  it('do not take silence for an answer where nobody has searched', () => {
    expect(facts(false).assessments(idOf(world.transfer))).toBeUndefined()
    expect(facts(false).assessments(idOf(world.collection))).toBeUndefined()
  })

  it('know parties by what they said when they were enrolled', () => {
    expect(facts(true).party(EXPORTER.id)?.claims.name).toBe(EXPORTER.name)
    expect(facts(true).party(OPERATOR.id)?.party).toBe(OPERATOR.id)
  })

  it('sum transfers only where every one is there and says what it counts for', () => {
    const key = { kind: 'pair', exporter: EXPORTER.id, importer: IMPORTER.id } as const
    expect(facts(true).usage(key, 0, 100)).toBeUndefined()
    const all = {
      statements: [...report.statements.values()],
      parties: [...report.parties.values()],
      complete: true,
      everyTransfer: true,
    }
    expect(factsOfSet(all).usage(key, 0, 100)?.transfers).toBe(1)
    expect(factsOfSet(all).usage(key, 0, 5)?.transfers).toBe(0)
    const stated = verified(world.transfer)
    const claims = new Map(stated.open.claims).set('route', { list: false, values: [undefined] })
    const hidden = { ...stated, open: { ...stated.open, claims } }
    expect(factsOfSet({ ...all, statements: [hidden] }).usage(key, 0, 100)).toBeUndefined()
  })
})
