/**
 * House rules that no other tool keeps, as tests. A failure names the file and the rule.
 *
 * Formatting, types and most lint rules are Biome's and the compiler's (`npm run check`); here are
 * lengths, words, headers, the lockfile, and proof that the layer check and the core's compiler
 * refuse what they should: a check that sees nothing passes everything.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SHARED = join(ROOT, '..', 'shared')
const SELF = 'test/tidy.test.ts'

const FILE_LINES_MAX = 400
const FUNCTION_LINES_MAX = 60

/** Files that may be longer, and why. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'ledger/core/error-table.ts': 'one row for each code, to be read as a table',
  'ledger/rules/vocabulary-table.ts': 'one line for each term, made by scripts/vocabulary.mjs',
}

/** Files that may use bit operators, and why. Anything near tree indices may not: they pass 2^31. */
const BIT_OPERATOR_FILES: Readonly<Record<string, string>> = {
  'ledger/core/bytes.ts': 'base64 packs bytes into 24 bits',
  'ledger/core/registry.ts': 'reads the bits of one byte of a map key',
}

type Source = { readonly path: string; readonly text: string }

/** Every file under `folder` as paths with slashes from the root, built and installed ones aside. */
function filesUnder(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      return ['node_modules', 'dist', 'coverage', '.git'].includes(entry.name)
        ? []
        : filesUnder(path)
    }
    return [path]
  })
}

function sources(...folders: readonly string[]): Source[] {
  return folders
    .flatMap(filesUnder)
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

const SHIPPED = sources('ledger', 'client', 'api', 'cli', 'import')
const OURS = [...SHIPPED, ...sources('bench', 'scripts', 'test')]

/** Calls `visit` for every node of a source file. */
function walk(source: Source, visit: (node: ts.Node, file: ts.SourceFile) => void): void {
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true)
  const into = (node: ts.Node): void => {
    visit(node, file)
    ts.forEachChild(node, into)
  }
  into(file)
}

function lineOf(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1
}

describe('lengths', () => {
  test('no source file is longer than 400 lines', () => {
    const long = SHIPPED.filter(({ text }) => text.trimEnd().split('\n').length > FILE_LINES_MAX)

    expect(long.map(({ path }) => path).filter((path) => !(path in LONG_FILES))).toEqual([])
  })

  test('no function body is longer than 60 lines', () => {
    const long: string[] = []
    for (const source of [...SHIPPED, ...sources('bench', 'scripts')]) {
      walk(source, (node, file) => {
        if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return
        const body = node.body as ts.Node
        const first = lineOf(file, body.getStart(file))
        const lines = lineOf(file, body.getEnd()) - first - 1
        if (lines > FUNCTION_LINES_MAX) long.push(`${source.path}:${first} has ${lines} lines`)
      })
    }

    expect(long).toEqual([])
  })
})

