/**
 * One party as the registry has it: all its registry statements, proven complete under a checkpoint
 * that the policy trusts. DESIGN 4.5, 5 "Parties".
 */
import { type OpenedStatement, openStatement } from '../ledger/core/check.js'
import { scalarClaim } from '../ledger/core/disclosure.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { factsOf } from '../ledger/core/facts.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { KeyState, PartyId } from '../ledger/core/key-state.js'
import type { VerifiedParty } from '../ledger/core/verify-registry.js'
import { bestCrypto } from '../ledger/index.js'
import type { Job } from './command.js'
import { bookOf } from './evidence-text.js'
import { type Judgement, judge } from './judge.js'
import type { LedgerSource } from './ledger-source.js'
import { clean, shortId, utc } from './output.js'
import type { PartyWords } from './party-book.js'
import { type Trust, trustIn } from './trust.js'

export type PartyView = {
  readonly party: PartyId
  readonly words: PartyWords
  readonly evidence: Evidence
  readonly judgement: Judgement
  /** Absent where its list does not verify. */
  readonly verified?: VerifiedParty
  /** What the ledger lists, whether or not it verifies, oldest first. */
  readonly listed: readonly OpenedStatement[]
}

/** Asks a ledger for a party and verifies the answer. Rejects with PARTY_NOT_FOUND. */
export async function viewParty(
  job: Job,
  source: LedgerSource,
  party: PartyId,
  trust?: Trust,
): Promise<PartyView> {
  const policy = trust ?? (await trustIn(source, job))
  const evidence = await source.partyEvidence(party)
  const judgement = await judge(evidence, policy, job, source)
  const verified = judgement.report.parties.get(party)
  const shown = evidence.parties.find((item) => item.party === party)?.statements ?? []
  return {
    party,
    words: bookOf(judgement, job)(party),
    evidence,
    judgement,
    ...(verified === undefined ? {} : { verified }),
    listed: shown.map((envelope) => openStatement(envelope, bestCrypto())),
  }
}

export function keysOfParty(verified: VerifiedParty | undefined): readonly KeyState[] {
  return [...(verified?.states.at(-1)?.keys.values() ?? [])]
}

export function keyJson({ kid, uses, status, since }: KeyState): JsonObject {
  return { kid, uses: [...uses], status, ...(since === undefined ? {} : { since }) }
}

/** `key/1 add 0123456789ab, made …: key … for statement; signed with key …`. */
export function registryStatementText(opened: OpenedStatement): string {
  const { id, payload, open } = opened
  const action =
    payload.type === 'key/1' ? ` ${clean(String(scalarClaim(open, 'action') ?? 'withheld'))}` : ''
  return `${payload.type}${action} ${shortId(id)}, made ${utc(payload.iat)}${keyText(opened)}`
}

function keyText(opened: OpenedStatement): string {
  const { change, signers } = factsOf(opened)
  if (change === undefined) return ''
  const kid = change.kind === 'end' ? change.kid : change.key.kid
  const uses = change.kind === 'end' ? '' : ` for ${change.key.uses.map(clean).join(', ')}`
  const since =
    change.kind === 'end' && change.since !== undefined ? ` since entry ${change.since}` : ''
  const by = signers.map((signer) => `${clean(signer.role)} ${signer.kid.slice(0, 12)}`).join(', ')
  return `: key ${kid.slice(0, 12)}${uses}${since}; signed by ${by}`
}
