/**
 * What `sign`, `countersign`, `refuse` and `party` share: which ledger, which role, show and ask.
 */

import type { DraftContext, Signer } from '../client/index.js'
import { bestCrypto } from '../client/index.js'
import { utf8Decode } from '../ledger/core/bytes.js'
import { missingRoles, type OpenedStatement, openStatement } from '../ledger/core/check.js'
import { LedgerError } from '../ledger/core/errors.js'
import { factsOf, type StatementFacts } from '../ledger/core/facts.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { roleSetsOf } from '../ledger/core/schemas.js'
import type { Job } from './command.js'
import type { Settings } from './config.js'
import { aliasOf } from './identity.js'
import type { LedgerSource } from './ledger-source.js'
import { clean } from './output.js'
import { registryWords } from './party-book.js'
import { givenPolicyFile } from './policy-file.js'
import { findSource } from './source.js'
import { claimLines, type Names, visibleLines } from './statement-text.js'

/** The ledger that a statement is made for: said by a flag, by a ledger, or by a policy with one log. */
export async function originFor(job: Job, origin: string | undefined): Promise<string> {
  if (origin !== undefined) return origin
  const source = await findSource(job)
  if (source !== undefined) {
    try {
      return (await source.info()).origin
    } finally {
      await source.close()
    }
  }
  const [log, ...others] = (await givenPolicyFile(job))?.policy.logs ?? []
  if (log !== undefined && others.length === 0) return log.key.name
  throw new LedgerError('USAGE', {
    reason: 'which ledger is it for? give --origin NAME, or --server URL to ask the ledger',
  })
}

export function draftContext(job: Job, origin: string): DraftContext {
  return { origin, now: job.io.now, random: job.io.random, crypto: bestCrypto() }
}

/**
 * The role that a party signs in: the one that its claims give this party; otherwise the only one
 * that is left.
 *
 * @throws LedgerError USAGE when that is not one role
 */
export function roleFor(
  opened: OpenedStatement,
  signer: Signer | undefined,
  party: PartyId | undefined,
): string {
  const facts = factsOf(opened)
  const open = rolesLeft(opened, facts)
  const brought = open.find(
    (role) => signer !== undefined && facts.ownKeys[role]?.kid === signer.kid,
  )
  if (brought !== undefined) return brought
  const named = open.find(
    (role) =>
      party !== undefined && facts.parties[role] === party && facts.ownKeys[role] === undefined,
  )
  if (named !== undefined) return named
  const [only, ...others] = open
  if (only === undefined)
    throw new LedgerError('SIGNATURE_REPEATED', { reason: 'every role has signed' })
  if (others.length === 0) return only
  throw new LedgerError('USAGE', {
    reason: `in which role? this key is none of the parties' first key: give --role ${open.join(' or --role ')}`,
  })
}

function rolesLeft(opened: OpenedStatement, facts: StatementFacts): readonly string[] {
  if (opened.envelope.signatures.length > 0) return missingRoles(opened, facts)
  return [...new Set(roleSetsOf(opened.schema, facts.action).flat())]
}

/** A statement as a signer should see it before signing. */
export function reviewLines(opened: OpenedStatement, names?: Names): readonly string[] {
  return [opened.payload.type, ...visibleLines(opened), 'claims', ...claimLines(opened, names)]
}

/** Who the parties of a statement are: your alias, or the name that the registrar gives them. */
export async function partyNames(
  opened: OpenedStatement,
  settings: Settings,
  source?: Pick<LedgerSource, 'registry'>,
): Promise<Names> {
  const names = new Map<string, string>()
  for (const party of new Set(Object.values(factsOf(opened).parties))) {
    const alias = aliasOf(party, settings)
    const name = alias ?? (await registeredName(party, source))
    if (name !== undefined)
      names.set(party, alias === undefined ? `${name}, on the registrar's word` : name)
  }
  return names
}

/** The name in a party's registry statement: the registrar's word. */
export async function registeredName(
  party: PartyId,
  source: Pick<LedgerSource, 'registry'> | undefined,
): Promise<string | undefined> {
  try {
    const [first] = (await source?.registry(party)) ?? []
    return first === undefined ? undefined : registryWords(openStatement(first, bestCrypto())).name
  } catch (error) {
    // Not enrolled yet, as in an enrolment: there is no name to show.
    if (error instanceof LedgerError && error.code === 'PARTY_NOT_FOUND') return undefined
    throw error
  }
}

/** The bytes that are hashed to the id and signed, as the text that they are. */
export function payloadText({ envelope }: OpenedStatement): string {
  return clean(utf8Decode(envelope.payloadBytes))
}

/**
 * Asks the person for a yes. Without a terminal there is nobody to ask.
 *
 * Rejects with USAGE when there is none.
 */
export async function confirm(job: Job, question: string): Promise<boolean> {
  if (!job.io.stdin.isTty) {
    throw new LedgerError('USAGE', {
      reason: 'nobody is there to answer: give --yes after reading what would be signed',
    })
  }
  job.io.stderr.write(`${question} [y/N] `)
  let answer = ''
  for await (const chunk of job.io.stdin.bytes) {
    answer += utf8Decode(Uint8Array.from(chunk))
    if (answer.includes('\n')) break
  }
  return /^y(es)?$/i.test(answer.trim())
}
