import type { PartyId } from '../../ledger/core/key-state.js'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { Limits } from '../../ledger/rules/limits.js'
import { R17 } from '../../ledger/rules/r17-onward-transfer.js'
import type { Judging } from '../../ledger/rules/rule.js'
import {
  assessment,
  COLLECTION_ID,
  collection,
  DIGEST,
  EXPORTER,
  facts,
  field,
  gap,
  IMPORTER,
  judging,
  limits,
  outcome,
  PROCESSING_ID,
  party,
  processing,
  ruleCases,
  THIRD,
  TRANSFER_ID,
  terms,
  transfer,
  unsure,
  upstream,
  withheld,
} from './fixtures.js'
import { dpv, gdpr, pd } from './vocabulary.js'

type Terms = ClaimsByType['transfer/1']['terms']
type Document = NonNullable<Terms['documents']>[number]
type Claims = Partial<ClaimsByType['transfer/1']>

const NEVER = limits({ onward: false })
const ONLY_US_CA = limits({
  countries: { included: new Set(['US', 'CA']), excluded: new Set() },
})
const NOT_CN = limits({ countries: { included: undefined, excluded: new Set(['CN']) } })
const ONLY_IMPORTER = limits({ recipients: new Set([IMPORTER]) })
const CONSENT = limits({ conditions: { consent: true, authorisation: false } })
const ASKED = { consent: false, authorisation: true }
const LEAVE = limits({ conditions: ASKED, authorisers: new Set([EXPORTER]) })
/** Somebody before the exporter asked for it. */
const LEAVE_OF_THIRD = limits({ conditions: ASKED, authorisers: new Set([THIRD, EXPORTER]) })

const given = (limit: Limits, claims: Claims = {}): Judging =>
  judging(transfer(claims), { upstream: [upstream(collection(), limit)] })

const route = (to: string, more: Partial<ClaimsByType['transfer/1']['route']> = {}): Claims => ({
  route: { from: 'DE', to, mode: 'copy', ...more },
})

const shown = (kind: Document['kind'], changes: Partial<Document> = {}): Claims => ({
  terms: terms({ documents: [{ kind, digest: DIGEST, date: '2026-02-01', ...changes }] }),
})

const subProcessed = (country: string, party?: string, more: Partial<Terms> = {}): Claims => {
  const who = party === undefined ? { name: 'Sub' } : { party }
  const subProcessors = [{ ...who, country, subject: 'hosting', nature: [dpv('Store')] }]
  return { terms: terms({ subProcessors, ...more }) }
}

/** A report, said to be anonymous, made of data with an address. */
const published = (limit: Limits): Judging =>
  judging(outcome({ audience: { public: true }, personalData: 'anonymous' }), {
    upstream: [
      upstream(
        processing({
          fields: [field('mail', { category: pd('EmailAddress'), identifier: 'direct' })],
        }),
        limit,
      ),
    ],
  })
const STRANGER = 'S'.repeat(43) as PartyId
/** The exporter’s basis, with a consent of this day, where consent is asked for. */
const consenting = (basis: string, date: string): Judging => {
  const legalBasis = [{ basis: gdpr(basis), consent: { digest: DIGEST, date } }]
  return given(CONSENT, { terms: terms({ exporter: { ...terms().exporter, legalBasis } }) })
}

/** A processing at the importer of the default transfer, in the United States. */
const done = (
  place: Partial<ClaimsByType['processing/1']['place']>,
  limit: Limits,
  parent = transfer(),
): Judging =>
  judging(processing({ place: { jurisdiction: 'US', ...place } }), {
    upstream: [upstream(parent, limit)],
  })

const told = (
  audience: ClaimsByType['outcome/1']['audience'],
  limit: Limits,
  personalData: ClaimsByType['outcome/1']['personalData'] = 'personal',
): Judging =>
  judging(outcome({ audience, personalData }), { upstream: [upstream(processing(), limit)] })

