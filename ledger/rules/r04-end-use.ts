/** R04: what is done with the data is what the importers promised. SCC clause 8.2; 28 CFR 202.1001. */
import type { StatementId } from '../core/statement.js'
import {
  type FoundField,
  fieldAt,
  fieldsOfParent,
  sourcesOf,
  undeclaredFields,
} from './field-sources.js'
import { type Field, fieldsOf, type Hop, transformationsOf } from './hop.js'
import type { Limit, ProhibitedUseCode, Uses } from './limits.js'
import { allowsPurpose } from './purposes.js'
import type { Judging, Rule, Upstream } from './rule.js'
import {
  ANY_USE,
  betraysByNature,
  betraysByPurpose,
  isAnyUse,
  meetUses,
  prohibitedUse,
  usesPromisedBy,
} from './uses.js'
import { fail, type Judged, notApplicable, pass, unknown } from './verdict.js'

export const R04: Rule = {
  id: 'R04',
  title: 'end use equals what was promised',
  inputs: [
    'purposes',
    'nature',
    'terms.endUse and terms.prohibitedUses of every transfer before it',
    'transformations',
    'fields',
    'fields of the parents',
    'kind',
    'decision',
  ],
  citation: 'SCC clause 8.2; 28 CFR 202.1001',
  explain:
    'An importer that signs a transfer says what it will use the data for (end use) and what it will not (prohibited uses: coercion, discrimination, surveillance beyond the purpose, sale onward and others, a closed list). Whoever has the data from it is held to both. The ruleset says which purposes an end-use statement allows and which purposes and operations betray a prohibited use; a model betrays training, a decision without a person one by machine alone, a pseudonym that turns into a direct identifier re-identification; where it is not shown what a direct identifier was made of, that is UNKNOWN. A use outside is a FAIL. It rests on what the later parties declare: what they do not declare is found by audit. Stop the use, or agree on other terms by a new transfer.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'collection/1') return [notApplicable('nobody has promised anything yet')]
    const uses = promisesOn(judging)
    if (isAnyUse(uses.value)) {
      return uses.incomplete
        ? [unknown('what importers before it promised is not fully shown', { settle: IMPORTERS })]
        : [notApplicable('no end-use promise reaches it')]
    }
    const evidence = promisers(judging)
    const declared = { purposes: purposesOf(hop), nature: natureOf(hop) }
    const judged = [...judgePurposes(judging, uses.value, declared)]
    for (const use of uses.value.prohibited) judged.push(...judgeUse(judging, use, declared))
    if (judged.length > 0) return judged.map((one) => ({ ...one, evidence }))
    return uses.incomplete
      ? [unknown('more may have been promised than is shown', { evidence, settle: IMPORTERS })]
      : [pass('it is within what the importers promised', { evidence })]
  },
}

const IMPORTERS = 'the importers before it: show the terms of the transfers'

/** What reaches the hop, with what its own importer promises. */
function promisesOn({ hop, limits, law }: Judging): Limit<Uses> {
  const own = hop.type === 'transfer/1' ? usesPromisedBy(hop, law) : NO_PROMISE
  return {
    value: meetUses(limits.uses.value, own.value),
    incomplete: limits.uses.incomplete || own.incomplete,
  }
}

const NO_PROMISE: Limit<Uses> = { value: ANY_USE, incomplete: false }

function promisers({ upstream }: Judging): readonly StatementId[] {
  return upstream.filter(({ limits }) => !isAnyUse(limits.uses.value)).map(({ id }) => id)
}

/** Terms that a hop declares, each with its place. */
type Placed = { readonly term: string; readonly at: string }

/** What a hop declares; `nature` undefined: withheld. */
type Declared = {
  readonly purposes: readonly Placed[]
  readonly nature: readonly Placed[] | undefined
}

function placed(terms: readonly string[] | undefined, at: string): readonly Placed[] {
  return (terms ?? []).map((term, position) => ({ term, at: `${at}[${position}]` }))
}

function purposesOf(hop: Hop): readonly Placed[] {
  const further = hop.type === 'transfer/1' ? hop.claims.terms?.furtherPurposes : undefined
  return [
    ...placed(hop.claims.purposes, 'claims.purposes'),
    ...placed(further, 'claims.terms.furtherPurposes'),
  ]
}

function judgePurposes(
  { hop, law }: Judging,
  uses: Uses,
  { purposes }: Declared,
): readonly Judged[] {
  if (hop.claims.purposes === undefined) {
    return [unknown('its purposes are withheld', { at: 'claims.purposes' })]
  }
  return purposes
    .filter(({ term }) => !allowsPurpose(uses.purposes, term))
    .map(({ term, at }) => {
      const label = law.vocabulary.labelOf(term)
      return fail(`${label} is outside the end use that was promised`, { at })
    })
}

