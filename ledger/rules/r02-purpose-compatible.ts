/** R02: every purpose is covered by what reaches the hop on every path. GDPR Art. 5(1)(b), 6(4); SCC 8. */
import type { StatementId } from '../core/statement.js'
import { compatibilityOf, type Grant } from './assessments.js'
import { citedBy, notSeen } from './cited.js'
import { allowsPurpose } from './purposes.js'
import type { Judging, Rule, Upstream } from './rule.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

/** A purpose that a hop declares, and where. */
type Declared = { readonly term: string; readonly at: string }

export const R02: Rule = {
  id: 'R02',
  title: 'purpose compatible along the lineage',
  inputs: [
    'purposes',
    'terms.furtherPurposes',
    'purposes of everything upstream',
    'purposes of the instrument',
    'assessment/1 of compatibility',
  ],
  citation: 'GDPR Art. 5(1)(b), 6(4); SCC clause 8',
  explain:
    'What data was collected for limits what it may be used for, on every path. A purpose is covered when it was allowed, or when every purpose above it in the vocabulary is covered: a term with several parents means all of them at once, and some purposes, such as selling data, are never implied by a wider one. A transfer must also stay within the purposes of its instrument. What is not covered is a FAIL, unless an assessment of compatibility, signed by a party of the hop or of the one before it and in force on every day of the hop, names the statement that the data comes from and covers the purpose; then the verdict names it, and it is a WARN if that was recorded only after the hop had begun. Where another assessor’s latest word is a no, nothing is granted. Narrow the purpose, or have compatibility assessed before the data is used.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'collection/1') {
      return [notApplicable('a collection says what is allowed; nothing comes before it')]
    }
    const judged: Judged[] = []
    if (hop.claims.purposes === undefined) {
      judged.push(unknown('its purposes are withheld', { at: 'claims.purposes' }))
    }
    if (hop.type === 'transfer/1' && hop.claims.terms === undefined) {
      judged.push(unknown('further purposes may be agreed in terms that are withheld', TERMS))
    }
    const all = declaredBy(judging)
    for (const declared of all) {
      const upstream = judgeUpstream(judging, declared)
      if (upstream !== undefined) judged.push(upstream)
    }
    judged.push(...judgeInstrument(judging, all))
    if (judged.every(({ verdict }) => verdict === 'PASS')) {
      judged.unshift(pass('every purpose is allowed by what comes before it'))
    }
    return judged
  },
}

const TERMS = { at: 'claims.terms' }

function declaredBy({ hop }: Judging): readonly Declared[] {
  const further = hop.type === 'transfer/1' ? (hop.claims.terms?.furtherPurposes ?? []) : []
  return [
    ...(hop.claims.purposes ?? []).map((term, n) => ({ term, at: `claims.purposes[${n}]` })),
    ...further.map((term, n) => ({ term, at: `claims.terms.furtherPurposes[${n}]` })),
  ]
}

/** Undefined: covered, and there is nothing to say about it. */
function judgeUpstream(judging: Judging, declared: Declared): Judged | undefined {
  const { limits, upstream, law } = judging
  const { term, at } = declared
  const label = law.vocabulary.labelOf(term)
  if (allowsPurpose(limits.purposes.value, term)) {
    if (!limits.purposes.incomplete) return undefined
    return notShown(label, at)
  }
  const without = upstream.filter(({ limits }) => !allowsPurpose(limits.purposes.value, term))
  const grants = without.map((parent) => ({
    parent,
    grant: compatibilityOf(judging, parent, term),
  }))
  const refused = grants.filter(({ grant }) => grant.state === 'none')
  if (refused.length > 0 || grants.length === 0) return notAllowed(label, at, refused)
  const unsure = upstream.some((one) => one.limits.purposes.incomplete && !without.includes(one))
  return unsure ? notShown(label, at) : byAssessment(label, at, grants)
}

function notShown(label: string, at: string): Judged {
  return unknown(`what allows ${label} upstream is not fully shown`, {
    at,
    settle: 'the parties before it, whose statements are not shown in full',
  })
}

function notAllowed(label: string, at: string, refused: readonly Granted[]): Judged {
  const parents = refused.map(({ parent }) => parent)
  const noes = [
    ...new Set(refused.flatMap(({ grant }) => (grant.state === 'none' ? grant.ids : []))),
  ]
  const said = noes.length === 0 ? '' : `; assessed as not compatible: ${inShort(noes)}`
  return fail(`${label} is not among the purposes that reach it${fromWhom(parents)}${said}`, {
    at,
    evidence: [...parents.map(({ id }) => id), ...noes],
  })
}

function inShort(ids: readonly StatementId[]): string {
  return ids.map((id) => id.slice(0, 12)).join(', ')
}

type Granted = { readonly parent: Upstream; readonly grant: Grant }

function byAssessment(label: string, at: string, grants: readonly Granted[]): Judged {
  const named = grants.flatMap(({ grant }): readonly StatementId[] => {
    if (grant.state === 'none') return []
    return grant.state === 'granted' ? [grant.id] : grant.ids
  })
  const evidence = [...new Set([...grants.map(({ parent }) => parent.id), ...named])]
  if (grants.every(({ grant }) => grant.state === 'granted')) {
    const why = `${label} is assessed to be compatible: ${inShort([...new Set(named)])}`
    return grants.some(({ grant }) => grant.state === 'granted' && grant.late)
      ? warn(`${why}; recorded after the data was used`, { at, evidence })
      : pass(why, { at, evidence })
  }
  return unknown(`${label} reaches it only if an assessment of compatibility covers it`, {
    at,
    evidence,
    settle: 'the assessor, or an auditor who can search the ledger for assessments',
  })
}

/** Purposes outside the instrument; one UNKNOWN where it is not shown what that allows. */
function judgeInstrument(judging: Judging, declared: readonly Declared[]): readonly Judged[] {
  const { hop, law } = judging
  if (hop.type !== 'transfer/1') return []
  const cited = citedBy(hop, judging)
  if (cited.state === 'none') return []
  if (cited.state !== 'seen') return [notSeen(cited)]
  const { purposes, caps } = cited.fact.claims
  const evidence = [cited.fact.id]
  if (purposes === undefined) {
    const settle = 'the parties to the instrument'
    const at = 'claims.instrument'
    return [unknown('the purposes of its instrument are withheld', { at, evidence, settle })]
  }
  const allowed = law.vocabulary.purposesOf([...purposes, ...(caps?.furtherPurposes ?? [])])
  return declared
    .filter(({ term }) => !allowsPurpose(allowed, term))
    .map(({ term, at }) => {
      const label = law.vocabulary.labelOf(term)
      return caps === undefined
        ? unknown(`further purposes of its instrument are withheld: ${label}?`, { at, evidence })
        : fail(`${label} is no purpose of its instrument`, { at, evidence })
    })
}

function fromWhom(parents: readonly Upstream[]): string {
  const [first] = parents
  if (first === undefined) return ''
  const more = parents.length === 1 ? '' : ` and ${parents.length - 1} more`
  return ` from ${first.id.slice(0, 12)}${more}`
}
