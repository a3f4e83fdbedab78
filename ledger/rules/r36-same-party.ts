/** R36: two sides are two, and a group needs binding rules or clauses. GDPR Art. 47. */
import type { PartyId } from '../core/key-state.js'
import { acceptedBy } from './accepted.js'
import { type Cited, citedBy, NO_TRANSFER, notSeen } from './cited.js'
import { dayOf } from './days.js'
import type { PartyFact } from './facts.js'
import { isAdequate, type Restriction, restrictionsOf, soften } from './footing.js'
import type { Processing } from './hop.js'
import type { Judging, Rule } from './rule.js'
import { mayBeRestricted, type TakenAbroad, takenAbroad } from './taken-abroad.js'
import { fail, type Judged, pass, unknown, warn } from './verdict.js'

const SETTLE = 'the registrar: its party statement'

export const R36: Rule = {
  id: 'R36',
  title: 'two parties, or one group with binding rules',
  inputs: [
    'exporter',
    'importer',
    'instrument',
    'route',
    'place',
    'where the data was',
    'facts.party',
    'facts.instrument',
  ],
  citation: 'GDPR Art. 4(19), 44, 47; EDPB Guidelines 05/2021; PIPL Art. 38',
  explain:
    'Two signatures prove little when one organisation makes both. The same party, or the same registered organisation enrolled twice, on both sides is a FAIL. Two companies of one group need binding corporate rules, clauses or another lasting tool for what the law restricts; without one it is a WARN, and so are binding rules of which no approval is named. Whoever processes abroad what it holds makes no transfer as long as no other entity gets the data; where a law restricts what leaves the country the data was in, that is a WARN, for no rule about transfers has seen it leave: declare a transfer to the entity that works there, or keep on file why there is none.',
  judge(judging) {
    const { hop, facts } = judging
    if (hop.type === 'processing/1') return judgeProcessing(judging, hop)
    if (hop.type !== 'transfer/1') return NO_TRANSFER
    const { exporter, importer } = hop.claims
    if (exporter === undefined || importer === undefined) {
      return [
        unknown('who takes part is withheld', {
          at: 'claims.exporter',
          settle: 'its exporter or importer',
        }),
      ]
    }
    const at = 'claims.importer'
    if (exporter === importer) return [fail('one party is on both sides', { at })]
    const sides = [facts.party(exporter as PartyId), facts.party(importer as PartyId)] as const
    const same = relation(...sides, facts)
    if (same === 'organisation')
      return [fail('one organisation, enrolled twice, is on both sides', { at })]
    if (same === 'unknown')
      return [unknown('whether both are of one group is not shown', { at, settle: SETTLE })]
    if (same === 'none') return [pass('exporter and importer are of different groups')]
    return withinGroup(sides, judging)
  },
}

function judgeProcessing(judging: Judging, hop: Processing): readonly Judged[] {
  if (hop.claims.place === undefined) {
    const at = 'claims.place'
    return mayBeRestricted(hop, judging)
      ? [unknown('where it was done is withheld', { at, settle: 'its performer' })]
      : NO_TRANSFER
  }
  const taken = takenAbroad(hop, judging)
  return taken.length > 0 ? taken.map(withoutTransfer) : NO_TRANSFER
}

function withoutTransfer({ parent, place, regime, seat, doubt }: TakenAbroad): Judged {
  const { at, country } = place
  const notes = { at, evidence: [parent.id] }
  if (doubt !== undefined) {
    const settle = 'its performer, or the parties before it'
    return unknown(
      `whether ${regime.name} restricts that it is in ${country} is not known: ${doubt}`,
      {
        ...notes,
        settle,
      },
    )
  }
  const settle = 'its performer: a transfer to the entity there, or why none gets it'
  const why = `its holder took it from ${seat ?? ''} to ${country}, which ${regime.name} restricts, and no transfer was declared`
  return warn(why, { ...notes, settle })
}

type Relation = 'organisation' | 'group' | 'none' | 'unknown'

