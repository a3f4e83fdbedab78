/** R09: a derogation is for the exception. GDPR Art. 49. */

import { type Cited, citedBy, kindNotSeen, NO_TRANSFER, notSeen } from './cited.js'
import type { UsageKey } from './facts.js'
import type { Transfer } from './hop.js'
import type { Judging, Rule } from './rule.js'
import type { InstrumentKind, Ruleset } from './ruleset.js'
import { usedBy } from './used.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

const AT = 'claims.terms.derogation'
const SIDES = 'its exporter or importer'
/** Compelling legitimate interests: the only one of which the authority must be told. */
const COMPELLING: InstrumentKind = 'A49-2'
type Ground = Extract<UsageKey, { kind: 'derogation' }>['ground']

export const R09: Rule = {
  id: 'R09',
  title: 'derogation is exceptional',
  inputs: ['exporter', 'importer', 'route', 'instrument', 'terms', 'facts.usage'],
  citation: 'GDPR Art. 49(1), (6)',
  explain:
    'A derogation is for the single case. From the second transfer between two parties on the same ground on it is a WARN (the ledger counts them; what the parties say counts only when it is more); a continuous flow on a derogation is a FAIL. Compelling interests (A49-2) also need notice to the authority. Agree standard clauses or another lasting tool.',
  judge(judging) {
    const { hop } = judging
    if (hop.type !== 'transfer/1') return NO_TRANSFER
    const cited = citedBy(hop, judging)
    const grounds = groundsOf(hop, cited, judging.law.ruleset)
    const hidden = hiddenGround(hop, cited)
    if (grounds.length === 0) return [hidden ?? notApplicable('it rests on no derogation')]
    const mixed = grounds.length > 1
    return [
      ...(hidden === undefined ? [] : [hidden]),
      ...(mixed
        ? [fail('its instrument and its terms name different derogations', { at: `${AT}.ground` })]
        : []),
      ...frequency(hop),
      ...grounds.flatMap((ground) => repeats(hop, ground, judging)),
      ...(grounds.includes(COMPELLING) ? [notice(hop, cited)] : []),
    ]
  },
}

/** Grounds that the terms and the instrument name, as far as they are shown. */
function groundsOf(hop: Transfer, cited: Cited, { regimes }: Ruleset): readonly Ground[] {
  const declared = hop.claims.terms?.derogation?.ground
  const code = cited.state === 'seen' ? cited.fact.claims.kind?.code : undefined
  const isDerogation = regimes.some(({ tools }) =>
    tools.some((tool) => tool.kind === code && tool.derogation === true),
  )
  return [...new Set([declared, isDerogation ? code : undefined])].filter(
    (ground) => ground !== undefined,
  )
}

/** Might it rest on one that is not shown? */
function hiddenGround(hop: Transfer, cited: Cited): Judged | undefined {
  if (cited.state === 'withheld' || cited.state === 'unseen') return notSeen(cited)
  if (cited.state === 'seen' && cited.fact.claims.kind === undefined) {
    return kindNotSeen(cited.fact)
  }
  if (hop.claims.terms !== undefined) return undefined
  return unknown('whether it rests on a derogation is withheld', {
    at: 'claims.terms',
    settle: SIDES,
  })
}

function frequency({ claims: { route } }: Transfer): readonly Judged[] {
  const at = 'claims.route.frequency'
  if (route === undefined) {
    return [unknown('how often it happens is withheld', { at: 'claims.route', settle: SIDES })]
  }
  if (route.frequency === 'continuous')
    return [fail('a continuous flow rests on a derogation', { at })]
  if (route.frequency === 'periodic') return [warn('a periodic flow rests on a derogation', { at })]
  return []
}

/** The claim counts only when it is more than what the ledger has seen. */
function repeats(hop: Transfer, ground: Ground, judging: Judging): readonly Judged[] {
  const { exporter, importer, terms } = hop.claims
  const at = `${AT}.repeats`
  if (exporter === undefined || importer === undefined || terms === undefined) {
    return [unknown('what earlier transfers are counted by is withheld', { at, settle: SIDES })]
  }
  const key = { kind: 'derogation', exporter, importer, ground } as UsageKey
  const { earlier, known } = usedBy(judging, hop, key, 0)
  const counted = known ? earlier.transfers : undefined
  const claimed = terms.derogation?.ground === ground ? terms.derogation.repeats : undefined
  if (counted === undefined) {
    const settle = 'the ledger, where it counts transfers'
    return [unknown('how many transfers rested on it before is not known', { at, settle })]
  }
  const before = Math.max(counted, claimed ?? 0)
  const judged: Judged[] = []
  if (before > 0) judged.push(warn(`${before} earlier transfers rest on ${ground}`, { at }))
  if (claimed !== undefined && claimed < counted) {
    judged.push(warn(`it says that ${claimed} came before; the ledger holds ${counted}`, { at }))
  }
  return judged.length > 0 ? judged : [pass(`the first between these parties on ${ground}`, { at })]
}

/** Art. 49(1), second subparagraph: the authority is told of it. */
function notice({ claims: { terms } }: Transfer, cited: Cited): Judged {
  const at = `${AT}.authorityNotifiedOn`
  const documents = [
    ...(terms?.documents ?? []),
    ...(cited.state === 'seen' ? (cited.fact.claims.documents ?? []) : []),
  ]
  const told =
    terms?.derogation?.authorityNotifiedOn !== undefined ||
    documents.some(({ kind }) => kind === 'authority-notice')
  if (told) return pass('the authority was informed', { at })
  const hidden =
    terms === undefined ||
    cited.state === 'withheld' ||
    cited.state === 'unseen' ||
    (cited.state === 'seen' && cited.fact.claims.documents === undefined)
  return hidden
    ? unknown('whether the authority was informed is withheld', { at, settle: SIDES })
    : fail('the authority was not informed of a transfer on compelling interests', { at })
}
