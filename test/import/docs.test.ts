/**
 * docs/import.md says what is so. Its commands are run with those of the other documents.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CATEGORIES } from '../../import/openlineage/account.js'
import { EVENT_DEPTH_MAX } from '../../import/openlineage/event-text.js'
import { parseMap } from '../../import/openlineage/map-parse.js'
import { manifestDigest } from '../../import/openlineage/naming.js'
import { EVENT_CHARS_MAX } from '../../import/openlineage/stream.js'
import { crypto } from './world.js'

const TEXT = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8')
/** The first block of a language. */
function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n(.*?)\\n\`\`\``, 's').exec(TEXT)?.[1] ?? ''
}

test('the map it shows is a map, with a rule in every list', () => {
  const parsed = parseMap(JSON.parse(block('json')))

  expect(parsed.parties.get('carta')).toMatchObject({ pending: true })
  expect(
    [
      parsed.jobs,
      parsed.sources,
      parsed.transfers,
      parsed.outcomes,
      parsed.fields,
      parsed.names,
    ].map(({ length }) => length),
  ).toEqual([3, 1, 2, 1, 1, 1])
})

test('the manifest it shows is the one whose digest is taken', () => {
  const facets = { fields: [{ name: 'id', type: 'INTEGER' }], version: '7' }
  const digest = manifestDigest(
    { namespace: 'shop', name: 'orders', run: 'r-1', facets },
    crypto.sha256,
  )

  expect(createHash('sha256').update(block('text')).digest('hex')).toBe(digest)
})

test('it explains every category of events and gives the limits that hold', () => {
  const missing = Object.keys(CATEGORIES).filter((name) => !TEXT.includes(`\`${name}\``))

  expect(missing).toEqual([])
  expect(TEXT).toContain(
    `${EVENT_CHARS_MAX.toLocaleString('en')} characters and ${EVENT_DEPTH_MAX} levels`,
  )
})
