/**
 * Reading a map member by member, so that all that is wrong with it is said at once.
 *
 * A reader answers something usable even where the map is wrong; what it answers counts only when no
 * issue was noted. Places are paths of the map's own member names.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { FORMATS, type Format, hasFormat } from '../../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import type { Issue } from '../../ledger/core/schema.js'

/** How a text begins that a template leaves to be filled in. */
export const PLACEHOLDER = '<fill in'

export class MapReader {
  readonly issues: Issue[] = []

  note(at: string, expected: string): void {
    this.issues.push({ code: 'IMPORT_MAP_INVALID', at, details: { expected } })
  }

  /** An object with no other members than `names`. */
  object(value: Json | undefined, at: string, names: readonly string[]): JsonObject {
    const object = this.anyObject(value, at)
    for (const name of Object.keys(object)) {
      if (!names.includes(name))
        this.note(`${at}.${name}`, `no such member; known are ${names.join(', ')}`)
    }
    return object
  }

  anyObject(value: Json | undefined, at: string): JsonObject {
    if (isObject(value)) return value
    if (value !== undefined) this.note(at, 'an object')
    return {}
  }

  list(value: Json | undefined, at: string): readonly Json[] {
    if (Array.isArray(value)) return value as readonly Json[]
    if (value !== undefined) this.note(at, 'a list')
    return []
  }

  text(value: Json | undefined, at: string): string {
    if (typeof value === 'string' && value !== '') return value
    this.note(at, 'a text that is not empty')
    return ''
  }

  optionalText(value: Json | undefined, at: string): string | undefined {
    return value === undefined ? undefined : this.text(value, at)
  }

  format(value: Json | undefined, at: string, format: Format): string {
    if (typeof value === 'string' && hasFormat(value, format)) return value
    this.note(at, FORMATS[format].expected)
    return ''
  }

  optionalFormat(value: Json | undefined, at: string, format: Format): string | undefined {
    return value === undefined ? undefined : this.format(value, at, format)
  }

  flag(value: Json | undefined, at: string): boolean {
    if (value !== undefined && typeof value !== 'boolean') this.note(at, 'true or false')
    return value === true
  }

  /** The first issue as an error, with all of them in its details. */
  finish(): void {
    const [first] = this.issues
    if (first === undefined) return
    throw new LedgerError('IMPORT_MAP_INVALID', {
      at: first.at,
      ...first.details,
      issues: this.issues,
    })
  }
}

/**
 * Refuses a template that was not filled in.
 *
 * @throws LedgerError IMPORT_MAP_UNFILLED with every place that is left
 */
export function refusePlaceholders(map: Json): void {
  const issues: Issue[] = []
  eachText(map, '', (text, at) => {
    if (text.startsWith(PLACEHOLDER)) issues.push({ code: 'IMPORT_MAP_UNFILLED', at })
  })
  const [first] = issues
  if (first !== undefined) {
    throw new LedgerError('IMPORT_MAP_UNFILLED', { at: first.at, left: issues.length, issues })
  }
}

/** Calls `visit` for every text in a value, with its path. */
export function eachText(value: Json, at: string, visit: (text: string, at: string) => void): void {
  if (typeof value === 'string') visit(value, at)
  else if (Array.isArray(value)) {
    for (const [position, item] of (value as readonly Json[]).entries()) {
      eachText(item, `${at}[${position}]`, visit)
    }
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      eachText(item, at === '' ? name : `${at}.${name}`, visit)
    }
  }
}
