/**
 * Where the demo's data begins: heat pumps and repairs in France, weather that is public.
 */
import type { Draft } from '../../client/index.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { Act, Known } from './act.js'
import { type Column, fieldClaims, TELEMETRY, VISITS, WEATHER } from './fields.js'
import { datasetClaims } from './movement.js'
import { BASIS, type Calendar, CUSTOMER, digestOf, PURPOSE } from './words.js'

/** Homes with a heat pump; a few are off the air on any day. */
const HOMES = 1_180

export function homesOn(day: string): number {
  return HOMES - (Number(day.slice(-2)) % 7)
}

export function visitsOn(day: string): number {
  return 21 + (Number(day.slice(-2)) % 9)
}

export const telemetryKey = (day: string): string => `heat pump telemetry ${day}`
export const visitsKey = (day: string): string => `repair visits ${day}`
export const weatherKey = (day: string): string => `weather ${day}`

export function collections({ days, workdays }: Calendar): readonly Act[] {
  return [
    ...days.map((day) =>
      collected('cevennes', telemetryKey(day), (known) =>
        inHomes(known, {
          name: telemetryKey(day),
          day,
          records: homesOn(day) * 24,
          homes: homesOn(day),
          columns: TELEMETRY,
          purposes: [PURPOSE.repair, PURPOSE.improve, PURPOSE.robust],
          origin: 'observation',
        }),
      ),
    ),
    ...workdays.map((day) =>
      collected('cevennes', visitsKey(day), (known) =>
        inHomes(known, {
          name: visitsKey(day),
          day,
          records: visitsOn(day),
          homes: visitsOn(day),
          columns: VISITS,
          purposes: [PURPOSE.repair, PURPOSE.robust],
          origin: 'data-subject',
        }),
      ),
    ),
    ...days.map((day) => collected('pennine', weatherKey(day), (known) => weather(known, day))),
  ]
}

function collected(by: 'cevennes' | 'pennine', key: string, draft: Act['draft']): Act {
  return { key, by, role: 'collector', draft }
}

type InHomes = {
  readonly name: string
  readonly day: string
  readonly records: number
  readonly homes: number
  readonly columns: readonly Column[]
  readonly purposes: readonly string[]
  readonly origin: string
}

function inHomes({ party, calendar }: Known, what: InHomes): Draft {
  const { name, day, records, homes, columns, purposes, origin } = what
  return {
    type: 'collection/1',
    claims: {
      collector: party('cevennes'),
      place: { jurisdiction: 'FR', subjectCountries: ['FR'], storage: ['FR'], origin },
      subjects: [CUSTOMER],
      purposes,
      legalBasis: [BASIS.contract, BASIS.interest],
      notice: {
        digest: digestOf('privacy notice 7'),
        version: '7',
        date: calendar.day(-300),
        url: 'https://cevennes.example/privacy/7',
      },
      retention: { until: calendar.day(730) },
      onward: {
        allowed: true,
        recipients: [
          { party: party('pennine'), country: 'GB' },
          { party: party('nilgiri'), country: 'IN' },
          { party: party('sagami'), country: 'JP' },
        ],
        countriesIncluded: ['GB', 'IN', 'JP'],
      },
      datasets: datasetClaims([{ name, records, homes, columns, from: [] }]),
      fields: fieldClaims(columns, purposes),
      period: wholeDay(day),
    },
  }
}

/** Nobody's data: no persons, no basis, no notice. */
function weather({ party, calendar }: Known, day: string): Draft {
  const dataset = { name: weatherKey(day), records: 96 * 24, homes: 0, columns: WEATHER, from: [] }
  return {
    type: 'collection/1',
    claims: {
      collector: party('pennine'),
      place: { jurisdiction: 'GB', storage: ['GB'], origin: 'public-source' },
      purposes: [PURPOSE.optimise],
      retention: { until: calendar.day(1_800) },
      onward: { allowed: true },
      datasets: datasetClaims([dataset]),
      fields: fieldClaims(WEATHER, [PURPOSE.optimise]),
      period: wholeDay(day),
    },
  }
}

function wholeDay(day: string): JsonObject {
  return { begin: `${day}T00:00:00Z`, end: `${day}T23:59:59Z` }
}
