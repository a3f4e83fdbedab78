import type { Limits, Uses } from '../../ledger/rules/limits.js'
import { R04 } from '../../ledger/rules/r04-end-use.js'
import {
  collection,
  field,
  gap,
  judging,
  limits,
  outcome,
  processing,
  RESEARCH,
  ruleCases,
  TRANSFER_ID,
  terms,
  transfer,
  unsure,
  upstream,
  withheld,
} from './fixtures.js'
import { LAW, testLaw } from './ruleset.js'
import { dpv, pd } from './vocabulary.js'

const MARKETING = dpv('DirectMarketing')

/** Limits with these uses ruled out, and these purposes allowed by end-use statements. */
function promised(prohibited: readonly string[], purposes?: readonly string[]): Limits {
  const uses = {
    prohibited: new Set(prohibited),
    purposes: purposes === undefined ? { covered: undefined } : LAW.vocabulary.purposesOf(purposes),
  } as Uses
  return limits({ uses })
}

const processes = (claims: Parameters<typeof processing>[0], limit: Limits) =>
  judging(processing(claims), { upstream: [upstream(transfer(), limit)] })

const comesOut = (claims: Parameters<typeof outcome>[0], limit: Limits) =>
  judging(outcome(claims), { upstream: [upstream(transfer(), limit)] })

const sends = (changes: Parameters<typeof terms>[0], claims: Parameters<typeof transfer>[0] = {}) =>
  judging(transfer({ terms: terms(changes), ...claims }))

/** Terms of a transfer without any promise. */
function unpromised() {
  const { endUse: _, prohibitedUses: __, ...rest } = terms()
  return rest
}

const { identifier: _, ...UNASSESSED } = field('user')
const KEPT_PSEUDONYMOUS = promised(['reidentification'])

