/** Limits on what a statement may be. DESIGN 4.1; every one is checked where its value is read. */

/** Largest payload, in bytes after base64url decoding. */
export const PAYLOAD_BYTES_MAX = 65_536
/** Largest envelope, in characters of its strings (payload, protected headers, signatures, disclosures). */
export const ENVELOPE_CHARS_MAX = 262_144
/** Most disclosures (one per placeholder) of one statement. */
export const DISCLOSURES_MAX = 1_024
/** Largest claim value, in bytes of its JCS form. */
export const VALUE_BYTES_MAX = 16_384
/** Deepest nesting inside a payload or a disclosure. */
export const DEPTH_MAX = 16
/** Most parents of one statement. */
export const PARENTS_MAX = 256
/** Seconds by which a statement's `iat` may lie ahead of its entry's time. */
export const IAT_AHEAD_MAX_S = 300
/** Longest time a proposal may wait for its other signatures, in seconds. */
export const COUNTERSIGN_MAX_S = 90 * 86_400
/** Most statements in one bulk call. */
export const BULK_ITEMS_MAX = 1_000
/** Largest bulk call, in bytes. */
export const BULK_BYTES_MAX = 16 * 1_048_576
/** Most statements that one lineage answer follows. */
export const LINEAGE_NODES_MAX = 100_000
