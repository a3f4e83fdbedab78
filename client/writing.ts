/**
 * The writing half of the client: build, sign, submit, countersign, refuse. DESIGN 5, 7.2.
 *
 * Submitting needs no token: the signatures are the permission, and sending a statement twice
 * answers with what is there already.
 */
import { concatBytes, utf8Encode } from '../ledger/core/bytes.js'
import { type Envelope, type EnvelopeSignature, envelopeJson } from '../ledger/core/envelope.js'
import { invariant, LedgerError } from '../ledger/core/errors.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { encodeJcsBytes } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { BULK_BYTES_MAX, BULK_ITEMS_MAX } from '../ledger/core/limits.js'
import { type StatementId, statementId } from '../ledger/core/statement.js'
import type { Signer } from '../ledger/crypto/signer.js'
import { readBulk, readOutcome, readValidation } from './answer.js'
import type { Calls } from './calls.js'
import { type Draft, prepareDraft, signOpened } from './draft.js'
import type { BulkOutcome, SubmitOutcome, Validation } from './model.js'
import { type CheckedProposal, checkProposal } from './proposal.js'
import { genesisId, type Reader } from './reading.js'

export type BulkOptions = {
  /** How the calls are spelled; `ndjson` if left out. */
  readonly format?: 'json' | 'ndjson'
  /** Called after each call with the number of statements answered so far. */
  readonly onProgress?: (done: number) => void
}

export type Refusal = {
  /** The proposal's full id. */
  readonly about: StatementId
  /** A word of the refusal schema, such as `not-agreed` or `withdrawn`. */
  readonly reason: string
  readonly note?: string
}

export type Writer = {
  /**
   * Builds a statement, checks every claim and signs it in one role. Rejects with the first issue's
   * code and all issues in `details.issues`.
   */
  readonly buildAndSign: (draft: Draft, role: string, signer: Signer) => Promise<Envelope>
  readonly submit: (envelope: Envelope) => Promise<SubmitOutcome>
  /** Any number, in order, in as many calls as the limits ask for; an item may cite an earlier one. */
  readonly submitMany: (
    envelopes: readonly Envelope[],
    options?: BulkOptions,
  ) => Promise<readonly BulkOutcome[]>
  /** Every issue at once; nothing is stored. */
  readonly validate: (envelope: Envelope) => Promise<Validation>
  /** Looks at a proposal as a careful countersigner would; `party` is the client's own if left out. */
  readonly checkProposal: (envelope: Envelope, party?: PartyId) => Promise<CheckedProposal>
  /** Checks a proposal in full, signs the same bytes and sends the signature. */
  readonly countersign: (
    proposal: { readonly envelope: Envelope },
    signer: Signer,
  ) => Promise<SubmitOutcome>
  /** Sends a signature that was made elsewhere, by `signOpened`. */
  readonly sendSignature: (
    id: StatementId,
    signature: Pick<EnvelopeSignature, 'protected' | 'signature'>,
  ) => Promise<SubmitOutcome>
  /** Sends a refusal that was made elsewhere. */
  readonly sendRefusal: (about: StatementId, envelope: Envelope) => Promise<SubmitOutcome>
  /** Declines (`importer`) or withdraws (`exporter`) a waiting proposal. */
  readonly refuse: (
    refusal: Refusal,
    role: 'exporter' | 'importer',
    signer: Signer,
  ) => Promise<SubmitOutcome>
}

