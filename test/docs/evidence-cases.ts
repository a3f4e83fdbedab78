/**
 * What a verifier says of receipts and bundles: files of the worked example, edited, and the lies of
 * lies.ts. Expectations are written by hand; order of findings does not count.
 */
import { toBase64, toBase64url } from '../../ledger/core/bytes.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { KEYS } from './worked-example.js'

type Severity = 'failed' | 'incomplete' | 'note'
type Path = readonly (string | number)[]
/** Sets the value at a path, removes it, or replaces a part of the text that is there. */
export type Edit = {
  readonly path: Path
  readonly value?: Json
  readonly remove?: true
  readonly replace?: readonly [from: string, to: string]
}

export type EvidenceCase = {
  readonly name: string
  readonly description: string
  readonly file: string
  /** Policy file; `policy.txt` where it is left out. */
  readonly policy?: string
  readonly edits?: readonly Edit[]
  /** `VERIFIED`, `INCOMPLETE`, `FAILED`, or the code with which the file is not read at all. */
  readonly expect: string
  readonly findings?: readonly string[]
}

const RECEIPT = 'transfer.receipt.json'
const BUNDLE = 'outcome.bundle.json'
const STUBS = 'outcome-stubs.bundle.json'
const COSIGNED = 'cosigned.bundle.json'

/** Places of the worked example's lists: parties stand in the order of their ids. */
const ORDER = [KEYS.operator.kid, KEYS.exporter.kid, KEYS.importer.kid].sort()
const OPERATOR = ORDER.indexOf(KEYS.operator.kid)
const EXPORTER = ORDER.indexOf(KEYS.exporter.kid)
/** The exporter's place beside the operator alone. */
const ADDED = [KEYS.operator.kid, KEYS.exporter.kid].sort().indexOf(KEYS.exporter.kid)

type Expected = readonly (readonly [Severity, string])[]
/** The verdict, or the code of a file that cannot be read; then every finding. */
type Outcome = readonly [expect: string, ...expected: Expected]

function inFile(file: string) {
  return (
    name: string,
    edits: readonly Edit[],
    [expect, ...expected]: Outcome,
    description: string,
  ): EvidenceCase => ({ name, description, file, edits, expect, findings: words(expected) })
}

const inReceipt = inFile(RECEIPT)
const inBundle = inFile(BUNDLE)
const inStubs = inFile(STUBS)

function words(expected: Expected): readonly string[] {
  return [...new Set(expected.map(([severity, code]) => `${severity} ${code}`))].sort()
}

function set(path: Path, value: Json): Edit {
  return { path, value }
}

function cut(...path: Path): Edit {
  return { path, remove: true }
}

function respell(path: Path, from: string, to: string): Edit {
  return { path, replace: [from, to] }
}

const ZEROS = toBase64(new Uint8Array(32))
const MISSING = ['incomplete', 'EVIDENCE_MISSING'] as const
const MISMATCH = ['failed', 'REGISTRY_MISMATCH'] as const
const PROOF = ['failed', 'PROOF_ROOT_MISMATCH'] as const

function goodCases(): readonly EvidenceCase[] {
  const good = (name: string, file: string, description: string): EvidenceCase => ({
    name,
    description,
    file,
    expect: 'VERIFIED',
    findings: [],
  })
  return [
    good('receipt', RECEIPT, 'The transfer of the worked example.'),
    good('bundle', BUNDLE, 'The outcome with everything before it.'),
    {
      name: 'bundle-with-stubs',
      description: 'The collection and the transfer as stubs: shape without names.',
      file: STUBS,
      expect: 'INCOMPLETE',
      findings: words([
        ['incomplete', 'STATEMENT_STUB'],
        ['incomplete', 'LINEAGE_CUSTODY'],
      ]),
    },
  ]
}

