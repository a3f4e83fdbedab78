/** R01: a purpose is declared, and it is specific. GDPR Art. 5(1)(b). */
import type { Rule } from './rule.js'
import { fail, type Judged, pass, unknown, warn } from './verdict.js'

export const R01: Rule = {
  id: 'R01',
  title: 'purpose declared and specific',
  inputs: ['purposes'],
  citation: 'GDPR Art. 5(1)(b)',
  explain:
    'Every hop says what the data is used for, by a term of the purpose vocabulary (or a local term with a parent in it). No purpose, or a purpose as wide as "purpose" itself, is a FAIL; one of the seventeen widest terms is a WARN. Name the narrower term: waybill vocab purposes.',
  judge({ hop, law }) {
    const { purposes } = hop.claims
    if (purposes === undefined) {
      return [unknown('its purposes are withheld', { at: 'claims.purposes' })]
    }
    if (purposes.length === 0) return [fail('no purpose is declared', { at: 'claims.purposes' })]
    return purposes.map((term, position): Judged => {
      const at = `claims.purposes[${position}]`
      const label = law.vocabulary.labelOf(term)
      const kind = law.vocabulary.purposeKind(term)
      if (kind === 'root') return fail('“purpose” itself is no purpose', { at })
      if (kind === 'unknown') return fail(`${label} is no purpose of the vocabulary`, { at })
      if (kind === 'broad') return warn(`${label} is one of the widest purposes`, { at })
      return pass(`${label} is specific`, { at })
    })
  },
}
