/** Judging that takes long leaves room for others, and waits for its turn. */
import { expect, test } from 'vitest'
import { verdictsIn } from '../../ledger/log/judge-lineage.js'
import { LongWork } from '../../ledger/log/long-work.js'
import { ACME } from './support/firms.js'
import { collect, scene } from './support/scene.js'

/** Takes so many steps of some milliseconds each, and notes them down. */
function* steps(name: string, count: number, noted: string[]): Generator<void, string, void> {
  for (let step = 0; step < count; step += 1) {
    const until = performance.now() + 4
    while (performance.now() < until);
    noted.push(name)
    yield
  }
  return name
}

test('others have their turn while it runs', async () => {
  const noted: string[] = []
  const done = new LongWork().run(steps('work', 20, noted))
  let turns = 0
  const other = setInterval(() => {
    turns += 1
  }, 1)
  expect(await done).toBe('work')
  clearInterval(other)

  expect(turns).toBeGreaterThanOrEqual(3)
})

test('one runs at a time, and a failure keeps nobody from going on', async () => {
  const work = new LongWork()
  const noted: string[] = []
  const failing = work.run(
    (function* () {
      yield
      throw new Error('a bug')
    })(),
  )
  const both = [work.run(steps('first', 8, noted)), work.run(steps('second', 8, noted))]

  await expect(failing).rejects.toThrow('a bug')
  expect(await Promise.all(both)).toEqual(['first', 'second'])
  expect(noted).toEqual([...Array<string>(8).fill('first'), ...Array<string>(8).fill('second')])
})

/** Runs until it is told to end. */
function held(): { readonly steps: Generator<void, string, void>; readonly end: () => void } {
  let going = true
  function* run(): Generator<void, string, void> {
    while (going) yield
    return 'ended'
  }
  return {
    steps: run(),
    end: () => {
      going = false
    },
  }
}

test('only so many wait; whoever comes later is turned away at once', async () => {
  const work = new LongWork(2)
  const noted: string[] = []
  const first = held()
  const busy = work.run(first.steps)
  const both = [work.run(steps('one', 1, noted)), work.run(steps('two', 1, noted))]

  await expect(work.run(steps('three', 1, noted))).rejects.toMatchObject({ code: 'JUDGING_FULL' })
  expect([work.waiting, work.shed]).toEqual([2, 1])
  first.end()
  expect(await Promise.all([busy, ...both])).toEqual(['ended', 'one', 'two'])
  expect(work.waiting).toBe(0)
  expect(await work.run(steps('four', 1, noted))).toBe('four')
  expect(noted).toEqual(['one', 'two', 'four'])
})

test('whoever has gone is not judged for: not while it runs, nor when its turn would come', async () => {
  const work = new LongWork(2)
  const noted: string[] = []
  const gone = new AbortController()
  const endless = held()
  const busy = work.run(endless.steps, gone.signal)
  const leaving = new AbortController()
  const waiting = work.run(steps('left', 1, noted), leaving.signal)
  const next = work.run(steps('next', 1, noted))

  leaving.abort(new Error('has gone'))
  await expect(waiting).rejects.toThrow('has gone')
  expect(work.waiting).toBe(1)
  gone.abort(new Error('has gone, too'))
  await expect(busy).rejects.toThrow('has gone, too')
  expect(await next).toBe('next')
  await expect(work.run(steps('late', 1, noted), gone.signal)).rejects.toThrow('has gone, too')
  expect([noted, work.stopped, work.waiting]).toEqual([['next'], 3, 0])
})

test('verdicts on a lineage are made so', async () => {
  const { ledger } = await scene()
  const id = await collect(ledger, ACME)
  let isFree: () => void = () => undefined
  const busy = ledger.rules.run(
    (function* (): Generator<void, void, void> {
      let wait = true
      isFree = () => {
        wait = false
      }
      while (wait) yield
    })(),
  )
  const asked = verdictsIn(ledger, id, { max: 10 })
  const first = await Promise.race([
    asked,
    new Promise((resolve) => setTimeout(resolve, 50, 'none')),
  ])
  expect(first).toBe('none')
  isFree()
  await busy
  expect(await asked).toMatchObject({ id })
  await ledger.close()
})
