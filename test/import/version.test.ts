import { describe, expect, test } from 'vitest'
import { parseEventTime } from '../../import/openlineage/event-time.js'
import type { Moment } from '../../import/openlineage/run.js'
import { type Version, VersionBook } from '../../import/openlineage/version.js'

const NAME = { namespace: 'n', name: 'd' }

/** `9` is nine o'clock; `order` counts where times are equal. */
function moment(hour: number, order: number): Moment {
  const time = parseEventTime(`2026-11-20T${String(hour).padStart(2, '0')}:00:00Z`)
  if (time === undefined) throw new Error('no time')
  return { time, order }
}

function made(key: string, began: Moment, ended: Moment, version?: string): Version {
  const named = version === undefined ? {} : { version }
  return {
    ...NAME,
    key,
    n: 1,
    began,
    ended,
    holder: 'p',
    label: 'd',
    digest: '',
    fields: [],
    ...named,
  }
}

function bookOf(...versions: readonly Version[]): VersionBook {
  const book = new VersionBook()
  for (const version of versions) book.add(version)
  return book
}

describe('a run reads', () => {
  const first = made('first', moment(8, 0), moment(9, 1))
  const second = made('second', moment(10, 2), moment(11, 3))

  test.each([
    ['the newest version that was complete when it began', moment(12, 9), 'second', false],
    ['not one that was completed later', moment(10, 9), 'first', false],
    ['one that was completed at the very moment', moment(11, 9), 'second', false],
  ])('%s', (_, began, key, underWay) => {
    expect(bookOf(second, first).read(NAME, began, undefined)).toMatchObject({
      version: { key },
      underWay,
    })
  })

  test('nothing of the stream when nobody had begun to write', () => {
    expect(bookOf(first, second).read(NAME, moment(7, 9), undefined)).toBeUndefined()
    expect(
      bookOf(first).read({ namespace: 'n', name: 'other' }, moment(12, 9), undefined),
    ).toBeUndefined()
  })

  test('what a run under way makes when there is nothing older, the first to be done of several', () => {
    const slow = made('slow', moment(8, 0), moment(20, 8))
    const fast = made('fast', moment(8, 1), moment(19, 7))

    expect(bookOf(slow, fast).read(NAME, moment(9, 2), undefined)).toMatchObject({
      version: { key: 'fast' },
      underWay: true,
    })
  })

  test('never what a run of the same moment makes that comes after it', () => {
    const twin = made('twin', moment(9, 5), moment(9, 5))

    expect(bookOf(twin).read(NAME, moment(9, 4), undefined)).toBeUndefined()
    expect(bookOf(twin).read(NAME, moment(9, 5), undefined)).toBeUndefined()
    expect(bookOf(twin).read(NAME, moment(9, 6), undefined)).toMatchObject({ underWay: false })
  })

  test('the version it names, even if there is a newer one; never one that is called otherwise', () => {
    const v1 = made('one', moment(8, 0), moment(9, 1), 'v1')
    const v2 = made('two', moment(10, 2), moment(11, 3), 'v2')
    const book = bookOf(v1, v2)

    expect(book.read(NAME, moment(12, 9), 'v1')).toMatchObject({ version: { key: 'one' } })
    expect(book.read(NAME, moment(12, 9), undefined)).toMatchObject({ version: { key: 'two' } })
    expect(book.read(NAME, moment(12, 9), 'v3')).toBeUndefined()
    // A producer that names no versions may have made the one that is named.
    expect(bookOf(v1, second).read(NAME, moment(12, 9), 'v3')).toMatchObject({
      version: { key: 'second' },
    })
  })
})