function malformedCases(): readonly EvidenceCase[] {
  const malformed: Outcome = ['RECEIPT_MALFORMED']
  const exact = 'Exactly these members.'
  const long = Array.from({ length: 257 }, () => ZEROS)
  const urlSafe = toBase64url(new Uint8Array(32))
  const short = toBase64(new Uint8Array(31))
  const noCheckpoint = 'c2sp.org/tlog-proof@v1\nindex 5\n'
  const sibling = ['genesis', 'path', 0]
  return [
    inReceipt('format-later', [set(['format'], 'waybill-receipt/2')], malformed, 'A later format.'),
    inReceipt(
      'format-of-bundle',
      [set(['format'], 'waybill-bundle/1')],
      malformed,
      'The other one.',
    ),
    inReceipt('member-unknown', [set(['note'], 'x')], malformed, exact),
    inReceipt('member-missing', [cut('head')], malformed, exact),
    inBundle('bundle-member-unknown', [set(['note'], 'x')], malformed, exact),
    inBundle('entry-member-unknown', [set(['entries', 0, 'note'], 'x')], malformed, exact),
    inReceipt('party-member-missing', [cut('registry', 0, 'head_path')], malformed, exact),
    inBundle('index-negative', [set(['entries', 0, 'index'], -1)], malformed, 'A whole number.'),
    inBundle('index-fraction', [set(['entries', 0, 'index'], 0.5)], malformed, 'A whole number.'),
    inReceipt('index-text', [set(['genesis', 'index'], '0')], malformed, 'A number.'),
    inReceipt('count-text', [set(['registry', 0, 'count'], '1')], malformed, 'A number.'),
    inReceipt('count-negative', [set(['registry', 0, 'count'], -1)], malformed, 'A whole number.'),
    inBundle('statements-object', [set(['statements'], {})], malformed, 'A list.'),
    inReceipt(
      'path-too-long',
      [set(['registry', 0, 'path'], long)],
      malformed,
      'A key has 256 bits.',
    ),
    inReceipt('path-base64url', [set(sibling, urlSafe)], ['ENCODING_INVALID'], 'Padded base64.'),
    inReceipt('path-of-31-bytes', [set(sibling, short)], ['HASH_LENGTH'], '31 bytes.'),
    inReceipt('proof-cut', [set(['proof'], noCheckpoint)], ['PROOF_MALFORMED'], 'No checkpoint.'),
    inReceipt(
      'proof-extra',
      [respell(['proof'], 'index 5', 'extra AA==\nindex 5')],
      malformed,
      'Nobody vouches for extra data.',
    ),
    inStubs('stub-with-more', [set(['statements', 0, 'kid'], 'x')], ['ENVELOPE_INVALID'], exact),
  ]
}

function checkpointCases(): readonly EvidenceCase[] {
  const checkpoint = (from: string, to: string) => [respell(['checkpoint'], from, to)]
  const failed = (code: string): Outcome => ['FAILED', ['failed', code]]
  return [
    inBundle(
      'checkpoint-size-changed',
      checkpoint('\n9\n', '\n8\n'),
      failed('NOTE_SIGNATURE_INVALID'),
      'Another size under the same signature.',
    ),
    inBundle(
      'checkpoint-of-another-log',
      checkpoint('— example.com/waybill', '— example.com/other'),
      failed('CHECKPOINT_UNTRUSTED'),
      'The policy has no such key.',
    ),
    inBundle(
      'checkpoint-unsigned',
      checkpoint('\n\n—', '\n—'),
      failed('NOTE_MALFORMED'),
      'No empty line before the signatures.',
    ),
  ]
}

/** Under a policy that asks for the log's second key and for a witness. */
function quorumCases(): readonly EvidenceCase[] {
  const underQuorum = (each: EvidenceCase): EvidenceCase => ({
    ...each,
    policy: 'policy-witnesses.txt',
  })
  const missing: Outcome = ['INCOMPLETE', ['incomplete', 'QUORUM_MISSING']]
  const line = (from: string, to: string) => [respell(['checkpoint'], from, to)]
  return [
    inFile(COSIGNED)('cosigned-without-quorum', [], ['VERIFIED'], 'Nobody asked for more.'),
    ...[
      inFile(COSIGNED)('cosigned', [], ['VERIFIED'], 'All that the policy asks for.'),
      inBundle('quorum-missing', [], missing, 'Only the log’s first key signed.'),
      inReceipt('quorum-missing-receipt', [], missing, 'The same, of a receipt.'),
      inFile(COSIGNED)(
        'quorum-half',
        line('— north.example/witness', '— south.example/witness'),
        missing,
        'The line of the witness is of somebody that the policy does not know.',
      ),
    ].map(underQuorum),
  ]
}

