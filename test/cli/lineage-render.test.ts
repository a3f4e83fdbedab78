/**
 * Drawings of a lineage: everything that the tree says is in them, the same every time, and no
 * recorded string is ever anything but text. dangers 10 row 23.
 *
 * Each language is taken apart again by a small reader of its strict core, so that a drawing with
 * anything else in it fails.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lineageDot } from '../../cli/lineage-dot.js'
import type { LineageGraph } from '../../cli/lineage-graph.js'
import { lineageMermaid } from '../../cli/lineage-mermaid.js'
import {
  collectionDraft,
  log,
  outcomeDraft,
  type Person,
  REPORT,
  Town,
  transferDraft,
} from './harness.js'

/** What breaks out of a string, a label, a line or a comment somewhere. */
const PAYLOADS = [
  'plain',
  'with "quotes" and \'others\'',
  'a\\"] b [label="x',
  '"]; evil [label="',
  '\\',
  '\\l\\n\\N\\G\\E\\T\\H',
  'line\nbreak\r\nand\ttab',
  '<b>bold</b><script>alert(1)</script>',
  '<br/><img src=x onerror=alert(1)>',
  '&quot;&#34;&amp;lt;',
  '#quot;#34;',
  '-->|x| n99',
  'n0 --> n1',
  'click n0 href "javascript:alert(1)"',
  'end',
  'subgraph x',
  'classDef verified fill:#f00',
  'style n0 fill:#f00;stroke:#0f0;',
  '%% comment',
  '%%{init: {"securityLevel":"loose"}}%%',
  '---\nconfig:\n  theme: dark\n---',
  '`markdown` and **bold** and _lean_',
  '1. a list',
  '- a list',
  '# a heading',
  '```mermaid',
  '[x](javascript:alert(1))',
  '{{x}} ([x]) [[x]] ((x)) >x] {x}',
  ':::failed',
  '}\ndigraph x {',
  '/* comment */ // # comment',
  'ﬂ°°35¶ß',
  '\u202e\u200b\u0007\u001b[2J',
  'Ørsted 名前 ـ שלום 👩‍👩‍👧',
  '__proto__',
  'x'.repeat(300),
  'word '.repeat(60).trim(),
] as const

const DIGITS = '0123456789abcdef'

function idOf(at: number): string {
  return [...`${at}`.padStart(4, '0')]
    .map((digit) => DIGITS[Number(digit)])
    .join('')
    .repeat(16)
}

/** One node and one edge for each payload. */
function graphOf(texts: readonly string[]): LineageGraph {
  const kinds = ['statement', 'stub', 'gap'] as const
  const verdicts = ['VERIFIED', 'INCOMPLETE', 'FAILED', 'FAILED (split view)'] as const
  return {
    title: `Record: VERIFIED; ${texts[0] ?? ''}`,
    nodes: texts.map((text, at) => ({
      id: idOf(at),
      kind: kinds[at % 3] ?? 'gap',
      verdict: verdicts[at % 4] ?? 'FAILED',
      lines: [`collection/1 ${text}`, text, `purposes: ${text}`],
    })),
    edges: texts.map((text, at) => ({
      from: idOf(at),
      to: idOf((at + 1) % texts.length),
      label: text,
    })),
  }
}

/** Words of a text, so that breaking it into lines makes no difference. */
function words(text: string): string {
  return text
    .split(/[ \n]+/)
    .join(' ')
    .trim()
}

type Line = { readonly form: string; readonly strings: readonly string[] }

/** The one form that a line has; a line that has none fails. */
function formOf(line: string, forms: readonly (readonly [string, RegExp])[]): string {
  const found = forms.find(([, form]) => form.test(line))?.[0]
  expect(found, line).toBeDefined()
  return found ?? ''
}

/** DOT: one statement a line, every string quoted; gives back the strings of each line. */
function readDot(dot: string): readonly Line[] {
  const STRING = String.raw`"(?:[^"\\\n\r\x00-\x1f]|\\["\\nl])*"`
  const FORMS = [
    ['begin', /^digraph lineage \{$/],
    ['graph', new RegExp(`^  (?:label|labelloc|rankdir)=${STRING}$`)],
    ['default', new RegExp(`^  (?:node|edge) \\[(?:[a-z]+=${STRING} ?)+\\]$`)],
    ['node', new RegExp(`^  ${STRING} \\[label=${STRING} color=${STRING} style=${STRING}\\]$`)],
    ['edge', new RegExp(`^  ${STRING} -> ${STRING} \\[label=${STRING}\\]$`)],
    ['end', /^\}$/],
  ] as const
  expect(dot.endsWith('}\n')).toBe(true)
  return dot
    .slice(0, -1)
    .split('\n')
    .map((line) => ({
      form: formOf(line, FORMS),
      strings: (line.match(new RegExp(STRING, 'g')) ?? []).map(unquoteDot),
    }))
}

