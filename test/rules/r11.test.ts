import { R11 } from '../../ledger/rules/r11-necessity.js'
import {
  collection,
  dataset,
  field,
  judging,
  outcome,
  processing,
  RESEARCH,
  ruleCases,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { dpv } from './vocabulary.js'

const MARKETING = dpv('DirectMarketing')

/** A field that says nothing of what it is necessary for. */
function silent(name: string) {
  const { necessary: _, ...rest } = field(name)
  return rest
}

const sends = (...fields: readonly ReturnType<typeof silent>[]) => judging(transfer({ fields }))

ruleCases(R11, [
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  {
    title: 'a processing that made nothing',
    given: () => judging(processing({ datasets: [], fields: [] })),
    verdict: 'NA',
  },
  {
    title: 'a collection, each field necessary',
    given: () => judging(collection()),
    verdict: 'PASS',
  },
  { title: 'a transfer, each field necessary', given: () => judging(transfer()), verdict: 'PASS' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'PASS' },
  {
    title: 'necessary for a purpose under a declared one',
    given: () =>
      judging(
        transfer({
          purposes: [dpv('Marketing')],
          fields: [field('age', { necessary: [MARKETING] })],
        }),
      ),
    verdict: 'PASS',
  },
  {
    title: 'necessary for a further purpose that is agreed',
    given: () =>
      judging(
        transfer({
          fields: [field('age', { necessary: [MARKETING] })],
          terms: terms({ furtherPurposes: [MARKETING] }),
        }),
      ),
    verdict: 'PASS',
  },
  {
    title: 'data about nobody needs no reason',
    given: () => sends(field('batch', { category: dpv('NonPersonalData'), necessary: [] })),
    verdict: 'PASS',
  },
  {
    title: 'also necessary for what is no purpose here',
    given: () => sends(field('age', { necessary: [RESEARCH, MARKETING] })),
    verdict: 'WARN',
    at: 'claims.fields[0].necessary',
  },
  {
    title: 'necessary for nothing',
    given: () => sends(field('key'), field('age', { necessary: [] })),
    verdict: 'FAIL',
    at: 'claims.fields[1].necessary',
  },
  {
    title: 'necessary only for what is no purpose here',
    given: () => sends(field('age', { necessary: [MARKETING] })),
    verdict: 'FAIL',
    at: 'claims.fields[0].necessary',
    why: /age.*Direct Marketing/,
  },
  {
    title: 'a purpose above the declared one is not declared',
    given: () => sends(field('age', { necessary: [dpv('ResearchAndDevelopment')] })),
    verdict: 'FAIL',
    at: 'claims.fields[0].necessary',
  },
  {
    title: 'a collection keeps a field for a purpose it does not allow',
    given: () => judging(collection({ fields: [field('age', { necessary: [MARKETING] })] })),
    verdict: 'FAIL',
    at: 'claims.fields[0].necessary',
  },
  {
    title: 'a field that does not say',
    given: () => sends(field('key'), silent('age')),
    verdict: 'UNKNOWN',
    at: 'claims.fields[1].necessary',
  },
  {
    title: 'no fields are declared',
    given: () => sends(),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0]',
  },
  {
    title: 'fields are declared for one of two datasets',
    given: () =>
      judging(collection({ datasets: [dataset({ from: [] }), dataset({ n: 1, from: [] })] })),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[1]',
  },
  {
    title: 'fields are withheld',
    given: () => judging(withheld(transfer(), 'fields')),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'purposes are withheld',
    given: () => judging(withheld(collection(), 'purposes')),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0].necessary',
  },
  {
    title: 'a field necessary for nothing, whatever the purposes that are withheld',
    given: () =>
      judging(withheld(collection({ fields: [field('age', { necessary: [] })] }), 'purposes')),
    verdict: 'FAIL',
    at: 'claims.fields[0].necessary',
  },
  {
    title: 'a category that no vocabulary knows',
    given: () => sends(field('x', { category: 'https://firm.example/terms#Genome' })),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0].category',
  },
])