function entryCases(): readonly EvidenceCase[] {
  return [
    inReceipt(
      'own-path-cut',
      [respell(['proof'], 'index 5', 'index 4')],
      ['FAILED', PROOF, MISSING],
      'The proof is of another place.',
    ),
    inReceipt(
      'head-path-cut',
      [cut('head', 'path', 0)],
      ['FAILED', ['failed', 'PROOF_LENGTH'], MISSING],
      'The last entry has a hash too few.',
    ),
    inReceipt(
      'genesis-path-longer',
      [set(['genesis', 'path', 4], ZEROS)],
      ['FAILED', ['failed', 'PROOF_LENGTH'], MISSING],
      'Entry 0 has a hash too many.',
    ),
    inReceipt(
      'head-index-beyond',
      [set(['head', 'index'], 9)],
      ['FAILED', ['failed', 'PROOF_INDEX_RANGE'], MISSING],
      'The tree ends before.',
    ),
    inBundle(
      'entry-of-143-other-bytes',
      [set(['entries', 1, 'entry'], toBase64(new Uint8Array(143)))],
      ['FAILED', ['failed', 'ENTRY_MALFORMED'], MISSING, ['incomplete', 'LINEAGE_GAP']],
      'An entry of another layout.',
    ),
    inBundle(
      'entries-none',
      [set(['entries'], [])],
      ['INCOMPLETE', MISSING],
      'Nothing is proven, nothing is wrong.',
    ),
    inBundle(
      'statements-none',
      [set(['statements'], [])],
      ['INCOMPLETE', ['incomplete', 'NOTHING_TO_VERIFY']],
      'Nothing to verify is no success.',
    ),
    inBundle(
      'statement-left-out',
      [cut('statements', 0)],
      ['INCOMPLETE', ['incomplete', 'LINEAGE_GAP']],
      'The collection is not shown.',
    ),
  ]
}

function registryCases(): readonly EvidenceCase[] {
  return [
    inReceipt(
      'registry-statement-left-out',
      [cut('registry', EXPORTER, 'statements', 1)],
      ['FAILED', ['failed', 'KEY_UNKNOWN'], ['incomplete', 'EVIDENCE_MISSING']],
      'The key that retired the first one was never added, then.',
    ),
    inReceipt(
      'registry-last-left-out',
      [cut('registry', EXPORTER, 'statements', 2)],
      ['FAILED', MISMATCH, MISSING],
      'As if the first key were still active.',
    ),
    inReceipt(
      'registry-count-wrong',
      [set(['registry', EXPORTER, 'count'], 2)],
      ['FAILED', MISMATCH, MISSING],
      'As if the second key had been there.',
    ),
    inReceipt(
      'registry-count-beyond',
      [set(['registry', EXPORTER, 'count'], 4)],
      ['FAILED', MISMATCH, MISSING],
      'More than there are.',
    ),
    inReceipt(
      'registry-path-changed',
      [set(['registry', EXPORTER, 'path', 0], ZEROS)],
      ['FAILED', MISMATCH, MISSING],
      'Another sibling.',
    ),
    inReceipt(
      'registry-head-path-changed',
      [set(['registry', EXPORTER, 'head_path', 0], ZEROS)],
      ['FAILED', MISMATCH, MISSING],
      'Another sibling at the head.',
    ),
    inReceipt(
      'registry-party-renamed',
      [set(['registry', EXPORTER, 'party'], KEYS.log.kid)],
      ['FAILED', MISMATCH, MISSING],
      'The list is of another party.',
    ),
    inReceipt(
      'registry-party-left-out',
      [cut('registry', EXPORTER)],
      ['INCOMPLETE', MISSING],
      'Nothing shows the exporter’s keys.',
    ),
    inReceipt(
      'registry-signature-changed',
      [set(['registry', EXPORTER, 'statements', 0, 'signatures', 0, 'signature'], 'A'.repeat(86))],
      ['FAILED', ['failed', 'SIGNATURE_INVALID'], MISSING],
      'Nobody enrolled it.',
    ),
    inReceipt(
      'registry-name-withheld',
      [cut('registry', EXPORTER, 'statements', 0, 'signatures', 0, 'header', 'disclosures', 6)],
      ['VERIFIED'],
      'A party may withhold its name: no key depends on it.',
    ),
    inReceipt(
      'registry-closed',
      [cut('registry', EXPORTER, 'statements', 0, 'signatures', 0, 'header')],
      ['INCOMPLETE', MISSING],
      'The list is there and says nothing.',
    ),
    inReceipt(
      'registrar-left-out',
      [cut('registry', OPERATOR)],
      ['INCOMPLETE', MISSING],
      'Nothing shows who the registrar is.',
    ),
  ]
}

