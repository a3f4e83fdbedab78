/** Public keys by key id, as the registry of a log declared them; also for keys that have ended. */
import type { PublicKey } from '../core/ed25519.js'
import type { KeyId } from '../core/jwk.js'

export class KeyBook {
  readonly #keys = new Map<KeyId, PublicKey>()

  get(kid: KeyId): PublicKey | undefined {
    return this.#keys.get(kid)
  }

  set(kid: KeyId, key: PublicKey): void {
    this.#keys.set(kid, key)
  }

  entries(): readonly (readonly [KeyId, PublicKey])[] {
    return [...this.#keys]
  }
}
