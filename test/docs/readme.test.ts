/**
 * The README and the pages for the four users, run as they stand: every shell block but those that
 * install and test, each document in a folder of its own, with a memory of its own.
 *
 * A block runs in the document's one shell, so that a later block finds what an earlier one set. A
 * block whose language is followed by a file name is written to that file. A comment above a block
 * says what is special about it:
 *
 *     <!-- run: exit 3 -->          this exit code and no other
 *     <!-- run: says VERIFIED -->   the output holds this text; may come with an exit code before it
 *     <!-- run: background -->      a server: goes on until the document ends
 *     <!-- run: not -->             needs what a test does not have
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = join(ROOT, 'dist/cli/main.js')
const DOCUMENTS = [
  'README.md',
  'docs/firm.md',
  'docs/auditor.md',
  'docs/regulator.md',
  'docs/operator.md',
  'docs/witness.md',
  'docs/import.md',
  'docs/rulesets.md',
]
const INSTALLS = /\bnpm (ci|test|install|link)\b/
const DOCUMENT_MS = 120_000

type Block = {
  readonly line: number
  readonly language: string
  /** File that it is written to instead of being run. */
  readonly file: string | undefined
  readonly text: string
  readonly background: boolean
  readonly exit: number
  readonly says: string | undefined
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function blocksOf(path: string): readonly Block[] {
  const lines = textOf(path).split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^```(\w+)(?: (\S+))?$/.exec(lines[at] ?? '')
    if (fence === null) continue
    const end = lines.indexOf('```', at)
    const marks = [
      ...lines
        .slice(0, at)
        .join('\n')
        .matchAll(/<!-- run: (.*?) -->/g),
    ]
    // Only the comment right above the fence is about it.
    const mark = lines[at - 1]?.startsWith('<!-- run:') === true ? marks.at(-1)?.[1] : undefined
    const text = lines.slice(at + 1, end).join('\n')
    const [, language = '', file] = fence
    const runs = language === 'sh' && mark !== 'not' && !INSTALLS.test(text)
    if (runs || file !== undefined) {
      blocks.push({
        line: at + 1,
        language,
        file,
        text,
        background: mark === 'background',
        exit: Number(/^exit (\d+)/.exec(mark ?? '')?.[1] ?? 0),
        says: /says (.+)$/.exec(mark ?? '')?.[1],
      })
    }
    at = end
  }
  return blocks
}

/** One shell script for a document: runs the blocks in order and notes what became of each. */
function scriptOf(blocks: readonly Block[], folder: string): string {
  const parts = blocks.map((block, position) => {
    const path = join(folder, `block-${position}`)
    if (block.file !== undefined) {
      writeFileSync(path, `${block.text}\n`)
      return `mkdir -p "$(dirname ${block.file})"; cp ${path} ${block.file}; echo 0 > ${path}.exit`
    }
    if (block.background) {
      return [
        `bash -c 'exec ${block.text}' > ${path}.out 2>&1 &`,
        'servers="$servers $!"',
        `for _ in $(seq 100); do grep -q http ${path}.out && break; sleep 0.1; done; echo 0 > ${path}.exit`,
      ].join('\n')
    }
    writeFileSync(path, `${block.text}\n`)
    return `failed=0; . ${path} > ${path}.out 2>&1; echo $failed > ${path}.exit`
  })
  const begin = ['servers=', 'failed=0', 'set -E', "trap 'failed=$?' ERR"]
  return [...begin, ...parts, 'kill $servers 2> /dev/null', 'wait', 'true', ''].join('\n')
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      )
    })
  })
}

describe('the documents', () => {
  let scratch = ''
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'waybill-docs-'))
    const bin = join(scratch, 'bin')
    mkdirSync(bin)
    // One demo is made for all documents; the others get a copy of what it kept.
    const kept = join(scratch, 'kept-demo')
    execFileSync(process.execPath, [MAIN, 'demo', '--out', kept], { stdio: 'ignore' })
    const node = `exec ${process.execPath}`
    const demo = `[ "$1 $2" = "demo --out" ] && { cp -R ${kept} "$3"; exit; }`
    writeFileSync(join(bin, 'waybill'), `#!/bin/sh\n${demo}\n${node} ${MAIN} "$@"\n`)
    writeFileSync(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n')
    writeFileSync(join(bin, 'node'), `#!/bin/sh\n${node} "$@"\n`)
    for (const name of ['waybill', 'npx', 'node']) chmodSync(join(bin, name), 0o755)
  }, DOCUMENT_MS)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  test.each(DOCUMENTS)('%s does what it says', { timeout: DOCUMENT_MS }, async (path) => {
    const folder = join(scratch, path.replaceAll(/\W/g, '-'))
    const work = join(folder, 'work')
    mkdirSync(join(work, 'node_modules'), { recursive: true })
    // A project of its own, with Waybill installed.
    writeFileSync(join(work, 'package.json'), '{}\n')
    symlinkSync(ROOT, join(work, 'node_modules/waybill'), 'junction')
    const port = await freePort()
    const blocks = blocksOf(path).map((block) => ({
      ...block,
      text: block.text.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`),
    }))
    const script = join(folder, 'script')
    writeFileSync(script, scriptOf(blocks, folder))

    spawnSync('bash', [script], {
      cwd: work,
      stdio: 'ignore',
      timeout: DOCUMENT_MS,
      env: {
        PATH: `${join(scratch, 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        XDG_CONFIG_HOME: join(folder, 'config'),
        XDG_STATE_HOME: join(folder, 'state'),
        TMPDIR: folder,
        WAYBILL_PORT: String(port),
        NO_COLOR: '1',
      },
    })

    const wrong = blocks.flatMap((block, position) => {
      const read = (end: string): string => {
        const file = join(folder, `block-${position}.${end}`)
        return existsSync(file) ? readFileSync(file, 'utf8') : ''
      }
      const exit = read('exit').trim()
      const said = block.says === undefined || read('out').includes(block.says)
      if (exit === String(block.exit) && said) return []
      return [`${path}:${block.line} ends with ${exit === '' ? 'nothing' : exit}\n${read('out')}`]
    })
    expect(wrong).toEqual([])
    expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThan(1)
  })

  test.each(DOCUMENTS)('%s links to files that are there', (path) => {
    const links = [...textOf(path).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, link]) => link ?? '',
    )
    const local = links.filter((link) => !/^https?:/.test(link))

    expect(local.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([])
  })

  test('the README shows the two commands that set everything up', () => {
    const text = textOf('README.md')

    expect(text).toContain('\nnpm ci && npm run demo\n')
    expect(text).toContain('\nnpm test\n')
  })
})
