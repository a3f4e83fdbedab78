/**
 * The evidence inside a report, and what else it was made with: data blocks of JSON that no browser
 * runs and `waybill verify` reads.
 *
 * In HTML a script element ends at `</script`, whatever its type, and `<!--` changes how it is read;
 * JSON allows every `<` to be written as an escape, so none is left.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { type Markup, trusted } from './markup.js'

const CLOSING = '</script>'
const BUNDLE = 'waybill-bundle'
const MADE_WITH = 'waybill-made-with'

/** The data block of the evidence. @param bundle JSON text */
export function embeddedBundle(bundle: string): Markup {
  return dataBlock(BUNDLE, bundle)
}

/** The data block of what else the page was made with. @param madeWith JSON text */
export function embeddedMadeWith(madeWith: string): Markup {
  return dataBlock(MADE_WITH, madeWith)
}

function dataBlock(name: string, json: string): Markup {
  return trusted(`${opening(name)}${json.replaceAll('<', '\\u003c')}${CLOSING}`)
}

function opening(name: string): string {
  return `<script type="application/json" id="${name}">`
}

/** Is this text a page rather than JSON? */
export function isPage(text: string): boolean {
  return /^\s*<!doctype html/i.test(text)
}

/**
 * The JSON text of the evidence that a report carries.
 *
 * @throws LedgerError REPORT_WITHOUT_BUNDLE when there is none, or more than one
 */
export function bundleIn(page: string): string {
  const bundle = blockIn(page, BUNDLE)
  if (bundle === undefined) throw new LedgerError('REPORT_WITHOUT_BUNDLE')
  return bundle
}

/** Does this page carry evidence? */
export function hasBundle(page: string): boolean {
  return page.includes(opening(BUNDLE))
}

/** The JSON text of what else it was made with; undefined when there is none, or more than one. */
export function madeWithIn(page: string): string | undefined {
  return blockIn(page, MADE_WITH)
}

function blockIn(page: string, name: string): string | undefined {
  const [before, block, ...more] = page.split(opening(name))
  const end = block?.indexOf(CLOSING) ?? -1
  if (before === undefined || block === undefined || more.length > 0 || end < 0) return undefined
  return block.slice(0, end)
}
