/** One receipt and one bundle with something changed: what form asks, and what every proof asks. */

import { toBase64 } from '../../ledger/core/bytes.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { Edit } from '../docs/evidence-cases.js'
import { type EditRow, failed, incomplete, judgedAs, type PackList, unread } from './pack-list.js'
import {
  ANNA,
  ANNA_NEXT,
  added,
  BORIS,
  BOTH,
  base64url,
  collection,
  ended,
  jcs,
  keyChange,
  OPERATOR,
  outcome,
  Scene,
  seedOf,
  transfer,
} from './scene.js'

type Path = readonly (string | number)[]
const set = (path: Path, value: Json): Edit => ({ path, value })
const cut = (...path: Path): Edit => ({ path, remove: true })
const swap = (path: Path, from: string, to: string): Edit => ({ path, replace: [from, to] })

const ORDER = [OPERATOR.kid, ANNA.kid, BORIS.kid].sort()
const [OF_OPERATOR, OF_ANNA, OF_BORIS] = [OPERATOR, ANNA, BORIS].map(({ kid }) =>
  ORDER.indexOf(kid),
) as [number, number, number]

const OK = judgedAs([])
const ZEROS = toBase64(new Uint8Array(32))
const bad = unread('RECEIPT_MALFORMED')
const badEnvelope = unread('ENVELOPE_INVALID')
const badEncoding = unread('ENCODING_INVALID')
const missing = incomplete('EVIDENCE_MISSING')
const mismatch = judgedAs([...failed('REGISTRY_MISMATCH'), ...missing])
const noRoot = judgedAs([...failed('PROOF_ROOT_MISMATCH'), ...missing])

export async function addEdited(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA, BORIS)
  const collected = await scene.add(collection(), { collector: ANNA })
  const moved = await scene.add(transfer([{ id: collected.id, n: 0 }]), BOTH)
  await scene.add(keyChange('add', ANNA_NEXT), added(ANNA_NEXT))
  const report = await scene.add(outcome([{ id: moved.id, n: 0 }]), { performer: BORIS })
  await scene.add(keyChange('retire', ANNA), ended(ANNA_NEXT))
  const receipt = await scene.receipt(moved)
  const file = list.file('transfer.json', receipt)
  list.pack('edit-nothing', 'The receipt of the other packs named edit-, untouched.', { file })
  list.edits(file, [
    ...form(),
    ...envelopeForm(receipt),
    ...proofs(receipt),
    ...registry(receipt),
    ...statement(receipt),
  ])
  const shown = [collected, moved, report]
  const bundle = list.file('bundle.json', await scene.bundle(shown))
  list.pack('bundle-all', 'An outcome with everything before it.', {
    file: bundle,
    kind: 'lineage',
  })
  list.edits(bundle, bundles(await scene.bundle(shown)), { kind: 'lineage' })
  texts(list)
}

