/**
 * A lineage in steps: hops of one kind between the same places, at the same distance, as one step.
 *
 * A lineage of hundreds of hops is a feed repeated week after week; nobody sees the way in it when
 * each is drawn. Below `TOGETHER_FROM` hops every hop is a step of its own. Steps never hide a verdict:
 * each says its worst, and how many hops have it.
 */
import type { ReportHop } from './report-data.js'
import { hopTone, TONES } from './tones.js'

/** From so many hops on, alike ones are drawn together. */
const TOGETHER_FROM = 25

export type Step = {
  readonly id: string
  readonly hops: readonly ReportHop[]
  /** The hop whose record and rules are worst. */
  readonly worst: ReportHop
}

export type StepEdge = { readonly from: string; readonly to: string; readonly label: string }

export type Steps = { readonly steps: readonly Step[]; readonly edges: readonly StepEdge[] }

export function stepsOf(hops: readonly ReportHop[]): Steps {
  const together = hops.length >= TOGETHER_FROM
  const byKey = new Map<string, ReportHop[]>()
  const keyOf = new Map<string, string>()
  for (const hop of hops) {
    const { id, type, kind, way, depth } = hop
    const key = together ? JSON.stringify([type, kind, way, depth]) : id
    keyOf.set(id, key)
    const own = byKey.get(key)
    if (own === undefined) byKey.set(key, [hop])
    else own.push(hop)
  }
  const names = new Map([...byKey.keys()].map((key, position) => [key, `step-${position + 1}`]))
  const nameOf = (id: string): string => names.get(keyOf.get(id) ?? '') ?? ''
  const steps = [...byKey.entries()].map(([key, own]) => ({
    id: names.get(key) ?? '',
    hops: own,
    worst: worstOf(own),
  }))
  return { steps, edges: edgesOf(hops, nameOf) }
}

function worstOf(hops: readonly ReportHop[]): ReportHop {
  const rank = ({ record, rules }: ReportHop): number => TONES.indexOf(hopTone(record, rules))
  return hops.reduce((worst, hop) => (rank(hop) < rank(worst) ? hop : worst))
}

function edgesOf(hops: readonly ReportHop[], nameOf: (id: string) => string): readonly StepEdge[] {
  const labels = new Map<string, string[]>()
  for (const { id, parents } of hops) {
    for (const parent of parents) {
      const key = `${nameOf(parent.id)} ${nameOf(id)}`
      labels.set(key, [...(labels.get(key) ?? []), parent.dataset])
    }
  }
  return [...labels].map(([key, datasets]) => {
    const [from = '', to = ''] = key.split(' ')
    return {
      from,
      to,
      label: datasets.length === 1 ? (datasets[0] ?? '') : `${datasets.length} datasets`,
    }
  })
}
