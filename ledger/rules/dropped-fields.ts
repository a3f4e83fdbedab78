/**
 * Fields of a source that are not among what was sent: counted as dropped, and really gone? R10.
 *
 * Content with the digest of its source holds all that the source holds, whatever is listed. In a
 * transfer, fields that were left out are counted; a processing uses what it needs.
 */
import { fieldsByName, fieldsOfParent, sourcesOf } from './field-sources.js'
import { type Dataset, datasetsOf, type Field, type Hop, type Transfer } from './hop.js'
import type { Judging, Upstream } from './rule.js'
import { fail, type Judged, unknown } from './verdict.js'

/** What a parent has and the datasets made of it do not list. */
type Missing = {
  readonly parent: Upstream
  readonly position: number
  /** Names of its fields that none of them has as a source; undefined: not shown or not declared. */
  readonly names: readonly string[] | undefined
}

/** What is wrong with the fields that were left out; nothing where all is accounted for. */
export function judgeDropped(judging: Judging): readonly Judged[] {
  const { hop, upstream } = judging
  const datasets = datasetsOf(hop)
  // That fields or datasets are withheld is said elsewhere.
  if (datasets === undefined || fieldsByName(hop) === undefined) return []
  return [
    ...datasets.flatMap((dataset, position) => [
      ...sameContent(judging, dataset, position),
      ...unnamedSource(judging, dataset, position),
    ]),
    ...(hop.type === 'transfer/1'
      ? countDropped(
          hop,
          upstream.map((parent, position) => ({
            parent,
            position,
            names: missingFrom(judging, position, datasets),
          })),
        )
      : []),
  ]
}

function missingFrom(
  { hop, upstream }: Judging,
  parent: number,
  datasets: readonly Dataset[],
): readonly string[] | undefined {
  const before = fieldsOfParent(upstream[parent])
  if (before === undefined) return undefined
  const used = new Set<string>()
  for (const { n, from } of datasets) {
    if (!from.includes(parent)) continue
    const own = fieldsByName(hop)?.get(n)
    if (own === undefined) return undefined
    for (const { field } of own.values()) addNames(used, { hop, field, parent })
  }
  const missing: string[] = []
  for (const name of before.keys()) if (!used.has(name)) missing.push(name)
  return missing
}

/** Adds the names of the fields of this parent that a field comes from; its own where it does not say. */
function addNames(
  used: Set<string>,
  { hop, field, parent }: { readonly hop: Hop; readonly field: Field; readonly parent: number },
): void {
  const sources = sourcesOf(hop, field)
  if (sources === undefined) used.add(field.name)
  else for (const source of sources) if (source.parent === parent) used.add(source.name)
}

function sameContent(judging: Judging, dataset: Dataset, position: number): readonly Judged[] {
  const [only, ...more] = dataset.from
  if (only === undefined || more.length > 0) return []
  const parent = judging.upstream[only]
  const digest = parent?.dataset?.digest
  if (parent === undefined || (digest !== undefined && digest !== dataset.digest)) return []
  const names = missingFrom(judging, only, [dataset])
  if (names?.length === 0) return []
  const at = `claims.datasets[${position}].digest`
  const evidence = [parent.id]
  // A source that withholds its datasets or its fields may be the very content, with more in it.
  if (names === undefined || digest === undefined) {
    return [unknown('whether it holds more than is listed is not shown', { at, evidence })]
  }
  return [
    fail(`its content is that of its source, which also has ${listed(names)}`, { at, evidence }),
  ]
}

/** It is the content of a parent, and says that it comes from others. */
function unnamedSource(
  { upstream }: Judging,
  { from, digest, name }: Dataset,
  position: number,
): readonly Judged[] {
  const named = from.map((source) => upstream[source]?.dataset)
  if (named.some((dataset) => dataset?.digest === digest)) return []
  const others = upstream.filter((_, source) => !from.includes(source))
  const same = others.find(({ dataset }) => dataset?.digest === digest)
  const other = same ?? others.find(({ dataset }) => dataset === undefined)
  if (other === undefined) return []
  const notes = { at: `claims.datasets[${position}].from`, evidence: [other.id] }
  return same === undefined || named.includes(undefined)
    ? [unknown(`whether ${name} is the content of a parent it does not name is not shown`, notes)]
    : [fail(`${name} is the content of a parent that it does not name`, notes)]
}

function countDropped({ claims }: Transfer, missing: readonly Missing[]): readonly Judged[] {
  const { minimization } = claims
  const evidence = missing.map(({ parent }) => parent.id)
  if (missing.some(({ names }) => names === undefined)) {
    const settle = 'the parties before it: show the fields of what was sent'
    return [unknown('what its sources hold is not fully shown', { evidence, settle })]
  }
  const names = missing.flatMap((one) => one.names ?? [])
  if (minimization === undefined) {
    const at = 'claims.minimization'
    return [unknown('how many fields were left out is withheld', { at })]
  }
  if (minimization === null) {
    if (names.length === 0) return []
    const at = 'claims.minimization'
    return [
      fail(`${listed(names)} is not sent, and nothing says it was left out`, { at, evidence }),
    ]
  }
  const before = missing.reduce((sum, { parent }) => sum + (fieldsOfParent(parent)?.size ?? 0), 0)
  const { droppedCount, sourceFieldsCount } = minimization
  return [
    ...(droppedCount === names.length
      ? []
      : [
          fail(`${droppedCount} fields are said to be left out; ${names.length} are`, {
            at: 'claims.minimization.droppedCount',
            evidence,
          }),
        ]),
    ...(sourceFieldsCount === before
      ? []
      : [
          fail(`the sources are said to have ${sourceFieldsCount} fields; they have ${before}`, {
            at: 'claims.minimization.sourceFieldsCount',
            evidence,
          }),
        ]),
  ]
}

const LISTED_MAX = 3

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED_MAX).join(', ')
  return names.length > LISTED_MAX ? `${shown} and ${names.length - LISTED_MAX} more` : shown
}