function statementCases(): readonly EvidenceCase[] {
  const disclosures = ['statement', 'signatures', 0, 'header', 'disclosures'] as const
  return [
    inReceipt(
      'signature-changed',
      [set(['statement', 'signatures', 0, 'signature'], 'A'.repeat(86))],
      ['FAILED', ['failed', 'ENTRY_MISMATCH']],
      'The entry commits to other signatures.',
    ),
    inReceipt(
      'signature-left-out',
      [cut('statement', 'signatures', 1)],
      ['FAILED', ['failed', 'ENTRY_MISMATCH']],
      'The entry commits to both.',
    ),
    inReceipt(
      'value-withheld',
      [cut(...disclosures, 0)],
      ['INCOMPLETE', ['incomplete', 'CLAIM_WITHHELD']],
      'One value withheld.',
    ),
    inReceipt(
      'all-withheld',
      [cut('statement', 'signatures', 0, 'header')],
      ['INCOMPLETE', ['incomplete', 'CLAIM_WITHHELD']],
      'All values withheld: one finding for the statement.',
    ),
    inReceipt(
      'value-of-another',
      [
        set(
          [...disclosures, 0],
          toBase64url(new TextEncoder().encode('["AAAAAAAAAAAAAAAAAAAAAA",1]')),
        ),
      ],
      ['FAILED', ['failed', 'DISCLOSURE_UNMATCHED']],
      'A value that was never promised.',
    ),
    inReceipt(
      'payload-of-another',
      [set(['statement', 'payload'], 'e30')],
      ['FAILED', ['failed', 'ENTRY_MISMATCH']],
      'The entry commits to another statement.',
    ),
    inReceipt(
      'batch-member',
      [
        set(['statement', 'batch'], {}),
        set(['statement', 'disclosures'], []),
        cut('statement', 'signatures'),
      ],
      ['INCOMPLETE', ['incomplete', 'ENVELOPE_FORM_UNKNOWN']],
      'A reserved form: unknown, not wrong.',
    ),
    inBundle(
      'custody-withheld',
      [cut('statements', 0, 'signatures', 0, 'header')],
      ['INCOMPLETE', ['incomplete', 'CLAIM_WITHHELD'], ['incomplete', 'LINEAGE_CUSTODY']],
      'Who collected is withheld, so custody cannot be told.',
    ),
  ]
}

