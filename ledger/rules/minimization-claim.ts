/** The claim of a transfer’s minimization against its fields. R12. */
import { anonymityOf } from './assessments.js'
import { undeclaredFields } from './field-sources.js'
import { type Field, fieldsOf, type Transfer, transformationsOf } from './hop.js'
import { identifiesMoreThan } from './identifiers.js'
import type { Judging } from './rule.js'
import { fail, type Judged, unknown, warn } from './verdict.js'

type Claim = Exclude<NonNullable<Transfer['claims']['minimization']>['claim'], 'none'>

/** How much a field may identify under a claim at most. */
const MOST: Readonly<Record<Claim, 'pseudonym' | 'indirect'>> = {
  'no-direct-identifiers': 'pseudonym',
  pseudonymous: 'pseudonym',
  anonymous: 'indirect',
  'aggregate-only': 'indirect',
}

/** What contradicts the claim, or keeps it from being checked; nothing where none is made. */
export function judgeMinimizationClaim(judging: Judging, hop: Transfer): readonly Judged[] {
  const { minimization } = hop.claims
  if (minimization === undefined) {
    return [unknown('what is claimed of it is withheld', { at: 'claims.minimization' })]
  }
  const claim = minimization?.claim ?? 'none'
  if (claim === 'none') return []
  return [
    ...undeclaredFields(hop),
    ...(fieldsOf(hop) ?? []).flatMap((field, position) =>
      judgeField(claim, field, `claims.fields[${position}].identifier`),
    ),
    ...(claim === 'anonymous' ? indirectly(judging, hop) : []),
    ...(claim === 'aggregate-only' ? aggregated(judging, hop) : []),
  ]
}

function judgeField(claim: Claim, field: Field, at: string): readonly Judged[] {
  if (field.identifier === undefined) {
    return [unknown(`how ${field.name} identifies is not said, under a claim of ${claim}`, { at })]
  }
  if (!identifiesMoreThan(field, MOST[claim])) return []
  return [
    fail(`${field.name} is a ${field.identifier} identifier, under a claim of ${claim}`, { at }),
  ]
}

/** Fields that identify together are anonymous only by an assessment of what they come from. */
function indirectly(judging: Judging, hop: Transfer): readonly Judged[] {
  const fields = fieldsOf(hop) ?? []
  const position = fields.findIndex(({ identifier }) => identifier === 'indirect')
  if (position < 0) return []
  const at = `claims.fields[${position}].identifier`
  const grants = judging.upstream.map((parent) => anonymityOf(judging, parent))
  if (grants.length > 0 && grants.every(({ state }) => state === 'granted')) return []
  if (grants.some(({ state }) => state === 'none')) {
    return [warn('indirect identifiers are left, under a claim of anonymity', { at })]
  }
  return [unknown('whether its sources are assessed to be anonymous is not shown', { at })]
}

function aggregated({ upstream }: Judging, hop: Transfer): readonly Judged[] {
  const steps = [hop, ...upstream.map((parent) => parent.hop)].map((one) =>
    one === undefined ? undefined : transformationsOf(one),
  )
  if (steps.some((list) => list?.some(({ kind }) => kind === 'aggregate') === true)) return []
  const at = 'claims.minimization.claim'
  return steps.includes(undefined)
    ? [unknown('whether it was aggregated before is not shown', { at })]
    : [warn('no aggregation is declared, here or just before', { at })]
}