/** Members, and what they must be. */
function form(): readonly EditRow[] {
  const members = ['entry', 'format', 'genesis', 'head', 'proof', 'registry', 'statement']
  const all = Array.from({ length: 64 }, () => ZEROS)
  return [
    ...members.map(
      (name): EditRow => [`edit-without-${name}`, `No member ${name}.`, [cut(name)], bad],
    ),
    ['edit-member-unknown', 'A member that no receipt has.', [set(['note'], 'x')], bad],
    ['edit-format-later', 'A later format.', [set(['format'], 'waybill-receipt/2')], bad],
    ['edit-format-bundle', 'It is no bundle.', [set(['format'], 'waybill-bundle/1')], bad],
    ['edit-index-text', 'A text for a number.', [set(['head', 'index'], '7')], bad],
    ['edit-index-negative', 'A negative index.', [set(['head', 'index'], -1)], bad],
    ['edit-index-fraction', 'Half an entry.', [set(['head', 'index'], 6.5)], bad],
    ['edit-index-unsafe', 'An index past 2^53−1.', [set(['head', 'index'], 2 ** 53)], bad],
    ['edit-count-null', 'No number of statements.', [set(['registry', 0, 'count'], null)], bad],
    ['edit-path-object', 'A path is a list.', [set(['genesis', 'path'], {})], bad],
    ['edit-path-64', 'No tree is so deep.', [set(['genesis', 'path'], all)], bad],
    [
      'edit-path-base64url',
      'Another alphabet.',
      [set(['genesis', 'path', 0], ZEROS.replace('=', ''))],
      badEncoding,
    ],
    [
      'edit-path-31-bytes',
      'A hash of 31 bytes.',
      [set(['genesis', 'path', 0], toBase64(new Uint8Array(31)))],
      unread('HASH_LENGTH'),
    ],
    ['edit-entry-number', 'An entry is a text.', [set(['entry'], 5)], bad],
    [
      'edit-entry-142-bytes',
      'An entry of 142 bytes.',
      [set(['entry'], toBase64(new Uint8Array(142)))],
      unread('ENTRY_MALFORMED'),
    ],
    ['edit-entry-object-more', 'A member that no entry has.', [set(['head', 'time'], 1)], bad],
    [
      'edit-entries-empty',
      'No further entries are said by leaving them out.',
      [set(['entries'], [])],
      bad,
    ],
    [
      'edit-proof-version',
      'A proof of a later version.',
      [swap(['proof'], '@v1', '@v2')],
      unread('PROOF_MALFORMED'),
    ],
    [
      'edit-proof-extra',
      'Nobody vouches for extra data.',
      [swap(['proof'], 'index', 'extra AA==\nindex')],
      bad,
    ],
    [
      'edit-proof-index-zero-ahead',
      'An index that begins with 0.',
      [swap(['proof'], 'index ', 'index 0')],
      unread('PROOF_MALFORMED'),
    ],
    ['edit-registry-object', 'The registry is a list.', [set(['registry'], {})], bad],
    ['edit-party-short', 'No party id.', [set(['registry', 0, 'party'], 'x')], bad],
    ['edit-statement-null', 'No statement.', [set(['statement'], null)], bad],
  ]
}

function envelopeForm(receipt: JsonObject): readonly EditRow[] {
  const first = ['statement', 'signatures', 0]
  const { header, text } = headerOf(receipt, 0)
  const protect = (
    name: string,
    description: string,
    changed: string,
    expect = badEnvelope,
  ): EditRow => [
    `envelope-${name}`,
    description,
    [set([...first, 'protected'], base64url(changed))],
    expect,
  ]
  const withHeader = (changes: JsonObject) => jcs({ ...header, ...changes })
  const alone = judgedAs(incomplete('SIGNATURE_ALG_UNKNOWN'))
  return [
    [
      'envelope-more',
      'A member that no envelope has.',
      [set(['statement', 'kid'], 'x')],
      badEnvelope,
    ],
    [
      'envelope-payload-padded',
      'Padding.',
      [swap(['statement', 'payload'], 'eyJ', '=eyJ')],
      badEncoding,
    ],
    [
      'envelope-payload-number',
      'A payload is a text.',
      [set(['statement', 'payload'], 1)],
      badEnvelope,
    ],
    ['envelope-unsigned', 'No signatures.', [set(['statement', 'signatures'], [])], badEnvelope],
    [
      'envelope-signature-short',
      '85 characters.',
      [set([...first, 'signature'], 'A'.repeat(85))],
      badEnvelope,
    ],
    [
      'envelope-signature-bits',
      'Bits behind the last byte.',
      [set([...first, 'signature'], `${'A'.repeat(85)}B`)],
      badEncoding,
    ],
    [
      'envelope-header-empty',
      'An unprotected header without disclosures.',
      [set([...first, 'header'], {})],
      badEnvelope,
    ],
    [
      'envelope-header-second',
      'Disclosures behind the second signature.',
      [set(['statement', 'signatures', 1, 'header'], { disclosures: [] })],
      badEnvelope,
    ],
    [
      'envelope-disclosure-number',
      'A disclosure is a text.',
      [set([...first, 'header', 'disclosures', 0], 1)],
      badEnvelope,
    ],
    ['envelope-swapped', 'Signatures out of order.', swapped(receipt), unread('SIGNATURE_ORDER')],
    [
      'envelope-role-twice',
      'One role twice.',
      [set(['statement', 'signatures', 1], strip(signature(receipt, 0)))],
      unread('SIGNATURE_ORDER'),
    ],
    protect(
      'header-spaces',
      'A header that is not canonical.',
      text.replace(':', ': '),
      unread('JSON_NOT_CANONICAL'),
    ),
    protect('header-iat-negative', 'A negative time.', withHeader({ iat: -1 })),
    protect('header-kid-short', 'A key id of 42 characters.', withHeader({ kid: 'A'.repeat(42) })),
    protect('header-role-capital', 'A role in capitals.', withHeader({ role: 'Exporter' })),
    protect('header-more', 'A member that no header has.', JSON.stringify({ ...header, zz: 1 })),
    protect(
      'header-without-alg',
      'No algorithm at all is not an unknown one.',
      text.replace('"alg":"Ed25519",', ''),
    ),
    protect(
      'header-typ',
      'Signed for something else.',
      withHeader({ typ: 'waybill-auth+jwt' }),
      unread('SIGNATURE_TYP_WRONG'),
    ),
    protect(
      'alg-later',
      'An algorithm of later days: what it signed is not judged.',
      withHeader({ alg: 'ML-DSA-44' }),
      alone,
    ),
    protect(
      'alg-eddsa',
      'The older name of the algorithm is another name.',
      withHeader({ alg: 'EdDSA' }),
      alone,
    ),
    [
      'envelope-alg-much-later',
      'Nor does a header or signature of another form make it damaged.',
      [
        set(
          [...first, 'protected'],
          base64url(withHeader({ alg: 'ML-DSA-44', crit: ['zz'], zz: 1 })),
        ),
        set([...first, 'signature'], 'A'.repeat(3227)),
      ],
      alone,
    ],
    [
      'envelope-batch',
      'A member of a batch: reserved, not damaged.',
      [set(['statement', 'batch'], {})],
      judgedAs(incomplete('ENVELOPE_FORM_UNKNOWN')),
    ],
    [
      'envelope-list-alg',
      'A key statement by an algorithm of later days: the list is of no use.',
      [
        set(
          ['registry', OF_ANNA, 'statements', 0, 'signatures', 0, 'protected'],
          base64url(
            headerText(receipt, ['registry', OF_ANNA, 'statements', 0], 0).replace(
              'Ed25519',
              'ML-DSA-44',
            ),
          ),
        ),
      ],
      judgedAs([...incomplete('SIGNATURE_ALG_UNKNOWN'), ...missing]),
    ],
    [
      'stub-more',
      'A stub has two members.',
      [set(['statement'], { payload: 'AA', disclosures: [], more: 1 })],
      badEnvelope,
    ],
  ]
}

