/** R12: what is claimed to be masked is masked. GDPR Art. 4(1), 4(5), 25, recital 26. */
import { anonymityOf, type Grant } from './assessments.js'
import { fieldsOfParent, undeclaredFields } from './field-sources.js'
import { type Field, fieldsOf, type Hop, type Outcome, transformationsOf } from './hop.js'
import { identifiesMoreThan, isMasked, judgeIdentifier } from './identifiers.js'
import { masks } from './masking.js'
import { judgeMinimizationClaim } from './minimization-claim.js'
import type { Judging, Rule, Upstream } from './rule.js'
import { type Judged, notApplicable, pass, unknown, warn, worstOf } from './verdict.js'

export const R12: Rule = {
  id: 'R12',
  title: 'claimed masking is effective',
  inputs: [
    'minimization.claim',
    'personalData',
    'fields',
    'transformations',
    'fields of the parents',
    'assessment/1 of anonymisation',
  ],
  citation: 'GDPR Art. 4(1), 4(5), 25, recital 26',
  explain:
    'Claims of minimization are checked, not believed. Under a claim that no direct identifiers are left, a field that identifies directly is a FAIL; under a claim of anonymity or of aggregates a pseudonym is one too, and indirect identifiers are a WARN. A field that was masked may not identify directly; one that identifies less than its source must have been masked. An outcome made of identifying data is anonymous only by an assessment that is named, else a WARN. Without fields nothing can be checked: UNKNOWN. Mask the field, or withdraw the claim.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'outcome/1') return judgeOutcome(judging, hop)
    const judged = [
      ...(hop.type === 'transfer/1' ? judgeMinimizationClaim(judging, hop) : []),
      ...(fieldsOf(hop) ?? []).flatMap((field, position) =>
        judgeIdentifier(judging, field, position),
      ),
      ...hiddenFrom(hop),
    ]
    if (judged.length > 0) return judged
    return isClaimed(hop)
      ? [pass('no field shows more than is claimed')]
      : [notApplicable('nothing is claimed to be masked')]
  },
}

/** What hides a claim, or hides what would show whether it holds. */
function hiddenFrom(hop: Hop): readonly Judged[] {
  if (hop.type === 'processing/1' && hop.claims.transformations === undefined) {
    return [unknown('what was done to the data is withheld', { at: 'claims.transformations' })]
  }
  if (fieldsOf(hop) === undefined) {
    return [unknown('its fields are withheld', { at: 'claims.fields' })]
  }
  return (transformationsOf(hop) ?? []).some(masks) ? undeclaredFields(hop) : []
}

function isClaimed(hop: Hop): boolean {
  const claim = hop.type === 'transfer/1' ? (hop.claims.minimization?.claim ?? 'none') : 'none'
  if (claim !== 'none' || (transformationsOf(hop) ?? []).some(masks)) return true
  return (fieldsOf(hop) ?? []).some((field) => isMasked(hop, field))
}

function judgeOutcome(judging: Judging, { claims }: Outcome): readonly Judged[] {
  const at = 'claims.personalData'
  const { personalData } = claims
  if (personalData === undefined) {
    return [unknown('what of persons is left in it is withheld', { at })]
  }
  if (personalData === 'personal') return [notApplicable('it is said to be personal data')]
  const most = personalData === 'anonymous' ? 'indirect' : 'pseudonym'
  const judged = judging.upstream.map((parent) => judgeSource(judging, parent, most))
  const worst = worstOf(judged.map(({ verdict }) => verdict))
  if (judged.length === 0) return [unknown('what it was made of is not shown', { at })]
  return worst === 'PASS' ? judged : judged.filter(({ verdict }) => verdict !== 'PASS')
}

function judgeSource(judging: Judging, parent: Upstream, most: 'indirect' | 'pseudonym'): Judged {
  const at = 'claims.personalData'
  const short = parent.id.slice(0, 12)
  const grant: Grant =
    most === 'indirect' ? anonymityOf(judging, parent) : { state: 'none', ids: [] }
  if (grant.state === 'granted') {
    const evidence = [parent.id, grant.id]
    return pass(`its source ${short} is assessed to be anonymous`, { at, evidence })
  }
  const fields = fieldsOfParent(parent)
  const evidence = [parent.id, ...(grant.state === 'possible' ? grant.ids : [])]
  if (fields === undefined) {
    return unknown(`the fields of its source ${short} are not shown`, { at, evidence })
  }
  const all = [...fields.values()].map(({ field }) => field)
  const names = all.filter((field) => identifiesMoreThan(field, most)).map(({ name }) => name)
  if (names.length > 0) {
    const why = `its source ${short} identifies by ${names.slice(0, 3).join(', ')}`
    return grant.state === 'possible'
      ? unknown(`${why}, and assessments are not fully shown`, { at, evidence })
      : warn(`${why}, and no assessment says that it is gone`, { at, evidence })
  }
  return all.some(isNotAssessed)
    ? unknown(`how the fields of its source ${short} identify is not said`, { at, evidence })
    : pass(`no field of its source ${short} identifies more than is claimed`, { at, evidence })
}

function isNotAssessed({ identifier }: Field): boolean {
  return identifier === undefined
}
