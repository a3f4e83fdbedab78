/** All routes, in the order in which they are documented. */
import { COPY_ROUTES } from './routes/copies.js'
import { IMPACT_ROUTES } from './routes/impact.js'
import { INBOX_ROUTES } from './routes/inbox.js'
import { LINEAGE_ROUTES } from './routes/lineage.js'
import { logRoutes, type ServerState } from './routes/log.js'
import { PARTY_ROUTES } from './routes/parties.js'
import { PROOF_ROUTES } from './routes/proofs.js'
import { SAMPLE_ROUTES } from './routes/sample.js'
import { SEARCH_ROUTES } from './routes/search.js'
import { STATEMENT_ROUTES } from './routes/statements.js'
import { TILE_ROUTES } from './routes/tiles.js'
import { RULES_ROUTES } from './routes/verdicts.js'
import type { Route } from './spec.js'

export function allRoutes(state: ServerState): readonly Route[] {
  return [
    ...STATEMENT_ROUTES,
    ...COPY_ROUTES,
    ...INBOX_ROUTES,
    ...LINEAGE_ROUTES,
    ...IMPACT_ROUTES,
    ...SAMPLE_ROUTES,
    ...RULES_ROUTES,
    ...SEARCH_ROUTES,
    ...PARTY_ROUTES,
    ...PROOF_ROUTES,
    ...TILE_ROUTES,
    ...logRoutes(state),
  ]
}