/** What two enrolments say about each other; what is shown decides as far as it can. */
function relation(
  a: PartyFact | undefined,
  b: PartyFact | undefined,
  facts: Judging['facts'],
): Relation {
  if (a === undefined || b === undefined) return 'unknown'
  const theirs = b.claims.identifiers ?? []
  const shared = a.claims.identifiers?.some((mine) => theirs.some((one) => isSame(mine, one)))
  if (shared === true) return 'organisation'
  const [mine, other] = [historyOf(a, facts), historyOf(b, facts)]
  if (mine.line.some((party) => other.line.includes(party))) return 'organisation'
  const whole = [a, b].every(({ claims: { identifiers, continues, group } }) =>
    [identifiers, continues, group].every((claim) => claim !== undefined),
  )
  if (!whole || !mine.whole || !other.whole) return 'unknown'
  const heads = headsOf(b)
  return headsOf(a).some((head) => heads.includes(head)) ? 'group' : 'none'
}

/** A party and those that it goes on after; two that go on after one are one. Not `whole`: one is not shown. */
function historyOf({ party }: PartyFact, facts: Judging['facts']): History {
  const line: PartyId[] = []
  for (let next: PartyId | null = party; next !== null && !line.includes(next); ) {
    line.push(next)
    const continues = facts.party(next)?.claims.continues
    if (continues === undefined) return { line, whole: false }
    next = continues as PartyId | null
  }
  return { line, whole: true }
}

type History = { readonly line: readonly PartyId[]; readonly whole: boolean }

type Identifier = NonNullable<PartyFact['claims']['identifiers']>[number]

/**
 * Do both name one organisation? Numbers of a register and for VAT are unique within a country, and a
 * country that is left out may be any; other schemes are unique everywhere.
 */
function isSame(a: Identifier, b: Identifier): boolean {
  if (a.scheme !== b.scheme || a.value !== b.value || a.scheme.endsWith('-vkey')) return false
  if (a.scheme === 'register' && a.register !== b.register) return false
  const national = a.scheme === 'register' || a.scheme === 'vat'
  const told = a.country !== undefined && b.country !== undefined
  return !national || !told || a.country === b.country
}

/** What marks a group: its head and its ultimate parent; a party may itself be the head. */
function headsOf({ party, claims: { group, identifiers = [] } }: PartyFact): readonly string[] {
  const own = identifiers
    .filter(({ scheme }) => scheme === 'lei')
    .map(({ value }) => `lei ${value}`)
  const head = group?.head === undefined ? [] : [`party ${group.head}`]
  const lei = group?.lei === undefined ? [] : [`lei ${group.lei}`]
  return [`party ${party}`, ...own, ...head, ...lei]
}

function withinGroup(
  sides: readonly [PartyFact | undefined, PartyFact | undefined],
  judging: Judging,
): readonly Judged[] {
  const { hop } = judging
  if (hop.type !== 'transfer/1') return NO_TRANSFER
  const restrictions = restrictionsOf(hop, judging)
  if (restrictions === undefined) {
    return [
      unknown('from where to where is withheld', {
        at: 'claims.route',
        settle: 'its exporter or importer',
      }),
    ]
  }
  const cited = citedBy(hop, judging)
  const bcr = sides.some((side) => side?.claims.group?.bcr !== undefined)
  const judged = restrictions.flatMap((restriction) =>
    soften([underLaw(cited, bcr, restriction, judging)], restriction),
  )
  return judged.length > 0 ? judged : [pass('they are of one group, and no law restricts it')]
}

function underLaw(cited: Cited, bcr: boolean, restriction: Restriction, judging: Judging): Judged {
  const { hop } = judging
  const at = 'claims.instrument'
  if (cited.state === 'withheld' || cited.state === 'unseen') return notSeen(cited)
  const { regime } = restriction
  // As of the entry: R07 asks for the days of the transfer.
  const day = dayOf(hop.time)
  if (isAdequate(restriction, { first: day, last: day }, judging)) {
    return pass(`they are of one group, and ${regime.name} finds the destination adequate`)
  }
  const alone = warn(`they are of one group, without a lasting tool of ${regime.name}`, { at })
  if (cited.state === 'none') return alone
  const { kind } = cited.fact.claims
  const evidence = [cited.fact.id]
  const accepted = acceptedBy(regime, cited.fact)
  if (accepted.state === 'hidden') return accepted.judged
  if (accepted.state === 'none' || accepted.tool.derogation === true) return { ...alone, evidence }
  if (kind?.code === 'A46-2-b' && kind.approval === undefined && !bcr) {
    return warn('no approval of their binding corporate rules is named', { at, evidence })
  }
  return pass(`they are of one group, with ${kind?.code ?? ''}`, { evidence })
}