describe('words', () => {
  test('no file is named utils, helpers, common or misc', () => {
    const vague = OURS.filter(({ path }) => /\b(utils?|helpers?|common|misc)\b/.test(path))

    expect(vague.map(({ path }) => path)).toEqual([])
  })

  test('no source speaks of utils or helpers, or leaves a note to do later', () => {
    const found: string[] = []
    for (const { path, text } of OURS.filter((source) => source.path !== SELF)) {
      for (const [at, line] of text.split('\n').entries()) {
        // A package may call its own parts what it likes.
        const ours = line.replace(/\bfrom '[^.][^']*'/, '')
        const word = /\b(TODO|FIXME|XXX|HACK|[Uu]tils|[Hh]elpers?)\b/.exec(ours)
        if (word !== null) found.push(`${path}:${at + 1} says ${word[0]}`)
      }
    }

    expect(found).toEqual([])
  })

  test('every source file begins with a comment that says what it is', () => {
    const bare = [...SHIPPED, ...sources('bench', 'scripts')].filter(
      ({ text }) => !/^(#!.*\n)?\/\*\*/.test(text),
    )

    expect(bare.map(({ path }) => path)).toEqual([])
  })
})

describe('numbers, time and chance', () => {
  test('bit operators stand only in the files that need them', () => {
    const using = new Set<string>()
    for (const source of SHIPPED) {
      walk(source, (node) => {
        if (usesBits(node)) using.add(source.path)
      })
    }

    expect([...using].sort()).toEqual(Object.keys(BIT_OPERATOR_FILES).sort())
  })

  test('the core asks for no time and no chance', () => {
    const impure: string[] = []
    for (const source of SHIPPED.filter(({ path }) => path.startsWith('ledger/core/'))) {
      walk(source, (node, file) => {
        const now = ts.isNewExpression(node) && (node.arguments?.length ?? 0) === 0
        const text = now || ts.isPropertyAccessExpression(node) ? node.getText(file) : ''
        if (/^(new Date\b|Date\.now$|Math\.random$)/.test(text)) {
          impure.push(`${source.path}:${lineOf(file, node.getStart(file))} ${text}`)
        }
      })
    }

    expect(impure).toEqual([])
  })
})

function usesBits(node: ts.Node): boolean {
  const { SyntaxKind } = ts
  if (ts.isPrefixUnaryExpression(node)) return node.operator === SyntaxKind.TildeToken
  if (!ts.isBinaryExpression(node)) return false
  const bits: readonly ts.SyntaxKind[] = [
    SyntaxKind.AmpersandToken,
    SyntaxKind.BarToken,
    SyntaxKind.CaretToken,
    SyntaxKind.LessThanLessThanToken,
    SyntaxKind.GreaterThanGreaterThanToken,
    SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
    SyntaxKind.AmpersandEqualsToken,
    SyntaxKind.BarEqualsToken,
    SyntaxKind.CaretEqualsToken,
    SyntaxKind.LessThanLessThanEqualsToken,
    SyntaxKind.GreaterThanGreaterThanEqualsToken,
    SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
  ]
  return bits.includes(node.operatorToken.kind)
}

describe('packages and data', () => {
  test('the lockfile records no download address', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')

    expect(lock).not.toMatch(/"resolved": "(?!file:)/)
    expect(lock).toContain('"integrity"')
  })

  test('every package is pinned to one version', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const wanted = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    }
    const loose = Object.entries(wanted).filter(([, range]) => !/^\d/.test(String(range)))

    expect(loose).toEqual([])
  })

  test('no file of the shared data is copied into the project', (context) => {
    if (!existsSync(SHARED)) return context.skip('skipped: no shared data')
    const shared = new Map<string, string>()
    for (const path of readdirSync(SHARED, { recursive: true, encoding: 'utf8' })) {
      const digest = digestOf(join(SHARED, path))
      if (digest !== undefined) shared.set(digest, path)
    }
    const copies = filesUnder('')
      .map((path) => [path, shared.get(digestOf(join(ROOT, path)) ?? '')])
      .filter(([, original]) => original !== undefined)

    expect(shared.size).toBeGreaterThan(0)
    expect(copies).toEqual([])
  })
})

/** Digest of a file; nothing for a folder, an empty file or what else can be read as neither. */
function digestOf(path: string): string | undefined {
  try {
    const bytes = readFileSync(path)
    return bytes.length === 0 ? undefined : createHash('sha256').update(bytes).digest('hex')
  } catch {
    return undefined
  }
}

/** Imports that some layer forbids: file, what it imports, the rule that must speak. */
const FORBIDDEN: readonly (readonly [file: string, imported: string, rule: string])[] = [
  ['ledger/core/store-user.ts', '../store/store.js', 'core-is-pure'],
  ['ledger/core/node-user.ts', 'node:fs', 'core-is-pure'],
  ['ledger/core/package-user.ts', 'msgpackr', 'core-is-pure'],
  ['ledger/store/log-user.ts', '../log/log.js', 'store-on-core'],
  ['ledger/store/level-user.ts', 'level', 'level-in-one-file'],
  ['ledger/crypto/store-user.ts', '../store/store.js', 'crypto-on-core'],
  ['ledger/log/api-user.ts', '../../api/main.js', 'log-on-store-and-crypto'],
  ['client/api-user.ts', '../api/main.js', 'client-on-ledger'],
  ['client/store-user.ts', '../ledger/store/store.js', 'client-on-ledger'],
  ['api/client-user.ts', '../client/index.js', 'api-on-ledger'],
  ['cli/log-user.ts', '../ledger/log/log.js', 'cli-on-ledger-and-client'],
  ['cli/fastify-user.ts', 'fastify', 'cli-on-ledger-and-client'],
  ['cli/commands/verify.ts', '../../api/main.js', 'api-from-serve-and-demo-only'],
  ['import/api-user.ts', '../api/main.js', 'import-on-core-and-client'],
  ['witness/log-user.ts', '../ledger/log/log.js', 'witness-on-ledger'],
  ['ledger/witnesses/log-user.ts', '../log/log.js', 'witnesses-on-core'],
  ['cli/witness-user.ts', '../witness/log-user.js', 'cli-on-ledger-and-client'],
  ['test/c2sp/merkle.ts', '../../ledger/core/bytes.js', 'c2sp-client-alone'],
  ['api/test-user.ts', '../test/all.js', 'source-without-tests'],
  ['ledger/core/self.ts', './self.js', 'no-circular'],
  ['ledger/core/nowhere-user.ts', './nowhere.js', 'resolvable'],
]

