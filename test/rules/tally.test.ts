import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Transfer } from '../../ledger/rules/hop.js'
import {
  addTally,
  NO_TALLY,
  subtractTally,
  tallyOf,
  withoutVolumeOf,
} from '../../ledger/rules/tally.js'
import { dataset, field, transfer, withheld } from './fixtures.js'
import { pd } from './vocabulary.js'

const HEALTH = field('diagnosis', { category: pd('MedicalHealth'), special: ['special'] })
const AGE = field('age')

const only = (changes: Parameters<typeof dataset>[0], fields = [AGE]): Transfer =>
  transfer({ datasets: [dataset(changes)], fields })

describe('tallyOf', () => {
  it('counts a transfer with its records, persons and categories', () => {
    const tally = tallyOf(only({ records: 70, subjects: { count: 50, devices: 20, sensitive: 5 } }))
    expect(tally).toMatchObject({
      transfers: 1,
      records: 70,
      persons: 50,
      sensitive: 5,
      devices: 20,
      uncounted: 0,
      missing: { records: 0, sensitive: 0, fields: 0, bulk: 0 },
    })
    expect(tally.categories.get(pd('AgeRange'))).toEqual({
      records: 70,
      persons: 50,
      devices: 20,
      missing: { records: 0, persons: 0, devices: 0 },
    })
  })

  it('counts a band by its upper end', () => {
    expect(tallyOf(only({ subjects: { band: { min: 10, max: 99 } } })).persons).toBe(99)
  })

  it('does not know how many are sensitive where the category is special and no flag marks it', () => {
    const plain = { ...HEALTH, special: [] }
    for (const subjects of [{ count: 50 }, { count: 50, sensitive: 0 }]) {
      expect(tallyOf(only({ subjects }, [plain]))).toMatchObject({
        sensitive: 0,
        missing: { sensitive: 1 },
      })
    }
    expect(tallyOf(only({ subjects: { count: 50, sensitive: 5 } }, [plain])).sensitive).toBe(5)
  })

  it('counts fields beside a volume that is said to have nobody', () => {
    const nobody = { count: 50, volumes: [{ category: 'personal-health' as const, persons: 0 }] }
    const { undeclared } = tallyOf(only({ subjects: nobody }, [HEALTH]))
    const beside = withoutVolumeOf(undeclared, 'personal-health')
    expect(beside.get(pd('MedicalHealth'))?.persons).toBe(50)
  })

  it('sums over datasets', () => {
    const two = [dataset({ n: 0, records: 5 }), dataset({ n: 1, records: 7 })]
    const tally = tallyOf(transfer({ datasets: two, fields: [AGE, { ...AGE, n: 1 }] }))
    expect(tally).toMatchObject({ transfers: 1, records: 12, persons: 1_800 })
    expect(tally.categories.get(pd('AgeRange'))?.records).toBe(12)
  })

  it('counts persons once however many fields of one category there are', () => {
    const tally = tallyOf(only({ subjects: { count: 50 } }, [AGE, field('band')]))
    expect(tally.categories.get(pd('AgeRange'))?.persons).toBe(50)
  })

  it('says that a count is missing, once for each transfer', () => {
    const bare = { n: 0, name: 'x', digest: 'd'.repeat(64), from: [0] }
    const tally = tallyOf(transfer({ datasets: [bare, { ...bare, n: 1 }], fields: [] }))
    expect(tally).toMatchObject({
      transfers: 1,
      records: 0,
      uncounted: 1,
      missing: { records: 1, sensitive: 1, fields: 1, bulk: 1 },
    })
  })

  it('knows nothing of a transfer that withholds its datasets, but that there is one', () => {
    expect(tallyOf(withheld(transfer(), 'datasets'))).toMatchObject({
      transfers: 1,
      persons: 0,
      uncounted: 1,
      missing: { records: 1, sensitive: 1, fields: 1, bulk: 1 },
    })
  })

  it('knows no categories where the fields are withheld', () => {
    const tally = tallyOf(withheld(transfer(), 'fields'))
    expect(tally.persons).toBe(900)
    expect(tally.missing).toEqual({ records: 0, sensitive: 1, fields: 1, bulk: 1 })
  })

  it.each([
    ['nobody, when every field is assessed and none is marked', undefined, [AGE], 0],
    ['everybody, when a field is marked', undefined, [AGE, HEALTH], 50],
    ['as many as declared', 7, [HEALTH], 7],
    ['everybody, when nobody is declared and a field is marked', 0, [HEALTH], 50],
    ['as declared, when nothing is marked', 3, [AGE], 3],
  ])('persons with sensitive data: %s', (_, sensitive, fields, counted) => {
    const subjects = { count: 50, ...(sensitive === undefined ? {} : { sensitive }) }
    const tally = tallyOf(only({ subjects }, [...fields]))
    expect([tally.sensitive, tally.missing.sensitive]).toEqual([counted, 0])
  })

  it('does not know the persons with sensitive data when a field is not assessed', () => {
    const tally = tallyOf(only({ subjects: { count: 50 } }, [AGE, unassessed()]))
    expect([tally.sensitive, tally.missing.sensitive]).toEqual([0, 1])
  })

  it('takes volumes as declared, and the persons of the dataset where they are not', () => {
    const volumes = [
      { category: 'biometric', persons: 30 },
      { category: 'personal-health' },
      { category: 'precise-geolocation', devices: 9 },
    ] as const
    const tally = tallyOf(only({ subjects: { count: 50, volumes: [...volumes] } }))
    expect(tally.volumes.get('biometric')?.persons).toBe(30)
    expect(tally.volumes.get('personal-health')?.persons).toBe(50)
    expect(tally.volumes.get('precise-geolocation')?.devices).toBe(9)
    expect(tally.volumes.get('biometric')?.missing.devices).toBe(1)
  })

  it('keeps what fields tell beside the volumes that their dataset declares', () => {
    const volumes = [{ category: 'precise-geolocation' }, { category: 'biometric' }] as const
    const { undeclared } = tallyOf(
      only({ subjects: { count: 50, volumes: [...volumes] } }, [HEALTH]),
    )
    expect([...undeclared.keys()]).toEqual([`${pd('MedicalHealth')} biometric precise-geolocation`])
    const twice = addTally(tallyOf(only({ subjects: { count: 7 } }, [HEALTH])), {
      ...NO_TALLY,
      undeclared,
    })
    const persons = (category: string): number | undefined =>
      withoutVolumeOf(twice.undeclared, category).get(pd('MedicalHealth'))?.persons
    expect([persons('personal-health'), persons('biometric')]).toEqual([57, 7])
  })

  it('counts no more of a dataset than anybody has, and says that it may be more', () => {
    const huge = Number.MAX_SAFE_INTEGER
    const tally = tallyOf(only({ records: huge, subjects: { count: huge, devices: huge } }))
    expect([tally.records, tally.persons, tally.devices, tally.uncounted]).toEqual([
      1_000_000_000_000, 1_000_000_000_000, 1_000_000_000_000, 1,
    ])
    expect(tally.missing.records).toBe(1)
  })

  it('does not know what volumes leave out where the fields are withheld', () => {
    const subjects = { count: 50, volumes: [{ category: 'biometric' as const }] }
    const hop = transfer({ datasets: [dataset({ subjects })] })
    expect(tallyOf(withheld(hop, 'fields')).missing.bulk).toBe(1)
    expect(tallyOf(transfer({ ...hop.claims, fields: [] })).missing.bulk).toBe(0)
  })

  it('keeps the categories of a dataset without volumes apart', () => {
    const tally = tallyOf(only({}, [HEALTH]))
    expect([...tally.undeclared.keys()]).toEqual([pd('MedicalHealth')])
    expect(tally.volumes.size).toBe(0)
  })
})

