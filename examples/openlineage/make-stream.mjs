/**
 * Writes stream.ndjson: what the schedulers of four invented firms would say of two weeks of work.
 *
 * The story is the one of `waybill demo`: heat pumps in France, coded repairs and wear scores from
 * India, weeks put together in Britain, a report by the maker in Japan. Everything is made up; run
 * ids follow from names, so that the file is the same whenever it is written.
 *
 * `node examples/openlineage/make-stream.mjs` prints the stream.
 */
import { createHash } from 'node:crypto'
import process from 'node:process'

const PRODUCER = 'https://pipelines.example/scheduler'
const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent'
const FACETS = 'https://openlineage.io/spec/facets'
const FIRST_DAY = Date.parse('2026-11-02')
const DAY_MS = 86_400_000

const DIRECT = { type: 'DIRECT', subtype: 'IDENTITY' }
const MASKED = { type: 'DIRECT', subtype: 'TRANSFORMATION', masking: true }
const DERIVED = { type: 'DIRECT', subtype: 'TRANSFORMATION' }
const SUMMED = { type: 'DIRECT', subtype: 'AGGREGATION' }

const days = Array.from({ length: 14 }, (_, position) =>
  new Date(FIRST_DAY + position * DAY_MS).toISOString().slice(0, 10),
)
const isWorkday = (day) => ![0, 6].includes(new Date(day).getUTCDay())
const after = (day, count = 1) =>
  new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10)

const telemetry = (day) => ({ namespace: 'cevennes', name: `telemetry.${day}` })
const visits = (day) => ({ namespace: 'cevennes', name: `visits.${day}` })
const telemetrySent = (day) => ({ namespace: 'cevennes', name: `telemetry_reduced.${day}` })
const visitsSent = (day) => ({ namespace: 'cevennes', name: `visits_reduced.${day}` })
const coded = (day) => ({ namespace: 'nilgiri', name: `repairs.${day}` })
const weather = (day) => ({ namespace: 'pennine', name: `weather.${day}` })
const joined = (day) => ({ namespace: 'pennine', name: `days.${day}` })
const prepared = (day) => ({ namespace: 'pennine', name: `days_prepared.${day}` })
const wear = (day) => ({ namespace: 'nilgiri', name: `wear.${day}` })
const week = (day) => ({ namespace: 'pennine', name: `weeks.${day}` })
const departments = { namespace: 'sagami', name: 'department_names' }
const report = { namespace: 'sagami', name: 'wear_by_department' }

const events = []

/** A column: its name, its sources as [dataset, field], and what was done to them. */
const column = (name, sources = [], done = DIRECT) => ({ name, sources, done })

function facet(name, version, members) {
  return { _producer: PRODUCER, _schemaURL: `${FACETS}/${version}/${name}.json`, ...members }
}

/** An output with its columns; those with sources say where they come from. */
function output(dataset, columns, { rows, version } = {}) {
  const lineage = columns.filter(({ sources }) => sources.length > 0)
  const fields = lineage.map(({ name, sources, done }) => [
    name,
    {
      inputFields: sources.map(([from, field]) => ({ ...from, field, transformations: [done] })),
    },
  ])
  return {
    ...dataset,
    facets: {
      schema: facet('SchemaDatasetFacet', '1-1-1', {
        fields: columns.map(({ name }) => ({ name, type: 'STRING' })),
      }),
      ...(lineage.length === 0
        ? {}
        : {
            columnLineage: facet('ColumnLineageDatasetFacet', '1-2-0', {
              fields: Object.fromEntries(fields),
            }),
          }),
      ...(version === undefined
        ? {}
        : { version: facet('DatasetVersionDatasetFacet', '1-0-1', { datasetVersion: version }) }),
    },
    ...(rows === undefined
      ? {}
      : {
          outputFacets: {
            outputStatistics: facet('OutputStatisticsOutputDatasetFacet', '1-0-2', {
              rowCount: rows,
            }),
          },
        }),
  }
}

/** A run: what it read is told when it begins, what it wrote when it ends. */
function run(job, key, { at, minutes = 12, inputs = [], outputs = [], end = 'COMPLETE' }) {
  const digest = createHash('sha256').update(`${job} ${key} ${end}`).digest('hex')
  const id = [8, 4, 4, 4, 12].reduce(
    ({ text, from }, length) => ({
      text: `${text}${text === '' ? '' : '-'}${digest.slice(from, from + length)}`,
      from: from + length,
    }),
    { text: '', from: 0 },
  )
  const [namespace, name] = job.split(' ')
  const event = (eventType, eventTime, more) =>
    events.push({
      eventType,
      eventTime,
      run: { runId: id.text },
      job: { namespace, name },
      ...more,
      producer: PRODUCER,
      schemaURL: SCHEMA,
    })
  const ended = new Date(Date.parse(at) + minutes * 60_000).toISOString()
  event('START', at, { inputs })
  event(end, ended, end === 'COMPLETE' ? { outputs } : {})
}

const homesOn = (day) => 1_180 - (Number(day.slice(-2)) % 7)
const visitsOn = (day) => 21 + (Number(day.slice(-2)) % 9)

