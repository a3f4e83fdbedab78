/**
 * What doctor looks at over HTTP: that the server answers, who it says it is, and that it knows us.
 */

import { bestCrypto, type Readiness } from '../client/index.js'
import { openCheckpoint } from '../ledger/core/checkpoint.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Job } from './command.js'
import { type Checkup, tryOut } from './doctor-machine.js'
import { unreadCheck } from './doctor-rules.js'
import { findApiSigner, findSigner, partyOf } from './identity.js'
import type { LedgerSource } from './ledger-source.js'
import { clean } from './output.js'
import { countOf } from './report-text.js'
import { withLedger } from './source.js'
import { knownTrust } from './trust.js'

export function checkServer(job: Job): Promise<readonly Checkup[]> {
  return withLedger(job, async (source) => {
    const answers = await tryOut(
      'server',
      source.info(),
      ({ origin, size }) => `${origin}, ${countOf(size, 'entry')}`,
    )
    if (answers?.state !== 'good') return answers === undefined ? [] : [answers]
    const checks = [
      answers,
      ...(await checkReadiness(source)),
      await tryOut('trust', checkTrust(source, job), (words) => words),
      await checkAccess(source, job),
    ]
    return checks.filter((check) => check !== undefined)
  })
}

async function checkReadiness(source: LedgerSource): Promise<readonly (Checkup | undefined)[]> {
  let told: Readiness | undefined
  const look = async (): Promise<Readiness | undefined> => {
    told = await source.readiness?.()
    return told
  }
  const ready = await tryOut('readiness', look(), ({ rules, rulesDone, size }) =>
    rules === 'ready'
      ? 'takes statements; the rules are ready'
      : `takes statements; the rules are being prepared, ${rulesDone} of ${countOf(size, 'entry')}`,
  )
  const unread = (told?.notes ?? []).filter(({ code }) => code === 'RULESET_UNREAD')
  return [ready, ...unread.map(unreadCheck)]
}

/** The newest checkpoint against the policy that is given or remembered. */
async function checkTrust(source: LedgerSource, job: Job): Promise<string> {
  const { origin } = await source.info()
  const trust = await knownTrust(origin, job)
  if (trust === undefined) return 'no policy yet; the first verification will remember its key'
  const note = await source.checkpoint()
  const { checkpoint, cosigned, quorum } = openCheckpoint(note, trust.policy, bestCrypto())
  if (!quorum.met) throw new LedgerError('QUORUM_MISSING', { reason: quorum.missing })
  const names = cosigned.map(({ name }) => clean(name)).join(', ')
  const witnesses = names === '' ? '' : `, cosigned by ${names}`
  return `its checkpoint of tree size ${checkpoint.size} is signed by a key of ${trust.path}${witnesses}`
}

async function checkAccess(source: LedgerSource, job: Job): Promise<Checkup | undefined> {
  const party = partyOf(job.settings, (await findSigner(job)) ?? (await findApiSigner(job)))
  if (party === undefined) return undefined
  return tryOut(
    'access',
    source.inbox(party, {}),
    ({ items }) => `signed in; ${countOf(items.length, 'proposal')} waiting for you`,
  )
}
