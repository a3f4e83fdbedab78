/** The quorum rule against a direct reading of its definition, and the words for what is missing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PolicyGroup, quorumOf } from '../../ledger/core/quorum.js'
import { RUNS } from './c2sp-vectors.js'

const WITNESSES = ['a', 'b', 'c', 'd', 'e', 'f']

/** Members of each group are drawn from what no earlier group took, as the format demands. */
function groupsOf(shape: readonly { readonly take: number; readonly threshold: number }[]) {
  const free = [...WITNESSES]
  const groups: PolicyGroup[] = []
  for (const [position, { take, threshold }] of shape.entries()) {
    const members = free.splice(0, Math.max(1, take))
    if (members.length === 0) break
    const name = `g${position}`
    groups.push({ name, threshold: 1 + (threshold % members.length), members })
    free.push(name)
  }
  return groups
}

/** The definition, as the specification says it, from the top down. */
function counts(name: string, groups: readonly PolicyGroup[], have: ReadonlySet<string>): boolean {
  const group = groups.find((one) => one.name === name)
  if (group === undefined) return have.has(name)
  return group.members.filter((member) => counts(member, groups, have)).length >= group.threshold
}

const shape = fc.array(fc.record({ take: fc.nat({ max: 4 }), threshold: fc.nat({ max: 5 }) }), {
  minLength: 1,
  maxLength: 6,
})

test('agrees with the definition for any groups and any witnesses', () => {
  fc.assert(
    fc.property(shape, fc.subarray(WITNESSES), fc.nat(), (shapes, cosigned, which) => {
      const groups = groupsOf(shapes)
      const names = [...WITNESSES, ...groups.map(({ name }) => name)]
      const quorum = names[which % names.length] ?? 'a'
      const { met, missing } = quorumOf({ groups, quorum }, cosigned)

      expect(met).toBe(counts(quorum, groups, new Set(cosigned)))
      expect(missing === undefined).toBe(met)
    }),
    { numRuns: RUNS * 4 },
  )
})

test('one more witness never breaks a quorum', () => {
  fc.assert(
    fc.property(
      shape,
      fc.subarray(WITNESSES),
      fc.constantFrom(...WITNESSES),
      (shapes, some, one) => {
        const groups = groupsOf(shapes)
        const rules = { groups, quorum: groups.at(-1)?.name ?? 'a' }
        const before = quorumOf(rules, some).met

        expect(quorumOf(rules, [...some, one]).met || !before).toBe(true)
      },
    ),
    { numRuns: RUNS * 2 },
  )
})

test('a witness whose name is that of a group cannot stand for it', () => {
  // A policy cannot say this; a caller could, with names of its own making.
  const groups = [{ name: 'g', threshold: 2, members: ['a', 'b'] }]

  expect(quorumOf({ groups, quorum: 'g' }, ['g']).met).toBe(false)
})

test('a group that asks for nobody is a bug of the caller, not a quorum', () => {
  const groups = [{ name: 'g', threshold: 0, members: ['a'] }]

  expect(() => quorumOf({ groups, quorum: 'g' }, [])).toThrow(TypeError)
})

describe('what is missing', () => {
  const groups: readonly PolicyGroup[] = [
    { name: 'islands', threshold: 2, members: ['a', 'b', 'c'] },
    { name: 'plains', threshold: 1, members: ['d', 'e'] },
    { name: 'lands', threshold: 2, members: ['islands', 'plains'] },
  ]

  test.each([
    ['none', [], undefined],
    ['a', [], 'a'],
    ['islands', [], '2 of (a, b, c)'],
    ['islands', ['a'], '1 of (b, c)'],
    ['islands', ['a', 'a'], '1 of (b, c)'],
    ['lands', ['a'], '1 of (b, c) and 1 of (d, e)'],
    ['lands', ['a', 'b', 'c'], '1 of (d, e)'],
    ['lands', ['a', 'c', 'e'], undefined],
  ])('quorum %s with %j', (quorum, cosigned, missing) => {
    expect(quorumOf({ groups, quorum }, cosigned).missing).toBe(missing)
  })
})
