/**
 * Graphs of hops that nobody signed, made by arithmetic when they are asked for: what the judge is
 * measured on. No hop is kept, so that memory is the judge's own.
 *
 * A collection in Germany, then transfers to and fro between two parties under standard clauses, each
 * followed by a processing: the sizes of real statements (8 fields, 3 parties, one instrument).
 */
import type { KeyId } from '../ledger/core/jwk.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { ParentRef, StatementId } from '../ledger/core/statement.js'
import type { Facts, InstrumentFact } from '../ledger/rules/facts.js'
import type {
  Collection,
  Field,
  Hop,
  HopSignature,
  Processing,
  Transfer,
} from '../ledger/rules/hop.js'
import type { HopGraph } from '../ledger/rules/hop-graph.js'
import { UsageIndex } from '../ledger/rules/usage-index.js'

const DPV = 'https://w3id.org/dpv#'
const PD = 'https://w3id.org/dpv/pd#'
const GDPR = 'https://w3id.org/dpv/legal/eu/gdpr#'
const CONTROLLER = 'https://w3id.org/dpv#DataController'
const PURPOSE = `${DPV}AcademicResearch`
const DIGEST = 'd'.repeat(64)
/** Two sides that send to each other. */
const SIDES = ['E', 'I'].map((letter) => `${letter.repeat(42)}A` as PartyId) as [PartyId, PartyId]
const COUNTRIES = ['DE', 'US'] as const
const FIELD_NAMES = ['key', 'age', 'region', 'plan', 'visits', 'device', 'language', 'score']
/** 2026-03-02 in seconds since 1970. */
const START = 1_772_409_600

/** The id of a hop: its index, so that a graph needs no table. */
export function idOf(index: number): StatementId {
  return index.toString(16).padStart(64, '0') as StatementId
}

function indexOf(id: StatementId): number {
  return Number.parseInt(id, 16)
}

/** A graph of `size` hops; `parentsOf` gives the indexes that a hop cites, none for a collection. */
export function syntheticGraph(
  size: number,
  parentsOf: (index: number) => readonly number[],
  isTransfer: (index: number) => boolean,
): HopGraph {
  const parentsAt = (index: number): readonly ParentRef[] =>
    parentsOf(index).map((parent) => ({ id: idOf(parent), n: 0 }))
  return {
    hop(id) {
      const index = indexOf(id)
      if (index >= size) return undefined
      const parents = parentsAt(index)
      if (parents.length === 0) return collection(index)
      return isTransfer(index) ? transfer(index, parents) : processing(index, parents)
    },
    outline(id) {
      const index = indexOf(id)
      if (index >= size) return undefined
      return { index, parents: parentsAt(index) }
    },
  }
}

/** A chain: a collection, then transfer and processing in turn. */
export function chain(size: number): HopGraph {
  return syntheticGraph(
    size,
    (index) => (index === 0 ? [] : [index - 1]),
    (index) => index % 2 === 1,
  )
}

/** Diamonds on top of each other: twice as many paths with each. */
export function diamonds(count: number): { readonly graph: HopGraph; readonly size: number } {
  const size = 3 * count + 1
  const parentsOf = (index: number): readonly number[] => {
    if (index === 0) return []
    if (index % 3 === 0) return [index - 2, index - 1]
    return [index - (index % 3)]
  }
  return { graph: syntheticGraph(size, parentsOf, () => false), size }
}

/** Layers of `width` hops, each of which cites all of the layer before. */
export function layers(
  count: number,
  width: number,
): { readonly graph: HopGraph; readonly size: number } {
  const size = count * width
  const parentsOf = (index: number): readonly number[] => {
    const layer = Math.floor(index / width)
    if (layer === 0) return []
    return Array.from({ length: width }, (_, place) => (layer - 1) * width + place)
  }
  return { graph: syntheticGraph(size, parentsOf, () => false), size }
}

/** Facts with a warm index of sums; nothing is assessed. */
export function syntheticFacts(transfers: number): Facts {
  const usage = new UsageIndex()
  for (let index = 0; index < transfers; index += 1) usage.append(transfer(index, []))
  const instruments = new Map(
    SIDES.map((exporter, side) => [instrumentId(side), instrument(side, exporter)] as const),
  )
  return {
    instrument: (id) => instruments.get(id),
    party: (party) => {
      const country = COUNTRIES[SIDES.indexOf(party)] ?? 'DE'
      return {
        party,
        claims: {
          name: 'A party',
          country,
          identifiers: [],
          roles: [],
          group: null,
          continues: null,
        },
      }
    },
    assessments: () => [],
    usage: (...asked) => usage.usage(...asked),
  }
}

function instrumentId(side: number): StatementId {
  return idOf(2 ** 48 + side)
}

function instrument(side: number, exporter: PartyId): InstrumentFact {
  const [from, to] = [COUNTRIES[side] ?? 'DE', COUNTRIES[1 - side] ?? 'US']
  return {
    id: instrumentId(side),
    index: 0,
    time: START - 86_400,
    replacedBy: [],
    complete: true,
    claims: {
      exporter,
      importer: SIDES[1 - side] ?? exporter,
      kind: { code: 'A46-2-c', module: 'C2C', version: '2021/914' },
      routes: [{ from, to }],
      purposes: [PURPOSE],
      categories: [`${PD}External`, `${PD}Tracking`],
      subjects: [`${DPV}Customer`],
      caps: null,
      retention: { until: '2030-06-30' },
      onward: { allowed: true },
      effective: { from: '2026-01-01', until: '2031-12-31' },
      documents: [{ kind: 'tia', digest: DIGEST, date: '2026-01-05', outcome: 'effective' }],
      ext: null,
    },
  }
}

