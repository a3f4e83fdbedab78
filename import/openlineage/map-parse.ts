/**
 * Reads a map file. All that is wrong is reported at once; whether the claims suffice for the
 * statements is asked when they are planned. Format in docs/import.md.
 */
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { type ImportedType, type ImportMap, MAP_FORMAT, type MapParty } from './map.js'
import { claimsAt, type MapContext, readInstruments, readParties } from './map-parties.js'
import { MapReader, refusePlaceholders } from './map-reader.js'
import {
  readFieldRules,
  readJobRules,
  readNameRules,
  readOutcomeRules,
  readSourceRules,
  readTransferRules,
} from './map-rules.js'

const COUNTERSIGN_DAYS = 30
const COUNTERSIGN_DAYS_MAX = 90
const MEMBERS = [
  'format',
  'about',
  'countersignDays',
  'parties',
  'instruments',
  'defaults',
  'jobs',
  'sources',
  'transfers',
  'outcomes',
  'fields',
  'names',
]
const DEFAULTS: Readonly<Record<string, ImportedType>> = {
  instrument: 'instrument/1',
  collection: 'collection/1',
  transfer: 'transfer/1',
  processing: 'processing/1',
  outcome: 'outcome/1',
}

/**
 * Reads a map.
 *
 * @throws LedgerError IMPORT_MAP_UNFILLED, IMPORT_MAP_INVALID; all places in `details.issues`
 */
export function parseMap(value: Json): ImportMap {
  refusePlaceholders(value)
  const read = new MapReader()
  const map = read.object(value, 'map', MEMBERS)
  if (map['format'] !== MAP_FORMAT) read.note('format', MAP_FORMAT)
  const parties: ReadonlyMap<string, MapParty> = readParties(map['parties'], read)
  const context: MapContext = { read, parties }
  const instruments = readInstruments(map['instruments'], context)
  const made: ImportMap = {
    countersignDays: readDays(map['countersignDays'], read),
    parties,
    instruments,
    defaults: readDefaults(map['defaults'], context),
    jobs: readJobRules(map['jobs'], context),
    sources: readSourceRules(map['sources'], context),
    transfers: readTransferRules(map['transfers'], context, [...instruments.keys()]),
    outcomes: readOutcomeRules(map['outcomes'], context),
    fields: readFieldRules(map['fields'], context),
    names: readNameRules(map['names'], context),
  }
  read.finish()
  return made
}

function readDays(value: Json | undefined, read: MapReader): number {
  if (value === undefined) return COUNTERSIGN_DAYS
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 1
  if (fits && value <= COUNTERSIGN_DAYS_MAX) return value
  read.note('countersignDays', `a whole number from 1 to ${COUNTERSIGN_DAYS_MAX}`)
  return COUNTERSIGN_DAYS
}

function readDefaults(value: Json | undefined, context: MapContext): ImportMap['defaults'] {
  const given: JsonObject = context.read.object(value, 'defaults', Object.keys(DEFAULTS))
  const of = (name: string): JsonObject => {
    const type = DEFAULTS[name]
    return type === undefined ? {} : claimsAt(given[name], `defaults.${name}`, type, context)
  }
  return {
    'instrument/1': of('instrument'),
    'collection/1': of('collection'),
    'transfer/1': of('transfer'),
    'processing/1': of('processing'),
    'outcome/1': of('outcome'),
  }
}
