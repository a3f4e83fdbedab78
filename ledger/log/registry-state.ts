/**
 * The registry as of a log's last entry: parties, whose key is whose, and the committed map.
 *
 * Derived from registry statements alone. A commit works on a draft that is laid over the durable
 * state and merged into it only when the commit is durable, so that readers never see what a crash
 * could take back.
 */
import { equalBytes } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import type { KeyId } from '../core/jwk.js'
import {
  applyChange,
  type PartyId,
  type PartyState,
  type RegistryChange,
} from '../core/key-state.js'
import {
  EMPTY_REGISTRY,
  type RegistryMap,
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
} from '../core/registry.js'
import type { StatementId } from '../core/statement.js'

/** A party with the ids of all its registry statements, oldest first. */
export type PartyRecord = {
  readonly state: PartyState
  readonly statements: readonly StatementId[]
}

export interface RegistryView {
  party(id: PartyId): PartyRecord | undefined
  ownerOf(kid: KeyId): PartyId | undefined
  readonly map: RegistryMap
}

/** The durable registry. Holds every past map, sharing what did not change. */
export class RegistryState implements RegistryView {
  readonly #parties = new Map<PartyId, PartyRecord>()
  readonly #owners = new Map<KeyId, PartyId>()
  /** Parties that say they continue one, by that one. */
  readonly #continuing = new Map<PartyId, PartyId[]>()
  /** Map after each registry statement, with its entry index, rising. */
  readonly #history: { readonly index: number; readonly map: RegistryMap }[] = []

  party(id: PartyId): PartyRecord | undefined {
    return this.#parties.get(id)
  }

  ownerOf(kid: KeyId): PartyId | undefined {
    return this.#owners.get(kid)
  }

  get map(): RegistryMap {
    return this.#history.at(-1)?.map ?? EMPTY_REGISTRY
  }

  /** Parties that say they continue this one, in order of enrolment. */
  continuing(id: PartyId): readonly PartyId[] {
    return this.#continuing.get(id) ?? []
  }

  /** In order of enrolment. */
  parties(): readonly PartyId[] {
    return [...this.#parties.keys()]
  }

  /** The map as entry `index` committed to it: after the last registry statement up to it. */
  mapAt(index: number): RegistryMap {
    let low = 0
    let high = this.#history.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const at = this.#history[middle]
      invariant(at !== undefined, 'the search stays inside the history')
      if (at.index <= index) low = middle + 1
      else high = middle
    }
    return this.#history[low - 1]?.map ?? EMPTY_REGISTRY
  }

  /** A party's path under the map of entry `index`; undefined when it was not enrolled yet. */
  pathAt(party: PartyId, index: number, sha: Sha256): readonly Uint8Array[] | undefined {
    return registryPath(this.mapAt(index), registryKey('party', party, sha))
  }

  /** Takes over a draft whose commit is durable. */
  merge(draft: RegistryDraft): void {
    for (const [id, record] of draft.changedParties) {
      const { continues } = record.state
      if (continues !== undefined && !this.#parties.has(id)) {
        this.#continuing.set(continues, [...this.continuing(continues), id])
      }
      this.#parties.set(id, record)
    }
    for (const [kid, party] of draft.newOwners) this.#owners.set(kid, party)
    this.#history.push(...draft.maps)
  }
}

/** Registry changes of one commit, over the durable state. */
export class RegistryDraft implements RegistryView {
  readonly #base: RegistryView
  readonly #sha: Sha256
  readonly changedParties = new Map<PartyId, PartyRecord>()
  readonly newOwners = new Map<KeyId, PartyId>()
  readonly maps: { readonly index: number; readonly map: RegistryMap }[] = []

  constructor(base: RegistryView, sha: Sha256) {
    this.#base = base
    this.#sha = sha
  }

  party(id: PartyId): PartyRecord | undefined {
    return this.changedParties.get(id) ?? this.#base.party(id)
  }

  ownerOf(kid: KeyId): PartyId | undefined {
    return this.newOwners.get(kid) ?? this.#base.ownerOf(kid)
  }

  get map(): RegistryMap {
    return this.maps.at(-1)?.map ?? this.#base.map
  }

  get root(): Uint8Array {
    return registryRoot(this.map)
  }

  /**
   * What a registry statement would do, without doing it.
   *
   * @throws LedgerError as applyChange (PARTY_EXISTS first); KEY_EXISTS when any party ever had the key
   */
  after(change: RegistryChange): PartyState {
    if (change.kind === 'enrol' && this.party(change.party) !== undefined)
      throw new LedgerError('PARTY_EXISTS')
    if (change.kind !== 'end' && this.ownerOf(change.key.kid) !== undefined)
      throw new LedgerError('KEY_EXISTS')
    if (
      change.kind === 'enrol' &&
      change.continues !== undefined &&
      this.party(change.continues) === undefined
    ) {
      throw new LedgerError('PARTY_UNKNOWN', { at: 'claims.continues' })
    }
    return applyChange(this.party(change.party)?.state, change)
  }

  /** Applies a registry statement at an entry index. */
  apply(change: RegistryChange, id: StatementId, index: number): void {
    const state = this.after(change)
    const statements = [...(this.party(change.party)?.statements ?? []), id]
    this.changedParties.set(change.party, { state, statements })
    if (change.kind !== 'end') this.newOwners.set(change.key.kid, change.party)
    const key = registryKey('party', change.party, this.#sha)
    const map = setRegistryValue(this.map, key, registryValue(statements, this.#sha), this.#sha)
    invariant(
      !equalBytes(registryRoot(map), registryRoot(this.map)),
      'a registry statement changes the root',
    )
    this.maps.push({ index, map })
  }
}
