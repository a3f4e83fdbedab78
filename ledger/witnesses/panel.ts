/**
 * The witnesses of a log's policy, asked together.
 *
 * A witness that fails is left alone for a while, longer each time, by a random factor, so that many
 * logs do not come back at once. One that is still busy with an earlier checkpoint is not asked
 * again. Who has several keys at one address is asked once.
 */
import { LedgerError } from '../core/errors.js'
import type { VerifiedSignature } from '../core/note.js'
import type { PolicyWitness } from '../core/policy.js'
import { witnessAddress } from './http-call.js'
import { type Candidate, WitnessClient, type WitnessClientParts } from './witness-client.js'

/** How one witness does. */
export type WitnessStatus = {
  /** Its names in the policy. */
  readonly names: readonly string[]
  /** When it last cosigned, seconds since 1970. */
  readonly cosignedAt: number | undefined
  /** Failures in a row. */
  readonly failures: number
  /** Why it last failed, where it is failing: a code and a word of ours. */
  readonly trouble?: string
}

export type PanelParts = Omit<WitnessClientParts, 'url' | 'keys'> & {
  readonly witnesses: readonly PolicyWitness[]
  /** Seconds since 1970. */
  readonly now: () => number
  /** 0 up to 1. */
  readonly random: () => number
}

/** A witness that says to hold more than the log, or another tree; and what it shows for it. */
export type Contradiction = { readonly names: readonly string[]; readonly note: string | undefined }

type Seat = {
  readonly names: string[]
  readonly client: WitnessClient
  busy: boolean
  cosignedAt: number | undefined
  failures: number
  trouble: string | undefined
  /** Not asked before, in milliseconds since the process started. */
  notBefore: number
}

const BACKOFF_FIRST_MS = 1_000
const BACKOFF_MAX_MS = 60_000
/** When the quorum is there, how long the others may still take. */
const GRACE_MS = 250

export class WitnessPanel {
  readonly #parts: PanelParts
  readonly #seats: readonly Seat[]
  readonly #closing = new AbortController()

  /** @throws LedgerError CONFIG_INVALID for a url that is none of HTTP */
  constructor(parts: PanelParts) {
    this.#parts = parts
    this.#seats = seatsOf(parts)
  }

  /** Addresses there are to ask. */
  get size(): number {
    return this.#seats.length
  }

  status(): readonly WitnessStatus[] {
    return this.#seats.map(({ names, cosignedAt, failures, trouble }) => ({
      names,
      cosignedAt,
      failures,
      ...(trouble === undefined ? {} : { trouble }),
    }))
  }

  /**
   * Asks everybody who may be asked now. Resolves when all have answered, or `enough` says so of the
   * lines so far and the others had their grace. What comes later is dropped.
   */
  async ask(
    candidate: Candidate,
    enough: (lines: readonly VerifiedSignature[]) => boolean,
    onContradiction: (found: Contradiction) => void,
  ): Promise<readonly VerifiedSignature[]> {
    const lines: VerifiedSignature[] = []
    const now = performance.now()
    const asked = this.#seats.filter((seat) => !seat.busy && seat.notBefore <= now)
    let done: () => void = () => undefined
    const early = new Promise<void>((resolve) => {
      done = resolve
    })
    let grace: NodeJS.Timeout | undefined
    const work = asked.map(async (seat) => {
      lines.push(...(await this.#askSeat(seat, candidate, onContradiction)))
      if (grace === undefined && enough(lines)) grace = setTimeout(done, GRACE_MS)
    })
    await Promise.race([Promise.all(work), early])
    clearTimeout(grace)
    return [...lines]
  }

  /** What the witnesses show for this log now, from those that answer. */
  async latest(): Promise<readonly string[]> {
    const notes = await Promise.all(
      this.#seats.map(({ client }) => client.latest(this.#closing.signal).catch(unreached)),
    )
    return notes.filter((note) => note !== undefined)
  }

  /** Drops what is under way. */
  close(): void {
    this.#closing.abort()
  }

  async #askSeat(
    seat: Seat,
    candidate: Candidate,
    onContradiction: (found: Contradiction) => void,
  ): Promise<readonly VerifiedSignature[]> {
    seat.busy = true
    try {
      const lines = await seat.client.cosign(candidate, this.#closing.signal)
      seat.failures = 0
      seat.trouble = undefined
      seat.cosignedAt = this.#parts.now()
      return lines
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      this.#failed(seat, error)
      if (error.code === 'WITNESS_CONFLICT') {
        const note = await seat.client.latest(this.#closing.signal).catch(unreached)
        onContradiction({ names: seat.names, note })
      }
      return []
    } finally {
      seat.busy = false
    }
  }

  #failed(seat: Seat, error: LedgerError): void {
    const longest = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** seat.failures)
    seat.failures += 1
    const { reason } = error.details
    seat.trouble = typeof reason === 'string' ? `${error.code}, ${reason}` : error.code
    seat.notBefore = performance.now() + longest * (0.5 + this.#parts.random() / 2)
  }
}

function seatsOf({ witnesses, ...parts }: PanelParts): readonly Seat[] {
  const byUrl = new Map<string, PolicyWitness[]>()
  for (const witness of witnesses) {
    if (witness.url === undefined) continue
    const { href } = witnessAddress(witness.url)
    byUrl.set(href, [...(byUrl.get(href) ?? []), witness])
  }
  return [...byUrl].map(([href, members]) => ({
    names: members.map(({ name }) => name),
    client: new WitnessClient({
      ...parts,
      url: new URL(href),
      keys: members.map(({ key }) => key),
    }),
    busy: false,
    cosignedAt: undefined,
    failures: 0,
    trouble: undefined,
    notBefore: 0,
  }))
}

/** Who cannot be reached says nothing. */
function unreached(error: unknown): undefined {
  if (!(error instanceof LedgerError)) throw error
  return undefined
}