/** What the lies of lies.ts must be called, by file. */
const LIES: Readonly<Record<string, readonly [expect: string, description: string, ...Expected]>> =
  {
    'one-side-only.receipt.json': [
      'FAILED',
      'A transfer with the exporter’s signature alone.',
      ['failed', 'SIGNATURE_MISSING'],
    ],
    'registrar-instead-of-both.receipt.json': [
      'FAILED',
      'A transfer signed by the operator in the role of registrar.',
      ['failed', 'ROLE_NOT_ALLOWED'],
    ],
    'second-role-made-up.receipt.json': [
      'FAILED',
      'A transfer signed by the exporter and an observer.',
      ['failed', 'ROLE_NOT_ALLOWED'],
    ],
    'both-sides-one-party.receipt.json': [
      'FAILED',
      'Exporter and importer are one.',
      ['failed', 'ROLES_SAME_PARTY'],
    ],
    'sides-swapped.receipt.json': [
      'FAILED',
      'Each side signed in the role of the other.',
      ['failed', 'KEY_UNKNOWN'],
    ],
    'signed-by-another-party.receipt.json': [
      'INCOMPLETE',
      'The operator signed as importer, and the importer’s keys are not shown.',
      MISSING,
    ],
    'signature-of-another-statement.receipt.json': [
      'FAILED',
      'A good signature over other bytes.',
      ['failed', 'SIGNATURE_INVALID'],
    ],
    'key-retired.receipt.json': [
      'FAILED',
      'The key was retired two entries before.',
      ['failed', 'KEY_NOT_ACTIVE'],
    ],
    'key-revoked-by-registrar.receipt.json': [
      'FAILED',
      'The registrar alone may revoke; what follows is bad.',
      ['failed', 'KEY_NOT_ACTIVE'],
    ],
    'key-retired-by-registrar.receipt.json': [
      'FAILED',
      'The registrar alone may not retire.',
      ['failed', 'SIGNATURE_MISSING'],
      MISSING,
    ],
    'key-for-api.receipt.json': [
      'FAILED',
      'A key for API calls signs a statement.',
      ['failed', 'KEY_USE_WRONG'],
    ],
    'key-for-statements.receipt.json': ['VERIFIED', 'A second key of the collector signs.'],
    'key-added-without-holder.receipt.json': [
      'FAILED',
      'The registrar adds a key to a party.',
      ['failed', 'SIGNATURE_MISSING'],
      MISSING,
    ],
    'key-added-without-subject.receipt.json': [
      'FAILED',
      'Nobody shows that the new key exists.',
      ['failed', 'SIGNATURE_MISSING'],
      MISSING,
    ],
    'key-added-by-another-subject.receipt.json': [
      'FAILED',
      'Another key signs as the new one.',
      ['failed', 'ROLE_KEY_WRONG'],
      MISSING,
    ],
    'key-compromised-later.receipt.json': [
      'VERIFIED',
      'The key was later declared compromised as of this entry.',
      ['note', 'KEY_COMPROMISED'],
    ],
    'key-compromised-after.receipt.json': [
      'VERIFIED',
      'The key was later declared compromised as of the next entry.',
    ],
    'enrolled-by-another.receipt.json': [
      'FAILED',
      'A party that is not the registrar admits another.',
      ['failed', 'REGISTRAR_WRONG'],
      MISSING,
    ],
    'enrolled-without-registrar.receipt.json': [
      'FAILED',
      'Nobody admits a party.',
      ['failed', 'SIGNATURE_MISSING'],
      MISSING,
    ],
    'ahead-300-seconds.receipt.json': ['VERIFIED', 'The furthest that `iat` may be ahead.'],
    'ahead-301-seconds.receipt.json': [
      'FAILED',
      'A second further.',
      ['failed', 'STATEMENT_FROM_FUTURE'],
    ],
    'deadline-now.receipt.json': ['VERIFIED', 'Admitted in the last second.'],
    'deadline-passed.receipt.json': [
      'FAILED',
      'Admitted a second too late.',
      ['failed', 'STATEMENT_EXPIRED'],
    ],
    'of-another-ledger.receipt.json': [
      'FAILED',
      'A statement for another ledger.',
      ['failed', 'AUDIENCE_WRONG'],
    ],
    'claim-of-wrong-form.receipt.json': [
      'FAILED',
      'A country that is none.',
      ['failed', 'CLAIM_INVALID'],
    ],
    'claim-missing.receipt.json': [
      'FAILED',
      'A required list is empty.',
      ['failed', 'CLAIM_MISSING'],
    ],
    'claims-inconsistent.receipt.json': [
      'FAILED',
      'A period that ends before it begins.',
      ['failed', 'CLAIM_INCONSISTENT'],
    ],
    'registry-list-longer.bundle.json': [
      'FAILED',
      'A list with a statement that the registry does not hold.',
      ['failed', 'REGISTRY_MISMATCH'],
      MISSING,
    ],
    'refusal.receipt.json': ['VERIFIED', 'A refusal names no party: the key says whose it is.'],
    'enrolment-of-operator.receipt.json': ['VERIFIED', 'Entry 0, by the key that it brings.'],
    'retirement.receipt.json': ['VERIFIED', 'A key signs its own end: it was active until then.'],
    'key-of-another.receipt.json': [
      'FAILED',
      'A party adds the key of another.',
      ['failed', 'KEY_EXISTS'],
      MISSING,
    ],
    'registrar-with-api-key.receipt.json': [
      'FAILED',
      'The registrar admits with a key that is not for statements.',
      ['failed', 'KEY_USE_WRONG'],
      MISSING,
    ],
    'admitted-twice.bundle.json': [
      'FAILED',
      'One statement in two entries.',
      ['failed', 'STATEMENT_ADMITTED'],
    ],
    'time-goes-back.receipt.json': [
      'FAILED',
      'An entry is a second older than one that stands before its neighbour.',
      ['failed', 'ENTRY_CHAIN_BROKEN'],
    ],
    'first-link-wrong.receipt.json': [
      'FAILED',
      'Entry 0 does not begin this log.',
      ['failed', 'ENTRY_CHAIN_BROKEN'],
    ],
    'link-wrong.bundle.json': [
      'FAILED',
      'Entry 2 does not continue entry 1.',
      ['failed', 'ENTRY_CHAIN_BROKEN'],
    ],
    'later-type.receipt.json': [
      'INCOMPLETE',
      'A type of a later version.',
      ['incomplete', 'STATEMENT_TYPE_UNKNOWN'],
    ],
    'later-algorithm.receipt.json': [
      'INCOMPLETE',
      'An algorithm of a later version.',
      ['incomplete', 'SIGNATURE_ALG_UNKNOWN'],
    ],
    'parent-held-by-another.bundle.json': [
      'FAILED',
      'The performer does not hold the parent.',
      ['failed', 'LINEAGE_CUSTODY'],
    ],
    'parent-number-unknown.bundle.json': [
      'FAILED',
      'The parent has no such dataset.',
      ['failed', 'LINEAGE_CUSTODY'],
    ],
    'parent-later.bundle.json': [
      'FAILED',
      'The parent stands behind its child.',
      ['failed', 'LINEAGE_ORDER'],
    ],
    'parent-without-datasets.bundle.json': [
      'FAILED',
      'An outcome is an end point and never a parent.',
      ['failed', 'LINEAGE_CUSTODY'],
    ],
    'copy-changed.bundle.json': [
      'FAILED',
      'The importer’s copy has another digest.',
      ['failed', 'DATASET_DIGEST_CHANGED'],
    ],
    'copy-changed-and-explained.bundle.json': [
      'VERIFIED',
      'So it has, and a transformation says why.',
    ],
  }