ruleCases(R17, [
  { title: 'nothing before limits it', given: () => given(limits()), verdict: 'PASS' },
  { title: 'to a country that is allowed', given: () => given(ONLY_US_CA), verdict: 'PASS' },
  { title: 'not to one that is excluded', given: () => given(NOT_CN), verdict: 'PASS' },
  { title: 'to the recipient allowed', given: () => given(ONLY_IMPORTER), verdict: 'PASS' },
  {
    title: 'no onward transfer is allowed',
    given: () => given(NEVER),
    verdict: 'FAIL',
    at: 'claims.route.to',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'to a country that is not among those allowed',
    given: () => given(ONLY_US_CA, route('BR')),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /BR is not among/,
  },
  {
    title: 'to an excluded country',
    given: () => given(NOT_CN, route('CN')),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /CN is excluded/,
  },
  {
    title: 'stored in a country that is not allowed',
    given: () => given(ONLY_US_CA, route('US', { storage: ['US', 'IN'] })),
    verdict: 'FAIL',
    at: 'claims.route.storage[1]',
  },
  {
    title: 'accessed from an excluded country',
    given: () => given(NOT_CN, route('US', { access: ['CN'] })),
    verdict: 'FAIL',
    at: 'claims.route.access[0]',
  },
  {
    title: 'a sub-processor in a country that is not allowed',
    given: () => given(ONLY_US_CA, subProcessed('IN')),
    verdict: 'FAIL',
    at: 'claims.terms.subProcessors[0].country',
  },
  {
    title: 'to a recipient that is not allowed',
    given: () => given(limits({ recipients: new Set([THIRD]) })),
    verdict: 'FAIL',
    at: 'claims.importer',
  },
  {
    title: 'to one that says it continues a recipient that is allowed: it is to be agreed anew',
    given: () => {
      const continuing = party(IMPORTER, 'US', { continues: THIRD })
      const known = facts({ parties: [party(EXPORTER, 'DE'), continuing, party(THIRD, 'US')] })
      return { ...given(limits({ recipients: new Set([THIRD]) })), facts: known }
    },
    verdict: 'FAIL',
    at: 'claims.importer',
  },
  {
    title: 'a sub-processor that is no recipient',
    given: () => given(ONLY_IMPORTER, subProcessed('US', THIRD)),
    verdict: 'FAIL',
    at: 'claims.terms.subProcessors[0].party',
  },
  {
    title: 'one of two parents excludes the country',
    given: () =>
      judging(transfer(route('CN'), { parents: [{ id: COLLECTION_ID, n: 0 }] }), {
        upstream: [upstream(collection()), upstream(collection(), NOT_CN)],
        limits: NOT_CN,
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'consent is asked for and none is shown',
    given: () => given(CONSENT),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
    why: /consent/,
  },
  {
    title: 'consent is asked for and its form is shown',
    given: () => given(CONSENT, shown('consent-form')),
    verdict: 'PASS',
  },
  {
    title: 'consent is asked for and is the exporter’s basis',
    given: () => {
      const exporter: Terms['exporter'] = {
        ...terms().exporter,
        legalBasis: [{ basis: gdpr('A6-1-a'), consent: { digest: DIGEST } }],
      }
      return given(CONSENT, { terms: terms({ exporter }) })
    },
    verdict: 'PASS',
  },
  {
    title: 'authorisation is asked for and none is shown',
    given: () => given(LEAVE),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'authorisation is asked for and shown, and not by whom',
    given: () => given(LEAVE, shown('onward-authorisation')),
    verdict: 'UNKNOWN',
    at: 'claims.terms.documents',
  },
  {
    title: 'whoever asked for it before the exporter authorised it',
    given: () => given(LEAVE_OF_THIRD, shown('onward-authorisation', { by: THIRD })),
    verdict: 'PASS',
  },
  {
    title: 'the exporter authorised itself in place of whoever asked for it',
    given: () => given(LEAVE_OF_THIRD, shown('onward-authorisation', { by: EXPORTER })),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'a stranger authorised it',
    given: () => given(LEAVE_OF_THIRD, shown('onward-authorisation', { by: STRANGER })),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'of two who asked for it, one authorised it',
    given: () =>
      given(
        limits({ conditions: ASKED, authorisers: new Set([THIRD, STRANGER]) }),
        shown('onward-authorisation', { by: THIRD }),
      ),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'it was authorised, and others may have asked for it as well',
    given: () =>
      given(
        limits({ conditions: ASKED, authorisers: new Set([THIRD]) }, ['authorisers']),
        shown('onward-authorisation', { by: THIRD }),
      ),
    verdict: 'UNKNOWN',
    at: 'claims.terms.documents',
  },
  {
    title: 'consent is shown of a basis that is none of consent',
    given: () => consenting('A6-1-f', '2026-01-01'),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'consent is shown to a text that came into use later',
    given: () => consenting('A6-1-a', '2099-01-01'),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'consent is shown to a text that was in use',
    given: () => consenting('A9-2-a', '2026-03-01'),
    verdict: 'PASS',
  },
  {
    title: 'the authorisation was refused',
    given: () => given(LEAVE, shown('onward-authorisation', { outcome: 'refused' })),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'the authorisation had lapsed',
    given: () => given(LEAVE, shown('onward-authorisation', { validUntil: '2026-02-28' })),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'the authorisation came after the transfer',
    given: () => given(LEAVE, shown('onward-authorisation', { date: '2026-03-02' })),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'the importer authorised itself',
    given: () => given(LEAVE, shown('onward-authorisation', { by: IMPORTER })),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'whoever sent it authorised it',
    given: () => given(LEAVE, shown('onward-authorisation', { by: EXPORTER })),
    verdict: 'PASS',
  },
  {
    title: 'leave for sub-processors is no leave for the transfer',
    given: () =>
      given(LEAVE, subProcessed('US', THIRD, shown('sub-processor-authorisation').terms)),
    verdict: 'FAIL',
    at: 'claims.terms.documents',
  },
  {
    title: 'a processing where the data is',
    given: () => done({}, NEVER),
    verdict: 'PASS',
  },
  {
    title: 'a processing elsewhere, where nothing limits it',
    given: () => done({ jurisdiction: 'CN' }, limits()),
    verdict: 'PASS',
  },
  {
    title: 'a processing takes the data elsewhere, and no onward transfer is allowed',
    given: () => done({ jurisdiction: 'CA' }, NEVER),
    verdict: 'FAIL',
    at: 'claims.place.jurisdiction',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'a processing stores the result in an excluded country',
    given: () => done({ storage: ['US', 'CN'] }, NOT_CN),
    verdict: 'FAIL',
    at: 'claims.place.storage[1]',
  },
  {
    title: 'a processing is accessed from a country that is not allowed',
    given: () => done({ access: ['IN'] }, ONLY_US_CA),
    verdict: 'FAIL',
    at: 'claims.place.access[0]',
  },
  {
    title: 'an outcome for readers in a country that is not allowed',
    given: () => told({ public: false, countries: ['US', 'BR'] }, ONLY_US_CA),
    verdict: 'FAIL',
    at: 'claims.audience.countries[1]',
  },
  {
    title: 'an outcome for a recipient in an excluded country',
    given: () => told({ public: false, recipients: [{ party: THIRD, country: 'CN' }] }, NOT_CN),
    verdict: 'FAIL',
    at: 'claims.audience.recipients[0].country',
  },
  {
    title: 'a published outcome about persons, where countries are limited',
    given: () => told({ public: true }, ONLY_US_CA),
    verdict: 'FAIL',
    at: 'claims.audience.countries',
  },
  {
    title: 'a published outcome about persons, where recipients are limited',
    given: () => told({ public: true }, ONLY_IMPORTER),
    verdict: 'FAIL',
    at: 'claims.audience.public',
  },
  {
    title: 'an outcome about persons handed out, where nothing may be passed on',
    given: () => told({ public: false, recipients: [{ party: THIRD }] }, NEVER),
    verdict: 'FAIL',
    at: 'claims.audience',
  },
  {
    title: 'an outcome for readers that are allowed',
    given: () => told({ public: false, countries: ['CA'] }, ONLY_US_CA),
    verdict: 'PASS',
  },
  {
    title: 'a published outcome that is anonymous',
    given: () => told({ public: true }, NEVER, 'anonymous'),
    verdict: 'NA',
  },
  {
    title: 'published as anonymous, made of what identifies directly, and nothing may be passed on',
    given: () => published(NEVER),
    verdict: 'UNKNOWN',
    at: 'claims.personalData',
  },
  {
    title: 'published as anonymous, made of what identifies directly, and everything is allowed',
    given: () => published(limits()),
    verdict: 'NA',
  },
  {
    title: 'published as anonymous by an assessment',
    given: () => ({
      ...published(NEVER),
      facts: facts({
        assessments: [
          assessment(
            {
              assessor: IMPORTER,
              kind: 'anonymisation',
              purposes: null,
              scope: [PROCESSING_ID],
              result: 'anonymous',
            },
            { index: 35 },
          ),
        ],
      }),
    }),
    verdict: 'NA',
  },
  { title: 'an outcome for nobody else', given: () => told(null, NEVER), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  {
    title: 'a parent that was not shown',
    given: () => judging(transfer(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
    at: 'claims.route.to',
  },
  {
    title: 'a gap among the parents, and an excluded country all the same',
    given: () => given(unsure(NOT_CN), route('CN')),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'the route is withheld where countries are limited',
    given: () => {
      const full = given(ONLY_US_CA)
      return { ...full, hop: withheld(full.hop, 'route') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'the route is withheld where nothing is limited',
    given: () => {
      const full = given(limits())
      return { ...full, hop: withheld(full.hop, 'route') }
    },
    verdict: 'PASS',
  },
  {
    title: 'recipients are limited by a kind that cannot be computed',
    given: () => given(limits({}, ['recipients'])),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
  },
  {
    title: 'a sub-processor that is no party, where recipients are limited',
    given: () => given(ONLY_IMPORTER, subProcessed('US')),
    verdict: 'UNKNOWN',
    at: 'claims.terms.subProcessors[0].party',
  },
  {
    title: 'the terms are withheld where consent is asked for',
    given: () => {
      const full = given(CONSENT, shown('consent-form'))
      return { ...full, hop: withheld(full.hop, 'terms') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'a processing in a country where the data may have been before',
    given: () => done({ jurisdiction: 'CA' }, NEVER, withheld(transfer(), 'route')),
    verdict: 'UNKNOWN',
    at: 'claims.place.jurisdiction',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'a published outcome after a gap',
    given: () =>
      judging(outcome({ audience: { public: true }, personalData: 'personal' }), {
        upstream: [gap()],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.audience.public',
  },
])
