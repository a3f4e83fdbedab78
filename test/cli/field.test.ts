/** `waybill lineage ID --field NAME`: one field followed back, in words and as JSON. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, dataset, log, outcomeDraft, Town } from './harness.js'

const PD = 'https://w3id.org/dpv/pd#'
const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'

const town = new Town()
let firm: Awaited<ReturnType<Town['enrolled']>>
let made: string
let outcome: string

/** A draft with more claims. */
function withClaims(draft: JsonObject, claims: Readonly<Record<string, Json>>): JsonObject {
  return { ...draft, claims: { ...(draft['claims'] as JsonObject), ...claims } }
}

function field(name: string, category: string, more: Readonly<Record<string, Json>> = {}): Json {
  return { n: 0, name, category: `${PD}${category}`, special: [], necessary: [PURPOSE], ...more }
}

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  const collected = await log(
    firm,
    'collected',
    withClaims(collectionDraft(firm.party), {
      fields: [
        field('rider', 'Name', { identifier: 'direct' }),
        field('station', 'Location', { identifier: 'indirect' }),
      ],
    }),
  )
  made = await log(firm, 'made', {
    type: 'processing/1',
    parents: [{ id: collected, n: 0 }],
    claims: {
      performer: firm.party,
      place: { jurisdiction: 'DE' },
      purposes: [PURPOSE],
      nature: ['https://w3id.org/dpv#Analyse'],
      datasets: [dataset('rides per station', [0])],
      fields: [
        field('rider_key', 'Name', {
          identifier: 'pseudonym',
          source: [{ parent: 0, name: 'rider' }],
          transformation: { kind: 'pseudonymise' },
        }),
        field('station', 'Location', {
          identifier: 'none',
          source: [{ parent: 0, name: 'station' }],
        }),
        field('weather', 'Location', { identifier: 'none' }),
      ],
      period: { begin: '2026-11-14T01:00:00Z' },
    },
  })
  outcome = await log(firm, 'outcome', outcomeDraft(firm.party, made))
})

afterAll(() => town.close())

const follow = (name: string, ...more: readonly string[]) =>
  firm.run(['lineage', outcome, '--field', name, '--policy', town.policy, ...more])

describe('a field', () => {
  test('is followed from the outcome to the collection, with what was done to it', async () => {
    const { out } = await follow('rider_key')
    const lines = out.split('\n').map((line) => line.replaceAll(/ [0-9a-f]{12} /g, ' ID '))
    expect(lines.slice(1, 6)).toEqual([
      '  processing/1 ID dataset 0 "rider_key": name, a pseudonym',
      '      by pseudonymise, which masks',
      '      from collection/1 ID dataset 0 "rider" (was name, identifies directly)',
      '  collection/1 ID dataset 0 "rider": name, identifies directly',
      '      begins here: collected',
    ])
    expect(out).toContain('Followed to where it begins, over 2 places')
    expect(out).toContain('Record: VERIFIED')
  })

  test('carries what the rules find about it, and nothing about others', async () => {
    const { out, code } = await follow('station')
    expect(out).toContain('FAIL  R12: station identified more at its source, and nothing masked it')
    expect(out).not.toContain('weather')
    expect(code).toBe(2)
  })

  test('whose way is lost says where, and is never a success', async () => {
    const { out, code } = await follow('weather', '--fail-on', 'never')
    expect(out).toContain('the way is lost: the performer does not say where it comes from')
    expect(out).toContain('Not followed to the end: the way is lost at 1 of 1 places')
    expect(code).toBe(3)
  })

  test('is followed for machines', async () => {
    const lineages = (await follow('rider_key', '--json')).json()[
      'lineages'
    ] as readonly JsonObject[]
    const found = lineages[0]?.['field'] as JsonObject
    expect(found['complete']).toBe(true)
    const nodes = found['nodes'] as readonly JsonObject[]
    expect(nodes.map(({ name, state, identifier }) => [name, state, identifier])).toEqual([
      ['rider_key', 'passed', 'pseudonym'],
      ['rider', 'collected', 'direct'],
    ])
    expect(nodes[0]?.['steps']).toEqual([{ kind: 'pseudonymise', masks: true }])
  })

  test('of a processing is one of its own', async () => {
    const ran = await firm.run(['lineage', made, '--field', 'rider_key', '--policy', town.policy])
    expect(ran.out).toContain(`Field "rider_key" of ${made.slice(0, 12)}`)
  })

  test('that is nowhere is exit 66', async () => {
    const { code, err } = await follow('Station')
    expect(code).toBe(66)
    expect(err).toContain('FIELD_NOT_FOUND')
  })

  test('is not drawn', async () => {
    expect((await follow('station', '--dot')).code).toBe(64)
  })
})
