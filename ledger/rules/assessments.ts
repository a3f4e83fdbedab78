/**
 * Which assessments hold for a hop. GDPR Art. 6(4), recital 26; R02, R12, docs/limits.md.
 *
 * An assessment holds for a hop that was recorded after it, whose days are all in its term, before
 * something superseded it, and for the datasets of the statements in its scope. Its assessor is a party
 * of the hop or of the statement that the data comes from. It is that party’s word: a verdict that rests
 * on one names it. Nobody takes back another’s no.
 */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import { dayOf } from './days.js'
import type { AssessmentFact } from './facts.js'
import { daysOf } from './footing.js'
import type { Hop } from './hop.js'
import { allowsPurpose } from './purposes.js'
import type { Judging, Upstream } from './rule.js'
import { actorsOf } from './subject.js'
import { inForce } from './tables.js'

/**
 * `granted`: by an assessment that holds, and the latest word of no other assessor is a no; `late`: that
 * was recorded only after the hop had begun. `possible`: something that would decide is withheld or was
 * not searched. `none`: nobody says yes, or those whose `ids` there are say no.
 */
export type Grant =
  | { readonly state: 'granted'; readonly id: StatementId; readonly late: boolean }
  | { readonly state: 'possible'; readonly ids: readonly StatementId[] }
  | { readonly state: 'none'; readonly ids: readonly StatementId[] }

/** What one assessment says: yes, no, nothing about this, or something that is not shown. */
type Word = 'yes' | 'no' | 'nothing' | 'hidden'

/** May data of this parent be used for a purpose beyond what reaches it, by an assessment? */
export function compatibilityOf(judging: Judging, parent: Upstream, purpose: string): Grant {
  return grantOf(judging, parent, (fact) => {
    const { kind, purposes, result } = fact.claims
    if (kind === 'anonymisation' || purposes === null) return 'nothing'
    if (purposes === undefined) return 'hidden'
    if (!concerns(purposes, { judging, parent, purpose })) return 'nothing'
    if (kind === undefined || result === undefined || parent.limits.purposes.incomplete) {
      return 'hidden'
    }
    return holds(fact, judging.hop, result === 'compatible')
  })
}

/** Does it say something about this purpose, starting from purposes that the data really has? */
function concerns(
  { from, to }: { readonly from: readonly string[]; readonly to: readonly string[] },
  asked: { readonly judging: Judging; readonly parent: Upstream; readonly purpose: string },
): boolean {
  const { judging, parent, purpose } = asked
  const { value } = parent.limits.purposes
  return (
    allowsPurpose(judging.law.vocabulary.purposesOf(to), purpose) &&
    from.length > 0 &&
    from.every((term) => allowsPurpose(value, term))
  )
}

/** Are the data of this parent anonymous, by an assessment? */
export function anonymityOf(judging: Judging, parent: Upstream): Grant {
  return grantOf(judging, parent, (fact) => {
    const { kind, result } = fact.claims
    if (kind === 'compatibility') return 'nothing'
    if (kind === undefined || result === undefined) return 'hidden'
    return holds(fact, judging.hop, result === 'anonymous')
  })
}

function grantOf(
  { facts, hop }: Judging,
  parent: Upstream,
  wordOf: (fact: AssessmentFact) => Word,
): Grant {
  const all = facts.assessments(parent.id)
  if (all === undefined) return { state: 'possible', ids: [] }
  const actors = [hop, parent.hop].flatMap((one) =>
    one === undefined ? [undefined] : actorsOf(one),
  )
  const words = all
    .filter((fact) => isBefore(fact, hop))
    // One that withholds its scope may be about anything.
    .map((fact) => ({ fact, word: withStanding(fact, asScoped(fact, wordOf(fact)), actors) }))
  const idsOf = (word: Word, among: Iterable<Said> = words): readonly StatementId[] =>
    [...among].filter((said) => said.word === word).map(({ fact }) => fact.id)
  const hidden = idsOf('hidden')
  if (hidden.length > 0) return { state: 'possible', ids: hidden }
  const latest = new Map<string | undefined, Said>()
  for (const said of words) {
    if (said.word !== 'nothing') latest.set(said.fact.claims.assessor, said)
  }
  const refusing = idsOf('no', latest.values())
  const granting = [...latest.values()].filter(({ word }) => word === 'yes')
  const timely = granting.filter(({ fact }) => !isLate(fact, hop))
  const id = (timely.at(-1) ?? granting.at(-1))?.fact.id
  if (refusing.length > 0 || id === undefined) return { state: 'none', ids: refusing }
  return { state: 'granted', id, late: timely.length === 0 }
}

type Said = { readonly fact: AssessmentFact; readonly word: Word }

/** Recorded after the first day of what it is to allow: that it came first is the assessor’s word. */
function isLate({ time }: AssessmentFact, hop: Hop): boolean {
  const days = daysOf(hop)
  return days !== undefined && dayOf(time) > days.first
}

function isBefore({ index, replacedAt }: AssessmentFact, hop: Hop): boolean {
  return index < hop.index && (replacedAt === undefined || replacedAt >= hop.index)
}

/**
 * Who answers for the data assesses it: a party of the hop, or of the one that it comes from. Anybody
 * else could let any purpose through.
 */
function withStanding(
  { claims }: AssessmentFact,
  word: Word,
  actors: readonly (PartyId | undefined)[],
): Word {
  const assessor = claims.assessor as PartyId | undefined
  if (word === 'nothing' || (assessor !== undefined && actors.includes(assessor))) return word
  return assessor === undefined || actors.includes(undefined) ? 'hidden' : 'nothing'
}

function asScoped({ claims }: AssessmentFact, word: Word): Word {
  return claims.scope === undefined && word !== 'nothing' ? 'hidden' : word
}

function holds(fact: AssessmentFact, hop: Hop, says: boolean): Word {
  const { effective } = fact.claims
  const days = daysOf(hop)
  if (effective === undefined || days === undefined) return 'hidden'
  if (says) {
    const all = [days.first, days.last].every((day) => inForce(effective, day))
    return all ? 'yes' : 'nothing'
  }
  // A no on any of the days is one.
  const { from, until } = effective
  return from <= days.last && (until === undefined || until >= days.first) ? 'no' : 'nothing'
}
