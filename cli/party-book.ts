/**
 * How reports name parties: whose word a name is. DESIGN 2 "registrar", 7.1.
 *
 * A party id is the thumbprint of its first key and cannot lie; a name is the registrar's word
 * unless the person has the id from the party itself (`--parties`).
 */
import type { OpenedStatement } from '../ledger/core/check.js'
import { type OpenClaims, scalarClaim } from '../ledger/core/disclosure.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { VerifiedParty } from '../ledger/core/verify-registry.js'
import type { Settings } from './config.js'
import { aliasOf } from './identity.js'
import { clean, countryText } from './output.js'

export type PartyWords = {
  readonly party: PartyId
  /** Name in its registry statement: the registrar's word. */
  readonly name: string | undefined
  readonly country: string | undefined
  /** Name under which the person pinned the id; empty when pinned without a name. */
  readonly pinned: string | undefined
  /** Local alias. */
  readonly alias: string | undefined
  /** Party that it says it continues. */
  readonly continues: PartyId | undefined
}

export type PartyBook = (party: PartyId) => PartyWords

export function partyBook(
  parties: ReadonlyMap<PartyId, VerifiedParty>,
  pins: ReadonlyMap<PartyId, string>,
  settings: Settings,
): PartyBook {
  return (party) => {
    const known = parties.get(party)
    return {
      party,
      ...registryWords(known?.opened[0]),
      pinned: pins.get(party),
      alias: aliasOf(party, settings),
    }
  }
}

/** Name and country in a party's first registry statement, as far as they are open, and whom it continues. */
export function registryWords(
  first: OpenedStatement | undefined,
): Pick<PartyWords, 'name' | 'country' | 'continues'> {
  return {
    name: textClaim(first?.open, 'name'),
    country: textClaim(first?.open, 'country'),
    continues: textClaim(first?.open, 'continues') as PartyId | undefined,
  }
}

/** `Acme GmbH, Germany (DE)`; the first digits of the id where no name is shown. */
export function partyText({ party, name, country, pinned, alias }: PartyWords): string {
  const shown = name ?? (pinned === '' ? undefined : pinned) ?? alias
  const place = country === undefined ? '' : `, ${countryText(country)}`
  return shown === undefined ? `party ${party.slice(0, 12)}` : `${clean(shown)}${place}`
}

/** Whose word the name is. */
export function trustText({ pinned, name, continues }: PartyWords): string {
  const continued =
    continues === undefined
      ? ''
      : `; continues party ${continues.slice(0, 12)}, whose keys were lost`
  if (pinned === undefined) return `on the registrar's word${continued}`
  const differs =
    pinned !== '' && name !== undefined && pinned !== name ? ` as ${clean(pinned)}` : ''
  return `pinned by you${differs}${continued}`
}

export function partyJson(words: PartyWords): JsonObject {
  const { party, name, country, pinned, alias, continues } = words
  return {
    party,
    name: name ?? null,
    country: country ?? null,
    trust: pinned === undefined ? 'registrar' : 'pinned',
    ...(pinned === undefined ? {} : { pinned_as: pinned }),
    ...(alias === undefined ? {} : { alias }),
    ...(continues === undefined ? {} : { continues }),
  }
}

function textClaim(open: OpenClaims | undefined, name: string): string | undefined {
  const value = open === undefined ? undefined : scalarClaim(open, name)
  return typeof value === 'string' ? value : undefined
}
