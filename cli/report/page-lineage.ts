/**
 * The lineage in a report: a picture, and a table that says the same.
 */
import { countOf } from '../report-text.js'
import { wrapped } from '../wrap.js'
import { type Content, type Markup, markup } from './markup.js'
import { LINE_CHARS, PICTURE_NODES_MAX, pictureOf } from './picture.js'
import type { ReportData, ReportHop } from './report-data.js'
import { type Step, type Steps, stepsOf } from './steps.js'
import { hopTone } from './tones.js'

export function lineageSection({ hops, question }: ReportData): Markup {
  const steps = stepsOf(hops)
  const together = steps.steps.length < hops.length
  return markup`<section aria-labelledby="lineage-title">
<h2 id="lineage-title">Where it comes from</h2>
<p>${`${countOf(hops.length, 'hop')} in all. Data went along the arrows, from collections to what was asked about. The table says the same as the picture.`}${together ? ' Hops alike, between the same places and equally far away, are shown as one step; each has its own evidence further down.' : ''}</p>
${picture(steps, question)}
${stepsTable(steps)}
</section>`
}

function picture({ steps, edges }: Steps, question: string): Content {
  if (steps.length > PICTURE_NODES_MAX) {
    return markup`<p>${`${steps.length} steps are too many for a picture; the table has them all.`}</p>`
  }
  const boxes = steps.map(({ id, hops, worst }, position) => ({
    id,
    kind: worst.kind,
    tone: hopTone(worst.record, worst.rules),
    lines: [stepName(hops, position), ...wrapped(worst.way, LINE_CHARS), verdictWords(worst)],
  }))
  const drawn = pictureOf(boxes, edges, {
    title: 'The lineage as a picture',
    description: `${question} ${steps.length} steps; the table below says the same.`,
  })
  return markup`<div class="picture" role="region" aria-label="Picture of the lineage" tabindex="0">${drawn}</div>
<p class="legend">Frames: <span class="good">green</span>, nothing found; <span class="warn">brown</span>, WARN, UNKNOWN or an incomplete record; <span class="bad">red</span>, FAIL or a failed record. A dashed frame: proven, but names are not shown. A dotted one: not shown at all.</p>`
}

/** `transfer, entry 77`, or `20 transfers`. */
function titleOf(hops: readonly ReportHop[]): string {
  const [first] = hops
  if (first === undefined || hops.length > 1) {
    const type = first?.type ?? 'hop'
    return type === 'processing' ? `${hops.length} times processing` : countOf(hops.length, type)
  }
  return first.index === undefined ? first.headline : `${first.type}, entry ${first.index}`
}

function verdictWords({ record, rules }: ReportHop): string {
  return rules === undefined ? record : `${record}; rules ${rules}`
}

function stepsTable({ steps, edges }: Steps): Markup {
  const titles = new Map(steps.map(({ id }, position) => [id, `step ${position + 1}`]))
  return markup`<table><caption>Every step of the lineage, oldest first, with what it came from.</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Who and where</th><th scope="col">Comes from</th><th scope="col">Record</th><th scope="col">Rules</th></tr></thead>
<tbody>${steps.map((step, position) =>
    row(
      step,
      stepName(step.hops, position),
      edges
        .filter(({ to }) => to === step.id)
        .map(({ from, label }) => `${label} of ${titles.get(from) ?? ''}`),
    ),
  )}</tbody></table>`
}

function stepName(hops: readonly ReportHop[], position: number): string {
  return `${position + 1}. ${titleOf(hops)}`
}

function row({ hops, worst }: Step, name: string, sources: readonly string[]): Markup {
  const entries = hops.flatMap(({ index }) => index ?? [])
  return markup`<tr><th scope="row">${name}</th><td>${worst.way}${entries.length > 1 ? markup`<br><span class="soft">${`entries ${entries.join(', ')}`}</span>` : ''}</td>
<td>${sources.length === 0 ? 'the beginning' : sources.map((source) => markup`<p>${source}</p>`)}</td>
<td class="${hopTone(worst.record, undefined)}">${worst.record}</td><td class="${hopTone('VERIFIED', worst.rules)}">${worst.rules ?? 'not judged'}</td></tr>
`
}