const CATEGORIES = FIELD_NAMES.map((_, place) => `${PD}${place === 0 ? 'Identifying' : 'AgeRange'}`)

/** New objects each time, as statements that are read bring them. */
function fields(): readonly Field[] {
  return FIELD_NAMES.map(
    (name, position): Field => ({
      n: 0,
      name,
      category: CATEGORIES[position] ?? PD,
      special: [],
      identifier: position === 0 ? 'pseudonym' : 'indirect',
      necessary: [PURPOSE],
    }),
  )
}

/** Each from the field of the same name. */
function derivedFields(): readonly Field[] {
  return FIELD_NAMES.map(
    (name, position): Field => ({
      n: 0,
      name,
      category: CATEGORIES[position] ?? PD,
      special: [],
      identifier: position === 0 ? 'pseudonym' : 'indirect',
      necessary: [PURPOSE],
      source: [{ parent: 0, name }],
    }),
  )
}

function signature(role: string, side: number, iat: number): HopSignature {
  return { role, kid: SIDES[side] as string as KeyId, iat, status: 'valid' }
}

/** Of what a processing makes; the copy that is sent then has the same. */
function digestOf(index: number): string {
  return index <= 0 ? DIGEST : idOf(index)
}

function timeOf(index: number): number {
  return START + Math.floor(index / 100)
}

/** Who holds what a hop of the chain makes: a transfer at 1 goes to the second side, at 3 back. */
function sideOf(index: number): 0 | 1 {
  return Math.floor((index + 1) / 2) % 2 === 0 ? 0 : 1
}

function visible(index: number): Pick<Hop, 'id' | 'index' | 'time' | 'iat'> {
  const time = timeOf(index)
  return { id: idOf(index), index, time, iat: time - 60 }
}

function collection(index: number): Collection {
  return {
    type: 'collection/1',
    ...visible(index),
    parents: [],
    signatures: [signature('collector', 0, timeOf(index) - 60)],
    claims: {
      collector: SIDES[0],
      place: { jurisdiction: 'DE', subjectCountries: ['DE'], origin: 'data-subject' },
      subjects: [`${DPV}Customer`],
      purposes: [PURPOSE],
      legalBasis: [{ basis: `${GDPR}A6-1-f` }],
      notice: { digest: DIGEST, version: '3' },
      retention: { until: '2030-12-31' },
      onward: { allowed: true },
      datasets: [dataset([])],
      fields: fields(),
      period: { begin: '2026-01-01T00:00:00Z', end: '2026-01-31T00:00:00Z' },
      ext: null,
    },
  }
}

function transfer(index: number, parents: readonly ParentRef[]): Transfer {
  const importer = sideOf(index)
  const exporter = importer === 0 ? 1 : 0
  const legalBasis = [{ basis: `${GDPR}A6-1-f` }]
  return {
    type: 'transfer/1',
    ...visible(index),
    countersignBy: timeOf(index) + 86_400,
    parents,
    signatures: [
      signature('exporter', exporter, timeOf(index) - 60),
      signature('importer', importer, timeOf(index) - 30),
    ],
    claims: {
      exporter: SIDES[exporter],
      importer: SIDES[importer],
      route: {
        from: COUNTRIES[exporter],
        to: COUNTRIES[importer],
        mode: 'copy',
        frequency: 'one-off',
      },
      instrument: instrumentId(exporter),
      purposes: [PURPOSE],
      datasets: [{ ...dataset([0]), digest: digestOf(index - 1) }],
      fields: fields(),
      minimization: {
        droppedCount: 0,
        sourceFieldsCount: FIELD_NAMES.length,
        transformations: [],
        claim: 'no-direct-identifiers',
      },
      retention: { until: '2029-12-31' },
      onward: { allowed: true },
      terms: {
        exporter: { role: CONTROLLER, legalBasis },
        importer: { role: CONTROLLER, legalBasis },
        endUse: { statement: 'declared-purposes-only' },
        prohibitedUses: ['coercion', 'reidentification'],
      },
      period: { begin: '2026-03-01T00:00:00Z', end: '2026-03-01T01:00:00Z' },
      ext: null,
    },
  }
}

function processing(index: number, parents: readonly ParentRef[]): Processing {
  return {
    type: 'processing/1',
    ...visible(index),
    parents,
    signatures: [signature('performer', sideOf(index), timeOf(index) - 60)],
    claims: {
      performer: SIDES[sideOf(index)],
      place: { jurisdiction: COUNTRIES[sideOf(index)] },
      purposes: [PURPOSE],
      nature: [`${DPV}Analyse`],
      datasets: [{ ...dataset(parents.map((_, position) => position)), digest: digestOf(index) }],
      fields: derivedFields(),
      transformations: [{ kind: 'aggregate' }],
      retention: null,
      period: { begin: '2026-03-01T00:00:00Z', end: '2026-03-01T01:00:00Z' },
      ext: null,
    },
  }
}

function dataset(from: readonly number[]): NonNullable<Transfer['claims']['datasets']>[number] {
  return { n: 0, name: 'customers', digest: DIGEST, from, records: 1_000, subjects: { count: 900 } }
}
