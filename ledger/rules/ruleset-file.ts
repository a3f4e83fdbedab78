/**
 * A ruleset as a file: JSON of the format `waybill-ruleset/1`. docs/rulesets.md explains its members.
 *
 * A file and a `ruleset/1` statement hold the same members, so one schema checks both. Nothing is
 * guessed and nothing is left over: every fault is named by its place.
 */
import { utf8Encode } from '../core/bytes.js'
import { encodeJcs, isObject, type Json } from '../core/json.js'
import { VALUE_BYTES_MAX } from '../core/limits.js'
import {
  checkValue,
  type Issue,
  type Member,
  type ObjectShape,
  type Shape,
} from '../core/schema.js'
import { crossRuleset } from '../core/schemas/cross-ruleset.js'
import { RULESET_SCHEMA, type RulesetClaims } from '../core/schemas/ruleset.js'
import { nameFaults } from './reserved-name.js'
import type { Ruleset } from './ruleset.js'
import { type RulesetFault, refuseFaults } from './ruleset-fault.js'
import { termFaults } from './ruleset-terms.js'

const FORMAT = 'waybill-ruleset/1'
/** Largest ruleset, in bytes of its JCS form: then it fits into one statement. */
const RULESET_BYTES_MAX = 98_304

const FILE_SHAPE: ObjectShape = { kind: 'object', members: fileMembers() }

/** Every fault of a ruleset given as JSON; none when it can be judged by. */
export function rulesetFaults(value: Json): readonly RulesetFault[] {
  const form = checkValue(value, FILE_SHAPE, '').map(faultOf)
  // What the values say about each other can be read only once each is right by itself.
  if (form.length > 0 || !isObject(value)) return form
  const ruleset = value as unknown as Ruleset
  return [
    ...sizeFaults(value),
    ...crossRuleset(ruleset as Partial<RulesetClaims>).map(faultOf),
    ...termFaults(ruleset),
    ...nameFaults(ruleset),
  ]
}

/**
 * @param value JSON of the format
 * @throws LedgerError RULESET_INVALID: place and reason of the first fault, all of them in `faults`
 */
export function parseRuleset(value: Json): Ruleset {
  refuseFaults(rulesetFaults(value))
  return value as unknown as Ruleset
}

/** The file: two spaces, members in the order of the format, a line feed at the end. */
export function formatRuleset(ruleset: Ruleset): string {
  return `${JSON.stringify(ordered(ruleset as unknown as Json, FILE_SHAPE), null, 2)}\n`
}

function fileMembers(): Record<string, Member> {
  const shape: Shape = { kind: 'string', format: 'code', oneOf: [FORMAT] }
  const members: Record<string, Member> = {
    format: { shape, required: true, doc: 'Format of the file.' },
  }
  for (const [name, claim] of Object.entries(RULESET_SCHEMA.claims)) {
    // Who issues it is said by the statement; what a file adds freely no rule would read.
    if (name === 'issuer' || name === 'ext') continue
    const { shape: inner, doc, list, max } = claim
    const whole: Shape = list ? { kind: 'list', of: inner, min: 0, max, unique: false } : inner
    members[name] = { shape: whole, required: true, doc }
  }
  return members
}

function faultOf({ code, at, details = {} }: Issue): RulesetFault {
  const place = at.replace(/^(?:claims)?\./, '')
  if (code === 'CLAIM_MISSING') return { at: place, reason: 'missing' }
  if (code === 'CLAIM_UNKNOWN_MEMBER') return { at: place, reason: 'unknown-member' }
  const { reason = 'inconsistent', expected } = details
  return { at: place, reason: String(reason), ...(expected ? { expected: String(expected) } : {}) }
}

/** Each value becomes one disclosure of a statement, and all of them one envelope. */
function sizeFaults(file: { readonly [name: string]: Json }): readonly RulesetFault[] {
  const found: RulesetFault[] = []
  const measure = (value: Json, at: string, max: number) => {
    if (utf8Encode(encodeJcs(value)).length > max) {
      found.push({ at, reason: 'size', expected: `at most ${max} bytes` })
    }
  }
  for (const [name, value] of Object.entries(file)) {
    if (!Array.isArray(value)) measure(value, name, VALUE_BYTES_MAX)
    else {
      const elements: readonly Json[] = value
      for (const [place, element] of elements.entries())
        measure(element, `${name}[${place}]`, VALUE_BYTES_MAX)
    }
  }
  measure(file, '', RULESET_BYTES_MAX)
  return found
}

function ordered(value: Json, shape: Shape): Json {
  if (shape.kind === 'list' && Array.isArray(value)) {
    const elements: readonly Json[] = value
    return elements.map((element) => ordered(element, shape.of))
  }
  if (shape.kind !== 'object' || !isObject(value)) return value
  const members: Record<string, Json> = {}
  for (const [name, member] of Object.entries(shape.members)) {
    const inner = value[name]
    if (inner !== undefined) members[name] = ordered(inner, member.shape)
  }
  return members
}
