/**
 * What a report says of a checkpoint's cosignatures: fewer than the policy's quorum is INCOMPLETE,
 * never VERIFIED and never FAILED. DESIGN 4.7, 6.
 */
import type { Cosignature } from './cosignature.js'
import type { Finding } from './finding.js'
import type { Quorum } from './quorum.js'

/** The finding of a quorum that is not met; nothing where it is, or where the policy asks for none. */
export function quorumFindings({
  cosigned,
  quorum,
}: {
  readonly cosigned: readonly Cosignature[]
  readonly quorum: Quorum
}): readonly Finding[] {
  if (quorum.met) return []
  return [
    {
      severity: 'incomplete',
      code: 'QUORUM_MISSING',
      at: 'checkpoint',
      detail: `${cosignedWords(cosigned)}, missing ${quorum.missing ?? quorum.name}`,
      settle: 'the ledger, with a published checkpoint that those witnesses have cosigned',
    },
  ]
}

/** A checkpoint that nobody cosigned is most often a receipt's first one, made before witnesses were asked. */
function cosignedWords(cosigned: readonly Cosignature[]): string {
  if (cosigned.length === 0) {
    return 'no witness of the policy has cosigned it, as none has a checkpoint that a receipt gets at once'
  }
  return `cosigned by ${cosigned.map(({ name }) => name).join(', ')}`
}
