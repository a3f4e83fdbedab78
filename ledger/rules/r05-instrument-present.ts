/** R05: a transfer that the law of the exporter's country restricts has a tool of that law. GDPR Art. 44, 46. */
import { citedBy, NO_TRANSFER } from './cited.js'
import { ownRestrictions, soften } from './footing.js'
import type { Transfer } from './hop.js'
import type { Law } from './law.js'
import type { Rule } from './rule.js'
import { regimesOf } from './tables.js'
import { notApplicable, pass, unknown } from './verdict.js'
import { wayOut } from './way-out.js'

export const R05: Rule = {
  id: 'R05',
  title: 'instrument present',
  inputs: [
    'route',
    'terms.subProcessors',
    'country of both parties',
    'where the data was',
    'instrument',
    'period',
    'facts.instrument',
    'ruleset.regimes',
  ],
  citation: 'GDPR Art. 44, 46; PIPL Art. 38',
  explain:
    'Data that leaves the reach of the exporter’s law needs a tool that this law accepts, for this route: clauses, binding rules, an adequacy decision, a derogation. A FAIL means that none is cited, that what is cited is no tool of that law, or that it was agreed for another route (storage, access and sub-processors abroad count). Where a party is enrolled elsewhere than the route says, or the data was elsewhere, the law of that country may restrict it too: without a tool of it that is UNKNOWN. Agree an instrument of a fitting kind, reaching to all these countries, and cite it; the law that came with data from elsewhere is R18’s.',
  judge(judging) {
    const { hop } = judging
    if (hop.type !== 'transfer/1') return NO_TRANSFER
    const restrictions = ownRestrictions(hop, judging)
    if (restrictions === undefined) {
      return [unknown('from where to where is withheld', { at: 'claims.route' })]
    }
    if (restrictions.length === 0) {
      return [notApplicable(unrestrictedWords(hop, judging.law))]
    }
    const cited = citedBy(hop, judging)
    const judged = restrictions.flatMap((restriction) =>
      soften([wayOut(hop, cited, restriction, judging).judged], restriction),
    )
    return judged.length > 0 ? judged : [pass('every law that may restrict it has a tool for it')]
  },
}

/** A law that the ruleset leaves out restricts nothing, which is not to be read as: there is none. */
function unrestrictedWords({ claims: { route } }: Transfer, law: Law): string {
  const isLeftOut = route !== undefined && regimesOf(law, route.from).length === 0
  return isLeftOut
    ? `the ruleset has no law of ${route.from}`
    : 'no law of the exporter’s country restricts it'
}
