/**
 * Findings and hops in a report: what was found, with its law; and the evidence of each hop.
 */
import { type Content, type Markup, markup, markupLines } from './markup.js'
import type { ReportData, ReportFinding, ReportHop } from './report-data.js'
import { hopTone, toneOf } from './tones.js'

const LEVEL_WORDS: Readonly<Record<ReportFinding['level'], string>> = {
  failed: 'FAILED',
  unknown: 'UNKNOWN',
  warning: 'WARNING',
  note: 'NOTE',
}

export function findingsSection({ findings }: ReportData): Markup {
  return markup`<section aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${findings.length === 0 ? markup`<p>None.</p>` : findingsTable(findings)}
</section>`
}

function findingsTable(findings: readonly ReportFinding[]): Markup {
  return markup`<table><caption>Worst first. What a code means: waybill explain CODE.</caption>
<thead><tr><th scope="col">Level</th><th scope="col">Code</th><th scope="col">Where</th><th scope="col">Finding</th><th scope="col">Citation</th></tr></thead>
<tbody>${findings.map(findingRow)}</tbody></table>`
}

function findingRow(finding: ReportFinding): Markup {
  const { level, code, title, why, citation, settle } = finding
  return markup`<tr><td class="${toneOf(level)}">${LEVEL_WORDS[level]}</td><th scope="row">${code}</th><td>${whereOf(finding)}</td>
<td>${why}<br><span class="soft">${title}</span>${settle === undefined ? '' : markup`<br><span class="soft">${`Can settle it: ${settle}`}</span>`}</td><td>${citation}</td></tr>
`
}

function whereOf({ id, index, at }: ReportFinding): Content {
  if (id === undefined) return at ?? 'the whole'
  const entry = index === undefined ? '' : `entry ${index}, `
  return markup`${entry}<a href="#${anchor(id)}" class="id">${id.slice(0, 12)}</a>${at === undefined ? '' : markup`<br><code>${at}</code>`}`
}

export function hopsSection({ hops }: ReportData): Markup {
  return markup`<section aria-labelledby="hops-title">
<h2 id="hops-title">The evidence of each hop</h2>
${hops.map(hopMarkup)}
</section>`
}

function hopMarkup(hop: ReportHop): Markup {
  const { id, headline, lines, record, rules, verdicts, claims } = hop
  const notPassed = verdicts.filter(({ verdict }) => !['PASS', 'NA'].includes(verdict))
  const passed = verdicts.filter(({ verdict }) => verdict === 'PASS').map(({ rule }) => rule)
  return markup`<div class="hop" id="${anchor(id)}">
<h3>${headline}</h3>
<p class="${hopTone(record, rules)}">${`Record: ${record}. Rules: ${rules ?? 'not judged'}.`}</p>
${lines.map((line) => markup`<p>${line}</p>`)}
${verdicts.length === 0 ? '' : markup`<p>${rulesWords(notPassed, passed)}</p>`}
${claims.length === 0 ? '' : markup`<pre>${markupLines(claims.join('\n'))}</pre>`}
<p class="id">${id}</p>
</div>
`
}

function rulesWords(notPassed: ReportHop['verdicts'], passed: readonly string[]): string {
  const open = notPassed.map(({ rule, verdict }) => `${rule} ${verdict}`)
  return [
    ...(open.length === 0 ? [] : [`${open.join(', ')}.`]),
    ...(passed.length === 0 ? [] : [`PASS: ${passed.join(', ')}.`]),
  ].join(' ')
}

/** A name for links inside the page; ids are hex digits, and an anchor begins with a letter. */
function anchor(id: string): string {
  return `s-${id}`
}
