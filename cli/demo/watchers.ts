/**
 * The demo's witnesses: two regulators, in two of the countries, who cosign every published checkpoint.
 *
 * Each has a folder and keys of its own and answers over HTTP, as it would on a machine of its own.
 */
import { writeFile } from 'node:fs/promises'
import { invariant } from '../../ledger/core/errors.js'
import type { CliIo } from '../io.js'
import type { Folder } from './folder.js'

export type Watcher = {
  /** Its name in policies. */
  readonly name: string
  readonly owner: string
  readonly country: string
  readonly url: string
  readonly vkey: string
  close(): Promise<void>
}

const OWNERS = [
  { name: 'france', owner: 'Office of Data Flows (invented)', country: 'FR' },
  { name: 'japan', owner: 'Data Movements Board (invented)', country: 'JP' },
] as const

/** Makes and starts a witness for each owner; all watch the one log. */
export async function startWatchers(
  folder: Folder,
  log: string,
  io: CliIo,
): Promise<readonly Watcher[]> {
  const { addLog, initWitnessFolder } = await import('../../witness/folder.js')
  const { startWitness } = await import('../../witness/main.js')
  const watchers: Watcher[] = []
  for (const { name, owner, country } of OWNERS) {
    const path = folder.in(`witness-${name}`)
    const listen = { host: '127.0.0.1', port: 0 }
    const { vkeys } = await initWitnessFolder(path, { name: `${name}.witness.example`, listen })
    await addLog(path, log)
    const running = await startWitness({
      folder: path,
      now: () => Math.floor(io.now() / 1000),
      log: () => undefined,
      onEvidence: () => undefined,
    })
    const [vkey] = vkeys
    invariant(vkey !== undefined, 'a witness has an Ed25519 key')
    watchers.push({ name, owner, country, url: running.url, vkey, close: () => running.close() })
  }
  return watchers
}

/**
 * The policy that asks for both: for everybody as `policy.txt`, and with addresses in the ledger's
 * folder, whose server asks them.
 */
export async function writePolicies(
  folder: Folder,
  log: string,
  watchers: readonly Watcher[],
): Promise<void> {
  const text = (lineOf: (watcher: Watcher) => string): string =>
    [
      `log ${log}`,
      ...watchers.map(lineOf),
      `group regulators all ${watchers.map(({ name }) => name).join(' ')}`,
      'quorum regulators',
      '',
    ].join('\n')
  const plain = text(({ name, vkey }) => `witness ${name} ${vkey}`)
  await writeFile(folder.in('policy.txt'), plain)
  const asked = text(({ name, vkey, url }) => `witness ${name} ${vkey} ${url}`)
  await writeFile(folder.in('ledger/policy'), asked)
}