/** Every string of a drawing, in order. */
function textsOf(lines: readonly Line[]): readonly string[] {
  return lines.flatMap(({ strings }) => strings)
}

/** What Graphviz shows of a string: escapes first, then entities. */
function unquoteDot(text: string): string {
  const unescaped = text
    .slice(1, -1)
    .replaceAll(/\\(["\\nl])/g, (_, mark: string) => (mark === 'n' || mark === 'l' ? '\n' : mark))
  expect(unescaped.replaceAll('&amp;', '')).not.toContain('&')
  return unescaped.replaceAll('&amp;', '&')
}

/** Mermaid: one statement a line; gives back the texts of each line. */
function readMermaid(mermaid: string): readonly Line[] {
  const TEXT = String.raw`"(?:[\p{L}\p{M}\p{N} .,()/+-]|#\d+;|<br/>)*"`
  const SHAPE = `(?:\\[${TEXT}\\]|\\(\\[${TEXT}\\]\\)|\\{\\{${TEXT}\\}\\})`
  const FORMS = [
    ['begin', /^flowchart LR$/],
    ['graph', new RegExp(`^  subgraph record\\[${TEXT}\\]$`, 'u')],
    ['node', new RegExp(`^    n\\d+${SHAPE}:::(?:verified|incomplete|failed)$`, 'u')],
    ['end', /^ {2}end$/],
    ['edge', new RegExp(`^  n\\d+ -->\\|${TEXT}\\| n\\d+$`, 'u')],
    ['default', /^ {2}classDef (?:verified|incomplete|warned|notmet|failed) [a-z:#0-9, -]+$/],
  ] as const
  expect(mermaid.endsWith('\n')).toBe(true)
  return mermaid
    .slice(0, -1)
    .split('\n')
    .map((line) => ({
      form: formOf(line, FORMS),
      strings: (line.match(/"[^"]*"/g) ?? []).map(unquoteMermaid),
    }))
}

function unquoteMermaid(text: string): string {
  const lines = text.slice(1, -1).split('<br/>')
  // What Markdown takes for a list, a heading or a rule at the beginning of a line.
  for (const line of lines) expect(line).not.toMatch(/^\s*(?:\d+[.)]|[-+])/)
  return lines
    .map((line) =>
      line.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
    )
    .join('\n')
}

describe.each([
  ['DOT', lineageDot, readDot],
  ['Mermaid', lineageMermaid, readMermaid],
] as const)('%s', (language, render, read) => {
  test.each(PAYLOADS.map((payload) => [payload]))(
    'shows %j as text and nothing else',
    (payload) => {
      // A control character cannot come this far: the graph's texts are cleaned for terminals.
      const text = payload.replaceAll(/\p{Cc}/gu, '')
      const graph = graphOf([text])
      const strings = textsOf(read(render(graph))).map(words)

      expect(strings).toContain(words(graph.title))
      expect(strings).toContain(words(graph.nodes[0]?.lines.join(' ') ?? ''))
      expect(strings).toContain(words(text))
    },
  )

  test('all of them at once: as many nodes and edges as there are', () => {
    const graph = graphOf(PAYLOADS.map((payload) => payload.replaceAll(/\p{Cc}/gu, '')))
    const lines = read(render(graph))
    const count = (wanted: string): number => lines.filter(({ form }) => form === wanted).length

    expect([count('node'), count('edge')]).toEqual([PAYLOADS.length, PAYLOADS.length])
    expect([count('begin'), count('graph'), count('end')]).toEqual([
      1,
      language === 'DOT' ? 3 : 1,
      1,
    ])
  })

  test('is the same every time', () => {
    const graph = graphOf(PAYLOADS)

    expect(render(graph)).toBe(render(structuredClone(graph)))
  })

  test('of nothing is a drawing of nothing', () => {
    const drawn = render({ title: 'Record: INCOMPLETE', nodes: [], edges: [] })

    expect(textsOf(read(drawn))).toContain('Record: INCOMPLETE')
  })
})

/** A real one: ACME collects under a name that breaks out of everything, BOLT reports. */
const EVIL = '"]; x [label="<b>`--> & end'

describe('waybill lineage', () => {
  const town = new Town()
  let acme: Person & { readonly party: string }
  let bolt: Person & { readonly party: string }
  let outcome = ''
  let collection = ''

  beforeAll(async () => {
    await town.init()
    await town.serve()
    acme = await town.enrolled('acme', `Acme ${EVIL} GmbH`, 'DE')
    bolt = await town.enrolled('bolt', 'Bolt Analytics Pvt Ltd', 'IN')
    const named = collectionDraft(acme.party)
    const draft = JSON.parse(JSON.stringify(named)) as { claims: { datasets: { name: string }[] } }
    for (const dataset of draft.claims.datasets) dataset.name = EVIL
    collection = await log(acme, 'collection', draft as never)
    const transfer = await log(acme, 'transfer', transferDraft(acme.party, bolt.party, collection))
    await bolt.must(['countersign', transfer, '--yes', '--receipts', bolt.path('receipts')])
    outcome = await log(bolt, 'outcome', outcomeDraft(bolt.party, transfer))
  })
  afterAll(() => town.close())

  const cases = [
    ['--dot', readDot],
    ['--mermaid', readMermaid],
  ] as const

  test.each(cases)(
    '%s draws each hop with its verdict, and stubs where names are hidden',
    async (flag, read) => {
      const ran = await bolt.run(['lineage', outcome, flag, '--policy', town.policy])
      const texts = textsOf(read(ran.out))

      // The collection is ACME's: BOLT sees its shape only, so the whole is incomplete.
      expect(ran.code).toBe(3)
      expect(texts[0]).toMatch(
        /^Record: INCOMPLETE; Rules: \d+ FAIL, .*; ruleset waybill \S+ of \S+, shipped, sha256 [0-9a-f]{12}; tree size \d+$/,
      )
      const node = (word: string): string => texts.find((text) => text.startsWith(word)) ?? ''
      expect(node('outcome/1')).toMatch(/VERIFIED/)
      expect(node('transfer/1')).toContain(`Acme ${EVIL} GmbH`)
      expect(node('transfer/1')).toContain('Germany (DE)')
      expect(node('collection/1')).toContain('(stub)')
      expect(node('collection/1')).toContain('not shown to you')
      expect(texts.filter((text) => text.startsWith('dataset 0'))).toHaveLength(2)
      expect(ran.err).toContain('Record: INCOMPLETE')
    },
  )

  test.each(cases)(
    '%s is the same twice, and shows the same statements as the tree',
    async (flag) => {
      const [one, two] = [
        await bolt.run(['lineage', outcome, flag]),
        await bolt.run(['lineage', outcome, flag]),
      ]
      const { lineages } = (await bolt.run(['lineage', outcome, '--json'])).json() as {
        lineages: readonly { readonly nodes: readonly { readonly id: string }[] }[]
      }

      expect(one.out).toBe(two.out)
      for (const { id } of lineages[0]?.nodes ?? []) expect(one.out).toContain(id.slice(0, 12))
    },
  )

  test.each(cases)('%s of a file draws the outcome that carries it', async (flag, read) => {
    const report = bolt.path('rides.txt')
    writeFileSync(report, REPORT)
    const ran = await bolt.run(['lineage', report, flag])

    expect(ran.code).toBe(3)
    expect(textsOf(read(ran.out)).some((text) => text.startsWith('outcome/1'))).toBe(true)
  })

  test.each(cases)('%s from receipts alone shows the gap', async (flag, read) => {
    const flags = ['--receipts', join(bolt.home, 'receipts'), '--policy', town.policy]
    const ran = await bolt.run(['lineage', outcome, flag, ...flags])
    const texts = textsOf(read(ran.out))

    expect(ran.code).toBe(3)
    expect(texts.some((text) => text.includes('not shown to you: a gap'))).toBe(true)
    expect(ran.out).toContain(collection.slice(0, 12))
  })

  test('only one of --dot, --mermaid and --json', async () => {
    for (const flags of [
      ['--dot', '--mermaid'],
      ['--dot', '--json'],
      ['--mermaid', '--json'],
    ]) {
      expect((await bolt.run(['lineage', outcome, ...flags])).code).toBe(64)
    }
  })
})
