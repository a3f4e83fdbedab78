/**
 * The OpenAPI document without a ledger: what docs/openapi.json must be. DESIGN 7.2.
 *
 * scripts/openapi.mjs compares the two; drift fails `npm run check`.
 */
import { portableCrypto } from '../ledger/core/ed25519.js'
import type { ApiLedger } from './deps.js'
import { buildServer } from './server.js'

/** The document as a plain object; the same for the same source. */
export async function buildOpenApi(): Promise<unknown> {
  const server = await buildServer({
    // No route is called, so none is asked of.
    ledger: {} as ApiLedger,
    auditors: [],
    crypto: portableCrypto,
    now: () => 0,
    version: '',
  })
  try {
    await server.ready()
    return server.swagger()
  } finally {
    await server.close()
  }
}