function lieCases(): readonly EvidenceCase[] {
  return Object.entries(LIES).map(([file, [expect, description, ...expected]]) => ({
    name: file.slice(0, file.indexOf('.')),
    description,
    file: `lies/${file}`,
    expect,
    findings: words(expected),
  }))
}

/** Lies and good files of lies.ts, edited. */
function editedLies(): readonly EvidenceCase[] {
  const equalRoots = inFile('lies/ahead-300-seconds.receipt.json')
  const added = inFile('lies/key-for-statements.receipt.json')
  const refused = inFile('lies/refusal.receipt.json')
  const explained = inFile('lies/copy-changed-and-explained.bundle.json')
  const malformed: Outcome = ['RECEIPT_MALFORMED']
  const later = toBase64url(
    new TextEncoder().encode(
      `{"alg":"ML-DSA-44","iat":1,"kid":"${KEYS.log.kid}","role":"party","typ":"waybill+sd-jwt"}`,
    ),
  )
  return [
    equalRoots(
      'path-differs-at-one-root',
      [set(['registry', 0, 'path', 0], ZEROS)],
      malformed,
      'Entry and head have one registry root, so there is one path.',
    ),
    equalRoots(
      'count-differs-at-one-root',
      [set(['registry', 0, 'count'], 0)],
      malformed,
      'Entry and head have one registry root, so there is one count.',
    ),
    equalRoots(
      'head-differs-from-entry',
      [set(['head', 'path', 0], ZEROS)],
      malformed,
      'The entry is the last one, so it stands in two places.',
    ),
    inReceipt(
      'registry-list-empty',
      [set(['registry', EXPORTER, 'statements'], [])],
      ['FAILED', ['failed', 'RECEIPT_MALFORMED'], MISSING],
      'A list of no statements.',
    ),
    inReceipt(
      'registry-of-later-algorithm',
      [set(['registry', EXPORTER, 'statements', 0, 'signatures', 0, 'protected'], later)],
      ['INCOMPLETE', ['incomplete', 'SIGNATURE_ALG_UNKNOWN'], MISSING],
      'A registry statement signed with an algorithm of a later version.',
    ),
    inBundle(
      'registry-list-not-shown',
      [cut('parties', EXPORTER)],
      ['INCOMPLETE', MISSING, ['incomplete', 'LINEAGE_GAP']],
      'Paths of a party without its list.',
    ),
    added(
      'registry-use-withheld',
      [cut('registry', ADDED, 'statements', 1, 'signatures', 0, 'header', 'disclosures', 5)],
      ['INCOMPLETE', MISSING],
      'A key was added, and what for is not shown.',
    ),
    refused(
      'refusal-reason-withheld',
      [cut('statement', 'signatures', 0, 'header')],
      ['INCOMPLETE', ['incomplete', 'CLAIM_WITHHELD']],
      'Who may refuse so depends on the reason, which is withheld.',
    ),
    explained(
      'explanation-withheld',
      [cut('statements', 1, 'signatures', 0, 'header', 'disclosures', 6)],
      ['INCOMPLETE', ['incomplete', 'CLAIM_WITHHELD'], ['incomplete', 'DATASET_DIGEST_CHANGED']],
      'The copy is another, and what may explain it is withheld.',
    ),
  ]
}

