/**
 * What a reader must be told about keys beside the verdict: a compromise that reaches back to a
 * signature, a party that continues a lost one, a log key that has ended. DESIGN 5 "Parties".
 *
 * A compromise never invalidates: who declared it, and when, stands in the finding, for a person to
 * weigh. Everything here was verified before; nothing here makes a record good.
 */
import type { Checkpoint } from './checkpoint.js'
import { scalarClaim } from './disclosure.js'
import type { Finding } from './finding.js'
import { type KeyId, thumbprint } from './jwk.js'
import type { KeyState, PartyId, PartyState } from './key-state.js'
import type { NoteKey } from './note.js'
import type { Located } from './verify-entries.js'
import type { VerifiedParty } from './verify-registry.js'
import { keyNow, type RegistryFrame, type VerifiedSigner } from './verify-signers.js'

type Parties = Pick<RegistryFrame, 'parties'>

/** Keys that signed and that were declared compromised as of this entry or before it. */
export function compromiseNotes(
  signers: readonly VerifiedSigner[],
  { index, entry }: Located,
  frame: Parties,
): readonly Finding[] {
  return signers.flatMap(({ role, party, kid }) => {
    const now = keyNow(party, kid, frame)
    if (now === undefined || !isDoubted(now, index)) return []
    return [
      {
        severity: 'note' as const,
        code: 'KEY_COMPROMISED' as const,
        at: `statement ${entry.id.slice(0, 12)}`,
        id: entry.id,
        index,
        detail: `the key that signed as ${role} was ${declared(party, now, frame)}`,
      },
    ]
  })
}

/** Is a signature at this entry in doubt? Without `since` all of the key's are. */
export function isDoubted({ status, since = 0 }: KeyState, index: number): boolean {
  return status === 'compromised' && since <= index
}

/** Who said so, in which statement, and when. */
function declared(party: PartyId, { kid, since }: KeyState, { parties }: Parties): string {
  const from = since === undefined ? 'all its signatures' : `its signatures from entry ${since} on`
  const known = parties.get(party)
  const position = known === undefined ? -1 : declarationOf(known, kid)
  const opened = known?.opened[position]
  if (opened === undefined) return `declared compromised, ${from}`
  const holder = opened.envelope.signatures.find(({ header }) => header.role === 'holder')
  const by =
    holder?.header.kid === kid
      ? 'that very key'
      : `its key ${(holder?.header.kid ?? kid).slice(0, 12)}`
  const place = known?.places[position]
  const when =
    place === undefined
      ? `signed ${utc(opened.payload.iat)}, its entry is not shown`
      : `entry ${place.index}, ${utc(place.entry.time)}`
  return `declared compromised, ${from}, by party ${party.slice(0, 12)} with ${by}: statement ${opened.id.slice(0, 12)}, ${when}`
}

/** Position of the statement that declared a key compromised. */
function declarationOf({ opened, states }: VerifiedParty, kid: KeyId): number {
  return opened.findIndex(
    ({ open }, position) =>
      states[position + 1]?.keys.get(kid)?.status === 'compromised' &&
      states[position]?.keys.get(kid)?.status !== 'compromised' &&
      scalarClaim(open, 'action') === 'compromised',
  )
}

/** Parties that say they go on after another one: nobody but the registrar vouches for it. */
export function continuedNotes(
  parties: Iterable<Pick<PartyState, 'party' | 'continues'> | undefined>,
): readonly Finding[] {
  return [...parties].flatMap((state): readonly Finding[] => {
    if (state?.continues === undefined) return []
    const { party, continues } = state
    const detail = `it says that it goes on after party ${continues}, which lost its keys; only the registrar vouches for that`
    const settle = 'the party itself, by another way: then --parties FILE'
    return [{ severity: 'note', code: 'PARTY_CONTINUES', at: `party ${party}`, detail, settle }]
  })
}

/**
 * Says so when every log key that counts was ended by the operator in this very log. Retired keys
 * make a note; after a revocation or a compromise, the signature alone shows no longer whose it is.
 */
export function logKeyFindings(
  { size }: Checkpoint,
  signedBy: readonly NoteKey[],
  operator: PartyState | undefined,
): readonly Finding[] {
  const ended = signedBy.flatMap(({ publicKey }) => {
    if (publicKey === undefined) return []
    const state = operator?.keys.get(thumbprint(publicKey))
    return state === undefined || state.status === 'active' ? [] : [state]
  })
  if (ended.length < signedBy.length) return []
  const sound = ended.find(
    ({ status, since = 0 }) => status === 'retired' || (status === 'compromised' && since >= size),
  )
  const [first] = ended
  if (first === undefined) return []
  const { kid, status } = sound ?? first
  const detail = `the operator ${status === 'compromised' ? 'declared' : 'has'} its key ${kid.slice(0, 12)} ${status}`
  const settle = "the operator: get the log's present key, and a checkpoint signed with it"
  const severity = sound === undefined ? 'incomplete' : 'note'
  return [{ severity, code: 'LOG_KEY_ENDED', at: 'checkpoint', detail, settle }]
}

const DAY_S = 86_400
/** Days of 400 years, after which the calendar repeats itself. */
const ERA_DAYS = 146_097

/** A time of the format `time`, without asking the machine for its clock: by the civil calendar alone. */
function utc(seconds: number): string {
  const clock = seconds % DAY_S
  // Counted from the first of March of the year 0, so that a leap day is a year's last.
  const days = (seconds - clock) / DAY_S + 719_468
  const era = Math.floor(days / ERA_DAYS)
  const day = days - era * ERA_DAYS
  const leapless =
    day - Math.floor(day / 1_460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)
  const year = Math.floor(leapless / 365)
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const month = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * month + 2) / 5) + 1
  const civil = [year + era * 400 + (month > 9 ? 1 : 0), ((month + 2) % 12) + 1, dayOfMonth]
  const time = [Math.floor(clock / 3_600), Math.floor(clock / 60) % 60, clock % 60]
  const [date, hours] = [civil, time].map((parts) =>
    parts.map((part) => String(part).padStart(2, '0')),
  )
  return `${(date ?? []).join('-')}T${(hours ?? []).join(':')}Z`
}
