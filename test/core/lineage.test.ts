/** Lineage: the graph from an outcome back to collections, custody on the way, and graphs made to hurt. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DatasetFact, StatementFacts } from '../../ledger/core/facts.js'
import { recordVerdict } from '../../ledger/core/finding.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import {
  holderOf,
  type Lineage,
  type LineageSource,
  lineageOf,
  userOf,
} from '../../ledger/core/lineage.js'
import type { StatementType } from '../../ledger/core/schemas.js'
import type { ParentRef, StatementId } from '../../ledger/core/statement.js'
import type { VerifiedStatement } from '../../ledger/core/verify.js'
import { runs } from './support/outcomes.js'
import { EXPORTER, IMPORTER } from './support/parties.js'
import {
  dataset,
  datasetOf,
  digestOf,
  idOf,
  outcome,
  transfer,
  withDisclosures,
} from './support/statements.js'
import { judge, said, startWorld } from './support/world.js'

const [ANNA, BERT, CARA] = ['anna', 'bert', 'cara'] as const as readonly string[] as readonly [
  PartyId,
  PartyId,
  PartyId,
]

type Sketch = {
  readonly type: StatementType
  readonly parties: Readonly<Record<string, PartyId>>
  readonly parents?: readonly (readonly [name: string, n: number])[]
  readonly datasets?: readonly Partial<DatasetFact>[]
  readonly form?: 'envelope' | 'stub'
  readonly withheld?: readonly string[]
}

function collected(collector: PartyId, ...numbers: readonly number[]): Sketch {
  return {
    type: 'collection/1',
    parties: { collector },
    datasets: (numbers.length === 0 ? [0] : numbers).map((n) => ({ n })),
  }
}

function moved(
  exporter: PartyId,
  importer: PartyId,
  ...parents: readonly (readonly [string, number])[]
): Sketch {
  const datasets = parents.map((_, position) => ({ n: position, from: [position] }))
  return { type: 'transfer/1', parties: { exporter, importer }, parents, datasets }
}

function processed(performer: PartyId, ...parents: readonly (readonly [string, number])[]): Sketch {
  return { type: 'processing/1', parties: { performer }, parents, datasets: [{ n: 0 }] }
}

function published(performer: PartyId, ...parents: readonly (readonly [string, number])[]): Sketch {
  return { type: 'outcome/1', parties: { performer }, parents }
}

/** Sources from sketches, with indexes in the order given; names are ids. */
function graph(sketches: Readonly<Record<string, Sketch>>): ReadonlyMap<string, LineageSource> {
  return new Map(
    Object.entries(sketches).map(([name, sketch], index) => {
      const facts: StatementFacts = {
        id: name as StatementId,
        type: sketch.type,
        iat: 0,
        parents: (sketch.parents ?? []).map(([id, n]): ParentRef => ({ id: id as StatementId, n })),
        signers: [],
        parties: sketch.parties,
        ownKeys: {},
        datasets: (sketch.datasets ?? []).map(
          ({ n = 0, digest = 'd', from = [], transformed = false }) => ({
            n,
            digest,
            from,
            transformed,
          }),
        ),
      }
      const open = sketch.withheld === undefined ? {} : { open: { withheld: sketch.withheld } }
      return [name, { id: facts.id, index, facts, form: sketch.form ?? 'envelope', ...open }]
    }),
  )
}

/** The lineage of the last sketch. */
function walk(sketches: Readonly<Record<string, Sketch>>): Lineage {
  const sources = graph(sketches)
  const root = [...sources.values()].at(-1)
  if (root === undefined) throw new Error('a graph has a statement')
  return lineageOf(root, (id) => sources.get(id))
}

/** Findings in words, in order: `failed LINEAGE_CUSTODY report`. */
function words({ findings }: Lineage): readonly string[] {
  return findings.map(({ severity, code, id }) => `${severity} ${code} ${id}`).sort()
}