function proofs(receipt: JsonObject): readonly EditRow[] {
  const proof = String(receipt['proof'])
  const [, , sibling = ''] = proof.split('\n')
  return [
    ['proof-sibling', 'Another sibling on the way.', [swap(['proof'], sibling, ZEROS)], noRoot],
    [
      'proof-sibling-less',
      'A sibling is missing.',
      [swap(['proof'], `${sibling}\n`, '')],
      judgedAs([...failed('PROOF_LENGTH'), ...missing]),
    ],
    ['proof-index', 'The place of another entry.', [swap(['proof'], 'index 4', 'index 5')], noRoot],
    [
      'proof-index-beyond',
      'A place behind the last one.',
      [swap(['proof'], 'index 4', 'index 400')],
      judgedAs([...failed('PROOF_INDEX_RANGE'), ...missing]),
    ],
    ['proof-head-path', 'The last entry is not proven.', [set(['head', 'path', 0], ZEROS)], noRoot],
    [
      'proof-head-path-more',
      'A hash too many.',
      [set(['head', 'path'], [...list(receipt, 'head', 'path'), ZEROS])],
      judgedAs([...failed('PROOF_LENGTH'), ...missing]),
    ],
    [
      'proof-genesis-path',
      'Entry 0 is not proven: nobody knows the registrar.',
      [set(['genesis', 'path', 0], ZEROS)],
      noRoot,
    ],
    [
      'proof-genesis-is-head',
      'The last entry where entry 0 is asked for.',
      [set(['genesis'], at(receipt, ['head']))],
      judgedAs(missing),
    ],
    [
      'proof-head-is-genesis',
      'Entry 0 where the last one is asked for.',
      [set(['head'], at(receipt, ['genesis']))],
      mismatch,
    ],
    [
      'proof-entry-digest',
      'The entry says another digest.',
      [set(['entry'], respelledEntry(receipt, 80))],
      noRoot,
    ],
    [
      'proof-entry-time',
      'The entry says another time.',
      [set(['entry'], respelledEntry(receipt, 40))],
      noRoot,
    ],
    [
      'proof-head-differs',
      'One place, two entries.',
      [set(['head'], { ...(at(receipt, ['head']) as JsonObject), index: 4 })],
      bad,
    ],
  ]
}

