/**
 * What lineage must say of imported streams, derived by hand from reading the events and written down
 * before the importer was.
 *
 * Each line is one statement of the lineage: what it is, and after the arrow what it was made from. Runs
 * are named by the first digits of their ids, transfers by what moved between whom.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { type Person, Town } from '../cli/harness.js'
import { linesOf } from './lineage-lines.js'
import { applesMap, foodMap } from './maps.js'
import { MARQUEZ } from './world.js'

/**
 * Apples. In order of time: 1 pick, 2 filling, 6 pie, 3 cider, 7 pick again, 8 filling again, 9 pie again,
 * 5 vinegar. The last pie is made of the second filling, and that of the second apples (15 October,
 * 13:00, two hours before), cinnamon and sugar; the red apples of August are in no part of it.
 *
 * Cinnamon, sugar, red and crab apples are made by no run: they are collections. By the test's map the
 * orchard holds the red apples and the grocer what is in the cupboard; everything else is grandma's.
 */
const LAST_PIE = [
  'outcome apple.pie <- run bcef9942',
  'processing run bcef9942 <- run e7d71919: apple.filling',
  'processing run e7d71919 <- run 155dbf08: apples, source cinnamon: cinnamon, transfer sugar grocer>grandma: sugar',
  'processing run 155dbf08 <- source crab.apples: crab.apples',
  'transfer sugar grocer>grandma <- source sugar: sugar',
  'collection source cinnamon',
  'collection source crab.apples',
  'collection source sugar',
]

/**
 * Vinegar (28 October) is made of the cider of 29 September, and that of the first apples: the second
 * ones were picked only in October. The first apples come from the orchard's red ones.
 */
const VINEGAR = [
  'outcome apple.vinegar <- run a1060004',
  'processing run a1060004 <- run 5f974ced: apple.cider',
  'processing run 5f974ced <- run fc57cd10: apples, transfer sugar grocer>grandma: sugar',
  'processing run fc57cd10 <- transfer red.delicious orchard>grandma: red.delicious',
  'transfer red.delicious orchard>grandma <- source red.delicious: red.delicious',
  'transfer sugar grocer>grandma <- source sugar: sugar',
  'collection source red.delicious',
  'collection source sugar',
]

/** The first pie (3 September): first filling, without sugar, of the first apples. */
const FIRST_PIE = [
  'outcome apple.pie <- run 66ad484e',
  'processing run 66ad484e <- run ab468fb4: apple.filling',
  'processing run ab468fb4 <- run fc57cd10: apples, source cinnamon: cinnamon',
  'processing run fc57cd10 <- transfer red.delicious orchard>grandma: red.delicious',
  'transfer red.delicious orchard>grandma <- source red.delicious: red.delicious',
  'collection source cinnamon',
  'collection source red.delicious',
]

/**
 * Food delivery: the one dataset that nobody reads is `popular_orders_day_of_week`. Discounts are read
 * by `email_discounts`, which writes nothing and is an end of its own.
 *
 * By the test's map, menus, items, categories and restaurants are the kitchen's, orders, customers and
 * order status the shop's, drivers the fleet's, and every joined table the analysts'. Customers are
 * read by two of the analysts' runs, but moved once.
 */
const POPULAR_ORDERS = [
  'outcome public.popular_orders_day_of_week <- run adc8507c',
  'processing run adc8507c <- transfer public.customers shop>analysts: public.customers, run bd41a42a: public.top_delivery_times',
  'processing run bd41a42a <- run d5a2a4c4: public.delivery_7_days',
  'processing run d5a2a4c4 <- transfer public.customers shop>analysts: public.customers, transfer public.drivers fleet>analysts: public.drivers, transfer public.order_status shop>analysts: public.order_status, run ffba2c14: public.orders_7_days, transfer public.restaurants kitchen>analysts: public.restaurants',
  'processing run ffba2c14 <- transfer public.categories kitchen>analysts: public.categories, transfer public.menu_items kitchen>analysts: public.menu_items, transfer public.menus kitchen>analysts: public.menus, transfer public.orders shop>analysts: public.orders',
  'transfer public.categories kitchen>analysts <- run 6f0c13a5: public.categories',
  'transfer public.customers shop>analysts <- run 182a9eaf: public.customers',
  'transfer public.drivers fleet>analysts <- run 9f3db1c5: public.drivers',
  'transfer public.menu_items kitchen>analysts <- run e05901b1: public.menu_items',
  'transfer public.menus kitchen>analysts <- run 4d3b8069: public.menus',
  'transfer public.order_status shop>analysts <- run b7098939: public.order_status',
  'transfer public.orders shop>analysts <- run a43a8523: public.orders',
  'transfer public.restaurants kitchen>analysts <- run 8ddfb1d9: public.restaurants',
  'collection run 182a9eaf',
  'collection run 4d3b8069',
  'collection run 6f0c13a5',
  'collection run 8ddfb1d9',
  'collection run 9f3db1c5',
  'collection run a43a8523',
  'collection run b7098939',
  'collection run e05901b1',
]

