/**
 * What doctor looks at in how a ledger publishes: the second key, and what witnesses have seen.
 */
import { hasSecondKey, type Ledger } from '../ledger/index.js'
import { type Checkup, tryOut } from './doctor-machine.js'
import { countOf } from './report-text.js'

/** Of an open ledger; its witnesses are asked. */
export async function checkPublishing(folder: string, ledger: Ledger): Promise<readonly Checkup[]> {
  const what = 'witnesses'
  const { state, witnesses } = ledger.publisher.quorum()
  if (state === 'none' && witnesses.length === 0) {
    const said = 'none are asked: two histories are noticed only by those who remember the first'
    return [checkSecondKey(folder), { what, state: 'good', said }]
  }
  const seen = await tryOut(
    what,
    ledger.publisher.refuseRollback(),
    (shown) =>
      `asked at ${countOf(witnesses.length, 'URL')}; ${shown} showed this ledger, and nothing that it does not have`,
  )
  return [checkSecondKey(folder), ...(seen === undefined ? [] : [seen])]
}

function checkSecondKey(folder: string): Checkup {
  const what = 'second key'
  if (hasSecondKey(folder)) {
    return { what, state: 'good', said: 'published checkpoints get a post-quantum line' }
  }
  return {
    what,
    state: 'warning',
    said: 'none: what is published now will not convince once Ed25519 can be broken',
    next: `waybill keygen --log-ml-dsa ${folder}, and tell those who verify`,
  }
}
