/** The built ledger, typed by its sources. Needs dist/. */

/** @type {typeof import('../../ledger/index.js')} */
export const waybill = await import(new URL('../../dist/ledger/index.js', import.meta.url).href)
