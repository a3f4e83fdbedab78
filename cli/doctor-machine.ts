/**
 * What doctor looks at on any machine: Node, crypto backends, clock, settings, key files.
 */
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { utf8Encode } from '../ledger/core/bytes.js'
import {
  type Crypto,
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
} from '../ledger/core/ed25519.js'
import { ERRORS } from '../ledger/core/error-table.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Policy } from '../ledger/core/policy.js'
import { NO_QUORUM } from '../ledger/core/quorum.js'
import { bestCrypto, nodeCrypto, sodiumCrypto } from '../ledger/index.js'
import type { Job } from './command.js'
import { setting } from './config.js'
import { findApiSigner, findSigner } from './identity.js'
import type { ExitCode } from './io.js'
import { clean, utc } from './output.js'
import { readPolicyFile } from './policy-file.js'
import { readPins } from './trust.js'

/** One thing looked at. `exit` counts when it is bad. */
export type Checkup = {
  readonly what: string
  readonly state: 'good' | 'warning' | 'bad'
  readonly said: string
  readonly next?: string
  readonly exit?: ExitCode
}

const NODE_NEEDED = [20, 19] as const
/** A clock before this program was written is wrong. */
const WRITTEN_S = Date.UTC(2026, 10, 1) / 1000

export async function checkMachine(job: Job): Promise<readonly Checkup[]> {
  return [checkNode(), checkCrypto(), checkClock(job), await checkState(job)]
}

/** The files that settings name. */
export async function checkSettings(job: Job): Promise<readonly Checkup[]> {
  const policy = setting(job.settings, 'policy')
  const checks = [
    await tryOut('key', findSigner(job), (signer) => `signs with ${signer.kid}`),
    await tryOut('api key', findApiSigner(job), (signer) => `signs in with ${signer.kid}`),
    policy === undefined
      ? undefined
      : await tryOut(
          'policy',
          readPolicyFile(policy, job),
          (read) => `${policy} ${trustedWords(read)}`,
        ),
    setting(job.settings, 'parties') === undefined
      ? undefined
      : await tryOut('pinned parties', readPins(job), (pins) => `${pins.size} pinned`),
  ]
  return checks.filter((check) => check !== undefined)
}

function trustedWords({ logs, quorum }: Policy): string {
  const names = logs.map(({ key }) => clean(key.name)).join(', ')
  return `trusts ${names}${quorum === NO_QUORUM ? '' : `, cosigned by ${clean(quorum)}`}`
}

/** A look that may be refused: the refusal is what doctor says. Nothing set, nothing said. */
export async function tryOut<T>(
  what: string,
  look: Promise<T | undefined>,
  say: (value: T) => string,
): Promise<Checkup | undefined> {
  try {
    const value = await look
    return value === undefined ? undefined : { what, state: 'good', said: say(value) }
  } catch (error) {
    return refusedCheck(what, error)
  }
}

/** What a refusal means for a person. Bugs are thrown on. */
export function refusedCheck(what: string, error: unknown): Checkup {
  if (!(error instanceof LedgerError)) throw error
  const { title, explain, exit } = ERRORS[error.code]
  const { path, file, reason } = error.details
  const place = [path, file, reason].filter((detail) => typeof detail === 'string').join(', ')
  return {
    what,
    state: 'bad',
    said: `${title}${place === '' ? '' : ` (${place})`} [${error.code}]`,
    next: explain,
    exit,
  }
}

function checkNode(): Checkup {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [needMajor, needMinor] = NODE_NEEDED
  const enough = major > needMajor || (major === needMajor && minor >= needMinor)
  const said = `Node ${process.versions.node} on ${process.platform} ${process.arch}`
  if (enough) return { what: 'node', state: 'good', said }
  return {
    what: 'node',
    state: 'bad',
    said,
    next: `install Node ${needMajor}.${needMinor} or newer`,
    exit: 78,
  }
}

/** Every backend must say the same, and the right thing, about a good and some bad signatures. */
function checkCrypto(): Checkup {
  const sodium = sodiumCrypto()
  const backends = [portableCrypto, nodeCrypto(), ...(sodium === undefined ? [] : [sodium])]
  const wrong = backends.filter((backend) => !isSound(backend))
  if (wrong.length > 0) {
    return {
      what: 'signatures',
      state: 'bad',
      said: `${wrong.map(({ name }) => name).join(', ')} judged a test signature wrongly`,
      next: 'do not rely on this installation; reinstall it and report this',
      exit: 70,
    }
  }
  const names = backends.map(({ name }) => name).join(', ')
  if (sodium !== undefined) {
    return {
      what: 'signatures',
      state: 'good',
      said: `${names} agree; ${bestCrypto().name} is used`,
    }
  }
  return {
    what: 'signatures',
    state: 'warning',
    said: `${names} agree; sodium-native is not installed, so verifying takes twice as long`,
    next: 'npm install sodium-native, if speed matters',
  }
}

function isSound(backend: Crypto): boolean {
  const seed = new Uint8Array(32).fill(7)
  const key = parsePublicKey(publicKeyFromSeed(seed))
  const message = utf8Encode('waybill doctor')
  const good = signEd25519(seed, message)
  const changed = good.with(1, ((good[1] ?? 0) + 1) % 256)
  // R = identity: OpenSSL would accept it for some keys; the strict rule never does. DESIGN 4.6.
  const identity = new Uint8Array(64).fill(0).with(0, 1)
  return (
    backend.verify(good, message, key) &&
    !backend.verify(changed, message, key) &&
    !backend.verify(good, utf8Encode('another'), key) &&
    !backend.verify(identity, message, key)
  )
}

function checkClock({ io }: Job): Checkup {
  const seconds = Math.floor(io.now() / 1000)
  if (seconds > WRITTEN_S)
    return { what: 'clock', state: 'good', said: `${utc(seconds)} (is that right?)` }
  return {
    what: 'clock',
    state: 'bad',
    said: utc(seconds),
    next: "set the machine's clock",
    exit: 78,
  }
}

async function checkState({ io }: Job): Promise<Checkup> {
  const { stateFolder, configFolder } = io.environment
  const what = 'memory'
  try {
    await mkdir(stateFolder, { recursive: true, mode: 0o700 })
    await access(stateFolder, constants.W_OK)
  } catch {
    return {
      what,
      state: 'bad',
      said: `${stateFolder} cannot be written, so checkpoints cannot be remembered`,
      next: 'make the folder writable for you, or set XDG_STATE_HOME',
      exit: 74,
    }
  }
  const config = join(configFolder, 'config.json')
  const settings = await stat(config).then(
    () => `settings in ${config}`,
    () => `no settings file (${config})`,
  )
  return { what, state: 'good', said: `checkpoints are remembered in ${stateFolder}; ${settings}` }
}
