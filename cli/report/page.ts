/**
 * A report as one HTML page: opens without a network, runs no script, prints, and carries the
 * evidence that it speaks of.
 *
 * Its content security policy allows nothing but its own style sheet, by digest.
 */
import { createHash } from 'node:crypto'
import { embeddedBundle, embeddedMadeWith } from './embedded.js'
import { GLOSSARY, WORDS } from './glossary.js'
import { type Content, type Markup, markup, markupLines, trusted } from './markup.js'
import { findingsSection, hopsSection } from './page-hops.js'
import { lineageSection } from './page-lineage.js'
import type { ReportData } from './report-data.js'
import { STYLE } from './style.js'
import { toneOf } from './tones.js'

/** The whole file, as text. The same report gives the same bytes. */
export function pageOf(report: ReportData): string {
  const style = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${`Waybill report: ${report.overall}: ${report.subject[0]?.[1] ?? ''}`}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<header>
<p class="soft">Waybill, data-flow provenance ledger</p>
<h1>${report.question}</h1>
<dl>${report.subject.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
</header>
<main>
${verdictSection(report)}
${lineageSection(report)}
${findingsSection(report)}
${hopsSection(report)}
${boundsSection(report)}
${trustSection(report)}
${repeatSection(report)}
${glossarySection()}
</main>
<footer>
<p class="soft">${`Made on ${report.made} by Waybill ${report.version}. The evidence is in this file: waybill verify checks it, and that this page says what the evidence says.`}</p>
</footer>
${embeddedBundle(report.bundle)}
${embeddedMadeWith(report.madeWith)}
</body>
</html>
`
  return page.text
}

function verdictSection(report: ReportData): Markup {
  return markup`<section id="verdict" aria-labelledby="verdict-title" tabindex="-1">
<h2 id="verdict-title">Verdict</h2>
<div class="verdict ${toneOf(report.overall)}"><strong>${report.overall}</strong>
<p>${`Record: ${report.record}. Rules: ${report.rules.words}${asOfPart(report.rules)}.`}</p>
${report.rules.rulesets.map((words) => markup`<p>${`By ${words}.`}</p>`)}</div>
${meaning(report)}
${legend()}
</section>`
}

/** The words of the verdict, before anything else uses them. */
function legend(): Markup {
  const words = WORDS.filter(([word]) => LEGEND.includes(word))
  return markup`<dl class="legend">${words.map(([word, meaningOf]) => markup`<dt>${word}</dt><dd>${meaningOf}</dd>`)}</dl>`
}

const LEGEND = ['Record', 'Rules', 'PASS', 'WARN', 'FAIL', 'UNKNOWN', 'NA']

/** What the words mean for somebody who reads them for the first time. */
function meaning({ record, rules, findings }: ReportData): Content {
  const first = findings[0]
  const sentences = [
    RECORD_WORDS[record] ?? '',
    ...(rules.rulesets.length === 0
      ? []
      : [
          `The rules were judged on what was disclosed.${rules.chosen === true ? ' Whoever made this report chose the ruleset; it is not the one in force on the day of each hop.' : ''}`,
        ]),
    'A finding is evidence for a person to weigh. “Not met on the disclosed evidence” does not say that a law was broken.',
    ...(first === undefined ? [] : [`The gravest finding: ${first.why} (${first.code}).`]),
  ]
  return sentences.map((sentence) => markup`<p>${sentence}</p>`)
}

function asOfPart({ asOf }: ReportData['rules']): string {
  return asOf === '' ? '' : `, ${asOf}`
}

const RECORD_WORDS: Readonly<Record<string, string>> = {
  VERIFIED:
    'The record is authentic and complete: every statement below is signed by those it names and stands in the log at the place given.',
  INCOMPLETE:
    'What is shown is authentic, and something that is needed is missing, withheld or cannot be read.',
  FAILED: 'The record is not to be relied on: something in it is proven wrong.',
  'FAILED (split view)':
    'The record is not to be relied on: its operator has signed two histories that contradict each other.',
}

function boundsSection({ checked, notChecked }: ReportData): Markup {
  return markup`<section aria-labelledby="bounds-title">
<h2 id="bounds-title">What was checked, and what was not</h2>
<h3>Checked</h3>
<ul>${checked.map((line) => markup`<li>${line.trim()}</li>`)}</ul>
<h3>Not checked</h3>
<table><caption>What this report cannot know, and who could settle it.</caption>
<thead><tr><th scope="col">Not checked</th><th scope="col">Who could settle it, and how</th></tr></thead>
<tbody>${notChecked.map(({ what, settle }) => markup`<tr><td>${what}</td><td>${settle}</td></tr>`)}</tbody></table>
</section>`
}

function trustSection(report: ReportData): Markup {
  const { parties, checkpoint, treeSize, treeTime, policy, policyBasis } = report
  const tree =
    treeSize === undefined
      ? 'No checkpoint that the policy trusts.'
      : `Tree size ${treeSize}${treeTime === undefined ? '' : `, last entry ${treeTime}`}.`
  return markup`<section aria-labelledby="trust-title">
<h2 id="trust-title">Keys, policy and checkpoint</h2>
<table><caption>Parties, and whose word their names are.</caption>
<thead><tr><th scope="col">Party</th><th scope="col">Its key</th><th scope="col">Party id</th></tr></thead>
<tbody>${parties.map(({ name, trust, party }) => markup`<tr><td>${name}</td><td>${trust}</td><td class="id">${party}</td></tr>`)}</tbody></table>
<h3>Checkpoint</h3>
<p>${tree}</p>
<pre>${markupLines(checkpoint)}</pre>
<h3>Policy</h3>
<p>${policyBasis}</p>
<pre>${markupLines(policy)}</pre>
</section>`
}

function repeatSection({ repeat }: ReportData): Markup {
  return markup`<section aria-labelledby="repeat-title">
<h2 id="repeat-title">How to repeat this check</h2>
<ol>${repeat.map(({ what, command }) => markup`<li><p>${what}</p><pre>${markupLines(command)}</pre></li>`)}</ol>
</section>`
}

function glossarySection(): Markup {
  return markup`<section aria-labelledby="glossary-title">
<h2 id="glossary-title">Glossary</h2>
<table><caption>From a person’s right to the command that shows how it fared.</caption>
<thead><tr><th scope="col">Right</th><th scope="col">Safeguard</th><th scope="col">Rules</th><th scope="col">Command</th></tr></thead>
<tbody>${GLOSSARY.map(({ right, safeguard, rules, command }) => markup`<tr><td>${right}</td><td>${safeguard}</td><td>${rules}</td><td><code>${command}</code></td></tr>`)}</tbody></table>
<dl>${WORDS.filter(([word]) => !LEGEND.includes(word)).map(([word, meaningOf]) => markup`<dt>${word}</dt><dd>${meaningOf}</dd>`)}</dl>
</section>`
}
