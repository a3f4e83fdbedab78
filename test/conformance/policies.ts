/**
 * Policies and checkpoints: who must have signed, and whether it is enough. All packs are about one
 * receipt, whose checkpoint is signed and cosigned in many ways.
 */
import { toBase64 } from '../../ledger/core/bytes.js'
import { publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { ed25519NoteKey, formatVkey, parseNote, signNote } from '../../ledger/core/note.js'
import type { Expected } from './pack.js'
import {
  failed,
  incomplete,
  judgedAs,
  LOG_KEY,
  noteOf,
  type PackList,
  unread,
} from './pack-list.js'
import { ANNA, collection, ORIGIN, Scene, START, seedOf } from './scene.js'
import { quantumSafe, witness } from './signers.js'

const LOG = `log ${formatVkey(LOG_KEY.name, LOG_KEY.type, LOG_KEY.key)}\n`
const NONE = 'quorum none\n'
const north = witness('north.example/w')
const south = witness('south.example/w')
const west = witness('west.example/w')
const safe = quantumSafe()
const safeWitness = quantumSafe('pq.example/w')
const THREE = `${LOG}witness n ${north.vkey}\nwitness s ${south.vkey}\nwitness w ${west.vkey}\n`

const VERIFIED = judgedAs([])
const SHORT = judgedAs(incomplete('QUORUM_MISSING'))
const BAD_LINE = judgedAs(failed('NOTE_SIGNATURE_INVALID'))
const UNTRUSTED = judgedAs(failed('CHECKPOINT_UNTRUSTED'))
const MALFORMED = unread('POLICY_MALFORMED')
const UNSUPPORTED = unread('POLICY_UNSUPPORTED')

export async function addPolicies(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA)
  const made = await scene.add(collection(), { collector: ANNA })
  const receipt = await scene.receipt(made)
  const file = list.file('noted.json', receipt)
  const desk = new Desk(list, file, receipt)
  policyFiles(desk)
  quorums(desk)
  await cosignatures(desk)
  await checkpoints(desk)
}

/** The receipt, and what can stand in place of its checkpoint. */
class Desk {
  readonly list: PackList
  readonly file: string
  readonly note: string
  readonly text: string
  readonly #head: string

  constructor(list: PackList, file: string, receipt: JsonObject) {
    this.list = list
    this.file = file
    const proof = String(receipt['proof'])
    const at = proof.indexOf('\n\n') + 2
    this.#head = proof.slice(0, at)
    this.note = proof.slice(at)
    this.text = parseNote(this.note).text
  }

  policy(name: string, description: string, policy: string, expect: Expected = VERIFIED): void {
    this.list.pack(`policy-${name}`, description, { file: this.file, policy, expect })
  }

