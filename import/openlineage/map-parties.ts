/**
 * The map's parties, instruments and claims.
 */
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { schemaOf } from '../../ledger/core/schemas.js'
import type { Claims, ImportedType, MapInstrument, MapParty } from './map.js'
import { eachText, type MapReader } from './map-reader.js'

export type MapContext = {
  readonly read: MapReader
  readonly parties: ReadonlyMap<string, MapParty>
}

const EXEC = 'exec:'
/** Stands before the name of a party of the map where a claim wants a party id. */
const PARTY = 'party:'
/** Claims that the import fills itself: a map does not give them. */
const FILLED: Readonly<Record<ImportedType, readonly string[]>> = {
  'instrument/1': ['exporter', 'importer'],
  'collection/1': ['collector', 'datasets', 'fields'],
  'transfer/1': ['exporter', 'importer', 'instrument', 'datasets', 'fields', 'period'],
  'processing/1': ['performer', 'datasets', 'fields', 'period'],
  'outcome/1': ['performer', 'artefact', 'period'],
}
const PARTY_MEMBERS = ['about', 'id', 'country', 'key', 'signer', 'publicKey', 'pending']

export function readParties(
  value: Json | undefined,
  read: MapReader,
): ReadonlyMap<string, MapParty> {
  const parties = new Map<string, MapParty>()
  for (const [alias, item] of Object.entries(read.anyObject(value, 'parties'))) {
    parties.set(alias, readParty(item, `parties.${alias}`, read))
  }
  if (parties.size === 0) read.note('parties', 'at least one party')
  return parties
}

function readParty(value: Json, at: string, read: MapReader): MapParty {
  const party = read.object(value, at, PARTY_MEMBERS)
  const id = read.optionalFormat(party['id'], `${at}.id`, 'party-id')
  const country = read.optionalFormat(party['country'], `${at}.country`, 'country')
  const key = read.optionalText(party['key'], `${at}.key`)
  const signer = readSigner(party, at, read)
  const pending = read.flag(party['pending'], `${at}.pending`)
  if (key !== undefined && signer !== undefined) read.note(at, 'key or signer, not both')
  if (key === undefined && signer === undefined) {
    if (!pending) read.note(at, 'key, signer or pending')
    if (id === undefined) read.note(`${at}.id`, 'a party id, as there is no key to tell it')
  }
  return {
    at,
    pending,
    ...(id === undefined ? {} : { id }),
    ...(country === undefined ? {} : { country }),
    ...(key === undefined ? {} : { key }),
    ...(signer === undefined ? {} : { signer }),
  }
}

function readSigner(party: JsonObject, at: string, read: MapReader): MapParty['signer'] {
  if (party['signer'] === undefined) {
    if (party['publicKey'] !== undefined) read.note(`${at}.publicKey`, 'nothing, without a signer')
    return undefined
  }
  const signer = read.text(party['signer'], `${at}.signer`)
  if (!signer.startsWith(EXEC)) read.note(`${at}.signer`, 'exec:COMMAND')
  const publicKey = read.format(party['publicKey'], `${at}.publicKey`, 'base64url32')
  return { command: signer.slice(EXEC.length), publicKey }
}

export function readInstruments(
  value: Json | undefined,
  context: MapContext,
): ReadonlyMap<string, MapInstrument> {
  const { read } = context
  const instruments = new Map<string, MapInstrument>()
  for (const [alias, item] of Object.entries(read.anyObject(value, 'instruments'))) {
    const at = `instruments.${alias}`
    const given = read.object(item, at, ['about', 'id', 'exporter', 'importer', 'claims'])
    if (given['id'] !== undefined) {
      if (given['claims'] !== undefined) read.note(at, 'id or claims, not both')
      instruments.set(alias, { at, id: read.format(given['id'], `${at}.id`, 'statement-id') })
      continue
    }
    instruments.set(alias, {
      at,
      exporter: partyAt(given['exporter'], `${at}.exporter`, context),
      importer: partyAt(given['importer'], `${at}.importer`, context),
      claims: claimsAt(given['claims'], `${at}.claims`, 'instrument/1', context),
    })
  }
  return instruments
}

/** The name of a party of the map. */
export function partyAt(
  value: Json | undefined,
  at: string,
  { read, parties }: MapContext,
): string {
  const alias = read.text(value, at)
  if (alias !== '' && !parties.has(alias)) read.note(at, 'the name of a party of this map')
  return alias
}

/** Claims of a type, as far as a map gives them. */
export function claimsAt(
  value: Json | undefined,
  at: string,
  type: ImportedType,
  { read, parties }: MapContext,
): Claims {
  const claims = read.anyObject(value, at)
  const schema = schemaOf(type)
  for (const [name, claim] of Object.entries(claims)) {
    if (FILLED[type].includes(name))
      read.note(`${at}.${name}`, 'nothing: the import fills this claim')
    else if (schema !== undefined && !Object.hasOwn(schema.claims, name)) {
      read.note(`${at}.${name}`, `a claim of ${type}`)
    }
    eachText(claim, `${at}.${name}`, (text, place) => {
      const party = partyNameOf(text)
      if (party !== undefined) partyAt(party, place, { read, parties })
    })
  }
  return claims
}

/** `party:NAME` for the id of a party of the map, anywhere in a claim. */
export function partyNameOf(text: string): string | undefined {
  return text.startsWith(PARTY) ? text.slice(PARTY.length) : undefined
}
