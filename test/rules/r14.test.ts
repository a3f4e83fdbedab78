import type { Field } from '../../ledger/rules/hop.js'
import { R14 } from '../../ledger/rules/r14-special-basis.js'
import {
  collection,
  field,
  gap,
  judging,
  limits,
  outcome,
  processing,
  ruleCases,
  terms,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { dpv, gdpr, pd } from './vocabulary.js'

const CONSENT = { basis: gdpr('A9-2-a') }
const RESEARCH_LAW = { basis: gdpr('A9-2-j'), law: 'BDSG s. 27' }
const RESEARCH_ONLY = { basis: gdpr('A9-2-j') }
const INTEREST = { basis: gdpr('A6-1-f') }
const HEALTH = field('diagnosis', { category: pd('HealthRecord'), special: ['special'] })
const CRIME = field('record', { category: pd('CriminalConviction'), special: ['criminal'] })
const SPECIAL = limits({ special: true })

/** A field that says nothing of whether it is special. */
function unsaid(category: string): Field {
  const { special: _, ...rest } = field('x', { category })
  return rest
}

type Basis = { readonly basis: string; readonly law?: string }

const collects = (legalBasis: readonly Basis[], fields = [HEALTH]) =>
  judging(collection({ fields, legalBasis }))

/** A transfer of special data with these bases; roles are those of two controllers. */
const sends = (
  exporter: readonly Basis[],
  importer: readonly Basis[],
  claims: Parameters<typeof transfer>[0] = {},
) => {
  const { exporter: from, importer: to } = terms()
  return judging(
    transfer({
      fields: [HEALTH],
      terms: terms({
        exporter: { ...from, legalBasis: exporter },
        importer: { ...to, legalBasis: importer },
      }),
      ...claims,
    }),
    { upstream: [upstream(collection({ fields: [HEALTH] }), SPECIAL)] },
  )
}

const TO_FRANCE = { route: { from: 'DE', to: 'FR', mode: 'copy' as const } }

/** A processing in Germany. */
const processes = (claims: Parameters<typeof processing>[0], given = {}) =>
  judging(processing({ place: { jurisdiction: 'DE' }, ...claims }), given)

/** A field that does not say whether it is special. */
function silent(category: string) {
  const { special: _, ...rest } = field('note', { category })
  return rest
}

ruleCases(R14, [
  {
    title: 'a letter that Art. 9(2) does not have',
    given: () => collects([INTEREST, { basis: gdpr('A9-2-zzz') }]),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'collected in America, and where the persons are is not said',
    given: () => judging(collection({ fields: [HEALTH], place: { jurisdiction: 'US' } })),
    verdict: 'UNKNOWN',
    at: 'claims.legalBasis',
  },
  {
    title: 'collected in America, from Americans',
    given: () =>
      judging(
        collection({
          fields: [HEALTH],
          place: { jurisdiction: 'US', subjectCountries: ['US'] },
        }),
      ),
    verdict: 'PASS',
  },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  { title: 'nothing special is collected', given: () => judging(collection()), verdict: 'NA' },
  { title: 'nothing special is sent', given: () => judging(transfer()), verdict: 'NA' },
  { title: 'nothing special is made', given: () => judging(processing()), verdict: 'NA' },
  {
    title: 'special data collected with consent',
    given: () => collects([INTEREST, CONSENT]),
    verdict: 'PASS',
  },
  {
    title: 'special data collected under a law that is named',
    given: () => collects([RESEARCH_LAW]),
    verdict: 'PASS',
  },
  {
    title: 'special data sent; the importer is in no country of the GDPR',
    given: () => sends([CONSENT], []),
    verdict: 'PASS',
  },
  {
    title: 'special data sent within the GDPR, both sides with a basis',
    given: () => sends([CONSENT], [CONSENT], TO_FRANCE),
    verdict: 'PASS',
  },
  {
    title: 'special data sent to a processor, which rests on its controller',
    given: () => {
      const { importer } = terms()
      const role = dpv('DataProcessor') as typeof importer.role
      return sends([], [], {
        ...TO_FRANCE,
        terms: terms({
          exporter: { ...terms().exporter, legalBasis: [CONSENT] },
          importer: { role },
        }),
      })
    },
    verdict: 'PASS',
  },
  {
    title: 'a processing of special data rests on the bases upstream',
    given: () =>
      processes(
        { fields: [HEALTH] },
        { upstream: [upstream(transfer({ fields: [HEALTH] }), SPECIAL)] },
      ),
    verdict: 'PASS',
  },
  {
    title: 'special data collected outside the GDPR, of people outside',
    given: () =>
      judging(
        collection({
          fields: [HEALTH],
          legalBasis: [],
          place: { jurisdiction: 'US', subjectCountries: ['US'] },
        }),
      ),
    verdict: 'PASS',
  },
  {
    title: 'criminal data under a law that is named',
    given: () => collects([{ basis: gdpr('A6-1-e'), law: 'BDSG s. 26' }], [CRIME]),
    verdict: 'PASS',
  },
  {
    title: 'a basis that needs a law and names none',
    given: () => collects([INTEREST, RESEARCH_ONLY]),
    verdict: 'WARN',
    at: 'claims.legalBasis[1].law',
  },
  {
    title: 'a basis that needs no law beside one that does',
    given: () => collects([RESEARCH_ONLY, CONSENT]),
    verdict: 'PASS',
  },
  {
    title: 'special data collected with a basis of Art. 6 alone',
    given: () => collects([INTEREST]),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
    why: /diagnosis/,
  },
  {
    title: 'special by its category, whatever its flags say',
    given: () => collects([INTEREST], [field('diagnosis', { category: pd('HealthRecord') })]),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'special by its flag, whatever its category says',
    given: () => collects([INTEREST], [field('age', { special: ['special'] })]),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'the exporter has no basis',
    given: () => sends([INTEREST], [CONSENT]),
    verdict: 'FAIL',
    at: 'claims.terms.exporter.legalBasis',
  },
  {
    title: 'the importer within the GDPR has no basis',
    given: () => sends([CONSENT], [INTEREST], TO_FRANCE),
    verdict: 'FAIL',
    at: 'claims.terms.importer.legalBasis',
  },
  {
    title: 'what comes from special data stays special',
    given: () => sends([INTEREST], [], { fields: [field('age')] }),
    verdict: 'FAIL',
    at: 'claims.terms.exporter.legalBasis',
  },
  {
    title: 'a processing that makes special data of other data',
    given: () =>
      processes({ fields: [field('risk', { category: pd('MedicalHealth'), source: [] })] }),
    verdict: 'FAIL',
    at: 'claims.place.legalBasis',
  },
  {
    title: 'criminal data without a law',
    given: () => collects([INTEREST, CONSENT], [CRIME]),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
    why: /Art\. 10/,
  },
  {
    title: 'criminal by its category alone',
    given: () => collects([INTEREST], [field('record', { category: pd('CriminalCharge') })]),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'no fields are declared',
    given: () => judging(collection({ fields: [] })),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0]',
  },
  {
    title: 'a field of no known category that does not say',
    given: () => collects([INTEREST], [silent(dpv('UncategorisedData')) as typeof HEALTH]),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0]',
  },
  {
    title: 'its fields are withheld',
    given: () => judging(withheld(collection(), 'fields')),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'bases for special data are withheld',
    given: () => judging(withheld(collection({ fields: [HEALTH] }), 'legalBasis')),
    verdict: 'UNKNOWN',
    at: 'claims.legalBasis',
  },
  {
    title: 'the terms of a transfer of special data are withheld',
    given: () => judging(withheld(transfer({ fields: [HEALTH] }), 'terms')),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a gap upstream may be special',
    given: () => judging(processing(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a category wide enough to be special, and no word on whether it is',
    given: () => collects([INTEREST], [unsaid(pd('External'))]),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0]',
  },
  {
    title: 'a wide category, said not to be special',
    given: () => collects([INTEREST], [field('x', { category: pd('External') })]),
    verdict: 'NA',
  },
  {
    title: 'a category that is not special, and no word on it',
    given: () => collects([INTEREST], [unsaid(pd('Country'))]),
    verdict: 'NA',
  },
])