/** Imports that the layers allow. */
const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['ledger/core/hash.ts', '@noble/hashes/sha2.js'],
  ['ledger/core/index.ts', './hash.js'],
  ['ledger/store/store.ts', '../core/hash.js'],
  ['ledger/store/level.ts', 'level'],
  ['ledger/crypto/native.ts', 'node:crypto'],
  ['ledger/log/log.ts', '../store/store.js'],
  ['ledger/index.ts', './log/log.js'],
  ['client/index.ts', '../ledger/index.js'],
  ['api/main.ts', '../ledger/index.js'],
  ['cli/commands/serve.ts', '../../api/main.js'],
  ['cli/demo/scene.ts', '../../api/main.js'],
  ['import/openlineage.ts', '../client/index.js'],
  ['witness/folder.ts', '../ledger/index.js'],
  ['witness/main.ts', '../ledger/core/hash.js'],
  ['witness/http.ts', '../ledger/core/hash.js'],
  ['cli/commands/witness.ts', '../../witness/main.js'],
  ['ledger/witnesses/panel.ts', '../core/hash.js'],
  ['ledger/log/publishing.ts', '../witnesses/panel.js'],
  ['test/all.ts', '../api/main.js'],
]

describe('layers', () => {
  let scratch = ''
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'waybill-tidy-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  /** A tree of files with one import each, and what the layer check says of it. */
  function layersOf(name: string, imports: readonly (readonly [string, string, ...string[]])[]) {
    const tree = join(scratch, name)
    mkdirSync(tree)
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'junction')
    for (const [file, imported] of imports) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), `import '${imported}'\nexport const name = '${file}'\n`)
    }
    const check = spawnSync(process.execPath, [join(ROOT, 'scripts/layers.mjs'), tree], {
      encoding: 'utf8',
    })
    // The report wraps lines; one space everywhere lets a rule and its file be found together.
    return { status: check.status, said: `${check.stdout}${check.stderr}`.replace(/\s+/g, ' ') }
  }

  test('a tree that keeps the layers passes, and its modules were looked at', () => {
    const { status, said } = layersOf('kept', ALLOWED)

    expect(said).toMatch(/no dependency violations found \([1-9]\d+ modules/)
    expect(status).toBe(0)
  })

  test('each forbidden import is reported under its rule', () => {
    const { status, said } = layersOf('broken', [...ALLOWED, ...FORBIDDEN])

    const silent = FORBIDDEN.filter(([file, , rule]) => !said.includes(`error ${rule}: ${file}`))
    expect(silent).toEqual([])
    expect(status).toBe(1)
  })

  test('a tree in which nothing can be seen fails', () => {
    expect(layersOf('empty', []).status).toBe(1)
  })

  test("the core's compiler knows no Node, no timers and no network", () => {
    const config = ts.getParsedCommandLineOfConfigFile(
      join(ROOT, 'tsconfig.core.json'),
      { incremental: false },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
    )
    const planted = join(scratch, 'planted.ts')
    const foreign = ['Buffer', 'process', 'setTimeout', 'fetch', 'console', 'crypto', 'performance']
    const names = ['Uint8Array', 'Map', ...foreign]
    writeFileSync(planted, names.map((name) => `export const my${name} = ${name}\n`).join(''))

    const program = ts.createProgram([planted], { ...config?.options, rootDir: scratch })
    const errors = program.getSemanticDiagnostics(program.getSourceFile(planted))

    const unknown = errors.map(({ file, start = 0 }) => file?.text.slice(start).split('\n')[0])
    expect(names.filter((name) => unknown.includes(name))).toEqual(foreign)
  })
})

test('every script that is run by hand exists', () => {
  const named =
    readFileSync(join(ROOT, 'package.json'), 'utf8').match(/scripts\/[\w-]+\.mjs/g) ?? []

  expect(named.length).toBeGreaterThan(0)
  expect(
    named.filter((path) => !existsSync(join(ROOT, path))).map((path) => basename(path)),
  ).toEqual([])
})