function registry(receipt: JsonObject): readonly EditRow[] {
  const of = (party: number, ...rest: Path): Path => ['registry', party, ...rest]
  const statements = list(receipt, 'registry', OF_ANNA, 'statements')
  return [
    [
      'registry-last-left-out',
      'The list lacks its end.',
      [cut(...of(OF_ANNA, 'statements', 2))],
      mismatch,
    ],
    [
      'registry-first-left-out',
      'The list lacks its beginning.',
      [cut(...of(OF_ANNA, 'statements', 0))],
      judgedAs([...failed('PARTY_UNKNOWN'), ...missing]),
    ],
    [
      'registry-middle-left-out',
      'The list lacks the key that ended the other.',
      [cut(...of(OF_ANNA, 'statements', 1))],
      judgedAs([...failed('KEY_UNKNOWN'), ...missing]),
    ],
    [
      'registry-reordered',
      'The retirement before the key that signed it.',
      [set(of(OF_ANNA, 'statements'), [statements[0], statements[2], statements[1]] as Json)],
      judgedAs([...failed('KEY_UNKNOWN'), ...missing]),
    ],
    [
      'registry-longer',
      'Another party’s statement at the end.',
      [
        set(of(OF_BORIS, 'statements'), [
          ...list(receipt, 'registry', OF_BORIS, 'statements'),
          statements[0] as Json,
        ]),
      ],
      judgedAs([...failed('REGISTRY_MISMATCH'), ...missing]),
    ],
    [
      'registry-empty',
      'A list of nothing.',
      [set(of(OF_BORIS, 'statements'), [])],
      judgedAs([...failed('RECEIPT_MALFORMED'), ...missing]),
    ],
    [
      'registry-count-less',
      'Fewer statements than at the entry.',
      [set(of(OF_ANNA, 'count'), 0)],
      mismatch,
    ],
    [
      'registry-count-more',
      'As if the second key had been there.',
      [set(of(OF_ANNA, 'count'), 2)],
      mismatch,
    ],
    ['registry-count-beyond', 'More than the list has.', [set(of(OF_ANNA, 'count'), 4)], mismatch],
    ['registry-path', 'Another sibling.', [set(of(OF_BORIS, 'path', 0), ZEROS)], mismatch],
    [
      'registry-head-path',
      'Another sibling at the last entry.',
      [set(of(OF_BORIS, 'head_path', 0), ZEROS)],
      mismatch,
    ],
    [
      'registry-path-cut',
      'A path that ends too early.',
      [cut(...of(OF_BORIS, 'path', 0))],
      mismatch,
    ],
    [
      'registry-path-longer',
      'An empty sibling more.',
      [set(of(OF_BORIS, 'path'), [...list(receipt, 'registry', OF_BORIS, 'path'), ZEROS])],
      mismatch,
    ],
    [
      'registry-renamed',
      'The list under another name.',
      [set(of(OF_BORIS, 'party'), ANNA_NEXT.kid)],
      mismatch,
    ],
    [
      'registry-party-left-out',
      'Nothing is shown about a side.',
      [cut('registry', OF_BORIS)],
      judgedAs(missing),
    ],
    [
      'registry-registrar-left-out',
      'Nothing is shown about the registrar.',
      [cut('registry', OF_OPERATOR)],
      judgedAs(missing),
    ],
    [
      'registry-signature',
      'A signature of zeros.',
      [set(of(OF_BORIS, 'statements', 0, 'signatures', 0, 'signature'), 'A'.repeat(86))],
      judgedAs([...failed('SIGNATURE_INVALID'), ...missing]),
    ],
    [
      'registry-signature-exchanged',
      'The registrar’s word about somebody else.',
      [
        set(
          of(OF_BORIS, 'statements', 0, 'signatures', 1),
          strip(at(receipt, of(OF_ANNA, 'statements', 0, 'signatures', 1)) as JsonObject),
        ),
      ],
      judgedAs([...failed('SIGNATURE_INVALID'), ...missing]),
    ],
    [
      'registry-closed',
      'A list whose statements say nothing.',
      [cut(...of(OF_BORIS, 'statements', 0, 'signatures', 0, 'header'))],
      judgedAs(missing),
    ],
    [
      'registry-name-withheld',
      'A party may withhold its name.',
      [cutClaim(receipt, of(OF_BORIS, 'statements', 0), 'A party')],
      OK,
    ],
    [
      'registry-use-withheld',
      'Uses of a key that ends decide nothing.',
      [cutClaim(receipt, of(OF_ANNA, 'statements', 2), [])],
      OK,
    ],
    [
      'registry-use-of-new-key-withheld',
      'Uses of a new key decide.',
      [cutClaim(receipt, of(OF_ANNA, 'statements', 1), 'statement')],
      judgedAs(missing),
    ],
    [
      'registry-action-withheld',
      'What was done with the key.',
      [cutClaim(receipt, of(OF_ANNA, 'statements', 2), 'retire')],
      judgedAs(missing),
    ],
    [
      'registry-disclosure-of-another',
      'A value that belongs elsewhere.',
      [set(of(OF_BORIS, 'statements', 0, 'signatures', 0, 'header', 'disclosures', 0), 'AAAA')],
      judgedAs([...failed('DISCLOSURE_UNMATCHED'), ...missing]),
    ],
    [
      'registry-order',
      'A reader does not ask in which order parties stand.',
      [set(['registry'], [...list(receipt, 'registry')].reverse())],
      OK,
    ],
    [
      'registry-twice',
      'A party twice.',
      [
        set(
          ['registry'],
          [...list(receipt, 'registry'), list(receipt, 'registry')[OF_BORIS] as Json],
        ),
      ],
      judgedAs(failed('RECEIPT_MALFORMED')),
    ],
  ]
}

