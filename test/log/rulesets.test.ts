/** What a ledger asks of assessments and of rulesets before it records them. */
import { describe, expect, test } from 'vitest'
import type { Json } from '../../ledger/core/json.js'
import type { RulesetClaims } from '../../ledger/core/schemas/ruleset.js'
import { knownClaims } from '../../ledger/core/schemas.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { claimsOfRuleset, rulesetFromClaims } from '../../ledger/rules/ruleset-claims.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { ACME, BOLT, type Firm, OPERATOR } from './support/firms.js'
import { collect, move, scene } from './support/scene.js'
import { admit } from './support/site.js'
import { type Draft, hexDigest, idOf, json, sign } from './support/statements.js'

const NOWHERE = hexDigest('no such statement') as StatementId

function assessment(assessor: Firm, scope: readonly StatementId[]): Draft {
  return {
    type: 'assessment/1',
    claims: {
      assessor: assessor.party,
      kind: 'anonymisation',
      scope,
      result: 'anonymous',
      effective: { from: '2026-03-01' },
    },
  }
}

function ruleset(issuer: Firm, more: Readonly<Record<string, Json>> = {}): Draft {
  const claims = claimsOfRuleset(SHIPPED, issuer.party) as unknown as Record<string, Json>
  return { type: 'ruleset/1', claims: { ...claims, ...more } }
}

/** Codes and places of what `?validate=only` finds. */
async function issuesOf(ledger: Ledger, draft: Draft, role: string, firm: Firm) {
  const envelope = await sign(draft, [[role, firm.signer]])
  const { issues } = await ledger.validate(json(envelope))
  return issues.map(({ code, at }) => [code, at])
}

describe('an assessment', () => {
  test('covers statements that are in the log, and names the one that is not', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME)

    expect(await issuesOf(ledger, assessment(ACME, [id]), 'assessor', ACME)).toEqual([])
    expect(await issuesOf(ledger, assessment(ACME, [id, NOWHERE]), 'assessor', ACME)).toEqual([
      ['SCOPE_NOT_FOUND', 'claims.scope[1]'],
    ])
  })

  test('covers no proposal that still waits for a signature', async () => {
    const { ledger } = await scene()
    const proposal = await sign(move(await collect(ledger, ACME)), [['exporter', ACME.signer]])
    await ledger.submit(json(proposal))

    expect(await issuesOf(ledger, assessment(ACME, [idOf(proposal)]), 'assessor', ACME)).toEqual([
      ['SCOPE_NOT_FOUND', 'claims.scope[0]'],
    ])
  })

  test('is superseded by its own assessor only, and by an assessment only', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME)
    const first = await admit(ledger, assessment(ACME, [id]), [['assessor', ACME.signer]])
    const again = (firm: Firm, supersedes: StatementId) =>
      issuesOf(ledger, { ...assessment(firm, [id]), supersedes }, 'assessor', firm)

    expect(await again(ACME, first)).toEqual([])
    expect(await again(BOLT, first)).toEqual([['SUPERSEDES_INVALID', 'supersedes']])
    expect(await again(ACME, id)).toEqual([['SUPERSEDES_INVALID', 'supersedes']])
    expect(await again(ACME, NOWHERE)).toEqual([['SUPERSEDES_INVALID', 'supersedes']])
  })

  test('is signed by the assessor it names', async () => {
    const { ledger } = await scene()
    const id = await collect(ledger, ACME)

    expect(await issuesOf(ledger, assessment(ACME, [id]), 'assessor', BOLT)).toEqual([
      ['ROLE_KEY_WRONG', 'signatures.assessor'],
    ])
  })
})

describe('a ruleset', () => {
  test('is recorded whole by anyone who is enrolled, and read back as it was', async () => {
    const { ledger } = await scene()
    for (const firm of [OPERATOR, ACME]) {
      const id = await admit(ledger, ruleset(firm), [['issuer', firm.signer]])
      const opened = ledger.statement(id)?.opened
      if (opened === undefined) throw new TypeError('the statement was admitted')
      const claims = knownClaims(opened.schema, opened.open.claims) as unknown as RulesetClaims

      expect(claims.issuer).toBe(firm.party)
      expect(rulesetFromClaims(claims)).toEqual(SHIPPED)
    }
  })

  test('is refused where it names terms that the vocabulary does not have', async () => {
    const { ledger } = await scene()
    const { purposes } = SHIPPED
    const strange = { ...purposes, explicitOnly: ['https://w3id.org/dpv#Sell'] }
    const draft = ruleset(OPERATOR, { name: 'ours', purposes: strange as unknown as Json })

    expect(await issuesOf(ledger, draft, 'issuer', OPERATOR)).toEqual([
      ['RULESET_INVALID', 'claims.purposes.explicitOnly[0]'],
    ])
  })

  test('is refused where it has the name of the shipped one and says something else', async () => {
    const { ledger } = await scene()

    for (const more of [{ adequacy: [] }, { version: '2027-01' }]) {
      expect(await issuesOf(ledger, ruleset(OPERATOR, more), 'issuer', OPERATOR)).toEqual([
        ['RULESET_INVALID', 'claims.name'],
      ])
    }
  })

  test('is refused where its values contradict each other', async () => {
    const { ledger } = await scene()
    const china = { ...SHIPPED.china, exemptBelow: 2_000_000 }
    const draft = ruleset(OPERATOR, { china: china as unknown as Json })

    expect(await issuesOf(ledger, draft, 'issuer', OPERATOR)).toEqual([
      ['CLAIM_INCONSISTENT', 'claims.china.exemptBelow'],
    ])
  })

  test('is superseded by its own issuer only', async () => {
    const { ledger } = await scene()
    const supersedes = await admit(ledger, ruleset(OPERATOR), [['issuer', OPERATOR.signer]])

    for (const [firm, expected] of [
      [OPERATOR, []],
      [ACME, [['SUPERSEDES_INVALID', 'supersedes']]],
    ] as const) {
      const draft = { ...ruleset(firm), supersedes }
      expect(await issuesOf(ledger, draft, 'issuer', firm)).toEqual(expected)
    }
  })
})
