/**
 * Fields of the demo's datasets, from the heat pump to the report, and how one comes from another.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import { CATEGORY } from './words.js'

export type Column = {
  readonly name: string
  readonly category: string
  readonly identifier: 'direct' | 'indirect' | 'pseudonym' | 'none'
  /** Fields of parents it is made of; left out where the field is new. */
  readonly source?: readonly (readonly [parent: number, name: string])[]
  /** Left out where it is unchanged. */
  readonly made?: JsonObject
}

const { account, unit, postcode, area, heat, none } = CATEGORY

/** How a unit's number is hidden, the same way wherever it leaves France, so that it can be joined. */
const PSEUDONYM: JsonObject = {
  kind: 'pseudonymise',
  masking: true,
  parameters: [{ name: 'method', value: 'HMAC-SHA-256; the key stays with Cévennes Chaleur' }],
}
const TO_DEPARTMENT: JsonObject = {
  kind: 'generalise',
  masking: true,
  parameters: [{ name: 'digits', value: '2' }],
}

export const TELEMETRY: readonly Column[] = [
  { name: 'customer', category: account, identifier: 'direct' },
  { name: 'unit', category: unit, identifier: 'indirect' },
  { name: 'postcode', category: postcode, identifier: 'indirect' },
  { name: 'heat_kwh', category: heat, identifier: 'indirect' },
  { name: 'error', category: none, identifier: 'none' },
]

export const VISITS: readonly Column[] = [
  { name: 'customer', category: account, identifier: 'direct' },
  { name: 'unit', category: unit, identifier: 'indirect' },
  { name: 'symptom', category: none, identifier: 'none' },
  { name: 'part', category: none, identifier: 'none' },
]

export const WEATHER: readonly Column[] = [
  { name: 'area', category: none, identifier: 'none' },
  { name: 'outdoor_c', category: none, identifier: 'none' },
]

export const TELEMETRY_SENT: readonly Column[] = [
  { name: 'unit', category: unit, identifier: 'pseudonym', source: [[0, 'unit']], made: PSEUDONYM },
  {
    name: 'area',
    category: area,
    identifier: 'indirect',
    source: [[0, 'postcode']],
    made: TO_DEPARTMENT,
  },
  { name: 'heat_kwh', category: heat, identifier: 'indirect', source: [[0, 'heat_kwh']] },
  { name: 'error', category: none, identifier: 'none', source: [[0, 'error']] },
]

export const VISITS_SENT: readonly Column[] = [
  { name: 'unit', category: unit, identifier: 'pseudonym', source: [[0, 'unit']], made: PSEUDONYM },
  { name: 'symptom', category: none, identifier: 'none', source: [[0, 'symptom']] },
  { name: 'part', category: none, identifier: 'none', source: [[0, 'part']] },
]

export const CODED: readonly Column[] = [
  { name: 'unit', category: unit, identifier: 'pseudonym', source: [[0, 'unit']] },
  {
    name: 'fault',
    category: none,
    identifier: 'none',
    source: [
      [0, 'symptom'],
      [0, 'part'],
    ],
    made: { kind: 'derive' },
  },
]

/** Parents: telemetry, weather, and on workdays the coded repairs. */
export function joined(withRepairs: boolean): readonly Column[] {
  const repairs: readonly Column[] = withRepairs
    ? [
        {
          name: 'fault',
          category: none,
          identifier: 'none',
          source: [[2, 'fault']],
          made: { kind: 'join' },
        },
      ]
    : []
  return [
    { name: 'unit', category: unit, identifier: 'pseudonym', source: [[0, 'unit']] },
    { name: 'area', category: area, identifier: 'indirect', source: [[0, 'area']] },
    { name: 'heat_kwh', category: heat, identifier: 'indirect', source: [[0, 'heat_kwh']] },
    { name: 'error', category: none, identifier: 'none', source: [[0, 'error']] },
    {
      name: 'outdoor_c',
      category: none,
      identifier: 'none',
      source: [[1, 'outdoor_c']],
      made: { kind: 'join' },
    },
    ...repairs,
  ]
}

/** What goes to India: everything joined but the area. */
export function scored(withRepairs: boolean): readonly Column[] {
  return joined(withRepairs)
    .filter(({ name }) => name !== 'area')
    .map(({ name, category, identifier }) => ({ name, category, identifier, source: [[0, name]] }))
}

export function wear(withRepairs: boolean): readonly Column[] {
  const inputs = scored(withRepairs).filter(({ name }) => name !== 'unit')
  return [
    { name: 'unit', category: unit, identifier: 'pseudonym', source: [[0, 'unit']] },
    {
      name: 'wear',
      category: none,
      identifier: 'none',
      source: inputs.map(({ name }) => [0, name] as const),
      made: { kind: 'infer' },
    },
  ]
}

/** The same fields, one to one, from parent `n`. */
export function unchanged(columns: readonly Column[], parent = 0): readonly Column[] {
  return columns.map(({ name, category, identifier }) => ({
    name,
    category,
    identifier,
    source: [[parent, name]],
  }))
}

/** Columns as values of the claim `fields`. `necessary`: purposes that each is needed for. */
export function fieldClaims(
  columns: readonly Column[],
  necessary: readonly string[],
  n = 0,
): readonly JsonObject[] {
  return columns.map(({ name, category, identifier, source, made }) => ({
    n,
    name,
    category,
    special: [],
    identifier,
    necessary,
    ...(source === undefined
      ? {}
      : { source: source.map(([parent, from]) => ({ parent, name: from, via: 'direct' })) }),
    ...(made === undefined ? {} : { transformation: made }),
  }))
}
