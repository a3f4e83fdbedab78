/** The forms of a report: what recorded text cannot do to them, and what machines can read from them. */
import { describe, expect, test } from 'vitest'
import { bundleIn, embeddedBundle, isPage } from '../../../cli/report/embedded.js'
import { findingsCsv } from '../../../cli/report/findings-csv.js'
import { markup, markupLines } from '../../../cli/report/markup.js'
import type { ReportFinding, ReportHop } from '../../../cli/report/report-data.js'
import { sarifOf } from '../../../cli/report/sarif.js'
import { stepsOf } from '../../../cli/report/steps.js'

function finding(over: Partial<ReportFinding> = {}): ReportFinding {
  return {
    about: 'rules',
    level: 'failed',
    code: 'R02',
    title: 'purpose compatible',
    why: 'advertising is not covered',
    explain: 'Every purpose must be covered.',
    citation: 'GDPR Art. 5(1)(b)',
    id: 'ab'.repeat(32),
    index: 7,
    at: 'claims.purposes[0]',
    ...over,
  }
}

function hop(id: string, over: Partial<ReportHop> = {}): ReportHop {
  return {
    id,
    kind: 'statement',
    type: 'transfer',
    index: 1,
    depth: 0,
    headline: `transfer/1 ${id}`,
    way: 'A -> B',
    parents: [],
    lines: [],
    record: 'VERIFIED',
    rules: undefined,
    claims: [],
    ...over,
  }
}

describe('markup', () => {
  test.each([
    ['an element', '<script>alert(1)</script>'],
    ['the end of an attribute', '" onload="alert(1)'],
    ['the end of a single-quoted one', "' onload='alert(1)"],
    ['a comment', '<!-- -->'],
    ['an entity', '&lt;'],
  ])('%s stays text', (_, text) => {
    const { text: made } = markup`<p title="${text}">${[text]}</p>`
    expect(made.match(/<|>/g)).toEqual(['<', '>', '<', '>'])
    expect(made.match(/"/g)).toHaveLength(2)
    expect(made).not.toContain("'")
    expect(made).toContain('&')
  })

  test('text that reverses or hides others is named', () => {
    expect(markup`${'a\u202eb'}`.text).toBe('a\\u{202e}b')
  })

  test('only lines of a pre element keep their ends', () => {
    expect(markupLines('a<\nb').text).toBe('a&lt;\nb')
  })
})

describe('the evidence inside a report', () => {
  const json = JSON.stringify({ a: '</script><!--<script>', b: '\u003c' })

  test('comes out as it went in, and ends no element', () => {
    const page = `<!doctype html><p>x</p>${embeddedBundle(json).text}`
    expect(isPage(page)).toBe(true)
    expect(page.split('</script')).toHaveLength(2)
    expect(page).not.toContain('<!--')
    expect(JSON.parse(bundleIn(page))).toEqual(JSON.parse(json))
  })

  test.each([
    ['none', '<!doctype html><p>'],
    ['two', `<!doctype html>${embeddedBundle('{}').text}${embeddedBundle('{}').text}`],
    ['one without an end', '<!doctype html><script type="application/json" id="waybill-bundle">{}'],
  ])('%s of them is refused', (_, page) => {
    expect(() => bundleIn(page)).toThrowError(
      expect.objectContaining({ code: 'REPORT_WITHOUT_BUNDLE' }),
    )
  })

  test('JSON is no page', () => {
    expect(isPage('{"format":"waybill-bundle/1"}')).toBe(false)
  })
})

describe('findings as CSV', () => {
  test('have a header, quoted cells and CRLF', () => {
    const rows = findingsCsv([finding()]).split('\r\n')
    expect(rows).toHaveLength(3)
    expect(rows[2]).toBe('')
    expect(rows[1]).toBe(
      `"rules","FAIL","R02","purpose compatible","${'ab'.repeat(32)}","7","claims.purposes[0]","advertising is not covered","GDPR Art. 5(1)(b)","",""`,
    )
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '|x', '%x'])(
    'a cell that begins as %j is no formula',
    (why) => {
      const row = findingsCsv([finding({ why })]).split('\r\n')[1] ?? ''
      const cells = [...row.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell ?? '')
      expect(cells[7]).toMatch(/^['\\]/)
    },
  )

  test('a quote is doubled', () => {
    expect(findingsCsv([finding({ why: 'a "b"' })])).toContain('"a ""b"""')
  })
})

describe('findings as SARIF', () => {
  const told = {
    question: 'q',
    overall: 'FAILED',
    record: 'VERIFIED',
    rules: { words: '1 FAIL', asOf: '', rulesets: ['waybill 2026-11'], applied: [] },
    treeSize: 9,
    version: '1.2.3',
  }

  test('each has a rule, a level, a message and the place', () => {
    const findings = [finding(), finding({ level: 'unknown', code: 'R06' }), finding()]
    const { runs } = sarifOf({ ...told, findings }) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } }
        results: {
          ruleId: string
          ruleIndex: number
          kind: string
          level: string
          message: { text: string }
          locations: { logicalLocations: { fullyQualifiedName: string }[] }[]
        }[]
      }[]
    }
    const [{ tool, results } = { tool: { driver: { rules: [] } }, results: [] }] = runs
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['R02', 'R06'])
    expect(results.map(({ kind, level }) => [kind, level])).toEqual([
      ['fail', 'error'],
      ['open', 'none'],
      ['fail', 'error'],
    ])
    for (const { ruleId, ruleIndex } of results)
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    expect(results[0]?.locations[0]?.logicalLocations[0]?.fullyQualifiedName).toBe(
      `waybill:${'ab'.repeat(32)}#claims.purposes[0]`,
    )
  })

  test('a level other than none goes with the kind fail only', () => {
    const levels = ['failed', 'unknown', 'warning', 'note'] as const
    const { runs } = sarifOf({ ...told, findings: levels.map((level) => finding({ level })) }) as {
      runs: { results: { kind: string; level: string }[] }[]
    }
    const results = runs[0]?.results ?? []
    expect(results).toHaveLength(levels.length)
    for (const { kind, level } of results) expect(kind === 'fail').toBe(level !== 'none')
  })
})

describe('steps of a lineage', () => {
  test('a few hops are each a step', () => {
    const hops = [hop('a'), hop('b', { parents: [{ id: 'a', dataset: 'dataset 0' }] })]
    const { steps, edges } = stepsOf(hops)
    expect(steps.map((step) => step.hops.map(({ id }) => id))).toEqual([['a'], ['b']])
    expect(edges).toEqual([{ from: 'step-1', to: 'step-2', label: 'dataset 0' }])
  })

  test('many alike are one, and its worst is seen', () => {
    const feed = Array.from({ length: 40 }, (_, n) =>
      hop(`c${n}`, { type: 'collection', depth: 1, rules: n === 17 ? 'FAIL' : 'PASS' }),
    )
    const end = hop('end', { parents: feed.map(({ id }) => ({ id, dataset: 'dataset 0' })) })
    const { steps, edges } = stepsOf([...feed, end])
    expect(steps).toHaveLength(2)
    expect(steps[0]?.worst.id).toBe('c17')
    expect(edges).toEqual([{ from: 'step-1', to: 'step-2', label: '40 datasets' }])
  })

  test('hops elsewhere, or at another distance, stay apart', () => {
    const feed = Array.from({ length: 30 }, (_, n) =>
      hop(`c${n}`, { way: n < 10 ? 'A -> B' : 'A -> C', depth: n < 20 ? 1 : 2 }),
    )
    expect(stepsOf(feed).steps.map(({ hops }) => hops.length)).toEqual([10, 10, 10])
  })
})
