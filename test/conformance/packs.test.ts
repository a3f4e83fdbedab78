/**
 * Conformance packs: two implementations that share no code judge each and must agree with what is
 * written in it. `WRITE=1` makes the files anew.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { makePacks } from './make-packs.js'
import { judgePack, type Pack } from './pack.js'
import { judgedPacks, NO_PYTHON, PYTHON_MS } from './python.js'

const PACKS = fileURLToPath(new URL('../../conformance/packs', import.meta.url))
const made = await makePacks()

function text(pack: Pack): string {
  return `${JSON.stringify(pack, null, 1)}\n`
}

const wanted = new Map<string, string>([
  ...[...made.files].map(([name, content]) => [`files/${name}`, content] as const),
  ...[...made.packs].map(([name, pack]) => [`${name}.json`, text(pack)] as const),
])

if (process.env['WRITE'] === '1') {
  rmSync(PACKS, { recursive: true, force: true })
  for (const [name, content] of wanted) {
    mkdirSync(dirname(join(PACKS, name)), { recursive: true })
    writeFileSync(join(PACKS, name), content)
  }
}

const files = (name: string) => readFileSync(join(PACKS, 'files', name), 'utf8')

describe('packs', () => {
  test('are what is made', () => {
    const there = readdirSync(PACKS, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => join(item.parentPath, item.name).slice(PACKS.length + 1))
    expect(there.sort()).toEqual([...wanted.keys()].sort())
    for (const [name, content] of wanted) {
      expect(readFileSync(join(PACKS, name), 'utf8') === content, name).toBe(true)
    }
  })

  test('are at least 60 good ones and 150 bad ones, and no file is there for nothing', () => {
    const names = [...made.packs.keys()]
    expect(names.filter((name) => name.startsWith('good/')).length).toBeGreaterThanOrEqual(60)
    expect(names.filter((name) => name.startsWith('bad/')).length).toBeGreaterThanOrEqual(150)
    const used = new Set([...made.packs.values()].flatMap(({ file, policy }) => [file, policy]))
    expect([...made.files.keys()].filter((name) => !used.has(name))).toEqual([])
  })

  test.each([...made.packs])('%s', (_, pack) => {
    expect(judgePack(pack, files)).toEqual(pack.expect)
  })
})

test.skipIf(NO_PYTHON)(
  `conformance/verify.py says the same of every pack${NO_PYTHON ? ` (skipped: ${NO_PYTHON})` : ''}`,
  () => {
    expect(judgedPacks(PACKS)).toEqual(
      Object.fromEntries([...made.packs].map(([name, pack]) => [name, pack.expect])),
    )
  },
  PYTHON_MS,
)
