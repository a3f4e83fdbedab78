/**
 * `waybill keygen FILE`: makes a private key, or shows the public side of one.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import { jwkOf, thumbprint } from '../../ledger/core/jwk.js'
import {
  generateKeyPem,
  makeSecondKey,
  readLedgerConfig,
  signerFromPem,
  writeKeyFile,
} from '../../ledger/index.js'
import type { Cli, Job } from '../command.js'
import { keyFileSigner, readPublicKey } from '../identity.js'
import type { ExitCode } from '../io.js'

export function registerKeygen(program: Command, cli: Cli): void {
  program
    .command('keygen')
    .argument('[file]', 'where the private key goes: PKCS#8 PEM, mode 0600, never overwritten')
    .option('-o, --out <file>', 'the same as the argument')
    .option('--log-ml-dsa <ledger>', 'make the post-quantum key of a ledger that has none yet')
    .option('--show <key>', 'make nothing; show the id of a private or public key')
    .description('make an Ed25519 key')
    .action(cli.action(keygen))
}

type Flags = { readonly out?: string; readonly show?: string; readonly logMlDsa?: string }

async function keygen(job: Job<Flags>, file?: string): Promise<ExitCode> {
  const path = file ?? job.flags.out
  if (job.flags.show !== undefined) return show(job, job.flags.show)
  if (job.flags.logMlDsa !== undefined) return secondKey(job, job.flags.logMlDsa)
  if (path === undefined)
    throw new LedgerError('USAGE', { reason: 'where should the key go? waybill keygen FILE' })
  const { pem } = generateKeyPem()
  await writeKeyFile(path, pem)
  const { publicKey, kid } = signerFromPem(pem)
  const jwk = jwkOf(publicKey)
  job.out.result({ file: path, kid, jwk }, () => [
    `private key  ${path}`,
    `key id       ${kid}`,
    `public key   ${jwk.x}`,
  ])
  job.out.note(
    'Keep the file safe and backed up: whoever has it signs for you, and nobody can replace it.',
  )
  job.out.note('The id of a party is the id of its first key. Next: waybill party enrol')
  return 0
}

/** An explicit step: who reads the ledger must learn of the key by a way that they trust. */
async function secondKey(job: Job<Flags>, folder: string): Promise<ExitCode> {
  const { origin } = await readLedgerConfig(folder)
  const vkey = await makeSecondKey(folder, origin)
  job.out.result({ folder, origin, vkey }, () => [
    `ledger        ${folder}`,
    `verifier key  ${folder}/log-ml-dsa.vkey`,
  ])
  job.out.note('It signs published checkpoints once the server has been started again.')
  return 0
}

async function show(job: Job<Flags>, key: string): Promise<ExitCode> {
  const publicKey = await publicKeyOf(key, job)
  const kid = thumbprint(publicKey)
  const jwk = jwkOf(publicKey)
  job.out.result({ kid, jwk }, () => [`key id       ${kid}`, `public key   ${jwk.x}`])
  return 0
}

/** A private key file, or anything that readPublicKey takes. */
async function publicKeyOf(key: string, job: Job): ReturnType<typeof readPublicKey> {
  try {
    return await readPublicKey(key, job)
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'KEY_INVALID') throw error
    return (await keyFileSigner(key)).publicKey
  }
}