export function writerOf(calls: Calls, reader: Reader): Writer {
  const check: Writer['checkProposal'] = async (envelope, party = calls.party) => {
    if (party === undefined) throw new LedgerError('AUTH_REQUIRED', { reason: 'whose role is it' })
    const { origin, crypto, now } = await calls.drafting()
    const source = {
      genesis: () => genesisId(reader),
      registrar: async () => (await reader.ledger()).registrar,
      registry: async (id: PartyId) => (await reader.party(id)).statements,
    }
    return checkProposal(envelope, { origin, crypto, now, party, source })
  }
  const buildAndSign: Writer['buildAndSign'] = async (draft, role, signer) => {
    const context = await calls.drafting()
    return signOpened(prepareDraft(draft, context), role, signer, context)
  }
  const sendSignature: Writer['sendSignature'] = async (id, { protected: head, signature }) =>
    readOutcome(
      await calls.post(`/v1/statements/${id}/countersignatures?verdicts=all`, {
        protected: head,
        signature,
      }),
      id,
    )
  const sendRefusal: Writer['sendRefusal'] = async (about, envelope) =>
    readOutcome(
      await calls.post(`/v1/statements/${about}/refusals`, envelopeJson(envelope)),
      idOf(envelope),
    )
  return {
    buildAndSign,
    checkProposal: check,
    sendSignature,
    sendRefusal,
    submit: async (envelope) =>
      readOutcome(
        await calls.post('/v1/statements?verdicts=all', envelopeJson(envelope)),
        idOf(envelope),
      ),
    submitMany: (envelopes, options = {}) => submitMany(calls, envelopes, options),
    validate: async (envelope) =>
      readValidation(await calls.post('/v1/statements?validate=only', envelopeJson(envelope))),
    countersign: async ({ envelope }, signer) => {
      const { checked, role } = await check(envelope)
      const signed = await signOpened(checked, role, signer, await calls.drafting())
      return sendSignature(checked.id, signatureOf(signed, role))
    },
    refuse: async ({ about, reason, note }, role, signer) => {
      const claim = { code: reason, ...(note === undefined ? {} : { note }) }
      const draft: Draft = { type: 'refusal/1', about, claims: { reason: claim } }
      return sendRefusal(about, await buildAndSign(draft, role, signer))
    },
  }
}

/** The signature of one role. */
export function signatureOf(envelope: Envelope, role: string): EnvelopeSignature {
  const own = envelope.signatures.find(({ header }) => header.role === role)
  invariant(own !== undefined, 'what was signed in a role has its signature')
  return own
}

function idOf({ payloadBytes }: Envelope): StatementId {
  return statementId(payloadBytes, portableSha256)
}

async function submitMany(
  calls: Calls,
  envelopes: readonly Envelope[],
  { format = 'ndjson', onProgress }: BulkOptions,
): Promise<readonly BulkOutcome[]> {
  const outcomes: BulkOutcome[] = []
  const ids = envelopes.map(idOf)
  for (const items of callSizes(envelopes.map((item) => encodeJcsBytes(envelopeJson(item))))) {
    const body =
      format === 'json'
        ? jsonArray(items)
        : concatBytes(...items.flatMap((item) => [item, NEWLINE]))
    const answer = await calls.postBytes('/v1/statements', body, MEDIA_TYPE[format])
    const sent = ids.slice(outcomes.length, outcomes.length + items.length)
    outcomes.push(...readBulk(answer, sent))
    onProgress?.(outcomes.length)
  }
  return outcomes
}

const MEDIA_TYPE = { json: 'application/json', ndjson: 'application/x-ndjson' } as const
const NEWLINE = utf8Encode('\n')
const COMMA = utf8Encode(',')

function jsonArray(items: readonly Uint8Array[]): Uint8Array {
  const parts = items.flatMap((item, position) => (position === 0 ? [item] : [COMMA, item]))
  return concatBytes(utf8Encode('['), ...parts, utf8Encode(']'))
}

/** Statements per call, so that none is over the limits of DESIGN 4.1. */
function callSizes(items: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const groups: Uint8Array[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const item of items) {
    const group = groups.at(-1)
    // One byte more per item for the comma or newline, two for the brackets.
    if (
      group === undefined ||
      group.length === BULK_ITEMS_MAX ||
      bytes + item.length + 3 > BULK_BYTES_MAX
    ) {
      groups.push([item])
      bytes = item.length + 1
    } else {
      group.push(item)
      bytes += item.length + 1
    }
  }
  return groups
}