function judgeUse(
  judging: Judging,
  use: ProhibitedUseCode,
  { purposes, nature }: Declared,
): readonly Judged[] {
  const { hop, law } = judging
  const row = prohibitedUse(law, use)
  if (row === undefined) {
    return [unknown(`the ruleset does not say what betrays ${use}, which was ruled out`)]
  }
  const betrayed = (at: string, what: string) =>
    fail(`${what} is a use that was ruled out: ${use}`, { at })
  const hidden = row.nature.length > 0 && nature === undefined
  const betrayals = BETRAYALS[use]?.(judging) ?? NO_BETRAYAL
  const isClean =
    !hidden &&
    betrayals.length === 0 &&
    !purposes.some(({ term }) => betraysByPurpose(row, term, law)) &&
    nature?.some(({ term }) => betraysByNature(row, term, law)) !== true
  if (isClean) return NOTHING
  return [
    ...purposes
      .filter(({ term }) => betraysByPurpose(row, term, law))
      .map(({ term, at }) => betrayed(at, law.vocabulary.labelOf(term))),
    ...(nature ?? [])
      .filter(({ term }) => betraysByNature(row, term, law))
      .map(({ term, at }) => betrayed(at, law.vocabulary.labelOf(term))),
    ...(hidden ? [unknown(`what was done is withheld: ${use}?`, { at: natureAt(hop) })] : []),
    ...betrayals.map(
      (one): Judged =>
        'hidden' in one
          ? unknown(`what would betray ${use} is withheld or not stated`, { at: one.hidden })
          : betrayed(one.at, one.what),
    ),
  ]
}

function natureAt({ type }: Hop): string {
  return type === 'transfer/1' ? 'claims.terms' : 'claims.nature'
}

/** Undefined: withheld. A transfer that names no operation has none to judge. */
function natureOf({ type, claims }: Hop): readonly Placed[] | undefined {
  if (type === 'processing/1') return claims.nature && placed(claims.nature, 'claims.nature')
  if (type !== 'transfer/1') return []
  return claims.terms && placed(claims.terms.nature, 'claims.terms.nature')
}

type Betrayal = { readonly at: string; readonly what: string } | { readonly hidden: string }

const NO_BETRAYAL: readonly Betrayal[] = []
const NOTHING: readonly Judged[] = []

/** What betrays a use without a term of the vocabulary. */
const BETRAYALS: Partial<Record<ProhibitedUseCode, (judging: Judging) => readonly Betrayal[]>> = {
  'model-training': ({ hop }) => [...modelMade(hop), ...trained(hop)],
  'solely-automated-decision': ({ hop }) => decidedAlone(hop),
  reidentification: reidentified,
}

function modelMade({ type, claims }: Hop): readonly Betrayal[] {
  if (type !== 'outcome/1') return []
  if (claims.kind === undefined) return [{ hidden: 'claims.kind' }]
  return claims.kind === 'model' ? [{ at: 'claims.kind', what: 'a model' }] : []
}

function trained(hop: Hop): readonly Betrayal[] {
  const inTransfer = hop.type === 'transfer/1'
  const transformations = transformationsOf(hop)
  if (transformations === undefined) {
    return [{ hidden: inTransfer ? 'claims.minimization' : 'claims.transformations' }]
  }
  const list = inTransfer ? 'claims.minimization.transformations' : 'claims.transformations'
  return transformations.flatMap(({ kind }, position) =>
    kind === 'train' ? [{ at: `${list}[${position}].kind`, what: 'training' }] : [],
  )
}

function decidedAlone({ type, claims }: Hop): readonly Betrayal[] {
  if (type !== 'outcome/1') return []
  const { decision } = claims
  if (decision === undefined) return [{ hidden: 'claims.decision' }]
  if (decision?.automated !== true || decision.humanReview === true) return []
  return [{ at: 'claims.decision.automated', what: 'a decision without a person' }]
}

function reidentified({ hop, upstream }: Judging): readonly Betrayal[] {
  const hidden = undeclaredFields(hop).map(({ at = 'claims.fields' }) => ({ hidden: at }))
  const named = (fieldsOf(hop) ?? []).flatMap((field, position): readonly Betrayal[] => {
    const was = field.identifier === 'direct' ? wasPseudonym(hop, field, upstream) : 'no'
    if (was === 'no') return NO_BETRAYAL
    const at = `claims.fields[${position}].identifier`
    return [was === 'yes' ? { at, what: 'a pseudonym made direct again' } : { hidden: at }]
  })
  return hop.type === 'outcome/1' ? named : [...hidden, ...named]
}

/** Was it a pseudonym, by any of its sources? Who does not name them may have taken any field. */
function wasPseudonym(
  hop: Hop,
  field: Field,
  upstream: readonly Upstream[],
): 'yes' | 'no' | 'hidden' {
  const stated = sourcesOf(hop, field)
  const before =
    stated === undefined
      ? upstream.flatMap((parent) => [...(fieldsOfParent(parent)?.values() ?? [HIDDEN])])
      : stated.map(({ parent, name }) =>
          parent === undefined ? HIDDEN : fieldAt(upstream[parent], name),
        )
  const isPseudonym = before.some(
    (one) => one.state === 'found' && one.field.identifier === 'pseudonym',
  )
  if (isPseudonym) return stated === undefined ? 'hidden' : 'yes'
  return before.some(mayBePseudonym) ? 'hidden' : 'no'
}

function mayBePseudonym(found: FoundField): boolean {
  return found.state === 'hidden' || (found.state === 'found' && !found.field.identifier)
}

const HIDDEN: FoundField = { state: 'hidden' }
