/**
 * The quorum rule of a policy: which witnesses are enough. c2sp.org/tlog-policy.
 *
 * A pure question about names; that a name stands for a verified cosignature is for checkpoint.ts.
 */
import { invariant } from './errors.js'

/** Has cosigned when `threshold` of its members have; members are witnesses or earlier groups. */
export type PolicyGroup = {
  readonly name: string
  /** 1 to the number of members. */
  readonly threshold: number
  readonly members: readonly string[]
}

/** The predefined name: no witness is needed. */
export const NO_QUORUM = 'none'

/** Whether the witnesses that cosigned are enough, and in words what is missing. */
export type Quorum = {
  /** Name in the policy: a witness, a group, or `none`. */
  readonly name: string
  readonly met: boolean
  /** Who is missing, with the names of the policy; absent when the quorum is met. */
  readonly missing?: string
}

type Rules = {
  /** In an order in which members come before their group. */
  readonly groups: readonly PolicyGroup[]
  readonly quorum: string
}

/** Judges the quorum. `cosigned`: names of the witnesses that cosigned; repeated names count once. */
export function quorumOf(policy: Rules, cosigned: readonly string[]): Quorum {
  const name = policy.quorum
  if (name === NO_QUORUM) return { name, met: true }
  const groups = new Map(policy.groups.map((group) => [group.name, group]))
  const have = new Set(cosigned.filter((witness) => !groups.has(witness)))
  // Members come before their group, so one pass in order settles every name.
  for (const group of policy.groups) {
    // A threshold of nobody would be met by nobody.
    invariant(group.threshold >= 1, 'a group asks for one member or more')
    if (witnessed(group, have).length >= group.threshold) have.add(group.name)
  }
  if (have.has(name)) return { name, met: true }
  return { name, met: false, missing: missingWords(name, groups, have) }
}

function witnessed({ members }: PolicyGroup, have: ReadonlySet<string>): readonly string[] {
  return members.filter((member) => have.has(member))
}

/** `2 of both (have north; lack south)`; names of groups are spelled out one level at a time. */
function missingWords(
  name: string,
  groups: ReadonlyMap<string, PolicyGroup>,
  have: ReadonlySet<string>,
): string {
  const group = groups.get(name)
  if (group === undefined) return name
  const lacking = group.members
    .filter((member) => !have.has(member))
    .map((member) => missingWords(member, groups, have))
  const needed = group.threshold - witnessed(group, have).length
  if (needed === lacking.length) return lacking.join(' and ')
  return `${needed} of (${lacking.join(', ')})`
}