describe('of real statements', async () => {
  const world = await startWorld()
  const { log } = world
  const all = [world.collection, world.transfer, world.model, world.report]

  async function lineage(
    shown: Parameters<typeof log.evidence>[0],
    options: Parameters<typeof log.evidence>[1] = {},
  ): Promise<Lineage> {
    const { statements } = judge(await log.evidence(shown, options), log.policy)
    const root = statements.get(idOf(world.report))
    if (root === undefined) throw new Error('the report is verified')
    return lineageOf<VerifiedStatement>(root, (id) => statements.get(id))
  }

  test('an outcome leads back to its collection, hop by hop, newest first', async () => {
    const found = await lineage(all)

    expect(words(found)).toEqual([])
    expect([...found.nodes.values()].map(({ source, depth }) => [source.index, depth])).toEqual([
      [7, 0],
      [6, 1],
      [5, 2],
      [4, 3],
    ])
    expect(found.collections).toEqual([idOf(world.collection)])
    expect(found.root).toBe(idOf(world.report))
    expect(found.depth).toBe(3)
  })

  test('a hop that is not shown is a gap, and what is behind it is not reached', async () => {
    const found = await lineage([world.collection, world.model, world.report])

    expect(words(found)).toEqual([`incomplete LINEAGE_GAP ${idOf(world.model)}`])
    expect(found.collections).toEqual([])
    expect(recordVerdict(found.findings, 2)).toBe('INCOMPLETE')
  })

  test('hops shown as stubs keep the shape, and custody cannot be told', async () => {
    const stubs = new Map([
      [idOf(world.collection), () => false],
      [idOf(world.transfer), () => false],
    ])
    const found = await lineage(all, { stubs })

    expect(found.nodes.size).toBe(4)
    expect(found.collections).toEqual([idOf(world.collection)])
    expect(words(found)).toEqual(
      [
        `incomplete LINEAGE_CUSTODY ${idOf(world.model)}`,
        `incomplete LINEAGE_CUSTODY ${idOf(world.transfer)}`,
      ].sort(),
    )
  })

  test('a full statement with names or datasets withheld is a gap in custody, not a lie', async () => {
    const evidence = await log.evidence(all)
    for (const keep of [() => false, (_: string, at: number) => at > 0]) {
      const statements = evidence.statements.map((item) =>
        item.envelope === world.collection
          ? { ...item, envelope: withDisclosures(item.envelope, keep) }
          : item,
      )
      const report = judge({ ...evidence, statements }, log.policy)
      const root = report.statements.get(idOf(world.report))
      if (root === undefined) throw new Error('the report is verified')
      const found = lineageOf<VerifiedStatement>(root, (id) => report.statements.get(id))

      expect(said(report)).toBe('INCOMPLETE: incomplete CLAIM_WITHHELD')
      expect(words(found)).toEqual([`incomplete LINEAGE_CUSTODY ${idOf(world.transfer)}`])
    }
  })

  test('an outcome that somebody else published from data it never held is found out', async () => {
    const other = await startWorld()
    const stolen = await outcome(EXPORTER, [datasetOf(other.model)])
    other.log.append(stolen)
    const { statements } = judge(
      await other.log.evidence([other.collection, other.transfer, other.model, stolen]),
      other.log.policy,
    )
    const root = statements.get(idOf(stolen))
    if (root === undefined) throw new Error('each statement alone is verified')

    expect(words(lineageOf<VerifiedStatement>(root, (id) => statements.get(id)))).toEqual([
      `failed LINEAGE_CUSTODY ${idOf(stolen)}`,
    ])
  })

  test('a copy with another digest than its source is found out, unless a transformation says why', async () => {
    for (const [minimization, expected] of [
      [null, ['failed DATASET_DIGEST_CHANGED']],
      [
        {
          droppedCount: 1,
          sourceFieldsCount: 8,
          transformations: [{ kind: 'drop' }],
          claim: 'none',
        },
        [],
      ],
    ] as const) {
      const other = await startWorld()
      const copy = await transfer(EXPORTER, IMPORTER, [datasetOf(other.collection)], {
        datasets: [dataset('fewer rides', [0])],
        minimization,
      })
      other.log.append(copy)
      const { statements } = judge(
        await other.log.evidence([other.collection, copy]),
        other.log.policy,
      )
      const root = statements.get(idOf(copy))
      if (root === undefined) throw new Error('the copy is verified')
      const { findings } = lineageOf<VerifiedStatement>(root, (id) => statements.get(id))

      expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected)
      expect(root.facts.datasets[0]?.digest).toBe(digestOf('fewer rides'))
    }
  })
})

