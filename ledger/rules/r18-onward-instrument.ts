/** R18: what is passed on keeps the protection that came with it. GDPR Art. 44. */
import { citedBy, NO_TRANSFER } from './cited.js'
import { broughtRestrictions, soften } from './footing.js'
import type { Rule } from './rule.js'
import { type Judged, notApplicable, unknown, warn } from './verdict.js'
import { wayOut } from './way-out.js'

export const R18: Rule = {
  id: 'R18',
  title: 'onward instrument not weaker',
  inputs: ['route', 'instrument', 'terms', 'period', 'limits.origins', 'facts.instrument'],
  citation: 'GDPR Art. 44; SCC clauses 8.7, 8.8',
  explain:
    'Data keeps the law under which it was collected or sent: a party in a third country that passes it on needs a tool of that law too, also inside its own country. A FAIL means that it has none, or one that law does not know. A derogation where others used safeguards is a WARN. Agree an instrument for the onward leg and cite it. Data of the Union and of the United Kingdom together needs both: an instrument that is the UK Addendum is the standard clauses of the Union, too, if it names their module and has the clauses among its documents.',
  judge(judging) {
    const { hop } = judging
    if (hop.type !== 'transfer/1') return NO_TRANSFER
    const restrictions = broughtRestrictions(hop, judging)
    if (restrictions === undefined) {
      return [unknown('from where to where is withheld', { at: 'claims.route' })]
    }
    const cited = citedBy(hop, judging)
    const judged = restrictions.flatMap((restriction) => {
      const { judged: one, derogation } = wayOut(hop, cited, restriction, judging)
      const weaker: readonly Judged[] =
        derogation && one.verdict === 'PASS'
          ? [
              warn(`a derogation is weaker than the safeguards of ${restriction.regime.name}`, {
                at:
                  hop.claims.instrument === null ? 'claims.terms.derogation' : 'claims.instrument',
              }),
            ]
          : []
      return soften([one, ...weaker], restriction)
    })
    return judged.length > 0
      ? judged
      : [notApplicable('no law that came with the data restricts it')]
  },
}
