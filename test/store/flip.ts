/** One flipped bit, for tests of what notices it. */

/** A copy with one bit flipped; bit 0 is the lowest of the first byte. */
export function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const at = Math.floor(bit / 8)
  const weight = 2 ** (bit % 8)
  const byte = changed[at] ?? 0
  changed[at] = Math.floor(byte / weight) % 2 === 0 ? byte + weight : byte - weight
  return changed
}
