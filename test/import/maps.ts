/**
 * Maps for the two real streams, and the parts that every map of the tests has.
 */
import type { JsonObject } from '../../ledger/core/json.js'

const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'

/** A key file each, in the folder of the map. */
export function partiesOf(countries: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(countries).map(([alias, country]) => [alias, { key: `${alias}.pem`, country }]),
  )
}

export const DEFAULTS: JsonObject = {
  collection: { purposes: [PURPOSE] },
  processing: { purposes: [PURPOSE], nature: ['https://w3id.org/dpv#Combine'] },
  transfer: {
    purposes: [PURPOSE],
    route: { mode: 'copy' },
    terms: {
      exporter: { role: 'https://w3id.org/dpv#DataExporter' },
      importer: { role: 'https://w3id.org/dpv#DataImporter' },
    },
  },
  outcome: { purposes: [PURPOSE], kind: 'report', personalData: 'anonymous' },
}

export const ANY = { namespace: '*', name: '*' }
export const ANY_TRANSFER = { ...ANY, from: '*', to: '*' }

export function applesMap(): JsonObject {
  return {
    format: 'waybill-openlineage-map/1',
    parties: partiesOf({ grandma: 'AU', orchard: 'NZ', grocer: 'GB' }),
    defaults: DEFAULTS,
    jobs: [{ namespace: 'grandmas.kitchen', name: '*', party: 'grandma' }],
    sources: [
      { namespace: 'laurents-orchard', name: '*', party: 'orchard' },
      { namespace: 'cupboard', name: '*', party: 'grocer' },
      { ...ANY, party: 'grandma' },
    ],
    transfers: [ANY_TRANSFER],
    outcomes: [
      { namespace: '*', name: 'apple.pie', artefact: 'manifest' },
      { namespace: 'cupboard', name: 'apple.vinegar', artefact: 'manifest' },
    ],
  }
}

export function foodMap(): JsonObject {
  const job = (name: string, party: string): JsonObject => ({
    namespace: 'food_delivery',
    name,
    party,
  })
  return {
    format: 'waybill-openlineage-map/1',
    parties: partiesOf({ kitchen: 'FR', shop: 'DE', fleet: 'GB', analysts: 'IN' }),
    defaults: DEFAULTS,
    jobs: [
      job('*_7_days', 'analysts'),
      job('orders_popular_*', 'analysts'),
      job('etl_menu*', 'kitchen'),
      job('etl_categories', 'kitchen'),
      job('etl_restaurants', 'kitchen'),
      job('etl_driver?', 'fleet'),
      job('*', 'shop'),
    ],
    transfers: [ANY_TRANSFER],
    outcomes: [{ ...ANY, artefact: 'manifest' }],
    fields: [
      {
        namespace: '*',
        name: '*',
        field: '*email',
        category: 'https://w3id.org/dpv/pd#EmailAddress',
      },
      { namespace: '*', name: '*', field: '*', category: 'https://w3id.org/dpv#UncategorisedData' },
    ],
  }
}
