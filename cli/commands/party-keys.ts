/**
 * `waybill party enrol | add-key | retire-key | revoke-key`: what a party says about its own keys.
 *
 * Each makes a registry statement, signs it and submits it; it then waits for the registrar.
 */
import type { Command } from 'commander'
import {
  bestCrypto,
  type Draft,
  prepareDraft,
  type Signer,
  signOpened,
} from '../../client/index.js'
import { type OpenedStatement, openStatement } from '../../ledger/core/check.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { factsOf } from '../../ledger/core/facts.js'
import type { Json } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import {
  applyChange,
  type KeyState,
  type PartyId,
  type PartyState,
} from '../../ledger/core/key-state.js'
import { type Cli, type Job, wholeNumber, withKey, withSource } from '../command.js'
import { keyFileSigner, needSigner, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import type { LedgerSource } from '../ledger-source.js'
import { outcomeJson, outcomeLine } from '../outcome-text.js'
import { confirm, draftContext, originFor, reviewLines } from '../signing.js'
import { withLedger } from '../source.js'
import { rememberSigned } from '../watch-memory.js'
import { writeSigned } from '../write-signed.js'

export function registerPartyKeys(party: Command, cli: Cli): void {
  withKey(withSource(party.command('enrol')))
    .requiredOption('--name <text>', 'legal name of the organisation')
    .requiredOption('--country <code>', 'country where it is established, ISO 3166-1 alpha-2')
    .option('--uses <list>', 'what the first key is for: statement, api, witness', 'statement,api')
    .option('--roles <list>', 'what it generally is, such as controller or processor')
    .option('--email <address>', 'mailbox of a general office; never of a person')
    .option('--continues <party>', 'party that it continues after losing all keys')
    .option('--origin <name>', 'the ledger it is for, when none is asked')
    .option('-o, --out <file>', 'write the signed statement instead of submitting it')
    .option('-y, --yes', 'do not ask')
    .description('enrol a party with its first key; the registrar then admits it')
    .action(cli.action(enrol))
  withKey(withSource(party.command('add-key')))
    .argument('<new-key>', 'private key file of the new key, which signs as well')
    .option('--uses <list>', 'what the new key is for: statement, api, witness', 'statement,api')
    .option('-y, --yes', 'do not ask')
    .description('add a key to a party; --key is an active one of it')
    .action(cli.action(addKey))
  withKey(withSource(party.command('compromised-key')))
    .argument('<key-id>', 'the key, by 8 or more characters of its id')
    .requiredOption(
      '--since <entry>',
      'first entry whose signatures with it are in doubt',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('-y, --yes', 'do not ask')
    .description('declare a key compromised: it ends, and its signatures since then are in doubt')
    .action(cli.action((job: Job<KeyFlags>, kid: string) => endKey(job, 'compromised', kid)))
  for (const action of ['retire', 'revoke'] as const) {
    withKey(withSource(party.command(`${action}-key`)))
      .argument('<key-id>', 'the key, by 8 or more characters of its id')
      .option('--as-registrar', 'the registrar revokes alone; give --party for whose key it is')
      .option('-y, --yes', 'do not ask')
      .description(
        action === 'retire'
          ? 'end a key; what it signed stays good'
          : 'end a key that must not be used any more',
      )
      .action(cli.action((job: Job<KeyFlags>, kid: string) => endKey(job, action, kid)))
  }
}

type EnrolFlags = {
  readonly name: string
  readonly country: string
  readonly uses: string
  readonly roles?: string
  readonly email?: string
  readonly continues?: string
  readonly origin?: string
  readonly out?: string
  readonly yes?: boolean
}

async function enrol(job: Job<EnrolFlags>): Promise<ExitCode> {
  const { name, country, uses, roles, email, continues, out } = job.flags
  const signer = await needSigner(job)
  const offices = email === undefined ? undefined : [{ function: 'general', email }]
  const claims: Record<string, Json> = {
    party: { key: { ...jwkOf(signer.publicKey) }, uses: words(uses) },
    name,
    country,
    ...(roles === undefined ? {} : { roles: words(roles) }),
    ...(offices === undefined ? {} : { contact: { offices } }),
    ...(continues === undefined ? {} : { continues }),
  }
  const draft: Draft = { type: 'party/1', claims }
  const origin = await originFor(job, job.flags.origin)
  if (out === undefined) return submitSigned(job, draft, [['party', signer]])
  const context = draftContext(job, origin)
  const opened = prepareDraft(draft, context)
  return writeSigned(
    job,
    { ...opened, envelope: await signOpened(opened, 'party', signer, context) },
    'party',
  )
}

type KeyFlags = {
  readonly uses?: string
  readonly asRegistrar?: boolean
  readonly since?: number
  readonly yes?: boolean
}

async function addKey(job: Job<KeyFlags>, path: string): Promise<ExitCode> {
  const holder = await needSigner(job)
  const party = partyOf(job.settings, holder)
  if (party === undefined) throw new LedgerError('USAGE', { reason: 'whose key? give --party' })
  const subject = await keyFileSigner(path)
  const claims = {
    party,
    key: { ...jwkOf(subject.publicKey) },
    action: 'add',
    use: words(job.flags.uses ?? ''),
  }
  return submitSigned(job, { type: 'key/1', claims }, [
    ['holder', holder],
    ['subject', subject],
  ])
}

async function endKey(
  job: Job<KeyFlags>,
  action: 'retire' | 'revoke' | 'compromised',
  kid: string,
): Promise<ExitCode> {
  const signer = await needSigner(job)
  const party = partyOf(job.settings, signer)
  if (party === undefined) throw new LedgerError('USAGE', { reason: 'whose key? give --party' })
  const { asRegistrar = false, since } = job.flags
  if (asRegistrar && action === 'retire')
    throw new LedgerError('USAGE', { reason: 'alone, the registrar may only revoke' })
  const key = await withLedger(job, (source) => findKey(source, party, kid))
  const claims = {
    party,
    key: { ...jwkOf(key.key) },
    action,
    ...(since === undefined ? {} : { since }),
  }
  return submitSigned(job, { type: 'key/1', claims }, [
    [asRegistrar ? 'registrar' : 'holder', signer],
  ])
}

async function findKey(source: LedgerSource, party: PartyId, prefix: string): Promise<KeyState> {
  if (prefix.length < 8)
    throw new LedgerError('USAGE', { reason: 'a key is named by 8 or more characters of its id' })
  const [key, ...others] = keysOf(await source.registry(party)).filter(({ kid }) =>
    kid.startsWith(prefix),
  )
  if (others.length > 0) throw new LedgerError('USAGE', { reason: 'more than one key begins so' })
  if (key === undefined)
    throw new LedgerError('KEY_UNKNOWN', { reason: 'this party has no such key' })
  return key
}

function keysOf(statements: readonly Envelope[]): readonly KeyState[] {
  let state: PartyState | undefined
  for (const envelope of statements) {
    const { change } = factsOf(openStatement(envelope, bestCrypto()))
    if (change !== undefined) state = applyChange(state, change)
  }
  return [...(state?.keys.values() ?? [])]
}

/** Makes, shows, asks, signs in each role, submits. */
function submitSigned(
  job: Job<{ readonly yes?: boolean }>,
  draft: Draft,
  signers: readonly (readonly [role: string, signer: Signer])[],
): Promise<ExitCode> {
  return withLedger<ExitCode>(job, async (source) => {
    const { origin } = await source.info()
    const context = draftContext(job, origin)
    let opened: OpenedStatement = prepareDraft(draft, context)
    for (const line of reviewLines(opened)) job.out.note(line)
    if (job.flags.yes !== true && !(await confirm(job, 'Sign and submit?'))) {
      job.out.result({ status: 'declined' }, () => ['not signed'])
      return 0
    }
    for (const [role, signer] of signers) {
      opened = { ...opened, envelope: await signOpened(opened, role, signer, context) }
    }
    const outcome = await source.submit(opened.envelope)
    await noteSigned(job, origin, opened)
    job.out.result(outcomeJson(outcome), () => [outcomeLine(outcome, draft.type)])
    if (outcome.status === 'waiting') {
      job.out.note(`Next: the registrar admits it: waybill party admit ${outcome.id.slice(0, 12)}`)
    }
    return 0
  })
}

/** `party watch` need not ask about what was signed here. */
async function noteSigned(job: Job, origin: string, opened: OpenedStatement): Promise<void> {
  const facts = factsOf(opened)
  const party = facts.change?.party
  if (party === undefined || facts.signers.every(({ role }) => role === 'registrar')) return
  try {
    await rememberSigned(job.io.environment, { origin, party }, opened.id)
  } catch (error) {
    // The statement is signed and sent: that a note of it cannot be kept must not hide it.
    if (!(error instanceof LedgerError)) throw error
    job.out.note('waybill: could not note it for `party watch`, which will ask about it')
  }
}

function words(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
