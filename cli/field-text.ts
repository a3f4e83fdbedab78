/**
 * One field followed through a lineage, as words and as JSON: what each hop says it is, what was done
 * to it, where it comes from, and what the rules find about it. DESIGN 6, 7.1.
 */
import { LedgerError } from '../ledger/core/errors.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { StatementId } from '../ledger/core/statement.js'
import {
  type FieldLineage,
  type FieldNode,
  type FieldPlace,
  type FieldState,
  fieldLineage,
} from '../ledger/rules/field-lineage.js'
import type { Field, Hop } from '../ledger/rules/hop.js'
import { hopOfVerified } from '../ledger/rules/hops.js'
import type { CitedVerdict } from '../ledger/rules/report-data.js'
import type { LineageJudgement } from './lineage-judge.js'
import { clean, type Output, shortId, termLabel } from './output.js'
import { RULE_TONES } from './rules-text.js'

/** A judged lineage with the way of one field through it. */
export type FieldTrace = { readonly judged: LineageJudgement; readonly field: FieldLineage }

const STATES: Readonly<Record<FieldState, string>> = {
  collected: 'begins here: collected',
  made: 'begins here: made by a transformation',
  passed: '',
  unstated: 'the way is lost: the performer does not say where it comes from',
  missing: 'the way is lost: the dataset has no such field',
  undeclared: 'the way is lost: no fields are declared for the dataset',
  withheld: 'the way is lost: not shown to you',
  gap: 'the way is lost: the statement is not shown to you',
}

/**
 * Follows a field of the root. A root that could not be verified has no fields to follow.
 *
 * @throws LedgerError FIELD_NOT_FOUND
 */
export function traceField(judged: LineageJudgement, name: string): FieldTrace | undefined {
  const { report, lineage } = judged
  if (lineage === undefined) return undefined
  const hops = new Map<StatementId, Hop | undefined>()
  const hop = (id: StatementId): Hop | undefined => {
    if (hops.has(id)) return hops.get(id)
    const statement = report.statements.get(id)
    const found = statement && hopOfVerified(statement, report.parties)
    hops.set(id, found)
    return found
  }
  const field = fieldLineage({ hop }, lineage.root, name)
  if (field === undefined) throw new LedgerError('FIELD_NOT_FOUND')
  return { judged, field }
}

/** The way of a field, the latest hop first. */
export function fieldLines({ judged, field }: FieldTrace, out: Output): readonly string[] {
  const byPlace = new Map(field.nodes.map((node) => [placeKey(node), node]))
  const lost = field.nodes.filter(({ state }) => isLost(state)).length
  return [
    `Field "${clean(field.name)}" of ${shortId(judged.root)}`,
    ...field.nodes.flatMap((node) => nodeLines(node, { byPlace, judged, out })),
    field.complete
      ? `Followed to where it begins, over ${field.nodes.length} places`
      : `Not followed to the end: the way is lost at ${lost} of ${field.nodes.length} places`,
    '',
  ]
}

type Context = {
  readonly byPlace: ReadonlyMap<string, FieldNode>
  readonly judged: LineageJudgement
  readonly out: Output
}

function nodeLines(node: FieldNode, { byPlace, judged, out }: Context): readonly string[] {
  const { field, steps, sources, state } = node
  const what = field === undefined ? '' : `: ${fieldWords(field)}`
  const words = STATES[state]
  return [
    `  ${placeText(node)}${what}`,
    // The same may be said of the field and of the whole dataset.
    ...new Set(steps.map(({ kind, masks }) => `      by ${kind}${masks ? ', which masks' : ''}`)),
    ...sources.map(({ to, via }) => {
      const before = byPlace.get(placeKey(to))
      const was = before?.field === undefined ? '' : changeWords(before.field, field)
      return `      from ${before === undefined ? shortId(to.id) : placeText(before)}${via === 'indirect' ? ', which only decides which rows are there' : ''}${was}`
    }),
    ...(words === '' ? [] : [`      ${isLost(state) ? out.paint('warn', words) : words}`]),
    ...findingsOn(node, judged).map(
      ({ rule, verdict, why }) =>
        `      ${out.paint(RULE_TONES[verdict], verdict)}  ${rule}: ${clean(why)}`,
    ),
  ]
}

/** What the rules find at this very field. */
function findingsOn(
  { id, position }: FieldNode,
  { rules }: LineageJudgement,
): readonly CitedVerdict[] {
  if (position === undefined) return []
  const place = `claims.fields[${position}]`
  return (rules?.findings ?? []).filter(
    ({ target, at }) => target.id === id && (at === place || at?.startsWith(`${place}.`)),
  )
}

/** `transfer/1 3f… dataset 0 "age"`. */
function placeText({ type, id, n, name }: FieldNode): string {
  return `${type ?? 'statement'} ${shortId(id)} dataset ${n} "${clean(name)}"`
}

const IDENTIFIES: Readonly<Record<NonNullable<Field['identifier']>, string>> = {
  direct: 'identifies directly',
  indirect: 'identifies indirectly',
  pseudonym: 'a pseudonym',
  none: 'does not identify',
}

function fieldWords({ category, identifier, special = [] }: Field): string {
  const identifies =
    identifier === undefined ? 'how it identifies is not said' : IDENTIFIES[identifier]
  return [clean(termLabel(category)), identifies, ...special].join(', ')
}

function changeWords(before: Field, after: Field | undefined): string {
  if (after === undefined) return ''
  const [was, is] = [fieldWords(before), fieldWords(after)]
  return was === is ? '' : ` (was ${was})`
}

function isLost(state: FieldState): boolean {
  return STATES[state].startsWith('the way is lost')
}

function placeKey({ id, n, name }: FieldPlace): string {
  return `${id} ${n} ${name}`
}

/** The way of a field for machines. */
export function fieldJson({ judged, field }: FieldTrace): JsonObject {
  return {
    name: field.name,
    complete: field.complete,
    starts: field.starts,
    nodes: field.nodes.map((node) => ({
      id: node.id,
      n: node.n,
      name: node.name,
      state: node.state,
      index: node.index ?? null,
      type: node.type ?? null,
      position: node.position ?? null,
      category: node.field?.category ?? null,
      special: node.field?.special ?? null,
      identifier: node.field?.identifier ?? null,
      steps: node.steps.map(({ kind, masks }) => ({ kind, masks })),
      sources: node.sources.map(({ to, via }) => ({ ...to, via })),
      findings: findingsOn(node, judged).map(({ rule, verdict, at, why }) => ({
        rule,
        verdict,
        at: at ?? null,
        why,
      })),
    })),
  }
}
