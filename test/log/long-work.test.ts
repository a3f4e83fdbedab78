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
