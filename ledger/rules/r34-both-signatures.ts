/** R34: both signatures are there and valid, by keys that were valid at the time. DESIGN 4.2. */
import type { Hop, HopSignature } from './hop.js'
import type { Rule } from './rule.js'
import { fail, type Judged, pass, unknown, warn } from './verdict.js'

const ROLES: Readonly<Record<Hop['type'], readonly string[]>> = {
  'collection/1': ['collector'],
  'transfer/1': ['exporter', 'importer'],
  'processing/1': ['performer'],
  'outcome/1': ['performer'],
}

export const R34: Rule = {
  id: 'R34',
  title: 'both signatures valid',
  inputs: ['signatures'],
  citation: "GDPR Art. 5(2); Waybill's own rule",
  explain:
    'Everyone whom the statement binds has signed it: exporter and importer of a transfer, the collector or performer otherwise, each with a key of its own that was active when the statement was recorded. A signature that is missing or wrong is a FAIL. One that nobody has verified, or that a stub leaves out, is UNKNOWN: verify the envelope. A key that was later declared compromised as of this entry or before it is a WARN: the signature stands, and a person weighs it.',
  judge({ hop: { type, signatures } }) {
    if (signatures === undefined) {
      return [
        unknown('its signatures are not shown', {
          at: 'signatures',
          settle: 'the ledger, with the whole envelope in place of the stub',
        }),
      ]
    }
    const roles = ROLES[type]
    const findings = [
      ...roles.flatMap((role) => missingOf(role, signatures)),
      ...signatures.flatMap((signature, position) => judge(signature, roles, position)),
      ...sharedKey(signatures),
    ]
    return findings.length > 0 ? findings : SIGNED[type]
  },
}

const NOTHING: readonly Judged[] = []

function signedBy(type: Hop['type']): readonly Judged[] {
  return [pass(`signed by ${ROLES[type].join(' and ')}, each with a key that was valid then`)]
}

const SIGNED: Readonly<Record<Hop['type'], readonly Judged[]>> = {
  'collection/1': signedBy('collection/1'),
  'transfer/1': signedBy('transfer/1'),
  'processing/1': signedBy('processing/1'),
  'outcome/1': signedBy('outcome/1'),
}

function missingOf(role: string, signatures: readonly HopSignature[]): Judged[] {
  const count = signatures.filter((signature) => signature.role === role).length
  if (count === 1) return []
  const why = count === 0 ? `the ${role} has not signed` : `the ${role} has signed ${count} times`
  return [fail(why, { at: 'signatures' })]
}

function judge(
  { role, status, compromised }: HopSignature,
  roles: readonly string[],
  position: number,
): readonly Judged[] {
  if (status === 'valid' && compromised !== true && roles.includes(role)) return NOTHING
  const at = `signatures[${position}]`
  if (!roles.includes(role)) return [fail('a role signed that this type does not have', { at })]
  if (status === 'invalid') {
    return [fail(`the signature of the ${role} does not verify, or its key was not active`, { at })]
  }
  if (status === 'unchecked') {
    const settle = 'whoever verifies the envelope: waybill verify'
    return [unknown(`nobody has verified the signature of the ${role}`, { at, settle })]
  }
  return [warn(`the key of the ${role} was declared compromised as of this entry`, { at })]
}

/** One key for two sides is one side. */
function sharedKey(signatures: readonly HopSignature[]): Judged[] {
  const kids = signatures.map(({ kid }) => kid)
  const position = kids.findIndex((kid, place) => kids.indexOf(kid) < place)
  if (position < 0) return []
  return [fail('one key signed for both sides', { at: `signatures[${position}]` })]
}
