/** Key state: a key's life by registry statements, whoever tells it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LedgerError } from '../../ledger/core/errors.js'
import {
  activeKey,
  applyChange,
  type KeyState,
  type KeyStatus,
  type KeyUse,
  type PartyState,
  type RegistryChange,
} from '../../ledger/core/key-state.js'
import { codeOf, refusalOf, runs } from './support/outcomes.js'
import { EXPORTER, IMPORTER, type TestKey, testKey } from './support/parties.js'

const [SECOND, THIRD] = [testKey('second'), testKey('third')]
const PARTY = EXPORTER.id

function keyOf({ kid, key }: TestKey, uses: readonly KeyUse[] = ['statement']): KeyState {
  return { kid, key, uses, status: 'active' }
}

const ENROL: RegistryChange = { kind: 'enrol', party: PARTY, key: keyOf(EXPORTER) }

function add(key: TestKey, uses?: readonly KeyUse[]): RegistryChange {
  return { kind: 'add', party: PARTY, key: keyOf(key, uses) }
}

function end(
  { kid }: TestKey,
  status: Exclude<KeyStatus, 'active'>,
  since?: number,
): RegistryChange {
  return { kind: 'end', party: PARTY, kid, status, ...(since === undefined ? {} : { since }) }
}

function stateAfter(...changes: readonly RegistryChange[]): PartyState | undefined {
  return changes.reduce<PartyState | undefined>(
    (state, change) => applyChange(state, change),
    undefined,
  )
}

describe('a key’s life', () => {
  test('begins with enrolment or addition and goes on until it ends', () => {
    const state = stateAfter(ENROL, add(SECOND), end(EXPORTER, 'retired'))

    expect(state?.party).toBe(PARTY)
    expect([...(state?.keys.keys() ?? [])]).toEqual([EXPORTER.kid, SECOND.kid])
    expect(activeKey(state, SECOND.kid, 'statement', 'exporter').key).toBe(SECOND.key)
    const refusal = refusalOf(() => activeKey(state, EXPORTER.kid, 'statement', 'exporter'))
    expect([refusal.code, refusal.details]).toEqual([
      'KEY_NOT_ACTIVE',
      { at: 'exporter', status: 'retired' },
    ])
  })

  test('is judged by the state at hand: earlier states do not change', () => {
    const before = stateAfter(ENROL, add(SECOND))
    const later = applyChange(before, end(SECOND, 'revoked'))

    expect(codeOf(() => activeKey(before, SECOND.kid, 'statement', 'x'))).toBe('OK')
    expect(codeOf(() => activeKey(later, SECOND.kid, 'statement', 'x'))).toBe('KEY_NOT_ACTIVE')
  })

  test.each<[string, readonly RegistryChange[], string]>([
    ['a party enrols twice', [ENROL, ENROL], 'PARTY_EXISTS'],
    ['a key is added before the party enrols', [add(SECOND)], 'PARTY_UNKNOWN'],
    ['a key ends before the party enrols', [end(SECOND, 'retired')], 'PARTY_UNKNOWN'],
    ['the first key is added again', [ENROL, add(EXPORTER)], 'KEY_EXISTS'],
    ['a key is added twice', [ENROL, add(SECOND), add(SECOND)], 'KEY_EXISTS'],
    [
      'a retired key is added again',
      [ENROL, add(SECOND), end(SECOND, 'retired'), add(SECOND)],
      'KEY_EXISTS',
    ],
    ['a key ends that nobody added', [ENROL, end(THIRD, 'revoked')], 'KEY_UNKNOWN'],
    [
      'a key retires twice',
      [ENROL, end(EXPORTER, 'retired'), end(EXPORTER, 'retired')],
      'KEY_NOT_ACTIVE',
    ],
    [
      'a retired key is revoked',
      [ENROL, end(EXPORTER, 'retired'), end(EXPORTER, 'revoked')],
      'KEY_NOT_ACTIVE',
    ],
    [
      'a compromised key retires',
      [ENROL, end(EXPORTER, 'compromised', 3), end(EXPORTER, 'retired')],
      'KEY_NOT_ACTIVE',
    ],
    [
      'a key is compromised twice',
      [ENROL, end(EXPORTER, 'compromised', 3), end(EXPORTER, 'compromised', 1)],
      'KEY_NOT_ACTIVE',
    ],
  ])('is refused where %s', (_, changes, code) => {
    expect(codeOf(() => stateAfter(...changes))).toBe(code)
  })

  test.each(['retired', 'revoked'] as const)(
    'a %s key can still turn out to be compromised',
    (status) => {
      const state = stateAfter(ENROL, end(EXPORTER, status), end(EXPORTER, 'compromised', 4))

      expect(state?.keys.get(EXPORTER.kid)).toMatchObject({ status: 'compromised', since: 4 })
    },
  )
})

describe('uses', () => {
  test('a key signs only what it was enrolled for', () => {
    const state = stateAfter(ENROL, add(SECOND, ['api']), add(THIRD, ['witness', 'statement']))

    expect(codeOf(() => activeKey(state, EXPORTER.kid, 'api', 'x'))).toBe('KEY_USE_WRONG')
    expect(codeOf(() => activeKey(state, SECOND.kid, 'statement', 'x'))).toBe('KEY_USE_WRONG')
    expect(codeOf(() => activeKey(state, SECOND.kid, 'api', 'x'))).toBe('OK')
    expect(codeOf(() => activeKey(state, THIRD.kid, 'statement', 'x'))).toBe('OK')
  })

  test('nobody’s key and another’s key are unknown', () => {
    expect(codeOf(() => activeKey(undefined, EXPORTER.kid, 'statement', 'x'))).toBe('KEY_UNKNOWN')
    expect(codeOf(() => activeKey(stateAfter(ENROL), IMPORTER.kid, 'statement', 'x'))).toBe(
      'KEY_UNKNOWN',
    )
  })
})

test('a party that lost all keys enrols anew and says whom it continues', () => {
  const state = stateAfter({
    kind: 'enrol',
    party: IMPORTER.id,
    key: keyOf(IMPORTER),
    continues: PARTY,
  })

  expect(state?.continues).toBe(PARTY)
  expect(stateAfter(ENROL)).not.toHaveProperty('continues')
})

describe('laws', () => {
  const keys = [EXPORTER, SECOND, THIRD]
  const changes = fc.array(
    fc.oneof(
      fc.constant(ENROL),
      fc.constantFrom(...keys).map((key) => add(key)),
      fc
        .tuple(fc.constantFrom(...keys), fc.constantFrom('retired', 'revoked', 'compromised'))
        .map(([key, status]) => end(key, status as Exclude<KeyStatus, 'active'>)),
    ),
    { maxLength: 12 },
  )

  test('whatever is told, a key that ended never signs again and no key changes', () => {
    fc.assert(
      fc.property(changes, (told) => {
        let state: PartyState | undefined
        const ended = new Set<string>()
        for (const change of told) {
          try {
            state = applyChange(state, change)
          } catch (error) {
            expect((error as LedgerError).code).toMatch(/^(PARTY|KEY)_/)
            continue
          }
          if (change.kind === 'end') ended.add(change.kid)
          for (const { kid, key, status } of state.keys.values()) {
            expect(key).toBe(keys.find((known) => known.kid === kid)?.key)
            expect(status === 'active').toBe(!ended.has(kid))
          }
        }
      }),
      { numRuns: runs(300) },
    )
  })
})