describe('custody', () => {
  test.each<[string, Readonly<Record<string, Sketch>>, readonly string[]]>([
    [
      'holds along collector, importer and performer',
      {
        a: collected(ANNA),
        b: moved(ANNA, BERT, ['a', 0]),
        c: processed(BERT, ['b', 0]),
        d: published(BERT, ['c', 0]),
      },
      [],
    ],
    [
      'is broken where another party exports',
      { a: collected(ANNA), b: moved(BERT, CARA, ['a', 0]) },
      ['failed LINEAGE_CUSTODY b'],
    ],
    [
      'is broken where another party processes',
      { a: collected(ANNA), b: processed(BERT, ['a', 0]) },
      ['failed LINEAGE_CUSTODY b'],
    ],
    [
      'is broken where the exporter uses the importer’s copy',
      { a: collected(ANNA), b: moved(ANNA, BERT, ['a', 0]), c: processed(ANNA, ['b', 0]) },
      ['failed LINEAGE_CUSTODY c'],
    ],
    [
      'stays with the exporter for its own version',
      { a: collected(ANNA), b: moved(ANNA, BERT, ['a', 0]), c: processed(ANNA, ['a', 0]) },
      [],
    ],
    [
      'is broken where there is no such dataset',
      { a: collected(ANNA, 0, 1), b: processed(ANNA, ['a', 2]) },
      ['failed LINEAGE_CUSTODY b'],
    ],
    [
      'is judged per parent',
      { a: collected(ANNA), b: collected(BERT), c: processed(ANNA, ['a', 0], ['b', 0]) },
      ['failed LINEAGE_CUSTODY c'],
    ],
    [
      'is nobody’s of an outcome: it is an end point',
      { a: collected(ANNA), b: published(ANNA, ['a', 0]), c: processed(ANNA, ['b', 0]) },
      ['failed LINEAGE_CUSTODY c'],
    ],
    [
      'is nobody’s of an outcome, also when it is shown as a stub',
      {
        a: collected(ANNA),
        b: { ...published(ANNA, ['a', 0]), form: 'stub' },
        c: processed(ANNA, ['b', 0]),
      },
      ['failed LINEAGE_CUSTODY c'],
    ],
    [
      'is nobody’s of an instrument',
      {
        a: { type: 'instrument/1', parties: { exporter: ANNA, importer: BERT } },
        b: processed(ANNA, ['a', 0]),
      },
      ['failed LINEAGE_CUSTODY b', 'incomplete LINEAGE_GAP a'],
    ],
    [
      'cannot be told where the holder is withheld',
      {
        a: { ...collected(ANNA), parties: {}, withheld: ['collector'] },
        b: processed(ANNA, ['a', 0]),
      },
      ['incomplete LINEAGE_CUSTODY b'],
    ],
    [
      'cannot be told where the user is withheld',
      {
        a: collected(ANNA),
        b: { ...processed(ANNA, ['a', 0]), parties: {}, withheld: ['performer'] },
      },
      ['incomplete LINEAGE_CUSTODY b'],
    ],
    [
      'cannot be told where the datasets are withheld',
      {
        a: { ...collected(ANNA), datasets: [], withheld: ['datasets'] },
        b: processed(ANNA, ['a', 0]),
      },
      ['incomplete LINEAGE_CUSTODY b'],
    ],
    [
      'is broken in a stub that shows names and datasets',
      { a: { ...collected(ANNA), form: 'stub', withheld: ['ext'] }, b: processed(BERT, ['a', 0]) },
      ['failed LINEAGE_CUSTODY b'],
    ],
    [
      'is broken in a stub that shows its datasets and has no such one',
      { a: { ...collected(ANNA), form: 'stub', withheld: ['ext'] }, b: processed(ANNA, ['a', 7]) },
      ['failed LINEAGE_CUSTODY b'],
    ],
    [
      'cannot be told of a stub about which nothing more is known',
      { a: { ...collected(ANNA), parties: {}, form: 'stub' }, b: processed(ANNA, ['a', 0]) },
      ['incomplete LINEAGE_CUSTODY b'],
    ],
  ])('%s', (_, sketches, expected) => {
    expect(words(walk(sketches))).toEqual(expected)
  })

  test('holder and user by type', () => {
    const parties = { exporter: ANNA, importer: BERT, collector: CARA, performer: CARA }
    const of = (type: StatementType): readonly (PartyId | undefined)[] => {
      const facts = { type, parties } as unknown as StatementFacts
      return [holderOf(facts), userOf(facts)]
    }

    expect(of('collection/1')[0]).toBe(CARA)
    expect(of('transfer/1')).toEqual([BERT, ANNA])
    expect(of('processing/1')).toEqual([CARA, CARA])
    expect(of('outcome/1')).toEqual([undefined, CARA])
    expect(of('instrument/1')[0]).toBeUndefined()
  })
})