function collectDay(day) {
  const raw = ['customer', 'unit', 'postcode', 'heat_kwh', 'error'].map((name) => column(name))
  const rows = homesOn(day) * 24
  run('cevennes telemetry.collect', day, {
    at: `${day}T00:00:00Z`,
    minutes: 1_439,
    outputs: [output(telemetry(day), raw, { rows })],
  })
  const sky = [column('area'), column('outdoor_c')]
  const fetchWeather = (at, version) =>
    run('pennine weather.fetch', version, {
      at,
      outputs: [output(weather(day), sky, { rows: 2_304, version })],
    })
  fetchWeather(`${after(day)}T01:00:00Z`, `${day}-1`)
  // Corrected by the weather service; too late for the join, which read the first version.
  if (day === '2026-11-05') fetchWeather(`${after(day)}T11:00:00Z`, `${day}-2`)
  if (!isWorkday(day)) return
  const visited = ['customer', 'unit', 'symptom', 'part'].map((name) => column(name))
  run('cevennes visits.collect', day, {
    at: `${day}T06:00:00Z`,
    minutes: 720,
    outputs: [output(visits(day), visited, { rows: visitsOn(day) })],
  })
}

function reduceDay(day) {
  const from = telemetry(day)
  run('cevennes telemetry.reduce', day, {
    at: `${after(day)}T02:00:00Z`,
    inputs: [from],
    outputs: [
      output(
        telemetrySent(day),
        [
          column('unit', [[from, 'unit']], MASKED),
          column('area', [[from, 'postcode']], MASKED),
          column('heat_kwh', [[from, 'heat_kwh']]),
          column('error', [[from, 'error']]),
        ],
        { rows: homesOn(day) * 24 },
      ),
    ],
  })
  if (!isWorkday(day)) return
  const visited = visits(day)
  run('cevennes visits.reduce', day, {
    at: `${after(day)}T02:00:00Z`,
    inputs: [visited],
    outputs: [
      output(
        visitsSent(day),
        [
          column('unit', [[visited, 'unit']], MASKED),
          column('symptom', [[visited, 'symptom']]),
          column('part', [[visited, 'part']]),
        ],
        { rows: visitsOn(day) },
      ),
    ],
  })
  const sent = visitsSent(day)
  run('nilgiri repairs.code', day, {
    at: `${after(day)}T03:00:00Z`,
    inputs: [sent],
    outputs: [
      output(
        coded(day),
        [
          column('unit', [[sent, 'unit']]),
          column(
            'fault',
            [
              [sent, 'symptom'],
              [sent, 'part'],
            ],
            DERIVED,
          ),
        ],
        { rows: visitsOn(day) },
      ),
    ],
  })
}

function scoreDay(day) {
  const sent = telemetrySent(day)
  const repairs = isWorkday(day) ? [coded(day)] : []
  const columns = [
    column('unit', [[sent, 'unit']]),
    column('area', [[sent, 'area']]),
    column('heat_kwh', [[sent, 'heat_kwh']]),
    column('error', [[sent, 'error']]),
    column('outdoor_c', [[weather(day), 'outdoor_c']]),
    ...repairs.map((from) => column('fault', [[from, 'fault']])),
  ]
  const rows = homesOn(day)
  run('pennine days.join', day, {
    at: `${after(day)}T04:00:00Z`,
    inputs: [sent, weather(day), ...repairs],
    outputs: [output(joined(day), columns, { rows })],
  })
  const kept = columns
    .filter(({ name }) => name !== 'area')
    .map(({ name }) => column(name, [[joined(day), name]]))
  run('pennine days.prepare', day, {
    at: `${after(day)}T05:00:00Z`,
    inputs: [joined(day)],
    outputs: [output(prepared(day), kept, { rows })],
  })
  const from = prepared(day)
  const measured = kept.filter(({ name }) => name !== 'unit').map(({ name }) => [from, name])
  const score = (at, end) =>
    run('nilgiri wear.score', day, {
      at,
      inputs: [from],
      outputs: [
        output(wear(day), [column('unit', [[from, 'unit']]), column('wear', measured, DERIVED)], {
          rows,
        }),
      ],
      end,
    })
  // One run fails half-way and is run again under an id of its own.
  if (day === '2026-11-09') score(`${after(day)}T06:00:00Z`, 'FAIL')
  score(`${after(day)}T07:00:00Z`, 'COMPLETE')
}

function writeReport() {
  const weeks = [days.slice(0, 7), days.slice(7)]
  for (const [first, ...others] of weeks) {
    const all = [first, ...others]
    const rows = Math.max(...all.map(homesOn))
    run('pennine weeks.combine', first, {
      at: `${after(all.at(-1))}T08:00:00Z`,
      inputs: [...all.map(joined), ...all.map(wear)],
      outputs: [
        output(
          week(first),
          [
            column(
              'unit',
              all.map((day) => [joined(day), 'unit']),
            ),
            column(
              'area',
              all.map((day) => [joined(day), 'area']),
            ),
            column(
              'wear_mean',
              all.map((day) => [wear(day), 'wear']),
              SUMMED,
            ),
          ],
          { rows },
        ),
      ],
    })
  }
  const from = weeks.map(([first]) => week(first))
  run('sagami departments.count', 'all', {
    at: '2026-11-17T06:00:00Z',
    minutes: 210,
    inputs: [...from, departments],
    outputs: [
      output(
        report,
        [
          column(
            'department',
            [...from.map((one) => [one, 'area']), [departments, 'code']],
            DERIVED,
          ),
          column(
            'units',
            from.map((one) => [one, 'unit']),
            { ...SUMMED, masking: true },
          ),
          column(
            'wear_mean',
            from.map((one) => [one, 'wear_mean']),
            { ...SUMMED, masking: true },
          ),
        ],
        { rows: 8 },
      ),
    ],
  })
}

for (const day of days) {
  collectDay(day)
  reduceDay(day)
  scoreDay(day)
}
writeReport()
process.stdout.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