function statement(receipt: JsonObject): readonly EditRow[] {
  const first = ['statement', 'signatures', 0]
  const disclosures = [...first, 'header', 'disclosures']
  const values = list(receipt, ...disclosures) as readonly string[]
  const mismatched = judgedAs(failed('ENTRY_MISMATCH'))
  const withheld = judgedAs(incomplete('CLAIM_WITHHELD'))
  const payload = String(at(receipt, ['statement', 'payload']))
  const stub = { payload, disclosures: [...values] }
  return [
    [
      'statement-signature',
      'The entry commits to another signature.',
      [set([...first, 'signature'], 'A'.repeat(86))],
      mismatched,
    ],
    [
      'statement-one-side',
      'The entry commits to both.',
      [cut('statement', 'signatures', 1)],
      mismatched,
    ],
    [
      'statement-payload-of-another',
      'Another statement.',
      [
        set(
          ['statement', 'payload'],
          String(at(receipt, ['registry', 0, 'statements', 0, 'payload'])),
        ),
      ],
      mismatched,
    ],
    ['statement-value-withheld', 'One value withheld.', [cut(...disclosures, 3)], withheld],
    ['statement-all-withheld', 'All values withheld.', [cut(...first, 'header')], withheld],
    [
      'statement-value-changed',
      'A value that was not signed.',
      [set([...disclosures, 0], Buffer.from('["AAAAAAAAAAAAAAAAAAAAAA",1]').toString('base64url'))],
      judgedAs(failed('DISCLOSURE_UNMATCHED')),
    ],
    [
      'statement-value-twice',
      'A value twice.',
      [set(disclosures, [...values, values[0] as Json])],
      judgedAs(failed('DISCLOSURE_REPEATED')),
    ],
    [
      'statement-value-padded',
      'The same value, spelled otherwise.',
      [set([...disclosures, 0], `${values[0]}=`)],
      judgedAs(failed('DISCLOSURE_UNMATCHED')),
    ],
    [
      'statement-values-reversed',
      'Values in any order.',
      [set(disclosures, [...values].reverse())],
      OK,
    ],
    [
      'statement-stub',
      'A stub proves its entry, not who signed.',
      [set(['statement'], stub)],
      judgedAs(incomplete('STATEMENT_STUB')),
    ],
    [
      'statement-stub-closed',
      'A stub may say nothing.',
      [set(['statement'], { ...stub, disclosures: [] })],
      judgedAs(incomplete('STATEMENT_STUB')),
    ],
    [
      'statement-stub-value-changed',
      'A stub with a value that was not signed.',
      [set(['statement'], { ...stub, disclosures: ['AAAA'] })],
      judgedAs(failed('DISCLOSURE_UNMATCHED')),
    ],
  ]
}

