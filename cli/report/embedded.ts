/**
 * The evidence inside a report: a data block of JSON that no browser runs and `waybill verify` reads.
 *
 * In HTML a script element ends at `</script`, whatever its type, and `<!--` changes how it is read;
 * JSON allows every `<` to be written as an escape, so none is left.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { type Markup, trusted } from './markup.js'

const OPENING = '<script type="application/json" id="waybill-bundle">'
const CLOSING = '</script>'

/** The data block. @param bundle JSON text */
export function embeddedBundle(bundle: string): Markup {
  return trusted(`${OPENING}${bundle.replaceAll('<', '\\u003c')}${CLOSING}`)
}

/** Is this text a page rather than JSON? */
export function isPage(text: string): boolean {
  return /^\s*<!doctype html/i.test(text)
}

/**
 * The JSON text that a report carries.
 *
 * @throws LedgerError REPORT_WITHOUT_BUNDLE when there is none, or more than one
 */
export function bundleIn(page: string): string {
  const [before, block, ...more] = page.split(OPENING)
  const end = block?.indexOf(CLOSING) ?? -1
  if (before === undefined || block === undefined || more.length > 0 || end < 0)
    throw new LedgerError('REPORT_WITHOUT_BUNDLE')
  return block.slice(0, end)
}
