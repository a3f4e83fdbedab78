/**
 * Plays the demo's acts: signs with each firm's key, submits over HTTP, answers from inboxes.
 *
 * Everything that a ledger answers is compared with what the story says; anything else is a bug.
 */
import {
  type Client,
  openClient,
  prepareDraft,
  type Signer,
  signOpened,
} from '../../client/index.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { invariant } from '../../ledger/core/errors.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { bestCrypto } from '../../ledger/index.js'
import type { CliIo } from '../io.js'
import type { Act, Known, Stage } from './act.js'
import { CAST, enrolment, type Firm, type Name, secondKey } from './cast.js'
import { type Actor, makeKey, type StageSet } from './stage-set.js'
import type { Calendar } from './words.js'

/** A statement that was played. `index` where it became an entry. */
export type Played = {
  readonly id: StatementId
  readonly envelope: Envelope
  readonly index?: number
}

export class Play {
  readonly #set: StageSet
  readonly #io: CliIo
  readonly #actors: Map<Name, Actor>
  readonly #played: Map<string, Played>
  readonly #known: Known

  constructor(
    set: StageSet,
    calendar: Calendar,
    io: CliIo,
    before: Iterable<[string, Played]> = [],
  ) {
    this.#set = set
    this.#io = io
    this.#actors = new Map(set.actors)
    this.#played = new Map(before)
    this.#known = {
      calendar,
      party: (name) => this.#actor(name).party,
      id: (key) => this.played(key).id,
    }
  }

  /** Goes on from here on another server, with the actors that are named there. */
  elsewhere(set: StageSet, io: CliIo): Play {
    return new Play(set, this.#known.calendar, io, this.#played)
  }

  /** A statement by the key of its act. */
  played(key: string): Played {
    const found = this.#played.get(key)
    invariant(found !== undefined, 'an act cites acts that were played before it')
    return found
  }

  /** All members enrol; the registrar finds them in its inbox and admits them. */
  async enrol(): Promise<void> {
    for (const member of CAST) {
      const { client, signer } = this.#actor(member.name)
      const draft = enrolment(member, jwkOf(signer.publicKey))
      await propose(client, await client.buildAndSign(draft, 'party', signer))
    }
    await this.#admitAll(CAST.length)
  }

  /** One firm signs in with a key of its own from now on, another signs statements with a new key. */
  async addKeys(): Promise<void> {
    const api = await this.#addKey('cevennes', 'api')
    const { url } = this.#set.server
    const cevennes = this.#actor('cevennes')
    const { origin } = this.#set
    const client = openClient({ server: url, origin, apiSigner: api, party: cevennes.party })
    const signer = await this.#addKey('pennine', 'statement')
    await this.#admitAll(2)
    this.#actors.set('cevennes', { ...cevennes, client })
    this.#actors.set('pennine', { ...this.#actor('pennine'), signer })
  }

  /** Plays a stage. `onProgress` is told how many of its acts are done. */
  async stage(
    { acts, together = false }: Stage,
    onProgress: (done: number) => void,
  ): Promise<void> {
    if (together) return this.#playTogether(acts, onProgress)
    for (const [done, act] of acts.entries()) {
      onProgress(done)
      await this.#play(act)
    }
  }

  async #play(act: Act): Promise<void> {
    const { client, envelope } = await this.#sign(act)
    const { answer } = act
    if (answer === undefined) {
      const outcome = await client.submit(envelope)
      invariant(outcome.status === 'admitted', 'what one party may sign alone is admitted')
      this.#played.set(act.key, { id: outcome.id, index: outcome.index, envelope })
      return
    }
    const id = await propose(client, envelope)
    const other = this.#actor(answer.by)
    if (answer.how === 'refuse') {
      const { reason, note, role } = answer
      const outcome = await other.client.refuse({ about: id, reason, note }, role, other.signer)
      invariant(outcome.status === 'admitted', 'a refusal is recorded')
      this.#played.set(act.key, { id, envelope })
      return
    }
    const { items } = await other.client.inbox()
    const proposal = items.find((item) => item.id === id)
    invariant(proposal !== undefined, 'a proposal waits in the inbox of who must sign it')
    const outcome = await other.client.countersign(proposal, other.signer)
    invariant(outcome.status === 'admitted', 'with the last signature a proposal is admitted')
    this.#played.set(act.key, { id, index: outcome.index, envelope })
  }

  async #playTogether(acts: readonly Act[], onProgress: (done: number) => void): Promise<void> {
    const firms = new Set(acts.map(({ by }) => by))
    for (const firm of firms) {
      const own = acts.filter(({ by }) => by === firm)
      const signed = await Promise.all(own.map((act) => this.#sign(act)))
      const envelopes = signed.map(({ envelope }) => envelope)
      const outcomes = await this.#actor(firm).client.submitMany(envelopes, { onProgress })
      for (const [position, { key }] of own.entries()) {
        const outcome = outcomes[position]
        const envelope = envelopes[position]
        invariant(outcome?.status === 'admitted' && envelope !== undefined, 'each is admitted')
        this.#played.set(key, { id: outcome.id, index: outcome.index, envelope })
      }
    }
  }

  async #sign({
    by,
    role,
    draft,
  }: Act): Promise<{ readonly client: Client; readonly envelope: Envelope }> {
    const { client, signer } = this.#actor(by)
    return { client, envelope: await client.buildAndSign(draft(this.#known), role, signer) }
  }

  async #addKey(firm: Firm, use: 'api' | 'statement'): Promise<Signer> {
    const { client, party, signer } = this.#actor(firm)
    const added = await makeKey(this.#set.folder, `${firm}-${use}`)
    const { now, random } = this.#io
    const context = { origin: this.#set.origin, now, random, crypto: bestCrypto() }
    const opened = prepareDraft(secondKey(party, jwkOf(added.publicKey), use), context)
    const held = await signOpened(opened, 'holder', signer, context)
    await propose(
      client,
      await signOpened({ ...opened, envelope: held }, 'subject', added, context),
    )
    return added
  }

  async #admitAll(count: number): Promise<void> {
    const { client, signer } = this.#set.registrar
    const { items } = await client.inbox()
    invariant(items.length === count, 'the registrar finds what was submitted')
    for (const item of items) await client.countersign(item, signer)
  }

  #actor(name: Name): Actor {
    const actor = this.#actors.get(name)
    invariant(actor !== undefined, 'every member of the cast has a key')
    return actor
  }
}

async function propose(client: Client, envelope: Envelope): Promise<StatementId> {
  const { id, status } = await client.submit(envelope)
  invariant(status === 'waiting', 'a proposal waits for the other side')
  return id
}