/** The campaign reads the analysts' discounts and the shop's own customers, and writes nothing. */
const EMAIL_DISCOUNTS = [
  'processing run 3ab25429 <- run 182a9eaf: public.customers, transfer public.discounts analysts>shop: public.discounts',
  'transfer public.discounts analysts>shop <- run bd41a42a: public.discounts',
  // From here on as above, but for the last table.
  ...POPULAR_ORDERS.filter((line) => !/popular_orders|adc8507c/.test(line)),
]

const APPLES = join(MARQUEZ, 'apples')
const START = '2026-11-20T09:00:00.000Z'

/** The stream's own seed script puts one moment for every START and minutes after it for every end. */
function foodEvents(): string {
  const template = readFileSync(join(MARQUEZ, 'metadata.template.json'), 'utf8')
  return template
    .replaceAll('{{RUN_START_TIME}}', START)
    .replaceAll(/\{\{RUN_END_TIME_AFTER_(\d+)_MINUTES\}\}/g, (_, minutes: string) =>
      new Date(Date.parse(START) + Number(minutes) * 60_000).toISOString(),
    )
}

/** The same events with times as a scheduler would have them: each run begins when the one before ended. */
function foodEventsInTurn(): string {
  let turn = 0
  const template = readFileSync(join(MARQUEZ, 'metadata.template.json'), 'utf8')
  return template.replaceAll(/\{\{RUN_(?:START|END)_TIME\w*\}\}/g, () => {
    turn += 1
    return new Date(Date.parse(START) + turn * 60_000).toISOString()
  })
}

const SKIPPED = 'skipped: no shared data'
const shared = existsSync(MARQUEZ)

/** A ledger's folder, parties with keys and a map beside them, and the command line. */
class Desk {
  readonly town = new Town()
  readonly person: Person
  readonly aliases = new Map<string, string>()
  readonly map: JsonObject

  constructor(map: JsonObject) {
    this.person = this.town.person('importer')
    this.map = map
  }

  async open(): Promise<void> {
    await this.town.init()
    const dir = ['--dir', this.town.folder]
    for (const [alias, { country }] of Object.entries(
      this.map['parties'] as Record<string, JsonObject>,
    )) {
      const key = this.person.path(`${alias}.pem`)
      const { kid } = (await this.person.must(['keygen', key, '--json'])).json()
      this.aliases.set(String(kid), alias)
      const who = ['--name', alias, '--country', String(country), '--key', key]
      await this.person.must(['party', 'enrol', ...who, '--yes', ...dir])
    }
    await this.town.operator.must([
      'party',
      'admit',
      '--all',
      '--yes',
      '--operator',
      this.town.folder,
      ...dir,
    ])
    this.person.write('map.json', this.map)
  }

  /** The report of `waybill import openlineage`. */
  async import(files: readonly string[], ...flags: readonly string[]): Promise<JsonObject> {
    const words = [
      'import',
      'openlineage',
      ...files,
      '--map',
      this.person.path('map.json'),
      ...flags,
      '--json',
    ]
    return (await this.person.run([...words, '--dir', this.town.folder])).json()
  }

