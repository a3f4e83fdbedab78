import { R01 } from '../../ledger/rules/r01-purpose-specific.js'
import {
  collection,
  judging,
  outcome,
  processing,
  RESEARCH,
  ruleCases,
  transfer,
  withheld,
} from './fixtures.js'
import { testLaw } from './ruleset.js'
import { dpv } from './vocabulary.js'

const LOCAL = 'https://example.org/terms#CohortStudy'
const LAW_WITH_LOCAL = testLaw({
  purposes: {
    source: 'test',
    asOf: '2026-06-01',
    explicitOnly: [],
    localTerms: [{ term: LOCAL, label: 'Cohort study', parents: [RESEARCH] }],
  },
})

ruleCases(R01, [
  {
    title: 'a collection names a specific purpose',
    given: () => judging(collection()),
    verdict: 'PASS',
  },
  { title: 'a transfer names one', given: () => judging(transfer()), verdict: 'PASS' },
  { title: 'a processing names one', given: () => judging(processing()), verdict: 'PASS' },
  { title: 'an outcome names one', given: () => judging(outcome()), verdict: 'PASS' },
  {
    title: 'several specific purposes',
    given: () => judging(transfer({ purposes: [RESEARCH, dpv('DirectMarketing')] })),
    verdict: 'PASS',
  },
  {
    title: 'a term with two parents is specific',
    given: () => judging(transfer({ purposes: [dpv('CommercialResearch')] })),
    verdict: 'PASS',
  },
  {
    title: 'a local term under a specific one',
    given: () => judging(transfer({ purposes: [LOCAL] }), { law: LAW_WITH_LOCAL }),
    verdict: 'PASS',
  },
  {
    title: 'one of the widest terms',
    given: () => judging(collection({ purposes: [dpv('Marketing')] })),
    verdict: 'WARN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a wide term among specific ones is named',
    given: () => judging(collection({ purposes: [RESEARCH, dpv('CommercialPurpose')] })),
    verdict: 'WARN',
    at: 'claims.purposes[1]',
  },
  {
    title: 'two wide terms do not make a specific one',
    given: () =>
      judging(collection({ purposes: [dpv('CommercialPurpose'), dpv('ResearchAndDevelopment')] })),
    verdict: 'WARN',
    at: 'claims.purposes[1]',
  },
  {
    title: 'no purpose at all',
    given: () => judging(collection({ purposes: [] })),
    verdict: 'FAIL',
    at: 'claims.purposes',
  },
  {
    title: '“purpose” itself',
    given: () => judging(collection({ purposes: [dpv('Purpose')] })),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: '“purpose” itself beside a specific one',
    given: () => judging(outcome({ purposes: [RESEARCH, dpv('Purpose')] })),
    verdict: 'FAIL',
    at: 'claims.purposes[1]',
  },
  {
    title: 'a term that is in no vocabulary',
    given: () => judging(transfer({ purposes: ['https://example.org/terms#Whatever'] })),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a local term that this ruleset does not know',
    given: () => judging(transfer({ purposes: [LOCAL] })),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a category of data is no purpose',
    given: () => judging(transfer({ purposes: [dpv('PersonalData')] })),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a FAIL outweighs a wide term',
    given: () => judging(transfer({ purposes: [dpv('Marketing'), dpv('Purpose')] })),
    verdict: 'FAIL',
    at: 'claims.purposes[1]',
  },
  {
    title: 'a collection withholds its purposes',
    given: () => judging(withheld(collection(), 'purposes')),
    verdict: 'UNKNOWN',
    at: 'claims.purposes',
  },
  {
    title: 'an outcome withholds its purposes',
    given: () => judging(withheld(outcome({ purposes: [dpv('Purpose')] }), 'purposes')),
    verdict: 'UNKNOWN',
    at: 'claims.purposes',
  },
])
