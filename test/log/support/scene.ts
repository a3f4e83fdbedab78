/** Common beginnings: a started ledger, data that a firm holds, a transfer that somebody signed. */
import type { Envelope } from '../../../ledger/core/envelope.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import type { Ledger, LedgerOptions } from '../../../ledger/log/ledger.js'
import { ACME, BOLT, FIRMS, type Firm } from './firms.js'
import { admit, Site } from './site.js'
import { collection, type Draft, dataset, type Signing, sign, transfer } from './statements.js'

export type Scene = { readonly site: Site; readonly ledger: Ledger }

export async function scene(
  options: Partial<LedgerOptions> = {},
  firms: readonly Firm[] = FIRMS,
): Promise<Scene> {
  const site = new Site()
  return { site, ledger: await site.start(firms, options) }
}

/** A collection by a firm; dataset 0 holds `content`. */
export function collect(ledger: Ledger, firm: Firm, content = 'rides'): Promise<StatementId> {
  return admit(ledger, collection(firm, content), [['collector', firm.signer]])
}

/** Dataset 0 of a statement goes from one firm to another, unchanged. */
export function move(
  parent: StatementId,
  content = 'rides',
  sides: readonly [Firm, Firm] = [ACME, BOLT],
): Draft {
  return transfer(sides, [{ id: parent, n: 0 }], [dataset(content, [0])])
}

export const BOTH: readonly Signing[] = [
  ['exporter', ACME.signer],
  ['importer', BOLT.signer],
]

/** A transfer from ACME to BOLT of something that ACME has just collected, signed by both. */
export async function signedTransfer(
  ledger: Ledger,
  more: Partial<Draft> = {},
  atS?: number,
): Promise<Envelope> {
  return sign({ ...move(await collect(ledger, ACME)), ...more }, BOTH, atS)
}