  /** What `waybill lineage` prints for a statement: its verdict, and a line per statement. */
  async lineage(
    id: string,
  ): Promise<{ readonly record: unknown; readonly lines: readonly string[] }> {
    const flags = ['--dir', this.town.folder, '--policy', this.town.policy, '--json']
    const printed = (await this.person.must(['lineage', id, '--fail-on', 'never', ...flags])).json()
    const [found] = printed['lineages'] as JsonObject[]
    const nodes = (found?.['nodes'] ?? []) as JsonObject[]
    return {
      record: found?.['record'],
      lines: linesOf(nodes, (party) => this.aliases.get(party) ?? party),
    }
  }
}

/** The id of the one statement whose key holds all these words. */
function idOf(report: JsonObject, ...parts: readonly string[]): string {
  const items = report['items'] as JsonObject[]
  const found = items.filter(({ key }) => parts.every((part) => JSON.stringify(key).includes(part)))
  expect(found).toHaveLength(1)
  return String(found[0]?.['id'])
}

describe('apples', () => {
  const desk = new Desk(applesMap())
  const files = shared ? readdirSync(APPLES).map((name) => join(APPLES, name)) : []
  let report: JsonObject
  beforeAll(async () => {
    if (!shared) return
    await desk.open()
    report = await desk.import(files)
  })
  afterAll(() => desk.town.close())

  test('every event is of a run that is recorded', (context) => {
    if (!shared) return context.skip(SKIPPED)

    expect(report['events']).toMatchObject({ total: 8, taken: 8 })
    // 8 runs; 4 collections; 1 transfer of the orchard's apples, 1 of sugar; pie twice and vinegar.
    expect(report['statements']).toMatchObject({ admitted: 8 + 4 + 2 + 3, refused: 0 })
  })

  test.for([
    ['the last pie', ['"outcome"', 'bcef9942', 'apple.pie'], LAST_PIE],
    ['the first pie', ['"outcome"', '66ad484e', 'apple.pie'], FIRST_PIE],
    ['the vinegar', ['"outcome"', 'a1060004', 'apple.vinegar'], VINEGAR],
  ] as const)(
    '%s has the ancestors that were derived by hand',
    async ([, parts, expected], context) => {
      if (!shared) return context.skip(SKIPPED)
      const { record, lines } = await desk.lineage(idOf(report, ...parts))

      expect([...lines].sort()).toEqual([...expected].sort())
      expect(record).toBe('VERIFIED')
    },
  )

  test('the order of the files changes nothing', async (context) => {
    if (!shared) return context.skip(SKIPPED)
    const again = await desk.import([...files].reverse())

    expect(again['statements']).toMatchObject({ admitted: 0, already: 17 })
    expect(again['notes']).toEqual(report['notes'])
  })
})

describe.each([
  ['times as its seed script gives them', foodEvents],
  ['runs one after the other', foodEventsInTurn],
])('food delivery, %s', (_, events) => {
  const desk = new Desk(foodMap())
  let report: JsonObject
  beforeAll(async () => {
    if (!shared) return
    await desk.open()
    writeFileSync(desk.person.path('metadata.json'), events())
    report = await desk.import([desk.person.path('metadata.json')])
  })
  afterAll(() => desk.town.close())

  test('every event is of a run that is recorded, and the template itself is not', async (context) => {
    if (!shared) return context.skip(SKIPPED)
    const raw = await desk.import(
      [join(MARQUEZ, 'metadata.template.json')],
      '--dry-run',
      '--state',
      desk.person.path('raw'),
    )

    expect(report['events']).toMatchObject({ total: 26, taken: 26 })
    // 13 runs; 8 transfers to the analysts, one back to the shop; one outcome.
    expect(report['statements']).toMatchObject({ admitted: 13 + 9 + 1, refused: 0 })
    expect(raw['events']).toMatchObject({ total: 26, malformed: 26 })
  })

  test.for([
    ['the one dataset nobody reads', ['"outcome"'], POPULAR_ORDERS],
    ['the campaign that writes nothing', ['["run"', '3ab25429'], EMAIL_DISCOUNTS],
  ] as const)(
    '%s has the ancestors that were derived by hand',
    async ([, parts, expected], context) => {
      if (!shared) return context.skip(SKIPPED)
      const { record, lines } = await desk.lineage(idOf(report, ...parts))

      expect([...lines].sort()).toEqual([...expected].sort())
      expect(record).toBe('VERIFIED')
    },
  )
})
