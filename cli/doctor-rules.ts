/** What doctor looks at of the rules: that a ledger can be asked, and that it can read its rulesets. */
import type { Ledger } from '../ledger/index.js'
import type { Job } from './command.js'
import { type Checkup, refusedCheck } from './doctor-machine.js'
import { shortId } from './output.js'
import { countOf } from './report-text.js'

/** Builds the index of the rules where it is missing, as the next start of a server would. */
export async function checkRules(
  { rules, size }: Ledger,
  { out }: Job,
): Promise<readonly Checkup[]> {
  const what = 'rules'
  try {
    await rules.prepare(({ done, total }) => out.progress(`rules: ${done} of ${total} entries`))
    const unread = rules.unread()
    const said = `ready for ${countOf(size, 'entry')}`
    return [{ what, state: 'good', said }, ...unread.map(unreadCheck)]
  } catch (error) {
    return [refusedCheck(what, error)]
  } finally {
    out.progressDone()
  }
}

/** What to do about a ruleset that judges nothing. */
export function unreadCheck({
  id,
  index,
}: {
  readonly id: string
  readonly index: number
}): Checkup {
  return {
    what: 'ruleset',
    state: 'warning',
    said: `ruleset ${shortId(id)} (entry ${index}) judges nothing: this version of Waybill does not know its terms, or it has the name of the shipped one and says something else [RULESET_UNREAD]`,
    next: `upgrade Waybill, or record one that this version knows in its place: waybill ruleset record FILE --supersedes ${shortId(id)}`,
  }
}