ruleCases(R04, [
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  {
    title: 'a processing that no promise reaches',
    given: () => judging(processing()),
    verdict: 'NA',
  },
  {
    title: 'a transfer without a promise',
    given: () => judging(transfer({ terms: unpromised() })),
    verdict: 'NA',
  },
  {
    title: 'a processing for what was promised',
    given: () => processes({}, promised(['coercion', 'sale-onward'], [RESEARCH])),
    verdict: 'PASS',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'an outcome for what was promised',
    given: () => comesOut({}, promised(['sale-onward'], [dpv('ResearchAndDevelopment')])),
    verdict: 'PASS',
  },
  {
    title: 'a transfer whose purposes are those of its end-use statement',
    given: () => sends({ endUse: { statement: 'research' } }),
    verdict: 'PASS',
  },
  {
    title: 'a processing outside the end use',
    given: () => processes({ purposes: [RESEARCH, MARKETING] }, promised([], [RESEARCH])),
    verdict: 'FAIL',
    at: 'claims.purposes[1]',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'an outcome outside the end use',
    given: () => comesOut({ purposes: [MARKETING] }, promised([], [RESEARCH])),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a transfer for more than its own end-use statement',
    given: () => sends({ endUse: { statement: 'research' } }, { purposes: [RESEARCH, MARKETING] }),
    verdict: 'FAIL',
    at: 'claims.purposes[1]',
  },
  {
    title: 'a further purpose outside its own end-use statement',
    given: () => sends({ endUse: { statement: 'research' }, furtherPurposes: [MARKETING] }),
    verdict: 'FAIL',
    at: 'claims.terms.furtherPurposes[0]',
  },
  {
    title: 'declared purposes only, further ones included',
    given: () =>
      sends({ endUse: { statement: 'declared-purposes-only' }, furtherPurposes: [MARKETING] }),
    verdict: 'PASS',
  },
  {
    title: 'an onward transfer to sell, which an earlier importer ruled out',
    given: () =>
      judging(transfer({ purposes: [dpv('SellDataToThirdParties')] }), {
        upstream: [upstream(transfer(), promised(['sale-onward']))],
      }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
    why: /sale-onward/,
  },
  {
    title: 'a purpose under one that betrays a prohibited use',
    given: () => processes({ purposes: [dpv('TargetedAdvertising')] }, promised(['profiling'])),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an operation that betrays a prohibited use',
    given: () => processes({ nature: [dpv('Analyse'), dpv('Profiling')] }, promised(['profiling'])),
    verdict: 'FAIL',
    at: 'claims.nature[1]',
  },
  {
    title: 'an operation under one that betrays it',
    given: () =>
      processes(
        { nature: [dpv('TrackingByThirdParty')] },
        promised(['surveillance-beyond-purpose']),
      ),
    verdict: 'FAIL',
    at: 'claims.nature[0]',
  },
  {
    title: 'a transfer whose importer rules out what the terms say it does',
    given: () => sends({ prohibitedUses: ['profiling'], nature: [dpv('Profiling')] }),
    verdict: 'FAIL',
    at: 'claims.terms.nature[0]',
  },
  {
    title: 'watching that is the declared nature is not beyond the purpose',
    given: () =>
      sends({ prohibitedUses: ['surveillance-beyond-purpose'], nature: [dpv('Tracking')] }),
    verdict: 'PASS',
  },
  {
    title: 'a model, where training was ruled out',
    given: () => comesOut({ kind: 'model' }, promised(['model-training'])),
    verdict: 'FAIL',
    at: 'claims.kind',
  },
  {
    title: 'training, where it was ruled out',
    given: () =>
      processes(
        { transformations: [{ kind: 'aggregate' }, { kind: 'train' }] },
        promised(['model-training']),
      ),
    verdict: 'FAIL',
    at: 'claims.transformations[1].kind',
  },
  {
    title: 'a decision without a person, where that was ruled out',
    given: () =>
      comesOut(
        { kind: 'decision', decision: { automated: true } },
        promised(['solely-automated-decision']),
      ),
    verdict: 'FAIL',
    at: 'claims.decision.automated',
  },
  {
    title: 'a decision that a person reviews',
    given: () =>
      comesOut(
        { kind: 'decision', decision: { automated: true, humanReview: true } },
        promised(['solely-automated-decision']),
      ),
    verdict: 'PASS',
  },
  {
    title: 'a pseudonym that identifies directly again',
    given: () =>
      processes(
        {
          fields: [
            field('name', {
              category: pd('Name'),
              identifier: 'direct',
              source: [{ parent: 0, name: 'key' }],
            }),
          ],
        },
        promised(['reidentification']),
      ),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a direct identifier whose source is not stated, where one was a pseudonym',
    given: () =>
      processes({ fields: [field('name', { identifier: 'direct' })] }, KEPT_PSEUDONYMOUS),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a direct identifier whose source is not stated, where none was a pseudonym',
    given: () =>
      judging(processing({ fields: [field('mail', { identifier: 'direct' })] }), {
        upstream: [
          upstream(
            transfer({ fields: [field('mail', { identifier: 'direct' }), field('age')] }),
            KEPT_PSEUDONYMOUS,
          ),
        ],
      }),
    verdict: 'PASS',
  },
  {
    title: 'a direct identifier from a source that does not say how it identifies',
    given: () =>
      judging(
        processing({
          fields: [field('name', { identifier: 'direct', source: [{ parent: 0, name: 'user' }] })],
        }),
        {
          upstream: [upstream(transfer({ fields: [UNASSESSED, field('age')] }), KEPT_PSEUDONYMOUS)],
        },
      ),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a pseudonym made direct again by a copy under the same name',
    given: () =>
      judging(transfer({ fields: [field('key', { identifier: 'direct' }), field('age')] }), {
        upstream: [upstream(transfer(), KEPT_PSEUDONYMOUS)],
      }),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a direct identifier of a field that its source withholds',
    given: () =>
      judging(
        processing({
          fields: [field('name', { identifier: 'direct', source: [{ parent: 0, name: 'key' }] })],
        }),
        { upstream: [upstream(withheld(transfer(), 'fields'), KEPT_PSEUDONYMOUS)] },
      ),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a dataset without declared fields, where nobody may identify again',
    given: () => processes({ fields: [] }, KEPT_PSEUDONYMOUS),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0]',
  },
  {
    title: 'more may have been promised upstream, but what is shown is broken already',
    given: () => comesOut({ purposes: [MARKETING] }, unsure(promised([], [RESEARCH]))),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'more may have been promised upstream',
    given: () => comesOut({}, unsure(promised([], [RESEARCH]))),
    verdict: 'UNKNOWN',
  },
  {
    title: 'what was promised upstream is a gap',
    given: () => judging(processing(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a transfer withholds its terms',
    given: () => judging(withheld(transfer(), 'terms')),
    verdict: 'UNKNOWN',
  },
  {
    title: 'purposes are withheld under a promise',
    given: () =>
      judging(withheld(outcome(), 'purposes'), {
        upstream: [upstream(transfer(), promised([], [RESEARCH]))],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes',
  },
  {
    title: 'what was done is withheld under a promise',
    given: () =>
      judging(withheld(processing(), 'nature'), {
        upstream: [upstream(transfer(), promised(['profiling']))],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.nature',
  },
  {
    title: 'a ruleset that does not know the use',
    given: () =>
      judging(processing(), {
        upstream: [upstream(transfer(), promised(['military']))],
        law: testLaw({ prohibitedUses: [] }),
      }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a ruleset that does not know the end-use statement',
    given: () =>
      judging(transfer({ terms: terms({ prohibitedUses: [] }) }), {
        law: testLaw({ endUses: [] }),
      }),
    verdict: 'UNKNOWN',
  },
])