  /** The receipt under the checkpoint `note`. */
  noted(
    name: string,
    description: string,
    { note, policy = LOG + NONE }: { readonly note: string; readonly policy?: string },
    expect: Expected = VERIFIED,
  ): void {
    const edits = [{ path: ['proof'], value: this.#head + note }]
    this.list.pack(name, description, { file: this.file, policy, edits, expect })
  }
}

function policyFiles(desk: Desk): void {
  const other = ed25519NoteKey('other.example/log', publicKeyFromSeed(seedOf('another log')))
  const otherLog = `log ${formatVkey(other.name, other.type, other.key)}\n`
  const later = `log ${formatVkey(ORIGIN, 255, seedOf('a later key'))}\n`
  const laterWitness = `witness l ${formatVkey('l.example', 250, seedOf('later'))}\n`
  const good: readonly (readonly [string, string, string])[] = [
    [
      'comments',
      'Comments, empty lines, tabs.',
      `# ours\n\n \t${LOG.replace(' ', '\t ')}  # end\n${NONE}`,
    ],
    ['two-logs', 'Two logs; one of them signed.', otherLog + LOG + NONE],
    ['url', 'A log with an address.', LOG.replace('\n', ' https://ledger.example/\n') + NONE],
    ['quorum-first', 'No quorum is asked for before the log is named.', NONE + LOG],
    ['witness-unneeded', 'Witnesses are known, and none is needed.', THREE + NONE],
    [
      'later-log-type',
      'A log key of a type that nobody knows yet, beside one that is known.',
      later + LOG + NONE,
    ],
    [
      'later-witness-type',
      'A witness of a type that nobody knows yet, which the quorum can do without.',
      `${THREE}${laterWitness}group g any n l\n${NONE}`,
    ],
  ]
  for (const [name, description, policy] of good) desk.policy(name, description, policy)
  const bad: readonly (readonly [string, string, string])[] = [
    ['empty', 'An empty file.', '\n'],
    ['no-quorum', 'No quorum line.', LOG],
    ['two-quorums', 'Two quorum lines.', LOG + NONE + NONE],
    ['no-log', 'No log.', NONE],
    ['crlf', 'Lines end in CR LF.', (LOG + NONE).replaceAll('\n', '\r\n')],
    ['no-newline', 'The last line has no end.', `${LOG}quorum none`],
    ['unknown-word', 'A word that no policy has.', `${LOG}trust all\n${NONE}`],
    ['capitals', 'LOG is no word.', LOG.replace('log', 'LOG') + NONE],
    [
      'comment-behind',
      'A comment does not begin behind a key.',
      LOG.replace('\n', ' # ours\n') + NONE,
    ],
    ['byte-order-mark', 'A byte order mark.', `\ufeff${LOG}${NONE}`],
    ['log-twice', 'The same log twice.', LOG + LOG + NONE],
    [
      'key-id',
      'A key id that is not the key’s.',
      LOG.replace(/\+[0-9a-f]{8}\+/, '+00000000+') + NONE,
    ],
    ['quorum-unknown', 'A quorum that is nobody.', `${THREE}quorum e\n`],
    [
      'quorum-before',
      'A quorum that is defined behind it.',
      `${LOG}quorum n\nwitness n ${north.vkey}\n`,
    ],
    [
      'witness-twice',
      'One key under two names.',
      `${LOG}witness n ${north.vkey}\nwitness m ${north.vkey}\n${NONE}`,
    ],
    [
      'name-twice',
      'Two witnesses of one name.',
      `${LOG}witness n ${north.vkey}\nwitness n ${south.vkey}\n${NONE}`,
    ],
    ['name-none', 'A witness named none.', `${LOG}witness none ${north.vkey}\n${NONE}`],
    [
      'witness-of-log-type',
      'A log’s key type for a witness.',
      `${LOG}witness n ${LOG.slice(4)}${NONE}`,
    ],
    ['group-empty', 'A group of nobody.', `${THREE}group g all\n${NONE}`],
    ['group-member-unknown', 'A member that is nobody.', `${THREE}group g all n e\n${NONE}`],
    ['group-member-twice', 'A member twice.', `${THREE}group g 2 n n\n${NONE}`],
    ['group-in-itself', 'A group in itself.', `${THREE}group g any n g\n${NONE}`],
    [
      'member-of-two-groups',
      'A witness that would count twice.',
      `${THREE}group g all n s\ngroup h all n w\n${NONE}`,
    ],
    ['threshold-0', 'None of three.', `${THREE}group g 0 n s w\nquorum g\n`],
    ['threshold-4', 'Four of three.', `${THREE}group g 4 n s w\nquorum g\n`],
    [
      'threshold-zero-ahead',
      'A threshold that begins with 0.',
      `${THREE}group g 02 n s w\nquorum g\n`,
    ],
  ]
  for (const [name, description, policy] of bad) desk.policy(name, description, policy, MALFORMED)
  const unsupported: readonly (readonly [string, string, string])[] = [
    ['later-logs-only', 'Nothing that the policy trusts can be checked.', later + NONE],
    [
      'later-quorum',
      'The quorum needs a witness of a later type.',
      `${LOG}${laterWitness}quorum l\n`,
    ],
  ]
  for (const [name, description, policy] of unsupported) {
    desk.policy(name, description, policy, UNSUPPORTED)
  }
}

function quorums(desk: Desk): void {
  const { note, text } = desk
  const [n, s, w] = [north, south, west].map((each) => each.line(text)) as [string, string, string]
  const rows: readonly (readonly [string, string, string, string, Expected])[] = [
    ['one', 'One witness, and it cosigned.', 'quorum n\n', n, VERIFIED],
    ['one-missing', 'One witness, and it did not cosign.', 'quorum n\n', '', SHORT],
    ['one-other', 'Another witness cosigned.', 'quorum n\n', s, SHORT],
    ['any', 'Any of three.', 'group g any n s w\nquorum g\n', w, VERIFIED],
    ['any-none', 'Any of three, and none did.', 'group g any n s w\nquorum g\n', '', SHORT],
    ['two-of-three', 'Two of three.', 'group g 2 n s w\nquorum g\n', s + n, VERIFIED],
    ['two-of-three-one', 'Two of three, and one did.', 'group g 2 n s w\nquorum g\n', w, SHORT],
    [
      'one-line-thrice',
      'One witness thrice is one.',
      'group g 2 n s w\nquorum g\n',
      w + w + w,
      SHORT,
    ],
    ['all', 'All of three.', 'group g all n s w\nquorum g\n', n + s + w, VERIFIED],
    ['all-two', 'All of three, and two did.', 'group g all n s w\nquorum g\n', n + w, SHORT],
    [
      'nested',
      'The south, and one of the others.',
      'group o any n w\ngroup g all o s\nquorum g\n',
      s + w,
      VERIFIED,
    ],
    [
      'nested-short',
      'Both others, and not the south.',
      'group o any n w\ngroup g all o s\nquorum g\n',
      n + w,
      SHORT,
    ],
    ['none-but-cosigned', 'More than was asked for.', NONE, n + s + w, VERIFIED],
  ]
  for (const [name, description, rule, lines, expect] of rows) {
    desk.noted(`quorum-${name}`, description, { note: note + lines, policy: THREE + rule }, expect)
  }
}

async function cosignatures(desk: Desk): Promise<void> {
  const { note, text } = desk
  const one = `${THREE}quorum n\n`
  const pq = `log ${safe.vkey}\n${NONE}`
  const both = `${LOG}witness pq ${safe.vkey}\nquorum pq\n`
  const safeOne = `${LOG}witness pq ${safeWitness.vkey}\nquorum pq\n`
  const log = note.slice(text.length + 1)
  const body = `${text}\n`
  const older = text.replace(/\n\d+\n/, '\n1\n')
  const line = safe.line(text)
  const rows: readonly (readonly [string, string, string, string, Expected])[] = [
    ['time-0', 'A time is what the witness says it is.', one, log + north.line(text, 0), VERIFIED],
    ['time-largest', 'The last second of all.', one, log + north.line(text, 2 ** 53 - 1), VERIFIED],
    [
      'time-changed',
      'The time is signed.',
      one,
      log + retimed(north.line(text), START + 1),
      BAD_LINE,
    ],
    ['time-beyond', 'A time past 2^53−1.', one, log + retimed(north.line(text), 2 ** 53), BAD_LINE],
    ['replayed', 'A cosignature of an older checkpoint.', one, log + north.line(older), BAD_LINE],
    [
      'replayed-unneeded',
      'Nor does it help that nobody needs it.',
      THREE + NONE,
      log + north.line(older),
      BAD_LINE,
    ],
    [
      'unknown-name',
      'The same bytes under another name are nobody’s.',
      one,
      log + north.line(text).replace('north', 'nord'),
      SHORT,
    ],
    ['cut', 'A byte is missing.', one, log + recut(north.line(text), -1), BAD_LINE],
    ['time-alone', 'A time and no signature.', one, log + recut(north.line(text), 12), BAD_LINE],
    ['without-log', 'A witness signed, and the log did not.', one, north.line(text), UNTRUSTED],
    ['pq-alone', 'The log’s ML-DSA-44 line alone is enough for this reader.', pq, line, VERIFIED],
    ['pq-beside', 'Both lines; this reader knows one.', pq, log + line, VERIFIED],
    ['pq-missing', 'No ML-DSA-44 line.', pq, log, UNTRUSTED],
    ['pq-both', 'Both lines, and both are needed.', both, log + line, VERIFIED],
    ['pq-both-missing', 'Both are needed, and one is there.', both, log, SHORT],
    ['pq-both-log-missing', 'Both are needed, and the other one is there.', both, line, UNTRUSTED],
    ['pq-flipped', 'One bit of the ML-DSA-44 signature.', both, log + reflipped(line), BAD_LINE],
    [
      'pq-cut',
      'A byte of the ML-DSA-44 signature is missing.',
      both,
      log + recut(line, -1),
      BAD_LINE,
    ],
    [
      'pq-older',
      'The ML-DSA-44 line of an older checkpoint.',
      both,
      log + safe.line(older),
      BAD_LINE,
    ],
    [
      'pq-retimed',
      'The time of the ML-DSA-44 line is signed.',
      both,
      log + retimed(line, 7),
      BAD_LINE,
    ],
    [
      'pq-ignored',
      'A bad line of an unknown key does no harm.',
      LOG + NONE,
      log + reflipped(line),
      VERIFIED,
    ],
    [
      'pq-witness',
      'A witness with an ML-DSA-44 key.',
      safeOne,
      log + safeWitness.line(text),
      VERIFIED,
    ],
    ['pq-witness-missing', 'It did not cosign.', safeOne, log + line, SHORT],
  ]
  for (const [name, description, policy, lines, expect] of rows) {
    desk.noted(`cosigned-${name}`, description, { note: body + lines, policy }, expect)
  }
  await Promise.resolve()
}

async function checkpoints(desk: Desk): Promise<void> {
  const { note, text } = desk
  const [, size = '', root = ''] = text.split('\n')
  const signed = (...lines: readonly string[]) => noteOf(lines.map((line) => `${line}\n`).join(''))
  const unknown = (count: number) =>
    Array.from(
      { length: count },
      (_, at) => `— w${at}.example ${toBase64(seedOf(`line ${at}`))}\n`,
    ).join('')
  const elsewhere = await signNote(
    text,
    'other.example/log',
    publicKeyFromSeed(seedOf('another log')),
    (message) => Promise.resolve(signEd25519(seedOf('another log'), message)),
  )
  const line = elsewhere.slice(text.length + 1)
  const good: readonly (readonly [string, string, string])[] = [
    ['unknown-lines', 'Sixty-three lines of nobody known.', note + unknown(63)],
    ['foreign-log', 'Another log signed, too.', note + line],
    ['line-twice', 'The log’s line twice.', note + note.slice(text.length + 1)],
    [
      'line-behind',
      'The log’s line is the last one.',
      `${text}\n${unknown(2)}${note.slice(text.length + 1)}`,
    ],
  ]
  for (const [name, description, changed] of good)
    desk.noted(`note-${name}`, description, { note: changed })
  const malformed = judgedAs(failed('CHECKPOINT_MALFORMED'))
  const noNote = judgedAs(failed('NOTE_MALFORMED'))
  const bad: readonly (readonly [string, string, string, Expected])[] = [
    [
      'size-changed',
      'Another size under the same signature.',
      note.replace(`\n${size}\n`, `\n${size}0\n`),
      BAD_LINE,
    ],
    [
      'root-changed',
      'Another root under the same signature.',
      note.replace(root, toBase64(seedOf('root'))),
      BAD_LINE,
    ],
    ['another-key', 'Signed by nobody that the policy names.', elsewhere, UNTRUSTED],
    ['sixty-five-lines', 'More lines than a note may have.', note + unknown(64), noNote],
    ['no-gap', 'No empty line before the signatures.', note.replace('\n\n', '\n'), noNote],
    ['tab', 'A tab in the text.', note.replace('ledger', 'ledger\t'), noNote],
    ['hyphen', 'A hyphen for the dash.', note.replace('—', '-'), noNote],
    ['line-cut', 'The last line has no end.', note.slice(0, -1), unread('PROOF_MALFORMED')],
    ['extension', 'A fourth line, signed.', await signed(ORIGIN, size, root, 'more'), malformed],
    [
      'size-zero-ahead',
      'A size that begins with 0, signed.',
      await signed(ORIGIN, `0${size}`, root),
      malformed,
    ],
    [
      'size-hex',
      'A size in another notation, signed.',
      await signed(ORIGIN, '0x3', root),
      malformed,
    ],
    [
      'root-short',
      'A root of 31 bytes, signed.',
      await signed(ORIGIN, size, toBase64(seedOf('r').subarray(1))),
      malformed,
    ],
    ['two-lines', 'No root, signed.', await signed(ORIGIN, size), malformed],
    [
      'empty-tree',
      'A root for the empty tree that is not its own, signed.',
      await signed(ORIGIN, '0', root),
      malformed,
    ],
    [
      'origin',
      'Another log’s origin under this log’s key.',
      await signed('other.example/log', size, root),
      judgedAs(failed('CHECKPOINT_ORIGIN')),
    ],
    [
      'origin-case',
      'The origin in capitals.',
      await signed(ORIGIN.toUpperCase(), size, root),
      judgedAs(failed('CHECKPOINT_ORIGIN')),
    ],
  ]
  for (const [name, description, changed, expect] of bad) {
    desk.noted(`note-${name}`, description, { note: changed }, expect)
  }
  const smaller = judgedAs([
    ...failed('PROOF_LENGTH', 'PROOF_INDEX_RANGE'),
    ...incomplete('EVIDENCE_MISSING'),
  ])
  desk.noted(
    'note-of-another-tree',
    'A signed checkpoint of another tree.',
    { note: await signed(ORIGIN, '2', root) },
    smaller,
  )
}

/** The signature bytes of a line, changed. */
function rewritten(line: string, change: (bytes: Uint8Array) => Uint8Array): string {
  const [dash = '', name = '', text = ''] = line.trimEnd().split(' ')
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return `${dash} ${name} ${toBase64(change(bytes))}\n`
}

function retimed(line: string, time: number): string {
  return rewritten(line, (bytes) => {
    const view = new DataView(bytes.buffer)
    view.setBigUint64(4, BigInt(time))
    return bytes
  })
}

function recut(line: string, end: number): string {
  return rewritten(line, (bytes) => bytes.slice(0, end))
}

function reflipped(line: string): string {
  return rewritten(line, (bytes) => bytes.map((byte, at) => (at === 1000 ? 255 - byte : byte)))
}
