/**
 * A map to begin with: every job and dataset of a stream, with places to fill in.
 *
 * What the stream cannot say (whose, where, what for, on which basis) is left as a placeholder that the
 * importer refuses; what it can say is filled in.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import { UNCATEGORISED } from './claims.js'
import { type Named, nameKey } from './event.js'
import { MAP_FORMAT } from './map.js'
import { PLACEHOLDER } from './map-reader.js'
import type { Run } from './run.js'
import { VersionBook } from './version.js'

export function mapTemplate(runs: readonly Run[]): JsonObject {
  const completed = runs.filter(({ end }) => end === 'completed')
  const { sources, leaves } = endsOf(completed)
  return {
    format: MAP_FORMAT,
    about:
      'Made by waybill import openlineage --write-map. docs/import.md explains every member; the first rule that matches counts.',
    countersignDays: 30,
    parties: {
      'first-party': {
        id: fill('party id, or delete this line: the id of the key is taken'),
        country: fill('country of the party, ISO 3166-1 alpha-2'),
        key: fill(
          'its private key file; or instead: "signer": "exec:COMMAND" with "publicKey"; or "pending": true',
        ),
      },
    },
    instruments: {
      'first-instrument': {
        id: fill(
          'statement id of the arrangement that transfers rest on; or delete this instrument',
        ),
      },
    },
    defaults: defaults(),
    jobs: distinct(completed.map(({ job }) => job)).map((job) => ({
      ...job,
      party: fill('name of the party whose job this is'),
    })),
    sources: sources.map((dataset) => ({
      ...dataset,
      party: fill('name of the party that collected it and holds it'),
    })),
    transfers: [
      {
        from: '*',
        to: '*',
        namespace: '*',
        name: '*',
        instrument: fill('name of an instrument of this map, or null'),
      },
    ],
    outcomes: leaves.map((dataset) => ({
      ...dataset,
      artefact: 'manifest',
      claims: {
        kind: fill('report, model, score, decision or aggregate; or delete this rule'),
        personalData: fill('personal, pseudonymous or anonymous'),
      },
    })),
    fields: [{ namespace: '*', name: '*', field: '*', category: UNCATEGORISED }],
    names: [],
  }
}

function defaults(): JsonObject {
  const purposes = [fill('purpose, such as https://w3id.org/dpv#ServiceProvision')]
  const basis = fill(
    'legal basis, such as https://w3id.org/dpv/legal/eu/gdpr#A6-1-f; or an empty list',
  )
  return {
    collection: {
      purposes,
      legalBasis: [{ basis }],
      subjects: [fill('whom it is about, such as https://w3id.org/dpv#Customer')],
    },
    transfer: {
      purposes,
      route: { mode: fill('copy, access, federated or synthetic') },
      terms: {
        exporter: { role: fill('role, such as https://w3id.org/dpv#DataController') },
        importer: { role: fill('role, such as https://w3id.org/dpv#DataProcessor') },
      },
    },
    processing: { purposes, nature: [fill('what is done, such as https://w3id.org/dpv#Analyse')] },
    outcome: { purposes },
  }
}

type Ends = {
  /** Datasets of which some run read a version that no run of the stream made. */
  readonly sources: readonly Named[]
  /** Datasets that are written and never read. */
  readonly leaves: readonly Named[]
}

function endsOf(runs: readonly Run[]): Ends {
  const book = new VersionBook()
  const sources: Named[] = []
  const read = new Set<string>()
  const made: Named[] = []
  for (const { began, ended, inputs, outputs } of runs) {
    for (const input of inputs) {
      read.add(nameKey(input))
      if (book.read(input, began, undefined) === undefined) sources.push(input)
    }
    for (const { namespace, name } of outputs) {
      const named = { namespace, name }
      made.push(named)
      book.add({
        ...named,
        key: '',
        n: 0,
        began,
        ended,
        holder: '',
        label: '',
        digest: '',
        fields: [],
      })
    }
  }
  const leaves = made.filter((dataset) => !read.has(nameKey(dataset)))
  return { sources: distinct(sources), leaves: distinct(leaves) }
}

function distinct(names: readonly Named[]): readonly { namespace: string; name: string }[] {
  const found = new Map(
    names.map(({ namespace, name }) => [nameKey({ namespace, name }), { namespace, name }]),
  )
  return [...found.values()]
}

function fill(what: string): string {
  return `${PLACEHOLDER}: ${what}>`
}
