import { R36 } from '../../ledger/rules/r36-same-party.js'
import {
  collection,
  EXPORTER,
  facts,
  hidden,
  IMPORTER,
  INSTRUMENT_ID,
  instrument,
  judging,
  outcome,
  party,
  processing,
  ruleCases,
  THIRD,
  terms,
  transfer,
  withheld,
} from './fixtures.js'

type PartyClaims = NonNullable<Parameters<typeof party>[2]>
type Changes = NonNullable<Parameters<typeof transfer>[0]>
type Kind = NonNullable<NonNullable<Parameters<typeof instrument>[0]>['kind']>

const LEI = '5299000J2N45DDNE4Y28'
const OTHER_LEI = '529900T8BM49AURSDO55'
const HEAD: PartyClaims = { group: { head: THIRD } }
const lei = (value: string): PartyClaims => ({ identifiers: [{ scheme: 'lei', value }] })

/** A transfer between parties who say this of themselves. */
const between = (
  exporter: PartyClaims,
  importer: PartyClaims,
  changes: Changes = {},
  kind: Kind = { code: 'A46-2-c', module: 'C2C' },
) =>
  judging(transfer(changes), {
    facts: facts({
      parties: [
        party(EXPORTER, 'DE', exporter),
        party(IMPORTER, changes.route?.to ?? 'US', importer),
      ],
      instruments: [instrument({ kind })],
    }),
  })
const to = (country: string): Changes => ({ route: { from: 'DE', to: country, mode: 'copy' } })
const AT = 'claims.importer'

ruleCases(R36, [
  { title: 'two parties without a group', given: () => judging(transfer()), verdict: 'PASS' },
  {
    title: 'two parties of different groups',
    given: () => between(HEAD, { group: { lei: LEI } }),
    verdict: 'PASS',
  },
  {
    title: 'one group, with standard clauses',
    given: () => between(HEAD, HEAD),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'one group, with binding rules of which the approval is named',
    given: () => between(HEAD, HEAD, {}, { code: 'A46-2-b', approval: 'BCR-17' }),
    verdict: 'PASS',
  },
  {
    title: 'one group, with binding rules approved for the group',
    given: () => between({ group: { head: THIRD, bcr: 'BCR-17' } }, HEAD, {}, { code: 'A46-2-b' }),
    verdict: 'PASS',
  },
  {
    title: 'one group within the Union',
    given: () => between(HEAD, HEAD, { ...to('FR'), instrument: null }),
    verdict: 'PASS',
  },
  {
    title: 'one group, to an adequate country',
    given: () => between(HEAD, HEAD, { ...to('CH'), instrument: null }),
    verdict: 'PASS',
  },
  {
    title: 'one group without an instrument',
    given: () => between(HEAD, HEAD, { instrument: null }),
    verdict: 'WARN',
    at: 'claims.instrument',
  },
  {
    title: 'one group with a contract only',
    given: () => between(HEAD, HEAD, {}, { code: 'Contract' }),
    verdict: 'WARN',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'one group on a derogation',
    given: () =>
      between(HEAD, HEAD, {
        instrument: null,
        terms: terms({ derogation: { ground: 'A49-1-a', repeats: 0 } }),
      }),
    verdict: 'WARN',
  },
  {
    title: 'the importer is the head of the exporter’s group',
    given: () => between({ group: { head: IMPORTER } }, {}, { instrument: null }),
    verdict: 'WARN',
  },
  {
    title: 'the importer is the ultimate parent by its LEI',
    given: () => between({ group: { lei: LEI } }, lei(LEI), { instrument: null }),
    verdict: 'WARN',
  },
  {
    title: 'binding rules of which no approval is named',
    given: () => between(HEAD, HEAD, {}, { code: 'A46-2-b' }),
    verdict: 'WARN',
    why: /approval/,
  },
  {
    title: 'one party on both sides',
    given: () => judging(transfer({ importer: EXPORTER })),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'one organisation enrolled twice, by its LEI',
    given: () => between(lei(LEI), lei(LEI)),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'one organisation enrolled twice, by its register',
    given: () => {
      const identifiers = [
        { scheme: 'register', value: 'HRB 1', register: 'Berlin', country: 'DE' },
      ] as const
      return between({ identifiers }, { identifiers })
    },
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a party and the one that it continues',
    given: () => between({}, { continues: EXPORTER }),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'the same number in another register is another organisation',
    given: () =>
      between(
        { identifiers: [{ scheme: 'register', value: 'HRB 1', register: 'Berlin' }] },
        { identifiers: [{ scheme: 'register', value: 'HRB 1', register: 'Hamburg' }] },
      ),
    verdict: 'PASS',
  },
  {
    title: 'two organisations with an LEI each',
    given: () => between(lei(LEI), lei(OTHER_LEI)),
    verdict: 'PASS',
  },
  {
    title: 'the importer is withheld',
    given: () => judging(withheld(transfer(), 'importer')),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a party is not shown',
    given: () => judging(transfer(), { facts: facts({ parties: [party(EXPORTER, 'DE')] }) }),
    verdict: 'UNKNOWN',
    at: AT,
  },
  {
    title: 'the group of a party is withheld',
    given: () => {
      const other = party(IMPORTER, 'US')
      const parties = [
        party(EXPORTER, 'DE', HEAD),
        { ...other, claims: hidden(other.claims, 'group') },
      ]
      return judging(transfer(), { facts: facts({ parties }) })
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'one group, and the instrument is not shown',
    given: () => {
      const given = between(HEAD, HEAD)
      const parties = [party(EXPORTER, 'DE', HEAD), party(IMPORTER, 'US', HEAD)]
      return { ...given, facts: facts({ parties, instruments: [] }) }
    },
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'one group, and the route is withheld',
    given: () => {
      const { hop, ...rest } = between(HEAD, HEAD)
      return { ...rest, hop: withheld(hop, 'route') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