describe('digests of copies', () => {
  const sketch = (
    copy: Partial<DatasetFact>,
    more: Partial<Sketch> = {},
  ): Readonly<Record<string, Sketch>> => ({
    a: {
      ...collected(ANNA),
      datasets: [
        { n: 0, digest: 'x' },
        { n: 1, digest: 'y' },
      ],
    },
    b: {
      ...moved(ANNA, BERT, ['a', 0], ['a', 1]),
      datasets: [
        { n: 0, digest: 'x', from: [0] },
        { n: 1, from: [1], ...copy },
      ],
      ...more,
    },
  })
  test.each<[string, Readonly<Record<string, Sketch>>, readonly string[]]>([
    ['equal', sketch({ digest: 'y' }), []],
    ['changed', sketch({ digest: 'z' }), ['failed DATASET_DIGEST_CHANGED b']],
    ['of the other parent', sketch({ digest: 'x' }), ['failed DATASET_DIGEST_CHANGED b']],
    ['changed and declared', sketch({ digest: 'z', transformed: true }), []],
    [
      'changed, and what would declare it is withheld',
      sketch({ digest: 'z' }, { withheld: ['minimization'] }),
      ['incomplete DATASET_DIGEST_CHANGED b'],
    ],
  ])('%s', (_, sketches, expected) => {
    expect(words(walk(sketches))).toEqual(expected)
  })

  test('are not asked of processing, which makes something new', () => {
    expect(
      words(
        walk({
          a: collected(ANNA),
          b: { ...processed(ANNA, ['a', 0]), datasets: [{ n: 0, digest: 'new', from: [0] }] },
        }),
      ),
    ).toEqual([])
  })
})

describe('order and beginnings', () => {
  test('a parent that is not earlier is refused, and nothing loops', () => {
    expect(
      words(walk({ b: processed(ANNA, ['a', 0]), a: { ...processed(ANNA, ['b', 0]) } })),
    ).toContain('failed LINEAGE_ORDER b')
    expect(words(walk({ a: processed(ANNA, ['a', 0]) }))).toContain('failed LINEAGE_ORDER a')
  })

  test('a lineage begins at collections', () => {
    expect(words(walk({ a: collected(ANNA) }))).toEqual([])
    expect(words(walk({ a: { type: 'party/1', parties: {} } }))).toEqual([
      'incomplete LINEAGE_GAP a',
    ])
  })
})

describe('shapes', () => {
  test('a diamond is walked once: depth is the longest way', () => {
    const found = walk({
      a: collected(ANNA),
      b: processed(ANNA, ['a', 0]),
      c: processed(ANNA, ['b', 0]),
      d: processed(ANNA, ['a', 0], ['c', 0]),
    })

    expect([...found.nodes].map(([id, { depth }]) => `${id}${depth}`)).toEqual([
      'd0',
      'c1',
      'b2',
      'a3',
    ])
    expect(found.nodes.get('d' as StatementId)?.edges.map(({ parent }) => parent.id)).toEqual([
      'a',
      'c',
    ])
    expect(found.collections).toEqual(['a'])
    expect(words(found)).toEqual([])
  })

  test('two datasets of one parent are two edges to one node', () => {
    const found = walk({ a: collected(ANNA, 0, 1), b: processed(ANNA, ['a', 0], ['a', 1]) })

    expect(found.nodes.get('b' as StatementId)?.edges).toHaveLength(2)
    expect(found.nodes.size).toBe(2)
  })

  test('forty diamonds on top of each other have a million million ways and 121 nodes', () => {
    const sketches: Record<string, Sketch> = { j0: collected(ANNA) }
    for (let level = 1; level <= 40; level += 1) {
      sketches[`l${level}`] = processed(ANNA, [`j${level - 1}`, 0])
      sketches[`r${level}`] = processed(ANNA, [`j${level - 1}`, 0])
      sketches[`j${level}`] = processed(ANNA, [`l${level}`, 0], [`r${level}`, 0])
    }
    const sources = graph(sketches)
    let asked = 0
    const root = sources.get('j40')
    if (root === undefined) throw new Error('the top is there')
    const found = lineageOf(root, (id) => {
      asked += 1
      return sources.get(id)
    })

    expect(found.nodes.size).toBe(121)
    expect(found.depth).toBe(80)
    expect(asked).toBe(160)
  })

  test('a chain of 100,000 hops needs no stack', () => {
    const length = 100_000
    const at = (index: number): LineageSource => ({
      id: `${index}` as StatementId,
      index,
      form: 'envelope',
      facts: {
        id: `${index}` as StatementId,
        type: index === 0 ? 'collection/1' : 'processing/1',
        iat: 0,
        parents: index === 0 ? [] : [{ id: `${index - 1}` as StatementId, n: 0 }],
        signers: [],
        parties: { collector: ANNA, performer: ANNA },
        ownKeys: {},
        datasets: [{ n: 0, digest: '', from: [], transformed: false }],
      },
    })
    const found = lineageOf(at(length), (id) => at(Number(id)))

    expect(found.nodes.size).toBe(length + 1)
    expect(found.depth).toBe(length)
    expect(words(found)).toEqual([])
    expect(found.collections).toEqual(['0'])
  })

  test('a statement with 256 parents under 256 statements with the same parents stays small', () => {
    const sketches: Record<string, Sketch> = {}
    const first = Array.from({ length: 256 }, (_, n) => [`a${n}`, 0] as const)
    for (const [name] of first) sketches[name] = collected(ANNA)
    const second = Array.from({ length: 256 }, (_, n) => [`b${n}`, 0] as const)
    for (const [name] of second) sketches[name] = processed(ANNA, ...first)
    sketches['top'] = published(ANNA, ...second)
    const found = walk(sketches)

    expect(found.nodes.size).toBe(513)
    expect(found.collections).toHaveLength(256)
    expect(words(found)).toEqual([])
  })
})

