/**
 * One statement put together from whoever has parts of it. What counts is what its entry commits to:
 * payload by the id, signatures by the envelope digest, each claim by its placeholder. So nobody can
 * put in a statement that was never there, nor a claim that the ledger does not hold.
 */
import { equalBytes } from '../core/bytes.js'
import { type OpenedStatement, openStatement } from '../core/check.js'
import { disclosureDigest } from '../core/disclosure.js'
import type { Crypto } from '../core/ed25519.js'
import type { Entry } from '../core/entry.js'
import { type Envelope, envelopeDigest } from '../core/envelope.js'
import { orNone } from '../core/errors.js'
import { schemaOf } from '../core/schemas.js'
import { parsePayload, statementId } from '../core/statement.js'

/** A statement, or some of it: no signatures, or not all disclosures. Nothing of it is believed. */
export type Offer = Pick<Envelope, 'payload' | 'payloadBytes' | 'signatures' | 'disclosures'>

/** What came of putting a statement together. `missing` names the first part that nobody has. */
export type Assembled =
  | { readonly opened: OpenedStatement; readonly missing?: undefined }
  | { readonly missing: string; readonly opened?: undefined }

type Hashing = Pick<Crypto, 'sha256' | 'codec'>

/**
 * The statement of an entry, with every claim that a ledger keeps and no other.
 *
 * Offers are used in order, and later ones only for what the earlier ones lack.
 */
export function assemble(entry: Entry, offers: Iterable<Offer>, crypto: Hashing): Assembled {
  const found: Offer[] = []
  for (const offer of offers) {
    if (statementId(offer.payloadBytes, crypto.sha256) !== entry.id) continue
    found.push(offer)
    const whole = assembleFrom(entry, found, crypto)
    if (whole.opened !== undefined) return whole
  }
  return assembleFrom(entry, found, crypto)
}

function assembleFrom(entry: Entry, offers: readonly Offer[], crypto: Hashing): Assembled {
  const [first] = offers
  if (first === undefined) return { missing: 'payload' }
  const { payload, payloadBytes } = first
  const signed = offers.find((offer) =>
    equalBytes(envelopeDigest({ ...offer, payload }, crypto.codec), entry.envelopeDigest),
  )
  if (signed === undefined) return { missing: 'signatures' }
  const disclosures = keptDisclosures(payloadBytes, offers, crypto)
  if (typeof disclosures === 'string') return { missing: disclosures }
  const envelope = { payload, payloadBytes, signatures: signed.signatures, disclosures }
  const opened = orNone(() => openStatement(envelope, crypto))
  return opened === undefined ? { missing: 'claims' } : { opened }
}

/** Disclosures in the order of their placeholders; or the name of a claim that nobody has. */
function keptDisclosures(
  payloadBytes: Uint8Array,
  offers: readonly Offer[],
  crypto: Hashing,
): readonly string[] | string {
  const payload = orNone(() => parsePayload(payloadBytes))
  const schema = payload === undefined ? undefined : schemaOf(payload.type)
  if (payload === undefined || schema === undefined) return 'payload'
  const byDigest = new Map<string, string>()
  for (const text of offers.flatMap(({ disclosures }) => disclosures)) {
    byDigest.set(disclosureDigest(text, crypto.codec), text)
  }
  const kept: string[] = []
  for (const [name, digests] of payload.claims) {
    if (schema.claims[name]?.holderKept === true) continue
    for (const digest of digests) {
      const text = byDigest.get(digest)
      if (text === undefined) return `claim ${name}`
      kept.push(text)
    }
  }
  return kept
}