function bundles(bundle: JsonObject): readonly EditRow[] {
  const entries = list(bundle, 'entries') as readonly JsonObject[]
  const reversed = (name: string) => set([name], [...list(bundle, name)].reverse())
  const gap = [...missing, ...incomplete('LINEAGE_GAP')]
  const proof = judgedAs([...failed('PROOF_ROOT_MISMATCH'), ...gap])
  return [
    [
      'bundle-reversed',
      'A reader does not ask for an order.',
      ['entries', 'statements', 'parties', 'registry'].map(reversed),
      OK,
    ],
    [
      'bundle-statement-twice',
      'The same statement twice is one.',
      [set(['statements'], [...list(bundle, 'statements'), list(bundle, 'statements')[0] as Json])],
      OK,
    ],
    ['bundle-member-unknown', 'A member that no bundle has.', [set(['note'], 'x')], bad],
    ['bundle-checkpoint-null', 'No checkpoint.', [set(['checkpoint'], null)], bad],
    ['bundle-statements-object', 'Statements are a list.', [set(['statements'], {})], bad],
    ['bundle-entry-member', 'A member that no entry has.', [set(['entries', 0, 'time'], 1)], bad],
    [
      'bundle-root-short',
      'A root of 31 bytes.',
      [set(['registry', 0, 'root'], toBase64(new Uint8Array(31)))],
      unread('HASH_LENGTH'),
    ],
    [
      'bundle-no-statements',
      'Nothing to verify is no success.',
      [set(['statements'], [])],
      judgedAs(incomplete('NOTHING_TO_VERIFY')),
    ],
    [
      'bundle-no-entries',
      'Nothing is proven, and nothing is wrong.',
      [set(['entries'], [])],
      judgedAs(missing),
    ],
    ['bundle-no-parties', 'Nobody’s keys are shown.', [set(['parties'], [])], judgedAs(missing)],
    [
      'bundle-no-registry',
      'No list is shown to be complete.',
      [set(['registry'], [])],
      judgedAs(missing),
    ],
    ['bundle-entry-left-out', 'The entry of the collection.', [cut('entries', 1)], judgedAs(gap)],
    [
      'bundle-entry-changed',
      'An entry of other bytes.',
      [set(['entries', 1, 'entry'], toBase64(new Uint8Array(143)))],
      judgedAs([...failed('ENTRY_MALFORMED'), ...gap]),
    ],
    [
      'bundle-entries-exchanged',
      'Two entries in each other’s place.',
      [
        set(['entries', 1, 'entry'], String(entries[2]?.['entry'])),
        set(['entries', 2, 'entry'], String(entries[1]?.['entry'])),
      ],
      proof,
    ],
    [
      'bundle-entry-twice',
      'The same place again, with another path.',
      [set(['entries'], [...entries, { ...entries[1], path: [ZEROS, ZEROS, ZEROS] } as Json])],
      judgedAs(failed('PROOF_ROOT_MISMATCH')),
    ],
    [
      'bundle-entry-index',
      'An entry in the place of the next one.',
      [set(['entries', 1, 'index'], 4)],
      proof,
    ],
    [
      'bundle-root-changed',
      'A count under a root that no entry has.',
      [set(['registry', 0, 'root'], ZEROS)],
      mismatch,
    ],
    [
      'bundle-checkpoint-cut',
      'A checkpoint that nobody signed.',
      [swap(['checkpoint'], '\n\n—', '\n—')],
      judgedAs(failed('NOTE_MALFORMED')),
    ],
    [
      'bundle-statement-left-out',
      'The collection is not shown.',
      [cut('statements', 0)],
      judgedAs(incomplete('LINEAGE_GAP')),
    ],
    [
      'bundle-collection-unsigned',
      'The collection as a stub: whoever holds it is withheld.',
      [
        set(['statements', 0], {
          disclosures: [],
          payload: String(at(bundle, ['statements', 0, 'payload'])),
        }),
      ],
      judgedAs(incomplete('STATEMENT_STUB', 'LINEAGE_CUSTODY')),
    ],
  ]
}

