import { describe, expect, test } from 'vitest'
import { parseEvent } from '../../import/openlineage/event.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { event, runId } from './events.js'

const PLACE = { file: 'f', event: 1, line: 1 }
const GOOD = event({ at: '09:00', run: 'a', in: ['x'], out: ['y'] })
const with_ = (more: Record<string, Json | undefined>): Json => {
  const entries = Object.entries({ ...GOOD, ...more }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as JsonObject
}

describe('an event', () => {
  test('is read as OpenLineage has it', () => {
    const read = parseEvent(with_({ run: { runId: runId('a').toUpperCase(), facets: {} } }), PLACE)

    expect(read).toMatchObject({
      kind: 'run',
      type: 'COMPLETE',
      runId: runId('a'),
      job: { namespace: 'acme', name: 'job-a' },
      inputs: [{ namespace: 'acme', name: 'x', facets: {} }],
      outputs: [{ namespace: 'acme', name: 'y', facets: {} }],
    })
  })

  test('may have no type, no inputs, no outputs, no schemaURL and members that are not known', () => {
    const bare = with_({ eventType: undefined, inputs: undefined, outputs: null, future: { a: 1 } })

    expect(parseEvent(bare, PLACE)).toMatchObject({ type: 'OTHER', inputs: [], outputs: [] })
  })

  test('has facets of a dataset and of its use together', () => {
    const outputs = [
      { namespace: 'a', name: 'b', facets: { schema: 1 }, outputFacets: { outputStatistics: 2 } },
    ]

    expect(parseEvent(with_({ outputs }), PLACE)).toMatchObject({
      outputs: [{ facets: { schema: 1, outputStatistics: 2 } }],
    })
  })

  test('about a dataset or a job as such is no run', () => {
    const { eventTime, producer, job } = GOOD as Record<string, Json>
    const dataset = { namespace: 'a', name: 'b' }

    expect(
      parseEvent({ eventTime: eventTime ?? '', producer: producer ?? '', dataset }, PLACE).kind,
    ).toBe('dataset')
    expect(
      parseEvent({ eventTime: eventTime ?? '', producer: producer ?? '', job: job ?? '' }, PLACE)
        .kind,
    ).toBe('job')
  })

  test.each<[string, Json, string]>([
    ['a text', 'event', 'event'],
    ['a list', [GOOD], 'event'],
    ['null', null, 'event'],
    ['no time', with_({ eventTime: undefined }), 'eventTime'],
    ['a time without an offset', with_({ eventTime: '2026-11-20T09:00:00' }), 'eventTime'],
    ['a number as time', with_({ eventTime: 1_700_000_000 }), 'eventTime'],
    ['no producer', with_({ producer: undefined }), 'producer'],
    ['a type that is none', with_({ eventType: 'DONE' }), 'eventType'],
    ['a type in lower case', with_({ eventType: 'complete' }), 'eventType'],
    ['a run that is a text', with_({ run: 'a' }), 'run'],
    ['a run without an id', with_({ run: {} }), 'run.runId'],
    ['a run id that is no UUID', with_({ run: { runId: 'nightly' } }), 'run.runId'],
    ['run facets that are a list', with_({ run: { runId: runId('a'), facets: [] } }), 'run.facets'],
    ['no job', with_({ job: undefined }), 'job'],
    ['a job without a name', with_({ job: { namespace: 'a' } }), 'job.name'],
    [
      'a job with an empty namespace',
      with_({ job: { namespace: '', name: 'b' } }),
      'job.namespace',
    ],
    ['inputs that are an object', with_({ inputs: {} }), 'inputs'],
    ['an input that is a text', with_({ inputs: ['x'] }), 'inputs[0]'],
    ['an output without a namespace', with_({ outputs: [{ name: 'y' }] }), 'outputs[0].namespace'],
    [
      'an output whose name is too long',
      with_({ outputs: [{ namespace: 'a', name: 'y'.repeat(5_000) }] }),
      'outputs[0].name',
    ],
    [
      'facets that are a text',
      with_({ inputs: [{ namespace: 'a', name: 'x', facets: 'no' }] }),
      'inputs[0].facets',
    ],
    [
      'too many inputs',
      with_({ inputs: Array.from({ length: 10_001 }, () => ({ namespace: 'a', name: 'x' })) }),
      'inputs',
    ],
    ['a run and a dataset', with_({ dataset: { namespace: 'a', name: 'b' } }), 'event'],
    ['neither run nor job nor dataset', with_({ run: undefined, job: undefined }), 'event'],
    [
      'a job and a dataset without a run',
      with_({ run: undefined, dataset: { namespace: 'a', name: 'b' } }),
      'event',
    ],
  ])('with %s is refused where it is wrong', (_, value, at) => {
    expect(() => parseEvent(value, PLACE)).toThrow(
      expect.objectContaining({
        code: 'IMPORT_EVENT_INVALID',
        details: expect.objectContaining({ at }),
      }),
    )
  })
})