describe('laws', () => {
  /** Any acyclic graph: statement `n` cites some of the earlier ones; one party holds everything. */
  const graphs = fc
    .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 25 })
    .map((choices) =>
      choices.map((choice, index) => [
        ...new Set(index === 0 ? [] : choice.map((pick) => pick % index)),
      ]),
    )

  test('the nodes are exactly the ancestors, each behind all that cite it, with the longest depth', () => {
    fc.assert(
      fc.property(graphs, (parents) => {
        const sketches: Record<string, Sketch> = {}
        for (const [index, list] of parents.entries()) {
          const cited = list.map((parent) => [`${parent}`, 0] as const)
          sketches[`s${index}`] =
            list.length === 0
              ? collected(ANNA)
              : processed(ANNA, ...cited.map(([id]) => [`s${id}`, 0] as const))
        }
        const found = walk(sketches)
        const longest = naiveDepths(parents)

        expect(words(found)).toEqual([])
        expect(new Map([...found.nodes].map(([id, { depth }]) => [id as string, depth]))).toEqual(
          longest,
        )
        const order = [...found.nodes.values()].map(({ source }) => source.index)
        expect(order).toEqual([...order].sort((a, b) => b - a))
        const leaves = [...longest.keys()].filter(
          (id) => parents[Number(id.slice(1))]?.length === 0,
        )
        expect([...found.collections].sort()).toEqual(leaves.sort())
      }),
      { numRuns: runs(150) },
    )
  })

  test('whatever single statement is taken away, the lineage has a gap', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), (parents, pick) => {
        const names = parents.map((_, index) => `s${index}`)
        const sources = graph(
          Object.fromEntries(
            parents.map((list, index) => [
              names[index] ?? '',
              list.length === 0
                ? collected(ANNA)
                : processed(ANNA, ...list.map((parent) => [`s${parent}`, 0] as const)),
            ]),
          ),
        )
        const root = sources.get(names.at(-1) ?? '')
        if (root === undefined) throw new Error('a graph has a statement')
        const reached = [...lineageOf(root, (id) => sources.get(id)).nodes.keys()].filter(
          (id) => id !== root.id,
        )
        const taken = reached[pick % Math.max(1, reached.length)]
        if (taken === undefined) return
        const found = lineageOf(root, (id) => (id === taken ? undefined : sources.get(id)))

        expect(found.findings.some(({ code }) => code === 'LINEAGE_GAP')).toBe(true)
        expect(recordVerdict(found.findings, found.nodes.size)).toBe('INCOMPLETE')
      }),
      { numRuns: runs(150) },
    )
  })
})

/** Longest way from the last statement to each of its ancestors, by trying all of them in order. */
function naiveDepths(parents: readonly (readonly number[])[]): ReadonlyMap<string, number> {
  const last = parents.length - 1
  const depths = new Map([[`s${last}`, 0]])
  for (let index = last; index >= 0; index -= 1) {
    const depth = depths.get(`s${index}`)
    if (depth === undefined) continue
    for (const parent of parents[index] ?? []) {
      depths.set(`s${parent}`, Math.max(depths.get(`s${parent}`) ?? 0, depth + 1))
    }
  }
  return depths
}
