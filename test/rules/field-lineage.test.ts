/** Column lineage: one field by name, back to where it begins or to where the way is lost. */
import { describe, expect, it } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { type FieldLineage, fieldLineage } from '../../ledger/rules/field-lineage.js'
import type { Field, Hop } from '../../ledger/rules/hop.js'
import {
  COLLECTION_ID,
  collection,
  dataset,
  field,
  idOf,
  OUTCOME_ID,
  outcome,
  PROCESSING_ID,
  processing,
  TRANSFER_ID,
  transfer,
  withheld,
} from './fixtures.js'
import { pd } from './vocabulary.js'

const SECOND_ID = idOf(0xc1)

function follow(hops: readonly Hop[], root: StatementId, name: string): FieldLineage | undefined {
  const byId = new Map(hops.map((hop) => [hop.id, hop]))
  return fieldLineage({ hop: (id) => byId.get(id) }, root, name)
}

/** `processing/1 age passed` for each place, in order. */
const way = (found: FieldLineage | undefined): readonly string[] | undefined =>
  found?.nodes.map(({ type, name, state }) => `${type ?? '-'} ${name} ${state}`)

const from = (name: string, parent = 0) => ({ source: [{ parent, name }] })
const STORY = [collection(), transfer(), processing(), outcome()]

describe('a field that can be followed', () => {
  it('goes from an outcome through what it was made of back to the collection', () => {
    const found = follow(STORY, OUTCOME_ID, 'age')
    expect(way(found)).toEqual([
      'processing/1 age passed',
      'transfer/1 age passed',
      'collection/1 age collected',
    ])
    expect(found?.complete).toBe(true)
    expect(found?.starts).toEqual([{ id: PROCESSING_ID, n: 0, name: 'age' }])
  })

  it('changes its name where a source says so', () => {
    const made = processing({ fields: [field('years', from('age'))] })
    expect(way(follow([collection(), transfer(), made], PROCESSING_ID, 'years'))).toEqual([
      'processing/1 years passed',
      'transfer/1 age passed',
      'collection/1 age collected',
    ])
  })

  it('says what was done to it, and what it was before', () => {
    const name = field('name', { category: pd('Name'), identifier: 'direct' })
    const masked: Field = {
      ...name,
      identifier: 'pseudonym',
      transformation: { kind: 'pseudonymise' },
    }
    const found = follow(
      [collection({ fields: [name] }), transfer({ fields: [masked] })],
      TRANSFER_ID,
      'name',
    )
    expect(found?.nodes[0]?.steps).toEqual([{ kind: 'pseudonymise', masks: true }])
    expect(found?.nodes.map((node) => node.field?.identifier)).toEqual(['pseudonym', 'direct'])
  })

  it('has several sources, each followed once, and tells values from what only chooses rows', () => {
    const made = processing(
      {
        datasets: [dataset({ from: [0, 1] })],
        fields: [
          field('score', {
            source: [
              { parent: 0, name: 'age' },
              { parent: 1, name: 'age' },
              { parent: 0, name: 'region', via: 'indirect' },
            ],
          }),
        ],
      },
      {
        parents: [
          { id: COLLECTION_ID, n: 0 },
          { id: SECOND_ID, n: 0 },
        ],
      },
    )
    const hops = [collection(), collection({}, { id: SECOND_ID, index: 11 }), made]
    const found = follow(hops, PROCESSING_ID, 'score')
    expect(way(found)).toEqual([
      'processing/1 score passed',
      'collection/1 age collected',
      'collection/1 age collected',
      'collection/1 region collected',
    ])
    expect(found?.nodes[0]?.sources.map(({ via }) => via)).toEqual(['direct', 'direct', 'indirect'])
  })

  it('ends where a transformation has made it', () => {
    const made = processing({
      fields: [field('risk', { source: [], transformation: { kind: 'infer' } })],
    })
    expect(way(follow([made], PROCESSING_ID, 'risk'))).toEqual(['processing/1 risk made'])
    const sent = transfer({
      fields: [field('risk', { transformation: { kind: 'derive' } })],
    })
    expect(way(follow([collection(), sent], TRANSFER_ID, 'risk'))).toEqual(['transfer/1 risk made'])
  })

  it('visits a field once, however many ways lead to it: 40 stacked diamonds', () => {
    const hops: Hop[] = [collection()]
    let parent = COLLECTION_ID
    for (let n = 1; n <= 40; n += 1) {
      const id = idOf(0x1000 + n)
      hops.push(
        processing(
          {
            fields: [
              field('a', { source: n === 1 ? from('age').source : both }),
              field('b', { source: n === 1 ? from('age').source : both }),
            ],
          },
          { id, index: 100 + n, parents: [{ id: parent, n: 0 }] },
        ),
      )
      parent = id
    }
    const found = follow(hops, parent, 'a')
    expect(found?.nodes).toHaveLength(1 + 39 * 2 + 1)
    expect(found?.complete).toBe(true)
  })

  it('is followed over 20,000 hops without a stack', () => {
    const hops: Hop[] = [collection()]
    let parent = COLLECTION_ID
    const fields = [field('age', from('age'))]
    for (let n = 1; n <= 20_000; n += 1) {
      const id = idOf(0x10000 + n)
      hops.push(processing({ fields }, { id, index: 100 + n, parents: [{ id: parent, n: 0 }] }))
      parent = id
    }
    expect(follow(hops, parent, 'age')?.nodes).toHaveLength(20_001)
  })
})

const both = [
  { parent: 0, name: 'a' },
  { parent: 0, name: 'b' },
]

describe('a field whose way is lost', () => {
  it.each([
    ['the statement is not shown', [transfer()], 'gap'],
    ['its fields are withheld', [withheld(collection(), 'fields'), transfer()], 'withheld'],
    ['no fields are declared', [collection({ fields: [] }), transfer()], 'undeclared'],
    [
      'the dataset has no such field',
      [collection({ fields: [field('key')] }), transfer()],
      'missing',
    ],
  ])('%s', (_, hops, state) => {
    const found = follow(hops, TRANSFER_ID, 'age')
    expect(found?.nodes.at(-1)?.state).toBe(state)
    expect(found?.complete).toBe(false)
  })

  it('the performer does not say where it comes from', () => {
    const made = processing({ fields: [field('age')] })
    const found = follow([collection(), transfer(), made], PROCESSING_ID, 'age')
    expect(way(found)).toEqual(['processing/1 age unstated'])
    expect(found?.complete).toBe(false)
  })

  it('which of two parents it came from is withheld with the datasets', () => {
    const sent = withheld(
      transfer(
        {},
        {
          parents: [
            { id: COLLECTION_ID, n: 0 },
            { id: SECOND_ID, n: 0 },
          ],
        },
      ),
      'datasets',
    )
    const found = follow([collection(), sent], TRANSFER_ID, 'age')
    expect(way(found)).toEqual(['transfer/1 age withheld'])
  })
})

describe('a field that is not there', () => {
  it('has no way when all fields are shown', () => {
    expect(follow(STORY, OUTCOME_ID, 'income')).toBeUndefined()
    expect(follow(STORY, COLLECTION_ID, 'Age')).toBeUndefined()
  })

  it('may be there when what would tell is not shown', () => {
    expect(follow([outcome()], OUTCOME_ID, 'income')?.complete).toBe(false)
    const hidden = withheld(collection(), 'fields')
    expect(way(follow([hidden], COLLECTION_ID, 'income'))).toEqual(['collection/1 income withheld'])
  })

  it('has no way when the root is not shown', () => {
    expect(follow([], OUTCOME_ID, 'age')).toBeUndefined()
  })
})
