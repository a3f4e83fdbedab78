/**
 * Where and to whom data may go on, by one claim. domain R17, docs/limits.md.
 */
import type { Transfer } from './hop.js'
import type { Countries, Limits, Recipients } from './limits.js'
import { UNKNOWN_LIMITS, UNLIMITED } from './meet.js'
import { Recent } from './recent.js'

/** A claim of onward transfer; null where it adds no limit. */
export type Onward = Transfer['claims']['onward']

/** The limits that such a claim sets, whoever makes it. */
export type OnwardLimits = Pick<Limits, 'onward' | 'countries' | 'recipients' | 'conditions'>

const NO_LIMIT: OnwardLimits = partsOf(UNLIMITED)
const NOT_KNOWN: OnwardLimits = partsOf(UNKNOWN_LIMITS)

/**
 * The limits that a claim of onward transfer sets.
 *
 * @param onward a claim of a hop or of its instrument; undefined: withheld
 */
export function onwardLimits(onward: Onward): OnwardLimits {
  if (onward === undefined) return NOT_KNOWN
  if (onward === null) return NO_LIMIT
  return STATED.of(onward)
}

const STATED = new Recent((onward: Stated): OnwardLimits => {
  const { allowed, requiresConsent, requiresAuthorisation } = onward
  return {
    onward: allowed ? UNLIMITED.onward : { value: false, incomplete: false },
    countries: { value: countriesOf(onward), incomplete: false },
    recipients: recipientsOf(onward),
    conditions: {
      value: { consent: requiresConsent === true, authorisation: requiresAuthorisation === true },
      incomplete: false,
    },
  }
})

/**
 * Who gives the authorisation that a claim asks for: the party that says so.
 *
 * @param party undefined: withheld
 */
export function authorisersOf(onward: Onward, party: string | undefined): Limits['authorisers'] {
  if (onward === undefined) return UNKNOWN_LIMITS.authorisers
  if (onward?.requiresAuthorisation !== true) return UNLIMITED.authorisers
  if (party === undefined) return UNKNOWN_LIMITS.authorisers
  return { value: new Set([party]), incomplete: false }
}

function partsOf({ onward, countries, recipients, conditions }: Limits): OnwardLimits {
  return { onward, countries, recipients, conditions }
}

type Stated = NonNullable<Onward>

function countriesOf({ countriesIncluded, countriesExcluded }: Stated): Countries {
  if (countriesIncluded === undefined && countriesExcluded === undefined) {
    return UNLIMITED.countries.value
  }
  return {
    included: countriesIncluded === undefined ? undefined : new Set(countriesIncluded),
    excluded: new Set(countriesExcluded),
  }
}

/** Parties by id. Who is meant by a name or a category cannot be computed: then nobody is ruled out. */
function recipientsOf({ recipients }: Stated): Limits['recipients'] {
  if (recipients === undefined) return UNLIMITED.recipients
  const parties = recipients.flatMap(({ party }) => (party === undefined ? [] : [party]))
  if (parties.length < recipients.length) return UNKNOWN_LIMITS.recipients
  const value: Recipients = new Set(parties)
  return { value, incomplete: false }
}
