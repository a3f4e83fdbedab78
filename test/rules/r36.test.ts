import type { PartyId } from '../../ledger/core/key-state.js'
import { R36 } from '../../ledger/rules/r36-same-party.js'
import {
  COLLECTION_ID,
  collection,
  EXPORTER,
  facts,
  gap,
  hidden,
  IMPORTER,
  INSTRUMENT_ID,
  instrument,
  judging,
  limits,
  outcome,
  party,
  processing,
  ruleCases,
  THIRD,
  TRANSFER_ID,
  terms,
  transfer,
  upstream,
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

/** A transfer between parties of which these continue others. */
const inLine = (line: Readonly<Record<PartyId, PartyId>>) =>
  judging(transfer(), {
    facts: facts({
      parties: [EXPORTER, IMPORTER, THIRD].map((id) =>
        party(id, id === EXPORTER ? 'DE' : 'US', { continues: line[id] ?? null }),
      ),
    }),
  })

type Processed = {
  /** Where the transfer went; default the United States. */
  readonly to?: string
  /** Or where it was collected, or processed before. */
  readonly collected?: string
  readonly processed?: string
  /** Where else it was kept before. */
  readonly kept?: string[]
  readonly access?: string[]
  readonly storage?: string[]
  /** What came with it; `undefined`: not known. */
  readonly from?: readonly string[] | undefined
}

/** A processing in a country, of data that was where this says. */
const processed = (country: string, given: Processed = {}) => {
  const { to: goal = 'US', collected, processed: before, kept, access, storage } = given
  const stored = kept === undefined ? {} : { storage: kept }
  const from = 'from' in given ? given.from : []
  const limit = limits(
    from === undefined ? {} : { origins: new Set(from) },
    from ? [] : ['origins'],
  )
  const hop = (): Parameters<typeof upstream>[0] => {
    if (collected !== undefined) {
      return collection({ place: { jurisdiction: collected, ...stored } })
    }
    if (before !== undefined) return processing({ place: { jurisdiction: before } })
    return transfer({ route: { from: 'DE', to: goal, mode: 'copy', ...stored } })
  }
  const place = {
    jurisdiction: country,
    ...(access === undefined ? {} : { access }),
    ...(storage === undefined ? {} : { storage }),
  }
  return judging(processing({ place }), { upstream: [upstream(hop(), limit)] })
}

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
    title: 'one organisation enrolled twice, once without the country of its number',
    given: () => {
      const vat = { scheme: 'vat', value: 'DE123456789' } as const
      return between({ identifiers: [vat] }, { identifiers: [{ ...vat, country: 'DE' }] })
    },
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'the same number in the registers of two countries',
    given: () => {
      const own = { scheme: 'register', value: 'HRB 1', register: 'Central' } as const
      const inCountry = (country: string) => ({ identifiers: [{ ...own, country }] })
      return between(inCountry('DE'), inCountry('AT'))
    },
    verdict: 'PASS',
  },
  {
    title: 'a party and the one that it continues',
    given: () => between({}, { continues: EXPORTER }),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'the one that is continued sends to the one that continues it',
    given: () => between({ continues: IMPORTER }, {}),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a party and one that it continues by another between',
    given: () => inLine({ [IMPORTER]: THIRD, [THIRD]: EXPORTER }),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'two parties that continue the same one',
    given: () => inLine({ [IMPORTER]: THIRD, [EXPORTER]: THIRD }),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a party that continues one that has nothing to do with the other side',
    given: () => inLine({ [IMPORTER]: THIRD }),
    verdict: 'PASS',
  },
  {
    title: 'a party that continues one that is not shown',
    given: () => between({}, { continues: THIRD }),
    verdict: 'UNKNOWN',
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
  {
    title: 'a processing where the data was received',
    given: () => processed('US'),
    verdict: 'NA',
  },
  {
    title: 'data received in the Union, and processed in China by whoever received it',
    given: () => processed('CN', { to: 'DE' }),
    verdict: 'WARN',
    at: 'claims.place.jurisdiction',
    evidence: [TRANSFER_ID],
    why: /took it from DE to CN, which GDPR chapter V restricts/,
  },
  {
    title: 'data received in the Union, and processed in the United States',
    given: () => processed('US', { to: 'DE' }),
    verdict: 'WARN',
  },
  {
    title: 'data collected in the Union, and processed in China by its collector',
    given: () => processed('CN', { collected: 'DE' }),
    verdict: 'WARN',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'data collected in China, and processed in Germany by its collector',
    given: () => processed('DE', { collected: 'CN' }),
    verdict: 'WARN',
    why: /PIPL/,
  },
  {
    title: 'done in the Union, and read from India',
    given: () => processed('DE', { to: 'DE', access: ['DE', 'IN'] }),
    verdict: 'WARN',
    at: 'claims.place.access[1]',
  },
  {
    title: 'done in the Union, and stored in the United States',
    given: () => processed('DE', { to: 'DE', storage: ['US'] }),
    verdict: 'WARN',
    at: 'claims.place.storage[0]',
  },
  {
    title: 'elsewhere in the Union',
    given: () => processed('FR', { to: 'DE' }),
    verdict: 'NA',
  },
  {
    title: 'in a country that is found adequate',
    given: () => processed('GB', { to: 'DE' }),
    verdict: 'NA',
  },
  {
    title: 'in a country found adequate only for organisations of a list',
    given: () => processed('CA', { to: 'DE' }),
    verdict: 'WARN',
  },
  {
    title: 'where the transfer said that it is stored',
    given: () => processed('IN', { to: 'DE', kept: ['IN'] }),
    verdict: 'NA',
  },
  {
    title: 'where its collection is stored: nobody has looked at that way out',
    given: () => processed('IN', { collected: 'DE', kept: ['IN'] }),
    verdict: 'WARN',
  },
  {
    title: 'where it was processed before: that is said once',
    given: () => processed('CN', { processed: 'CN' }),
    verdict: 'NA',
  },
  {
    title: 'from the United States, with data that came from the Union',
    given: () => processed('IN', { from: ['DE'] }),
    verdict: 'WARN',
    why: /from US to IN, which GDPR chapter V/,
  },
  {
    title: 'from the United States, with data of which no law is known to have come',
    given: () => processed('IN', { from: [] }),
    verdict: 'NA',
  },
  {
    title: 'from the United States, with data of which it is not known what came with it',
    given: () => processed('IN', { from: undefined }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'from the United Kingdom, whose law governs what leaves it',
    given: () => processed('IN', { to: 'GB', from: ['DE'] }),
    verdict: 'WARN',
    why: /^its holder took it from GB to IN, which UK GDPR chapter V restricts, and no transfer was declared$/,
  },
  {
    title: 'where it was done is withheld',
    given: () => {
      const { hop, ...rest } = processed('FR', { to: 'DE' })
      return { ...rest, hop: withheld(hop, 'place') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.place',
  },
  {
    title: 'where it was done is withheld, and no law of the ruleset restricts it',
    given: () => {
      const { hop, ...rest } = processed('US', { from: [] })
      return { ...rest, hop: withheld(hop, 'place') }
    },
    verdict: 'NA',
  },
  {
    title: 'where it was received is withheld',
    given: () => {
      const { upstream: parents, ...rest } = processed('CN', { to: 'DE' })
      const less = parents.map((parent) => ({
        ...parent,
        hop: parent.hop && withheld(parent.hop, 'route'),
      }))
      return { ...rest, upstream: less }
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'what it was made of is not shown',
    given: () => judging(processing({ place: { jurisdiction: 'CN' } }), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
