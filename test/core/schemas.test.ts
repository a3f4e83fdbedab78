import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'
import { hasFormat } from '../../ledger/core/formats.js'
import type { Json } from '../../ledger/core/json.js'
import { DEPTH_MAX } from '../../ledger/core/limits.js'
import { checkValue, type Issue, type Shape } from '../../ledger/core/schema.js'
import {
  type ClaimsByType,
  checkCross,
  type OpenedClaims,
  roleSetsOf,
  STATEMENT_TYPES,
  type StatementType,
  schemaOf,
} from '../../ledger/core/schemas.js'

type Vector = {
  readonly type: StatementType
  readonly parents?: readonly unknown[]
  readonly claims: Record<string, Json>
}
type Edit = {
  readonly path: readonly (string | number)[]
  readonly value?: Json
  readonly remove?: boolean
}
type Case = {
  readonly description: string
  readonly type: StatementType
  readonly edits: readonly Edit[]
  readonly expect: readonly { readonly code: string; readonly at: string }[]
}
type RuleInputs = { readonly rule: string; readonly reads: readonly string[] }

const RUNS = process.env['SLOW'] === '1' ? 5_000 : 300

function vectorFile<Content>(name: string): Content {
  const url = new URL(`../vectors/statements/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Content
}

function exampleOf(type: StatementType): Vector {
  return vectorFile<Vector>(type.slice(0, type.indexOf('/')))
}

/** Claims as the ledger opens them: one value per placeholder, one [] for an empty list. */
function opened(vector: Vector): OpenedClaims {
  return new Map(
    Object.entries(schemaOf(vector.type).claims).map(([name, claim]) => {
      const value = vector.claims[name] ?? (claim.list ? [] : null)
      if (!claim.list) return [name, { values: [value] }]
      const list: readonly Json[] = Array.isArray(value) ? value : [value]
      return [name, { values: list.length === 0 ? [[]] : list }]
    }),
  )
}

/** What admission asks: every claim by its shape, then the claims against each other. */
function issuesOf(vector: Vector): Issue[] {
  const claims = opened(vector)
  const issues: Issue[] = []
  for (const [name, claim] of Object.entries(schemaOf(vector.type).claims)) {
    const values = claims.get(name)?.values ?? []
    const [first] = values
    const absent = claim.list ? Array.isArray(first) && first.length === 0 : first === null
    if (absent) {
      if (claim.required) issues.push({ code: 'CLAIM_MISSING', at: `claims.${name}` })
      continue
    }
    for (const [position, value] of values.entries()) {
      const at = claim.list ? `claims.${name}[${position}]` : `claims.${name}`
      issues.push(...checkValue(value ?? null, claim.shape, at))
    }
  }
  return issues.length > 0 ? issues : checkCross(vector, claims)
}

function edited(vector: Vector, edits: readonly Edit[]): Vector {
  const copy = structuredClone(vector)
  for (const { path, value, remove } of edits) {
    let place = copy as unknown as Record<string | number, unknown>
    for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>
    const last = path.at(-1) ?? ''
    if (remove === true) delete place[last]
    else place[last] = value
  }
  return copy
}

function places(issues: readonly Issue[]): { code: string; at: string }[] {
  return issues.map(({ code, at }) => ({ code, at }))
}

function depthOf(shape: Shape): number {
  if (shape.kind === 'list') return 1 + depthOf(shape.of)
  if (shape.kind === 'jwk') return 1
  if (shape.kind !== 'object') return 0
  return 1 + Math.max(0, ...Object.values(shape.members).map((member) => depthOf(member.shape)))
}

function namesOf(shape: Shape): string[] {
  if (shape.kind === 'list') return namesOf(shape.of)
  if (shape.kind !== 'object') return []
  return Object.entries(shape.members).flatMap(([name, member]) => [name, ...namesOf(member.shape)])
}

/** All strings of a value that are terms of a vocabulary in ../shared. */
function dpvTerms(value: Json): string[] {
  if (typeof value === 'string')
    return /^https:\/\/w3id\.org\/dpv(\/pd|\/legal\/eu\/gdpr)?#/.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((inner) => dpvTerms(inner as Json))
}

test.each(STATEMENT_TYPES)('the example of %s has no issue', (type) => {
  expect(issuesOf(exampleOf(type))).toEqual([])
})

test.each(STATEMENT_TYPES)('the example of %s names every claim of its type', (type) => {
  expect(Object.keys(exampleOf(type).claims)).toEqual(Object.keys(schemaOf(type).claims))
})

test.each(vectorFile<{ cases: Case[] }>('negative').cases)('$type: $description', (item) => {
  const issues = issuesOf(edited(exampleOf(item.type), item.edits))

  expect(places(issues)).toEqual(item.expect)
})

test('an issue repeats neither a submitted name nor a submitted value', () => {
  const secret = 'Geheimnis-4711'
  const vector = edited(exampleOf('transfer/1'), [
    { path: ['claims', 'route', secret], value: secret },
    { path: ['claims', 'route', 'mode'], value: secret },
    { path: ['claims', 'purposes', 0], value: secret },
    { path: ['claims', 'ext'], value: { [secret]: null } },
    { path: ['claims', 'datasets', 0, 'digest'], value: secret },
  ])

  const issues = issuesOf(vector)

  expect(issues).toHaveLength(5)
  expect(JSON.stringify(issues)).not.toContain(secret)
})

test('claims that are withheld are not judged', () => {
  const vector = edited(exampleOf('transfer/1'), [
    { path: ['claims', 'fields', 0, 'n'], value: 9 },
    { path: ['claims', 'retention'], value: {} },
  ])
  const claims = new Map(opened(vector))
  expect(places(checkCross(vector, claims)).map(({ at }) => at)).toEqual([
    'claims.fields[0].n',
    'claims.retention',
  ])

  claims.set('datasets', { values: [undefined] })
  claims.delete('retention')

  expect(checkCross(vector, claims)).toEqual([])
})

test('a list with one element withheld is not judged at all', () => {
  const vector = exampleOf('collection/1')
  const claims = new Map(opened(vector))
  const purposes = claims.get('purposes')?.values ?? []

  claims.set('purposes', { values: [purposes[0], undefined, purposes[0]] })

  expect(checkCross(vector, claims)).toEqual([])
})

test('a processing that makes no dataset is good', () => {
  const vector = edited(exampleOf('processing/1'), [
    { path: ['claims', 'datasets'], value: [] },
    { path: ['claims', 'fields'], value: [] },
    { path: ['claims', 'transformations'], value: [] },
  ])

  expect(issuesOf(vector)).toEqual([])
})

test.each([
  ['party/1', undefined, [['party', 'registrar']]],
  ['key/1', 'add', [['holder', 'registrar', 'subject']]],
  ['key/1', 'retire', [['holder', 'registrar']]],
  ['key/1', 'revoke', [['holder', 'registrar'], ['registrar']]],
  ['key/1', 'compromised', [['holder', 'registrar']]],
  ['key/1', 'toString', []],
  ['instrument/1', undefined, [['exporter', 'importer']]],
  ['collection/1', undefined, [['collector']]],
  ['transfer/1', undefined, [['exporter', 'importer']]],
  ['processing/1', undefined, [['performer']]],
  ['outcome/1', undefined, [['performer']]],
  ['refusal/1', undefined, [['exporter'], ['importer']]],
  ['refusal/1', 'deadline-lapsed', [['exporter']]],
  ['refusal/1', 'not-agreed', [['importer']]],
  ['audit/1', undefined, [['auditor']]],
  ['assessment/1', undefined, [['assessor']]],
  ['ruleset/1', undefined, [['issuer']]],
] as const)('%s with the word %s is signed by %j', (type, word, sets) => {
  expect(roleSetsOf(schemaOf(type), word)).toEqual(sets)
})

test.each(STATEMENT_TYPES)(
  'the roles of %s stand in order and need a deadline exactly when there are two',
  (type) => {
    const { roles, countersigned, claims, rolesBy } = schemaOf(type)

    expect(roles.map((set) => [...set].sort())).toEqual(roles)
    expect(countersigned).toBe(roles.some((set) => set.length > 1))
    if (rolesBy !== undefined) {
      const shape = claims[rolesBy.claim]?.shape
      const word = shape?.kind === 'object' ? shape.members[rolesBy.member ?? '']?.shape : shape
      expect(word).toMatchObject({ oneOf: Object.keys(rolesBy.sets) })
    }
  },
)

test.each(STATEMENT_TYPES)('every shape of %s is no deeper than a value may be', (type) => {
  for (const claim of Object.values(schemaOf(type).claims)) {
    expect(depthOf(claim.shape)).toBeLessThanOrEqual(DEPTH_MAX)
  }
})

test.each(STATEMENT_TYPES)('no list claim of %s has lists as elements', (type) => {
  // One [] stands for an empty list: a list as element could not be told from it.
  const lists = Object.values(schemaOf(type).claims).filter((claim) => claim.list)

  expect(lists.filter((claim) => claim.shape.kind === 'list')).toEqual([])
})

test('no schema has a name that objects inherit', () => {
  // checkValue reads members without asking whether they are the value's own.
  const names = STATEMENT_TYPES.flatMap((type) =>
    Object.entries(schemaOf(type).claims).flatMap(([name, { shape }]) => [name, ...namesOf(shape)]),
  )

  expect(names.length).toBeGreaterThan(200)
  expect(names.filter((name) => name in Object.prototype)).toEqual([])
})

test('every DPV term of the examples is in the vocabulary, and every term there has the form', (context) => {
  const folder = new URL('../../../shared/vocabulary/', import.meta.url)
  if (!existsSync(folder)) context.skip('skipped: no shared data')
  const terms = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.csv'))
      .flatMap((path) => readFileSync(new URL(path, folder), 'utf8').split('\n'))
      .flatMap((line) => /^"[^"]*","class","(https:[^"]*)"/.exec(line)?.[1] ?? []),
  )
  const used = STATEMENT_TYPES.flatMap((type) => dpvTerms(exampleOf(type).claims))

  expect(terms.size).toBeGreaterThan(500)
  expect([...terms].filter((term) => !hasFormat(term, 'term'))).toEqual([])
  expect(used.length).toBeGreaterThan(20)
  expect(used.filter((term) => !terms.has(term))).toEqual([])
})

test('only the reason of a key statement is kept by its holders alone', () => {
  const kept = STATEMENT_TYPES.flatMap((type) =>
    Object.entries(schemaOf(type).claims).flatMap(([name, claim]) =>
      claim.holderKept ? [`${type} ${name}`] : [],
    ),
  )

  expect(kept).toEqual(['key/1 reason'])
})

test('a type of another version or of no version is not known', () => {
  for (const type of ['transfer/2', 'transfer', '', 'constructor', '__proto__', 'batch/1']) {
    expect(schemaOf(type)).toBeUndefined()
  }
})

/** The shape at a path such as `terms.importer.listings[].status`; lists are stepped into. */
function shapeAt(type: string, path: string): Shape | undefined {
  const [name = '', ...steps] = path.replaceAll('[]', '').split('.')
  let shape: Shape | undefined = schemaOf(type)?.claims[name]?.shape
  for (const step of steps) {
    while (shape?.kind === 'list') shape = shape.of
    shape = shape?.kind === 'object' ? shape.members[step]?.shape : undefined
  }
  return shape
}

test.each(vectorFile<{ rules: RuleInputs[] }>('rule-inputs').rules)(
  '$rule finds each of its inputs in a schema',
  ({ reads }) => {
    const missing = reads.filter((input) => {
      const [type = '', path = ''] = input.split(' ')
      return shapeAt(type, path) === undefined
    })

    expect(reads.length).toBeGreaterThan(0)
    expect(missing).toEqual([])
  },
)

test('the rules that are to be built all have their inputs listed', () => {
  const listed = vectorFile<{ rules: RuleInputs[] }>('rule-inputs').rules.map(({ rule }) => rule)
  const due = '01 02 04 05 06 07 08 09 10 11 12 13 14 15 17 18 19 23 25 29 30 31 34 35 36'

  expect(listed).toEqual(expect.arrayContaining(due.split(' ').map((number) => `R${number}`)))
})

test('no value makes checking throw, whatever it is', () => {
  const claims = STATEMENT_TYPES.flatMap((type) => Object.values(schemaOf(type).claims))

  fc.assert(
    fc.property(fc.constantFrom(...claims), fc.jsonValue({ maxDepth: 6 }), ({ shape }, value) => {
      const issues = checkValue(value as Json, shape, 'claims.x')

      expect(issues.every(({ at }) => at.startsWith('claims.x'))).toBe(true)
    }),
    { numRuns: RUNS },
  )
})

test('checking a good statement of which any one part was replaced never throws', () => {
  const leaves = (value: Json, path: (string | number)[]): (string | number)[][] =>
    typeof value !== 'object' || value === null
      ? [path]
      : [
          path,
          ...Object.keys(value).flatMap((name) => leaves((value as never)[name], [...path, name])),
        ]

  fc.assert(
    fc.property(
      fc.constantFrom(...STATEMENT_TYPES),
      fc.nat(),
      fc.jsonValue(),
      (type, pick, value) => {
        const example = exampleOf(type)
        const paths = Object.keys(example.claims).flatMap((name) =>
          leaves(example.claims[name] ?? null, ['claims', name]),
        )
        const path = paths[pick % paths.length] ?? []

        expect(() => issuesOf(edited(example, [{ path, value: value as Json }]))).not.toThrow()
      },
    ),
    { numRuns: RUNS },
  )
})

test('claim types follow the schemas', () => {
  type Transfer = ClaimsByType['transfer/1']
  expectTypeOf<Transfer['exporter']>().toEqualTypeOf<string>()
  expectTypeOf<Transfer['instrument']>().toEqualTypeOf<string | null>()
  expectTypeOf<Transfer['route']['mode']>().toEqualTypeOf<
    'copy' | 'access' | 'federated' | 'synthetic'
  >()
  expectTypeOf<Transfer['datasets'][number]['from']>().toEqualTypeOf<readonly number[]>()
  expectTypeOf<Transfer['datasets'][number]['records']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<ClaimsByType['party/1']['party']['key']['x']>().toEqualTypeOf<string>()
})
