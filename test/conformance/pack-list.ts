/**
 * Collects packs while they are made. Expectations are written by hand beside each pack; nothing is
 * taken from either verifier.
 */

import { publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import type { ErrorCode } from '../../ledger/core/errors.js'
import type { Json } from '../../ledger/core/json.js'
import { ed25519NoteKey, signNote } from '../../ledger/core/note.js'
import { formatPolicy, policyOfLogs } from '../../ledger/core/policy.js'
import type { Edit } from '../docs/evidence-cases.js'
import type { Expected, Pack } from './pack.js'
import { jcs, LOG_SEED, ORIGIN } from './scene.js'

/** Policy that accepts the log of the packs at its own word. */
export const LOG_KEY = ed25519NoteKey(ORIGIN, publicKeyFromSeed(LOG_SEED))
export const POLICY = formatPolicy(policyOfLogs(LOG_KEY))
export const POLICY_FILE = 'policy.txt'

export type Finding = `${'failed' | 'incomplete' | 'note'} ${ErrorCode}`

export const failed = (...codes: readonly ErrorCode[]) =>
  codes.map((code): Finding => `failed ${code}`)
export const incomplete = (...codes: readonly ErrorCode[]) =>
  codes.map((code): Finding => `incomplete ${code}`)
export const noted = (...codes: readonly ErrorCode[]) =>
  codes.map((code): Finding => `note ${code}`)

const EXITS = { VERIFIED: 0, FAILED: 1, INCOMPLETE: 3 } as const

/** What findings mean, by section 16 of docs/format.md. */
export function judgedAs(findings: readonly Finding[]): Expected {
  const verdict = findings.some((item) => item.startsWith('failed'))
    ? 'FAILED'
    : findings.some((item) => item.startsWith('incomplete'))
      ? 'INCOMPLETE'
      : 'VERIFIED'
  return { verdict, exit: EXITS[verdict], findings: [...new Set(findings)].sort() }
}

/** Cannot be read, for this reason. */
export function unread(code: ErrorCode): Expected {
  return { verdict: code, exit: ERRORS[code].exit, findings: [] }
}

type PackDraft = Partial<Omit<Pack, 'expect'>> & { readonly expect?: Expected }

export class PackList {
  readonly files = new Map<string, string>()
  readonly packs = new Map<string, Pack>()

  /** A file that packs share; answers its name. */
  file(name: string, content: Json | string): string {
    if (this.files.has(name)) throw new RangeError(`two files named ${name}`)
    this.files.set(name, typeof content === 'string' ? content : jcs(content))
    return name
  }

  /** A pack; good ones are those that a verifier ends with 0 for. */
  pack(name: string, description: string, draft: PackDraft): void {
    const expect = draft.expect ?? judgedAs([])
    const path = `${expect.exit === 0 ? 'good' : 'bad'}/${name}`
    if (this.packs.has(path)) throw new RangeError(`two packs named ${path}`)
    this.packs.set(path, {
      description,
      kind: 'evidence',
      policy: POLICY_FILE,
      ...draft,
      expect,
    })
  }

  /** A pack with a file of its own. */
  own(name: string, description: string, content: Json, draft: PackDraft = {}): void {
    this.pack(name, description, { file: this.file(`${name}.json`, content), ...draft })
  }

  /** Packs that are edits of one file. */
  edits(file: string, rows: readonly EditRow[], draft: PackDraft = {}): void {
    for (const [name, description, edits, expect] of rows) {
      this.pack(name, description, { file, edits, expect, ...draft })
    }
  }
}

export type EditRow = readonly [
  name: string,
  description: string,
  edits: readonly Edit[],
  expect: Expected,
]

/** A note about a text, signed by the log of the packs. */
export function noteOf(text: string): Promise<string> {
  const sign = (message: Uint8Array) => Promise.resolve(signEd25519(LOG_SEED, message))
  return signNote(text, ORIGIN, publicKeyFromSeed(LOG_SEED), sign)
}
