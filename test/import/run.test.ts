import { describe, expect, test } from 'vitest'
import { mergeRuns } from '../../import/openlineage/run.js'
import { readStream } from '../../import/openlineage/stream.js'
import { bytesOf, event, ndjson, type Said } from './events.js'
import { crypto } from './world.js'

function runsOf(...said: readonly Said[]) {
  const files = [{ name: 'f', bytes: bytesOf(ndjson(said.map(event))) }]
  return mergeRuns(readStream(files, crypto.sha256).runs)
}

const names = (datasets: readonly { readonly name: string }[]): readonly string[] =>
  datasets.map(({ name }) => name)

describe('a run', () => {
  test('is put together from all its events: inputs of START, outputs of COMPLETE', () => {
    const [run, ...others] = runsOf(
      { type: 'START', at: '09:00', run: 'a', job: 'j', in: ['x'] },
      { type: 'RUNNING', at: '09:05', run: 'a', job: 'j', in: ['w', 'x'] },
      { at: '09:10', run: 'a', job: 'j', out: ['y'] },
    )

    expect(others).toEqual([])
    expect(run?.end).toBe('completed')
    expect([names(run?.inputs ?? []), names(run?.outputs ?? [])]).toEqual([['w', 'x'], ['y']])
    expect([run?.began.time.utc, run?.ended.time.utc]).toEqual([
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:10:00Z',
    ])
  })

  test('has the later word on each facet of a dataset', () => {
    const told = (facets: Record<string, string>) => ({ namespace: 'acme', name: 'y', facets })
    const [run] = runsOf(
      { type: 'START', at: '09:00', run: 'a', out: [told({ schema: 'old', version: '1' })] },
      { at: '09:10', run: 'a', out: [told({ schema: 'new' })] },
    )

    expect(run?.outputs[0]?.facets).toEqual({ schema: 'new', version: '1' })
  })

  test.each([
    ['COMPLETE', 'completed'],
    ['FAIL', 'failed'],
    ['ABORT', 'aborted'],
    ['RUNNING', 'open'],
    ['OTHER', 'open'],
  ])('that says %s last is %s', (type, end) => {
    const runs = runsOf(
      { type: 'START', at: '09:00', run: 'a', job: 'j' },
      { type, at: '09:10', run: 'a', job: 'j' },
    )

    expect(runs.map((run) => run.end)).toEqual([end])
  })

  test('is ended by the first event that ends it; what comes later is told apart', () => {
    const [run] = runsOf(
      { type: 'FAIL', at: '09:10', run: 'a', job: 'j', out: ['y'] },
      { type: 'COMPLETE', at: '09:11', run: 'a', job: 'j', out: ['z'] },
      { type: 'OTHER', at: '09:10', run: 'a', job: 'j', in: ['x'] },
    )

    expect(run?.end).toBe('failed')
    expect(names(run?.outputs ?? [])).toEqual(['y'])
    expect(run?.late.map(({ event: position }) => position)).toEqual([2])
    // What has the very time of the end belongs to it, in whatever order it came.
    expect(names(run?.inputs ?? [])).toEqual(['x'])
  })

  test('whose events name different jobs is torn', () => {
    const runs = runsOf(
      { type: 'START', at: '09:00', run: 'a', job: 'j' },
      { at: '09:10', run: 'a', job: 'k' },
    )

    expect(runs.map((run) => run.end)).toEqual(['torn'])
  })

  test('of another id is another run, in order of beginning', () => {
    const runs = runsOf(
      { at: '09:10', run: 'b' },
      { type: 'START', at: '09:05', run: 'c' },
      { at: '09:01', run: 'a' },
      { at: '09:20', run: 'c' },
    )

    expect(runs.map(({ runId }) => runId.slice(0, 2))).toEqual(['61', '63', '62'])
  })
})
