/**
 * An operator who cheats with the real keys: a log that no ledger would have written, served by the
 * real server, and people who ask it with the real command line.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildServer } from '../../../api/server.js'
import { bundleJson, type Evidence } from '../../../ledger/core/evidence.js'
import { encodeJcs } from '../../../ledger/core/json.js'
import { formatPolicy } from '../../../ledger/core/policy.js'
import type { Ledger } from '../../../ledger/log/ledger.js'
import { Person } from '../../cli/harness.js'
import type { Forger } from '../../log/support/forge.js'
import { POLICY } from '../../log/support/site.js'
import { crypto } from '../../log/support/statements.js'

export class CheatingOperator {
  readonly #root = mkdtempSync(join(tmpdir(), 'waybill-cheat-'))
  readonly #open: { readonly server: FastifyInstance; readonly ledger: Ledger }[] = []

  /** Serves what has been forged so far; answers the ledger and its address. */
  async serve(forger: Forger): Promise<{ readonly ledger: Ledger; readonly url: string }> {
    const ledger = await (await forger.site()).open()
    const server = await buildServer({
      ledger,
      auditors: [],
      crypto,
      now: Date.now,
      version: '0.0.0-test',
    })
    this.#open.push({ server, ledger })
    return { ledger, url: await server.listen({ host: '127.0.0.1', port: 0 }) }
  }

  /** Somebody with a memory of their own and the log's key from elsewhere. */
  reader(name: string): Person & { readonly policy: string } {
    const person = new Person(join(this.#root, name))
    return Object.assign(person, { policy: person.write('policy.txt', formatPolicy(POLICY)) })
  }

  /** A bundle as a file of this person. */
  file(person: Person, name: string, evidence: Evidence): string {
    return person.write(`${name}.bundle.json`, encodeJcs(bundleJson(evidence)))
  }

  async close(): Promise<void> {
    for (const { server, ledger } of this.#open) {
      await server.close()
      await ledger.close()
    }
    rmSync(this.#root, { recursive: true, force: true })
  }
}
