/**
 * HTML and SVG as text, with every value escaped: only what this project wrote is markup.
 *
 * `markup` is a template tag. What it interpolates is text, unless it is itself markup or a list of
 * it. A value can therefore end no element, no attribute and no comment, whoever recorded it.
 */
import { clean } from '../output.js'

/** Text that is markup already. Only this file makes it. */
export class Markup {
  readonly text: string

  /** Use `markup` or `trusted`. */
  constructor(text: string) {
    this.text = text
  }
}

export type Content = Markup | string | number | readonly Content[]

/** Markup with its values escaped, fit for element content and for attributes in double quotes. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = parts[0] ?? ''
  for (const [position, value] of values.entries())
    text += rendered(value) + (parts[position + 1] ?? '')
  return new Markup(text)
}

/** Markup that this project wrote: style sheets and the like. Never anything recorded. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

function rendered(value: Content): string {
  if (value instanceof Markup) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return value.map(rendered).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Also without what would reverse or hide text. */
function escaped(text: string): string {
  return clean(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Text of several lines, for a `pre` element. */
export function markupLines(text: string): Markup {
  return new Markup(text.split('\n').map(escaped).join('\n'))
}