describe('sums of tallies', () => {
  const tallies = fc
    .record({
      records: fc.option(fc.nat(9), { nil: undefined }),
      count: fc.option(fc.nat(9), { nil: undefined }),
      fields: fc.subarray([AGE, HEALTH, field('name', { category: pd('Name') })]),
    })
    .map(({ records, count, fields }) => {
      const { records: _, subjects: __, ...bare } = dataset()
      const counted = {
        ...bare,
        ...(records === undefined ? {} : { records }),
        ...(count === undefined ? {} : { subjects: { count } }),
      }
      return tallyOf(transfer({ datasets: [counted], fields }))
    })

  it('do not depend on order, and taking away undoes adding', () => {
    fc.assert(
      fc.property(tallies, tallies, tallies, (a, b, c) => {
        expect(addTally(a, b)).toEqual(addTally(b, a))
        expect(addTally(addTally(a, b), c)).toEqual(addTally(a, addTally(b, c)))
        expect(subtractTally(addTally(a, b), b)).toEqual(a)
        expect(addTally(NO_TALLY, a)).toEqual(a)
        expect(subtractTally(a, a)).toEqual(NO_TALLY)
      }),
      { numRuns: 200 },
    )
  })
})

function unassessed(): ReturnType<typeof field> {
  const { special: _, ...bare } = field('plain')
  return bare
}
