/**
 * Drafts of the demo's transfers and processing: the parts that all of them share.
 */
import type { Draft } from '../../client/index.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { ParentRef } from '../../ledger/core/statement.js'
import type { Known } from './act.js'
import type { Firm } from './cast.js'
import { type Corridor, onwardOf, termsOf } from './corridors.js'
import { type Column, fieldClaims } from './fields.js'
import { digestOf, MEASURE, ROLE } from './words.js'

export type Dataset = {
  readonly name: string
  readonly records: number
  /** Homes it is about; 0 for nobody. */
  readonly homes: number
  readonly columns: readonly Column[]
  /** Positions of the parents it comes from. */
  readonly from: readonly number[]
}

export type Movement = {
  readonly corridor: Corridor
  readonly parents: readonly ParentRef[]
  readonly datasets: readonly Dataset[]
  /** Names of the parents' fields that were not sent, of how many; left out where nothing was done. */
  readonly reduced?: { readonly dropped: readonly string[]; readonly of: readonly string[] }
  readonly day: string
  readonly terms?: JsonObject
  readonly route?: JsonObject
}

export function transferDraft(movement: Movement, known: Known): Draft {
  const { corridor, parents, datasets, reduced, day, terms, route } = movement
  const { exporter, importer, from, to, mode, purposes } = corridor
  return {
    type: 'transfer/1',
    parents,
    claims: {
      exporter: known.party(exporter),
      importer: known.party(importer),
      route: {
        from,
        to,
        storage: [mode === 'access' ? from : to],
        access: [to],
        subjectCountries: ['FR'],
        mode,
        frequency: 'periodic',
        channel: {
          protocol: 'TLS 1.3',
          encryption: [MEASURE.inTransfer, MEASURE.atRest],
          keyCustody: 'exporter',
        },
        ...route,
      },
      instrument: known.id(corridor.key),
      purposes,
      datasets: datasetClaims(datasets),
      fields: datasets.flatMap(({ columns }, n) => fieldClaims(columns, purposes, n)),
      minimization: reduced === undefined ? null : minimization(reduced, datasets),
      retention: { until: known.calendar.day(corridor.keepDays) },
      onward: onwardOf(corridor, known),
      terms: termsOf(corridor, known, terms),
      period: { begin: `${day}T03:00:00Z`, end: `${day}T03:12:40Z` },
    },
  }
}

export type Work = {
  readonly performer: Firm
  readonly country: string
  /** For whom, where a processor works. */
  readonly onBehalfOf?: Firm
  /** Where the result is kept, if not in `country`. */
  readonly storage?: string
  readonly parents: readonly ParentRef[]
  readonly datasets: readonly Dataset[]
  readonly purposes: readonly string[]
  readonly nature: readonly string[]
  readonly transformations: readonly Json[]
  readonly keepDays: number
  readonly day: string
}

export function processingDraft(work: Work, { party, calendar }: Known): Draft {
  const { performer, country, onBehalfOf, storage = country, datasets, purposes, day } = work
  return {
    type: 'processing/1',
    parents: work.parents,
    claims: {
      performer: party(performer),
      place: {
        jurisdiction: country,
        storage: [storage],
        access: [country],
        role: onBehalfOf === undefined ? ROLE.controller : ROLE.processor,
        ...(onBehalfOf === undefined ? {} : { controllers: [party(onBehalfOf)] }),
        measures: [MEASURE.access, MEASURE.atRest],
      },
      purposes,
      nature: work.nature,
      datasets: datasetClaims(datasets),
      fields: datasets.flatMap(({ columns }, n) => fieldClaims(columns, purposes, n)),
      transformations: work.transformations,
      retention: { until: calendar.day(work.keepDays) },
      period: { begin: `${day}T04:00:00Z`, end: `${day}T04:36:10Z` },
    },
  }
}

/** A copy that nobody changed has its parent's digest, so a dataset's digest is that of its name. */
export function datasetClaims(datasets: readonly Dataset[]): readonly JsonObject[] {
  return datasets.map(({ name, records, homes, from }, n) => ({
    n,
    name,
    digest: digestOf(name),
    from,
    records,
    subjects: { count: homes, sensitive: 0, devices: homes },
  }))
}

function minimization(
  { dropped, of }: NonNullable<Movement['reduced']>,
  datasets: readonly Dataset[],
): JsonObject {
  const made = datasets.flatMap(({ columns }) =>
    columns.filter((column) => column.made !== undefined),
  )
  return {
    droppedCount: dropped.length,
    sourceFieldsCount: of.length,
    sourceFieldsRoot: digestOf(JSON.stringify(of)),
    transformations: [
      { kind: 'drop', fields: dropped },
      ...made.map(({ name, made: how = {} }) => ({ ...how, fields: [name] })),
    ],
    claim: 'pseudonymous',
  }
}
