/**
 * The map's lists of rules.
 */
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import type {
  Artefact,
  FieldRule,
  JobRule,
  NameRule,
  OutcomeRule,
  Rule,
  SourceRule,
  TransferRule,
} from './map.js'
import { claimsAt, type MapContext, partyAt } from './map-parties.js'
import type { MapReader } from './map-reader.js'

/** `about` is for people, everywhere in a map. */
const PATTERN = ['about', 'namespace', 'name']
const FIELD_CLAIMS = ['category', 'special', 'identifier', 'necessary']

export function readJobRules(value: Json | undefined, context: MapContext): readonly JobRule[] {
  const own = ['party', 'ignore', 'collection', 'processing']
  return rulesAt(value, 'jobs', { own, read: context.read }, (rule, pattern): JobRule => {
    const { at } = pattern
    if (rule['ignore'] !== undefined) {
      return { ...pattern, ignore: context.read.text(rule['ignore'], `${at}.ignore`) }
    }
    return {
      ...pattern,
      party: partyAt(rule['party'], `${at}.party`, context),
      collection: claimsAt(rule['collection'], `${at}.collection`, 'collection/1', context),
      processing: claimsAt(rule['processing'], `${at}.processing`, 'processing/1', context),
    }
  })
}

export function readSourceRules(
  value: Json | undefined,
  context: MapContext,
): readonly SourceRule[] {
  const own = ['party', 'claims']
  return rulesAt(value, 'sources', { own, read: context.read }, (rule, pattern) => ({
    ...pattern,
    party: partyAt(rule['party'], `${pattern.at}.party`, context),
    claims: claimsAt(rule['claims'], `${pattern.at}.claims`, 'collection/1', context),
  }))
}

export function readTransferRules(
  value: Json | undefined,
  context: MapContext,
  instruments: readonly string[],
): readonly TransferRule[] {
  const own = ['from', 'to', 'instrument', 'claims']
  const { read } = context
  const side = (name: Json | undefined, at: string): string =>
    name === '*' ? name : partyAt(name, at, context)
  return rulesAt(value, 'transfers', { own, read }, (rule, pattern) => {
    const { at } = pattern
    const named = rule['instrument'] ?? null
    const instrument = named === null ? null : read.text(named, `${at}.instrument`)
    if (instrument !== null && !instruments.includes(instrument)) {
      read.note(`${at}.instrument`, 'the name of an instrument of this map, or null')
    }
    return {
      ...pattern,
      from: side(rule['from'], `${at}.from`),
      to: side(rule['to'], `${at}.to`),
      instrument,
      claims: claimsAt(rule['claims'], `${at}.claims`, 'transfer/1', context),
    }
  })
}

export function readOutcomeRules(
  value: Json | undefined,
  context: MapContext,
): readonly OutcomeRule[] {
  const own = ['artefact', 'claims']
  return rulesAt(value, 'outcomes', { own, read: context.read }, (rule, pattern) => ({
    ...pattern,
    artefact: readArtefact(rule['artefact'], `${pattern.at}.artefact`, context.read),
    claims: claimsAt(rule['claims'], `${pattern.at}.claims`, 'outcome/1', context),
  }))
}

export function readFieldRules(
  value: Json | undefined,
  { read }: MapContext,
): readonly FieldRule[] {
  const own = ['field', ...FIELD_CLAIMS]
  return rulesAt(value, 'fields', { own, read }, (rule, pattern) => ({
    ...pattern,
    field: read.text(rule['field'], `${pattern.at}.field`),
    claims: {
      category: read.format(rule['category'], `${pattern.at}.category`, 'term'),
      ...Object.fromEntries(
        FIELD_CLAIMS.flatMap((name) => (rule[name] === undefined ? [] : [[name, rule[name]]])),
      ),
    },
  }))
}

export function readNameRules(value: Json | undefined, { read }: MapContext): readonly NameRule[] {
  return rulesAt(value, 'names', { own: ['as'], read }, (rule, pattern) => ({
    ...pattern,
    as: read.format(rule['as'], `${pattern.at}.as`, 'name'),
  }))
}

function readArtefact(value: Json | undefined, at: string, read: MapReader): Artefact {
  if (value === 'manifest') return {}
  if (!isObject(value)) {
    read.note(at, '"manifest", or an object with a file')
    return {}
  }
  const artefact = read.object(value, at, ['file', 'name', 'mediaType'])
  const name = read.optionalFormat(artefact['name'], `${at}.name`, 'name')
  const mediaType = read.optionalFormat(artefact['mediaType'], `${at}.mediaType`, 'media-type')
  return {
    file: read.text(artefact['file'], `${at}.file`),
    ...(name === undefined ? {} : { name }),
    ...(mediaType === undefined ? {} : { mediaType }),
  }
}

function rulesAt<T>(
  value: Json | undefined,
  list: string,
  { own, read }: { readonly own: readonly string[]; readonly read: MapReader },
  make: (rule: JsonObject, pattern: Rule) => T,
): readonly T[] {
  return read.list(value, list).map((item, position) => {
    const at = `${list}[${position}]`
    const rule = read.object(item, at, [...PATTERN, ...own])
    const pattern = {
      at,
      namespace: read.text(rule['namespace'], `${at}.namespace`),
      name: read.text(rule['name'], `${at}.name`),
    }
    return make(rule, pattern)
  })
}
