/**
 * Whose signature can be made here, and making it.
 */

import { type DraftContext, type Signer, signatureOf, signOpened } from '../../client/index.js'
import { addSignature } from '../../ledger/core/build.js'
import type { OpenedStatement } from '../../ledger/core/check.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { Parties, Party } from './party.js'

export type Roles = readonly { readonly role: string; readonly party: string }[]

export class Signing {
  readonly #parties: ReadonlyMap<string, Party>
  readonly #context: DraftContext

  constructor(parties: Parties, context: DraftContext) {
    this.#parties = new Map([...parties.values()].map((party) => [party.id, party]))
    this.#context = context
  }

  /** The signer of a party in a role; undefined when it signs elsewhere. */
  signerOf(role: string, party: string): Signer | undefined {
    const found = this.#parties.get(party)
    // Pending: somebody of that party decides whether to accept what comes to it.
    return found?.pending === true && role === 'importer' ? undefined : found?.signer
  }

  canComplete(roles: Roles): boolean {
    return roles.every(({ role, party }) => this.signerOf(role, party) !== undefined)
  }

  /** Adds every signature that can be made here and is missing. */
  async sign(opened: OpenedStatement, roles: Roles): Promise<Envelope> {
    let { envelope } = opened
    for (const { role, party } of roles) {
      const signer = this.signerOf(role, party)
      if (signer === undefined || hasSigned(envelope, role)) continue
      const one = await signOpened(opened, role, signer, this.#context)
      envelope = addSignature(envelope, signatureOf(one, role))
    }
    return envelope
  }

  /** Parties whose signatures an envelope lacks. */
  missing(envelope: Envelope, roles: Roles): readonly string[] {
    return roles.filter(({ role }) => !hasSigned(envelope, role)).map(({ party }) => party)
  }

  /** Was it signed with keys that the map no longer has? */
  usesOtherKeys(envelope: Envelope, roles: Roles): boolean {
    return roles.some(({ role, party }) => {
      const signer = this.signerOf(role, party)
      const own = envelope.signatures.find(({ header }) => header.role === role)
      return signer !== undefined && own !== undefined && own.header.kid !== signer.kid
    })
  }
}

function hasSigned({ signatures }: Envelope, role: string): boolean {
  return signatures.some(({ header }) => header.role === role)
}
