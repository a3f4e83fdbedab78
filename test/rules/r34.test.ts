import type { KeyId } from '../../ledger/core/jwk.js'
import type { Hop, HopSignature } from '../../ledger/rules/hop.js'
import { R34 } from '../../ledger/rules/r34-both-signatures.js'
import { collection, judging, outcome, processing, ruleCases, transfer } from './fixtures.js'

const signature = (role: string, changes: Partial<HopSignature> = {}): HopSignature => ({
  role,
  kid: `${role.slice(0, 1).repeat(42)}A` as KeyId,
  iat: 1_772_352_000,
  status: 'valid',
  ...changes,
})

const EXPORTER = signature('exporter')
const IMPORTER = signature('importer')

const signedBy =
  (...signatures: readonly HopSignature[]) =>
  (): ReturnType<typeof judging> =>
    judging(transfer({}, { signatures }))

const by = <H extends Hop>(hop: H, ...signatures: readonly HopSignature[]): H => ({
  ...hop,
  signatures,
})

ruleCases(R34, [
  { title: 'exporter and importer', given: () => judging(transfer()), verdict: 'PASS' },
  { title: 'a collector', given: () => judging(collection()), verdict: 'PASS' },
  { title: 'a performer of a processing', given: () => judging(processing()), verdict: 'PASS' },
  { title: 'a performer of an outcome', given: () => judging(outcome()), verdict: 'PASS' },
  { title: 'in another order', given: signedBy(IMPORTER, EXPORTER), verdict: 'PASS' },
  {
    title: 'the importer has not signed',
    given: signedBy(EXPORTER),
    verdict: 'FAIL',
    at: 'signatures',
    why: /importer has not signed/,
  },
  {
    title: 'the exporter has not signed',
    given: signedBy(IMPORTER),
    verdict: 'FAIL',
    at: 'signatures',
    why: /exporter has not signed/,
  },
  { title: 'nobody has signed', given: signedBy(), verdict: 'FAIL', at: 'signatures' },
  {
    title: 'a processing that nobody signed',
    given: () => judging(by(processing())),
    verdict: 'FAIL',
    at: 'signatures',
  },
  {
    title: 'a signature that does not verify',
    given: signedBy(EXPORTER, signature('importer', { status: 'invalid' })),
    verdict: 'FAIL',
    at: 'signatures[1]',
    why: /importer/,
  },
  {
    title: 'an invalid one weighs more than an unchecked one',
    given: signedBy(
      signature('exporter', { status: 'invalid' }),
      signature('importer', { status: 'unchecked' }),
    ),
    verdict: 'FAIL',
    at: 'signatures[0]',
  },
  {
    title: 'one side signed twice',
    given: signedBy(EXPORTER, IMPORTER, signature('importer', { kid: 'other' as KeyId })),
    verdict: 'FAIL',
    at: 'signatures',
    why: /2 times/,
  },
  {
    title: 'one key signed for both',
    given: signedBy(EXPORTER, signature('importer', { kid: EXPORTER.kid })),
    verdict: 'FAIL',
    at: 'signatures[1]',
    why: /one key/,
  },
  {
    title: 'a role that a transfer does not have',
    given: signedBy(EXPORTER, IMPORTER, signature('witness')),
    verdict: 'FAIL',
    at: 'signatures[2]',
  },
  {
    title: 'an importer in place of the collector',
    given: () => judging(by(collection(), IMPORTER)),
    verdict: 'FAIL',
    at: 'signatures',
  },
  {
    title: 'a stub shows no signatures',
    given: () => judging({ ...transfer(), signatures: undefined }),
    verdict: 'UNKNOWN',
    at: 'signatures',
  },
  {
    title: 'nobody has looked at one',
    given: signedBy(EXPORTER, signature('importer', { status: 'unchecked' })),
    verdict: 'UNKNOWN',
    at: 'signatures[1]',
  },
  {
    title: 'unchecked weighs more than compromised',
    given: signedBy(
      signature('exporter', { compromised: true }),
      signature('importer', { status: 'unchecked' }),
    ),
    verdict: 'UNKNOWN',
    at: 'signatures[1]',
  },
  {
    title: 'a key declared compromised later, as of this entry',
    given: signedBy(EXPORTER, signature('importer', { compromised: true })),
    verdict: 'WARN',
    at: 'signatures[1]',
    why: /compromised/,
  },
  {
    title: 'a compromised key whose signature is invalid too',
    given: signedBy(EXPORTER, signature('importer', { status: 'invalid', compromised: true })),
    verdict: 'FAIL',
    at: 'signatures[1]',
  },
])
