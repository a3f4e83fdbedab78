/**
 * Findings and hops in a report: what was found, with its law; and the evidence of each hop.
 */
import { countOf } from '../report-text.js'
import { type Content, type Markup, markup, markupLines } from './markup.js'
import {
  levelWord,
  type ReportData,
  type ReportFinding,
  type ReportHop,
  type RulesSummary,
} from './report-data.js'
import { hopTone, toneOf } from './tones.js'

export function findingsSection({ findings, rules }: ReportData): Markup {
  return markup`<section aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${findings.length === 0 ? markup`<p>None.</p>` : [findingsTable(findings), explained(findings)]}
${rules.applied.length === 0 ? '' : appliedTable(rules)}
</section>`
}

const COUNTED = ['FAIL', 'UNKNOWN', 'WARN', 'PASS', 'NA'] as const

function appliedTable({ applied, rulesets }: RulesSummary): Markup {
  return markup`<h3>Rules that were applied</h3>
<table><caption>${`Hops by what each rule says of them; ${rulesets.join(', ')}. NA: the rule does not concern the hop.`}</caption>
<thead><tr><th scope="col">Rule</th><th scope="col">Asks</th><th scope="col">Citation</th>${COUNTED.map((verdict) => markup`<th scope="col">${verdict}</th>`)}</tr></thead>
<tbody>${applied.map(
    ({ rule, title, citation, counts }) =>
      markup`<tr><th scope="row">${rule}</th><td>${title}</td><td>${citation}</td>${COUNTED.map((verdict) => markup`<td>${counts[verdict]}</td>`)}</tr>
`,
  )}</tbody></table>`
}

function findingsTable(findings: readonly ReportFinding[]): Markup {
  return markup`<table><caption>Worst first. What each code asks is explained below.</caption>
<thead><tr><th scope="col">Level</th><th scope="col">Code</th><th scope="col">Where</th><th scope="col">Finding</th><th scope="col">Citation</th></tr></thead>
<tbody>${findings.map(findingRow)}</tbody></table>`
}

/** What each code of a finding means: who reads a page may have nothing else to look it up in. */
function explained(findings: readonly ReportFinding[]): Markup {
  const byCode = new Map(findings.map((finding) => [finding.code, finding]))
  return markup`<h3>What these ask</h3>
<dl>${[...byCode.values()].map(
    ({ code, title, explain }) => markup`<dt>${code}</dt><dd>${title}. ${explain}</dd>
`,
  )}</dl>`
}

function findingRow(finding: ReportFinding): Markup {
  const { level, code, title, why, citation, settle } = finding
  return markup`<tr><td class="${toneOf(level)}">${levelWord(finding)}</td><th scope="row">${code}</th><td>${whereOf(finding)}</td>
<td>${why}<br><span class="soft">${title}</span>${settle === undefined ? '' : markup`<br><span class="soft">${`Can settle it: ${settle}`}</span>`}</td><td>${citation}</td></tr>
`
}

function whereOf({ id, index, at }: ReportFinding): Content {
  if (id === undefined) return at ?? 'the whole'
  const entry = index === undefined ? '' : `entry ${index}, `
  return markup`${entry}<a href="#${anchor(id)}" class="id">${id.slice(0, 12)}</a>${at === undefined ? '' : markup`<br><code>${at}</code>`}`
}

export function hopsSection({ hops, findings }: ReportData): Markup {
  return markup`<section aria-labelledby="hops-title">
<h2 id="hops-title">The evidence of each hop</h2>
<p class="print">Printed without the claims of each hop, unless they were opened before.</p>
<details><summary>${`Claims and signatures of ${countOf(hops.length, 'hop')}`}</summary>
${hops.map((hop) => hopMarkup(hop, findings))}
</details>
</section>`
}

function hopMarkup(hop: ReportHop, findings: readonly ReportFinding[]): Markup {
  const { id, headline, lines, record, rules, claims } = hop
  const own = findings.filter((finding) => finding.id === id)
  return markup`<div class="hop" id="${anchor(id)}">
<h3>${headline}</h3>
<p class="${hopTone(record, rules)}">${`Record: ${record}. Rules: ${rules ?? 'not judged'}.`}</p>
${lines.map((line) => markup`<p>${line}</p>`)}
${own.map(({ code, why, at }) => markup`<p>${`${code}${at === undefined ? '' : `, ${at}`}: ${why}`}</p>`)}
${claims.length === 0 ? '' : markup`<pre>${markupLines(claims.join('\n'))}</pre>`}
<p class="id">${id}</p>
</div>
`
}

/** A name for links inside the page; ids are hex digits, and an anchor begins with a letter. */
function anchor(id: string): string {
  return `s-${id}`
}
