/**
 * The report of the demo's outcome, opened by a real browser: headless Chromium, where it is installed.
 * No request, no word on the console, nothing serious for axe-core, and its evidence verifies.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeScript, type Browser, CHROMIUM, type Page, startChromium } from '../chromium.js'
import { Person, type Ran } from './harness.js'

/** As much of axe-core's results as is read; its own types want a browser's. */
type AxeResults = {
  readonly passes: readonly unknown[]
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

describe('waybill report', () => {
  let scratch = ''
  let html = ''
  let made: Ran
  let browser: Browser | undefined
  let page: Page
  const requests: string[] = []
  const spoken: string[] = []
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'waybill-test-'))
    const demo = await waybill('demo', '--out', at('demo'))
    expect(demo.code, demo.err).toBe(0)
    made = await waybill(
      'report',
      readFileSync(at('demo/outcome.txt'), 'utf8').trim(),
      ...['--dir', at('demo/ledger'), '--policy', at('demo/policy.txt')],
      ...['--html', at('report.html'), '--csv', at('findings.csv'), '--sarif', at('f.sarif')],
    )
    html = readFileSync(at('report.html'), 'utf8')
    if (CHROMIUM !== undefined) await openPage(CHROMIUM)
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(scratch, { recursive: true, force: true })
  })

  async function openPage(path: string): Promise<void> {
    browser = await startChromium(path)
    page = await browser.newPage()
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => spoken.push(message.text()))
    page.on('pageerror', (error) => spoken.push(String(error)))
    await page.goto(pathToFileURL(at('report.html')).href)
  }

  function at(name: string): string {
    return join(scratch, name)
  }

  function waybill(...argv: readonly string[]): Promise<Ran> {
    return new Person(scratch).run(argv)
  }

  test('exits as the verdict says, and names what it wrote', () => {
    expect(made.err).not.toContain('a bug')
    expect(made.out).toContain('Record: VERIFIED')
    for (const name of ['report.html', 'findings.csv', 'f.sarif'])
      expect(made.out).toContain(`written: ${at(name)}`)
  })

  test('carries evidence that verifies offline, and not after one byte is changed', async () => {
    const policy = ['--policy', at('demo/policy.txt')]
    const verified = await waybill('verify', at('report.html'), ...policy)
    expect(verified.out).toContain('Record: VERIFIED')

    const place = html.indexOf('"payload":"') + 100
    expect(place).toBeGreaterThan(100)
    const digit = html.charAt(place) === 'A' ? 'B' : 'A'
    writeFileSync(at('changed.html'), html.slice(0, place) + digit + html.slice(place + 1))
    const changed = await waybill('verify', at('changed.html'), ...policy)
    expect(changed.out + changed.err).not.toContain('Record: VERIFIED')
    expect(changed.code).not.toBe(0)
  })

  test('a page without its evidence is no report', async () => {
    writeFileSync(at('empty.html'), html.replace('id="waybill-bundle"', 'id="other"'))
    const { code, err } = await waybill(
      'verify',
      at('empty.html'),
      '--policy',
      at('demo/policy.txt'),
    )
    expect(err).toContain('REPORT_WITHOUT_BUNDLE')
    expect(code).toBe(65)
  })

  // Of the demo's other file: nine hops, so that making the page again takes no time.
  describe('a page whose words were changed', () => {
    let page = ''
    const ledger = (): readonly string[] => [
      ...['--dir', at('demo/ledger'), '--policy', at('demo/policy.txt')],
    ]
    beforeAll(async () => {
      const ran = await waybill('report', at('demo/leads.csv'), ...ledger(), '--html', at('l.html'))
      expect(ran.code, ran.err).toBe(2)
      page = readFileSync(at('l.html'), 'utf8')
    })
    const judged = (name: string): Promise<Ran> =>
      waybill('verify', at(name), '--policy', at('demo/policy.txt'))

    test('is the same when it is made again from its evidence', async () => {
      const { out, code } = await judged('l.html')
      expect(out).toContain('made again from the evidence inside, the same in every byte')
      expect(out).toContain('it says: VERIFIED WITH FINDINGS; record VERIFIED; rules 3 FAIL')
      expect(out).toContain('what the page took over from whoever made it')
      expect(out).toMatch(/Overall: VERIFIED \(record only\)\n$/)
      expect(code).toBe(0)
    })

    test.each([
      ['the verdict', '<strong>VERIFIED WITH FINDINGS', '<strong>VERIFIED'],
      ['the counts', '3 FAIL', '0 FAIL'],
      ['a name', 'Cévennes Chaleur SAS', 'Somebody Else SAS'],
      ['a box of the picture', 'stroke="#10602a"', 'stroke="#a40e26"'],
      ['the policy that it shows', '<pre>log demo', '<pre>log Demo'],
      ['a space at the end', '</html>', '</html> '],
    ])('%s', async (_, from, to) => {
      expect(page).toContain(from)
      writeFileSync(at('forged.html'), page.replace(from, to))
      const { out, code } = await judged('forged.html')
      expect(out).toMatch(/FAILED {2}the page: .*line \d+ reads .* \[REPORT_ALTERED\]/)
      expect(out).toMatch(/Overall: FAILED\n$/)
      expect(code).toBe(1)
    })

    test.each([
      ['without what it was made with', 'id="waybill-made-with"', 'id="other"'],
      ['as if by another version', '"software":"waybill ', '"software":"waybill 9'],
      ['with a policy that is none', '"policy":"log ', '"policy":"dog '],
      ['with sums of another form', '"sums":[{', '"sums":[{"x":1},{'],
      ['with an id that nothing has', /"id":"[0-9a-f]{64}","made"/, '"id":"ff","made"'],
    ])('%s', async (_, from, to) => {
      const forged = page.replace('<strong>VERIFIED WITH FINDINGS', '<strong>VERIFIED')
      expect(page.replace(from, to)).not.toBe(page)
      writeFileSync(at('forged.html'), forged.replace(from, to))
      const { out, code } = await judged('forged.html')
      expect(out).not.toContain('Overall: VERIFIED')
      expect(out).toMatch(/\[REPORT_(NOT_COMPARED|ALTERED)\]/)
      expect([1, 3]).toContain(code)
    })

    test('explains its words and its rules to a reader who has nothing else', () => {
      expect(page).toContain('<dt>UNKNOWN</dt>')
      expect(page).toContain('<h3>What these ask</h3>')
      expect(page).toContain('<dt>R02</dt>')
      expect(page).toMatch(/<td class="bad">FAIL<\/td><th scope="row">R02/)
      expect(page).toContain('--key KEY --policy POLICY')
      expect(page).toContain('<summary>Claims and signatures of 7 hops</summary>')
      expect(page).not.toContain('waybill explain CODE')
    })

    test('what its maker was told is named as their word, and a ruleset of theirs on the page', async () => {
      await waybill('ruleset', 'show', '--out', at('own.json'))
      const ran = await waybill(
        'report',
        at('demo/leads.csv'),
        ...ledger(),
        ...['--ruleset', at('own.json'), '--html', at('own.html')],
      )
      expect(ran.code, ran.err).toBe(2)
      expect(readFileSync(at('own.html'), 'utf8')).toContain(
        'Whoever made this report chose the ruleset',
      )
      const { out } = await judged('own.html')
      expect(out).toContain('it says: VERIFIED WITH FINDINGS; record VERIFIED; rules 3 FAIL')
      expect(out).toContain('the ruleset, which its maker chose')
    })

    test('names that its maker gave to parties are named as theirs', async () => {
      const person = new Person(at('other'))
      const [party] = /(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])/.exec(page) ?? []
      expect(party).toBeDefined()
      person.configure({ aliases: { 'European-Commission': party ?? '' } })
      const ran = await person.run([
        ...['report', at('demo/leads.csv'), ...ledger()],
        ...['--html', at('aliased.html')],
      ])
      expect(ran.code, ran.err).toBe(2)
      expect(readFileSync(at('aliased.html'), 'utf8')).toContain('European-Commission')
      const { out } = await judged('aliased.html')
      expect(out).toContain('the same in every byte')
      expect(out).toContain('the names of its own that its maker gives to parties')
    })
  })

  describe('with files alone', () => {
    const policy = (): readonly string[] => ['--policy', at('demo/policy.txt')]

    test('a report is made of receipts, and verifies', async () => {
      const places = ['--receipts', at('demo/receipts'), '--html', at('offline.html')]
      const ran = await waybill('report', at('demo/report.csv'), ...places, ...policy())
      expect(ran.out, ran.err).toContain('Record: VERIFIED')
      const verified = await waybill('verify', at('offline.html'), ...policy())
      expect(verified.out).toContain('the same in every byte')
      expect(verified.code).toBe(0)
    })

    test('the rules are judged from the page, alone or in a folder under any name', async () => {
      mkdirSync(at('folder'), { recursive: true })
      writeFileSync(at('folder/from-them.htm'), html)
      writeFileSync(at('folder/letter.txt'), 'as discussed')
      for (const place of ['report.html', 'folder']) {
        const asked = ['lineage', at('demo/report.csv'), '--receipts', at(place), ...policy()]
        const { out, err } = await waybill(...asked)
        expect(out, err).toContain('Record: VERIFIED\nRules: 0 FAIL')
        if (place === 'folder') expect(err).toMatch(/left out of \S+: letter.txt/)
      }
    })
  })

  describe.skipIf(CHROMIUM === undefined)('in Chromium (skipped: no chromium)', () => {
    test('asks for nothing but itself and says nothing on the console', async () => {
      await page.waitForLoadState('networkidle')
      expect(requests).toEqual([pathToFileURL(at('report.html')).href])
      expect(spoken).toEqual([])
    })

    test('shows verdict, picture and table, and every hop', async () => {
      const overall = /Overall: (.*)/.exec(made.out)?.[1]
      expect(await page.locator('.verdict strong').textContent()).toBe(overall)
      const boxes = await page.locator('.picture svg rect').count()
      const rows = await page.locator('section[aria-labelledby="lineage-title"] tbody tr').count()
      expect(boxes).toBeGreaterThan(5)
      expect(rows).toBe(boxes)
      expect(await page.locator('.hop').count()).toBeGreaterThan(100)
    })

    test('axe-core finds nothing serious', { timeout: 60_000 }, async () => {
      await page.evaluate(readFileSync(axeScript(), 'utf8'))
      const { violations, passes } = (await page.evaluate('axe.run(document)')) as AxeResults
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(grave.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
      expect(passes.length).toBeGreaterThan(10)
    })

    test('prints', { timeout: 60_000 }, async () => {
      const pdf = await page.pdf({ format: 'A4' })
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    })
  })
})