/** Texts that are no evidence at all. */
function texts(list: PackList): void {
  const rows: readonly (readonly [
    string,
    string,
    { text?: string; hex?: string },
    ReturnType<typeof unread>,
  ])[] = [
    ['empty', 'No bytes.', { text: '' }, unread('JSON_INVALID')],
    ['null', 'No object.', { text: 'null' }, bad],
    ['list', 'A list of nothing.', { text: '[]' }, bad],
    ['object', 'An empty object.', { text: '{}' }, bad],
    [
      'comma',
      'A comma too many.',
      { text: '{"format":"waybill-receipt/1",}' },
      unread('JSON_INVALID'),
    ],
    [
      'name-twice',
      'One name twice.',
      { text: '{"format":"waybill-receipt/1","format":"waybill-bundle/1"}' },
      unread('JSON_INVALID'),
    ],
    [
      'name-twice-escaped',
      'One name twice, once in escapes.',
      { text: '{"format":1,"\\u0066ormat":2}' },
      unread('JSON_INVALID'),
    ],
    ['surrogate', 'Half a character.', { text: '{"format":"\\ud83d"}' }, unread('JSON_INVALID')],
    ['not-a-number', 'A word that is no JSON.', { text: '{"format":NaN}' }, unread('JSON_INVALID')],
    ['comment', 'JSON has no comments.', { text: '{} // x' }, unread('JSON_INVALID')],
    [
      'depth',
      'Nested 33 deep.',
      { text: `${'['.repeat(33)}${']'.repeat(33)}` },
      unread('JSON_INVALID'),
    ],
    ['byte-order-mark', 'A byte order mark.', { hex: 'efbbbf7b7d' }, unread('JSON_INVALID')],
    ['latin-1', 'Bytes that are not UTF-8.', { hex: '7b22e9223a317d' }, unread('UTF8_INVALID')],
    [
      'overlong',
      'A character in more bytes than it needs.',
      { hex: '7b22c0af223a317d' },
      unread('UTF8_INVALID'),
    ],
  ]
  for (const [name, description, content, expect] of rows) {
    list.pack(`text-${name}`, description, { ...content, expect })
  }
}

function at(value: Json, path: Path): Json {
  return path.reduce((inner, step) => (inner as never)[step] as Json, value)
}

function list(value: Json, ...path: Path): readonly Json[] {
  return at(value, path) as readonly Json[]
}

function signature(receipt: JsonObject, position: number): JsonObject {
  return at(receipt, ['statement', 'signatures', position]) as JsonObject
}

function strip({ header: _, ...rest }: JsonObject): JsonObject {
  return rest
}

function swapped(receipt: JsonObject): readonly Edit[] {
  return [
    set(['statement', 'signatures'], [strip(signature(receipt, 1)), strip(signature(receipt, 0))]),
  ]
}

function headerText(receipt: JsonObject, of: Path, position: number): string {
  const text = String(at(receipt, [...of, 'signatures', position, 'protected']))
  return Buffer.from(text, 'base64url').toString()
}

function headerOf(receipt: JsonObject, position: number) {
  const text = headerText(receipt, ['statement'], position)
  return { text, header: JSON.parse(text) as JsonObject }
}

/** Withholds the value of a statement in a list; the last one that is equal. */
function cutClaim(receipt: JsonObject, of: Path, value: Json): Edit {
  const path = [...of, 'signatures', 0, 'header', 'disclosures']
  const position = (list(receipt, ...path) as readonly string[]).findLastIndex((text) => {
    const [, said] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, Json]
    return JSON.stringify(said) === JSON.stringify(value)
  })
  if (position < 0) throw new RangeError('no such value')
  return cut(...path, position)
}

function respelledEntry(receipt: JsonObject, offset: number): string {
  const bytes = Uint8Array.from(Buffer.from(String(receipt['entry']), 'base64'))
  bytes.set(seedOf('respelled').subarray(0, 1), offset)
  return toBase64(bytes)
}