export function evidenceCases(): readonly EvidenceCase[] {
  return [
    ...goodCases(),
    ...malformedCases(),
    ...checkpointCases(),
    ...quorumCases(),
    ...entryCases(),
    ...registryCases(),
    ...statementCases(),
    ...lieCases(),
    ...editedLies(),
  ]
}

/** The value with the edits applied, one after another. */
export function applyEdits(value: Json, edits: readonly Edit[]): Json {
  return edits.reduce(applyEdit, value)
}

function applyEdit(value: Json, edit: Edit): Json {
  const [step, ...rest] = edit.path
  if (step === undefined) return changed(value, edit)
  const inner = { ...edit, path: rest }
  const removing = rest.length === 0 && edit.remove === true
  if (Array.isArray(value)) {
    const items = [...(value as readonly Json[])]
    if (removing) items.splice(Number(step), 1)
    else items[Number(step)] = applyEdit(items[Number(step)] ?? null, inner)
    return items
  }
  const { [step]: old = null, ...others } = value as JsonObject
  return removing ? others : { ...others, [step]: applyEdit(old, inner) }
}

function changed(old: Json, { value, replace }: Edit): Json {
  if (replace === undefined) return value ?? null
  if (typeof old !== 'string' || !old.includes(replace[0]))
    throw new RangeError('nothing to replace')
  return old.replace(...replace)
}
