/**
 * Every error code with its HTTP status, its exit code (DESIGN 6 and 7.1 of the project's design,
 * repeated in docs/errors.md) and the words that `waybill explain CODE` prints.
 *
 * Codes are UPPER_SNAKE, noun first. A code is never reused for another meaning.
 */
type Row = {
  /** HTTP status of the problem document. */
  readonly http: number
  /** Exit code of the command line. */
  readonly exit: number
  readonly title: string
  /** What happened and what to do about it, for a person. */
  readonly explain: string
}

export const ERRORS = {
  // encodings and json
  ENCODING_INVALID: {
    http: 400,
    exit: 65,
    title: 'text is not in its strict encoding',
    explain:
      'A value must be lower-case hex, padded base64, or base64url without padding and with zero trailing bits, and equal to its own re-encoding. Encode the bytes again with a standard library.',
  },
  UTF8_INVALID: {
    http: 400,
    exit: 65,
    title: 'bytes are not valid UTF-8',
    explain:
      'The text holds bytes that are not UTF-8. Save or send it as UTF-8 without a byte order mark.',
  },
  JSON_INVALID: {
    http: 400,
    exit: 65,
    title: 'not strict JSON',
    explain:
      'The text is not JSON, names a member twice, nests too deep, or holds half of a surrogate pair. Correct it at the place named and send it again.',
  },
  JSON_NOT_CANONICAL: {
    http: 400,
    exit: 65,
    title: 'JSON is not in the canonical form of RFC 8785',
    explain:
      'Signed bytes must be JCS (RFC 8785): sorted members, no white space, shortest escapes, integers only. Build the statement with `waybill sign` or the client library.',
  },
  HASH_LENGTH: {
    http: 400,
    exit: 65,
    title: 'a hash is not 32 bytes long',
    explain:
      'Every hash here is SHA-256, 32 bytes. The value was cut, padded or is something else.',
  },
  // keys, key files and signers
  KEY_INVALID: {
    http: 422,
    exit: 65,
    title: 'not an acceptable Ed25519 public key',
    explain:
      'A public key must be 32 bytes that canonically encode a point of the prime-order group: not of small order, without a small-order part, not respelled; a JWK has exactly crv, kty and x. Keys made by common tools pass. Make a new key with `waybill keygen`.',
  },
  KEY_FILE_INVALID: {
    http: 500,
    exit: 65,
    title: 'not an Ed25519 private key file',
    explain:
      'The file must hold one unencrypted PKCS#8 PEM block (BEGIN PRIVATE KEY) with an Ed25519 key. Make one with `waybill keygen` or `openssl genpkey -algorithm ed25519`.',
  },
  KEY_FILE_MODE: {
    http: 500,
    exit: 78,
    title: 'a private key file is open to other users',
    explain:
      'Others on this machine may have read or replaced the key. If that is possible, revoke it and make a new one; otherwise close the file with `chmod 600`.',
  },
  KEY_FILE_EXISTS: {
    http: 500,
    exit: 74,
    title: 'a key file is already there',
    explain:
      'Waybill never overwrites a private key. Choose another path, or move the old key away first.',
  },
  KEY_FILE_IO: {
    http: 500,
    exit: 74,
    title: 'a key file could not be read or written',
    explain:
      'The operating system refused; the details name its error code. Check the path, the folder and its permissions.',
  },
  INPUT_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such input file',
    explain: 'The named file does not exist. Check the path.',
  },
  SIGNER_FAILED: {
    http: 500,
    exit: 69,
    title: 'the signing command gave no valid signature',
    explain:
      'An `exec:` signer gets the signing input on stdin and must write exactly 64 bytes, the Ed25519 signature by the configured key, and exit with 0 within 30 seconds. It has no terminal: give PINs through its agent or environment. Run the command by hand to see what it says.',
  },
  // signed notes, checkpoints, proofs and policies (c2sp.org)
  NOTE_MALFORMED: {
    http: 400,
    exit: 65,
    title: 'not a signed note',
    explain:
      'The text is not a signed note (c2sp.org/signed-note): a text ending in a newline, an empty line, then 1 to 64 lines of em dash, space, key name, space, base64 signature. Copy the file byte for byte; editors that change line ends, add a byte order mark or cut the last newline break it.',
  },
  NOTE_SIGNATURE_INVALID: {
    http: 403,
    exit: 1,
    title: 'a trusted key is named but its signature is wrong',
    explain:
      'A signature line names a key that you trust, but the signature does not fit the text. Somebody changed the text or the signature, so the whole note is refused. Fetch it again from another source; if it still fails, keep the file as evidence.',
  },
  VKEY_INVALID: {
    http: 400,
    exit: 65,
    title: 'not a verifier key',
    explain:
      'A verifier key is one line: name+<8 hex digits>+base64, where the digits are the key id that belongs to this name and key, and the name has no space and no plus sign. Copy it whole from the operator of the log or witness.',
  },
  CHECKPOINT_MALFORMED: {
    http: 400,
    exit: 65,
    title: 'not a checkpoint',
    explain:
      'The text of a checkpoint (c2sp.org/tlog-checkpoint) is exactly three lines: origin, tree size in decimal without leading zeros and below 2^53, base64 of the 32-byte root hash. Extension lines are not accepted here. Fetch the checkpoint again from the log.',
  },
  CHECKPOINT_UNTRUSTED: {
    http: 403,
    exit: 1,
    title: 'no log key of the policy signed the checkpoint',
    explain:
      'The checkpoint is well formed, but none of its signatures is by a log key of your policy file. Either it is of another log, or your policy holds an old or wrong key. Get the key of the log from its operator by a way you trust and put it into a `log` line.',
  },
  CHECKPOINT_ORIGIN: {
    http: 403,
    exit: 1,
    title: 'the checkpoint names another log than its key',
    explain:
      'A trusted key signed the checkpoint, but its first line is not the name of that key. One log must not speak for another, so the checkpoint is refused. Ask the operator which log the key is for.',
  },
  PROOF_INDEX_RANGE: {
    http: 400,
    exit: 1,
    title: 'no such place in a tree of that size',
    explain:
      'A proof was asked for or checked with an index that is not below the tree size, or with an older tree size above the newer one, or with a number that is not a whole number from 0 to 2^53-1. Use the index and the tree size of the same receipt or checkpoint.',
  },
  PROOF_LENGTH: {
    http: 422,
    exit: 1,
    title: 'the proof has the wrong number of hashes',
    explain:
      'For an index and a tree size there is exactly one correct number of hashes, and the proof has more or fewer. It was cut, padded or made for another tree size. Ask for the proof or receipt again.',
  },
  PROOF_ROOT_MISMATCH: {
    http: 422,
    exit: 1,
    title: 'the proof leads to another root hash',
    explain:
      'The hashes of the proof do not lead to the root hash of the checkpoint. The entry, the proof or the root hash is not what the log committed to: something was changed, or the proof belongs to another checkpoint. Fetch the receipt again; if it still fails, keep both files as evidence and run `waybill audit`.',
  },
  PROOF_MALFORMED: {
    http: 400,
    exit: 65,
    title: 'not a tlog-proof',
    explain:
      'The text is not a proof file (c2sp.org/tlog-proof): the line c2sp.org/tlog-proof@v1, an optional `extra` line, an `index` line, base64 hashes of 32 bytes one per line, an empty line, and the checkpoint. Ask for the proof or receipt again.',
  },
  POLICY_MALFORMED: {
    http: 400,
    exit: 78,
    title: 'not a policy file',
    explain:
      'A policy file (c2sp.org/tlog-policy) holds lines `log <vkey> [url]`, `witness <name> <vkey> [url]`, `group <name> all|any|<k> <member>...` and exactly one `quorum <name|none>`; what a line names must be defined above it. Spaces or tabs separate the words, # at the start of a line begins a comment, and the last line ends in a newline too. Correct the line named.',
  },
  POLICY_UNSUPPORTED: {
    http: 400,
    exit: 78,
    title: 'the policy asks for something this version cannot check',
    explain:
      'All log keys of the policy file, or so many witness keys that its quorum can never be met, are of signature types that this version does not know. It knows Ed25519 (1), Ed25519 cosignatures (4) and ML-DSA-44 (6), and will not pretend to have checked more. Use a later version, or keys of those types.',
  },
  QUORUM_MISSING: {
    http: 503,
    exit: 3,
    title: 'fewer witnesses have cosigned than the policy asks for',
    explain:
      'The log signed the checkpoint, but the witnesses that your policy names in its quorum have not all said that they saw it as one history with the earlier ones. Nothing is wrong with the record; that everybody is shown the same one is not proven. A receipt given at once is under a checkpoint that no witness has seen yet: replace it with `waybill receipt --upgrade FILE`. If newer checkpoints lack the same witnesses, ask the operator, or the witnesses, why.',
  },
  POLICY_MISSING: {
    http: 400,
    exit: 78,
    title: 'no policy says whom to believe',
    explain:
      "A verifier must know whose word about the log counts. Get the log's verifier key (vkey) from its operator by a way you trust, write the lines `log <vkey>` and `quorum none` into a file, and give it with --policy FILE.",
  },
  // statements
  STATEMENT_ID_INVALID: {
    http: 400,
    exit: 65,
    title: 'not a statement id',
    explain:
      'A statement id is 64 lower-case hex digits. Commands also take the first 8 or more digits when no other id begins with them.',
  },
  STATEMENT_VERSION_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'unknown statement version',
    explain:
      'This statement has a `v` that this version of Waybill does not know. Use a newer Waybill to check it.',
  },
  PAYLOAD_TOO_LARGE: {
    http: 413,
    exit: 65,
    title: 'payload over a limit',
    explain:
      'A payload may have 65,536 bytes and 1,024 claim values. Split the statement, or describe fields by dataset manifest.',
  },
  PAYLOAD_INVALID: {
    http: 422,
    exit: 65,
    title: 'payload breaks a rule of its form',
    explain:
      'The visible part of the statement does not follow docs/format.md at the place named. Build statements with `waybill sign` or the client library.',
  },
  ENVELOPE_INVALID: {
    http: 400,
    exit: 65,
    title: 'envelope breaks a rule of its form',
    explain:
      "The envelope must be JWS General JSON with exactly `payload` and `signatures`, disclosures in the first signature's header. See the place named and docs/format.md.",
  },
  ENVELOPE_FORM_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'unknown envelope form',
    explain:
      'This envelope form (batch signatures) is reserved for a later version. Sign statements one by one, or use a newer Waybill.',
  },
  ENVELOPE_TOO_LARGE: {
    http: 413,
    exit: 65,
    title: 'envelope over its limit',
    explain: 'An envelope may have 262,144 characters. Split the statement.',
  },
  AUDIENCE_WRONG: {
    http: 422,
    exit: 65,
    title: 'statement is for another ledger',
    explain:
      '`aud` names the one ledger a statement is meant for, and it is not this one. A signature cannot be moved between ledgers: sign a statement for this ledger.',
  },
  STATEMENT_TYPE_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'unknown statement type',
    explain:
      "This version of Waybill does not know the statement's `type`. docs/statements.md lists the types it knows. Use a newer Waybill to check it.",
  },
  DRAFT_INVALID: {
    http: 400,
    exit: 65,
    title: 'not a draft of a statement',
    explain:
      'A draft is a JSON object with `type`, `claims` and, where the type has them, `parents`, `about`, `supersedes` and `countersign_by`; see docs/statements.md. `waybill sign` also takes an unsigned statement that `sign --dry-run --out` wrote, and an envelope that waits for another signature.',
  },
  CLAIM_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'a claim that this type does not have',
    explain:
      "The draft has a claim name that the type's schema does not list. See docs/statements.md for the claims of each type; your own data goes into `ext`.",
  },
  CLAIM_INVALID: {
    http: 422,
    exit: 65,
    title: 'a value is not of the form its place asks for',
    explain:
      'The value at the place named has the wrong type, format, word, length or range; what was expected is said with it. docs/statements.md lists every claim and member with its form.',
  },
  CLAIM_MISSING: {
    http: 422,
    exit: 65,
    title: 'a required claim or member is missing',
    explain:
      'The statement type asks for a value at the place named. Fill it in; docs/statements.md says what it means and which law or rule asks for it.',
  },
  CLAIM_UNKNOWN_MEMBER: {
    http: 422,
    exit: 65,
    title: 'a value has a member that the schema does not know',
    explain:
      'The object at the place named has members that docs/statements.md does not list; they are not repeated here. Look for a misspelt name; your own data goes into `ext`.',
  },
  CLAIM_INCONSISTENT: {
    http: 422,
    exit: 65,
    title: 'two values of the statement contradict each other',
    explain:
      'Each value is well formed, but the one at the place named does not fit another: an end before its beginning, a number that no dataset has, a position outside `parents`, two forms where one is asked for. Correct either.',
  },
  CLAIM_NOT_OPENED: {
    http: 422,
    exit: 65,
    title: 'a claim is not opened',
    explain:
      'Every claim must be shown to every signer and to the ledger before it signs or admits. Send all disclosures; withholding happens on reading.',
  },
  DISCLOSURE_INVALID: {
    http: 422,
    exit: 65,
    title: 'a disclosure has the wrong form',
    explain:
      'A disclosure is the base64url of the JCS array [salt, value] with a salt of 16 random bytes.',
  },
  DISCLOSURE_UNMATCHED: {
    http: 422,
    exit: 65,
    title: 'a disclosure matches no placeholder',
    explain:
      'The envelope carries a value that the signed payload never promised. Remove it, or send the statement it belongs to.',
  },
  DISCLOSURE_REPEATED: {
    http: 422,
    exit: 65,
    title: 'a disclosure or salt comes twice',
    explain: 'Each placeholder is opened once, with a salt of its own.',
  },
  VALUE_TOO_LARGE: {
    http: 413,
    exit: 65,
    title: 'a claim value over its limit',
    explain: 'One claim value may have 16,384 bytes in JCS form.',
  },
  // signatures and roles
  SIGNATURE_INVALID: {
    http: 422,
    exit: 1,
    title: 'a signature does not verify',
    explain:
      'The signature does not cover these bytes under the key it names: the statement was changed, or another key signed. Sign again with the right key.',
  },
  SIGNATURE_ORDER: {
    http: 422,
    exit: 65,
    title: 'signatures out of order',
    explain:
      'Signatures stand in the order of role name, each role once. Sort them; the client library does it for you.',
  },
  SIGNATURE_REPEATED: {
    http: 409,
    exit: 65,
    title: 'this role has signed already',
    explain: 'The statement already carries a signature of this role. Nothing needs to be done.',
  },
  SIGNATURE_ALG_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'signature algorithm not accepted',
    explain: 'Statements are signed with Ed25519 only (`alg` "Ed25519", RFC 9864).',
  },
  SIGNATURE_TYP_WRONG: {
    http: 422,
    exit: 65,
    title: 'signature is for something else',
    explain:
      "The protected header's `typ` must be `waybill+sd-jwt`. A token or another document cannot serve as a statement signature.",
  },
  SIGNATURE_MISSING: {
    http: 422,
    exit: 65,
    title: 'a required signature is missing',
    explain:
      'The statement needs the signature of each role that its type lists, and one is not there.',
  },
  ROLE_NOT_ALLOWED: {
    http: 422,
    exit: 65,
    title: 'these roles do not sign this type',
    explain: 'Each statement type is signed by exactly the roles in docs/statements.md.',
  },
  ROLE_KEY_WRONG: {
    http: 422,
    exit: 65,
    title: 'signed with a key of someone else',
    explain:
      'The key named in the signature does not belong to the party that the statement names for this role.',
  },
  ROLES_SAME_PARTY: {
    http: 422,
    exit: 65,
    title: 'both sides are the same party',
    explain:
      'Exporter and importer must be different parties: two signatures of one party are one word, not two.',
  },
  // parties and keys
  PARTY_EXISTS: {
    http: 409,
    exit: 65,
    title: 'party is enrolled already',
    explain: 'A party is enrolled once. Add further keys with a `key/1` statement.',
  },
  PARTY_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'party is not enrolled',
    explain: 'Enrol the party first: `waybill party enrol`, then the registrar admits it.',
  },
  PARTY_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such party here',
    explain:
      'No party of this id is enrolled in this ledger. A party id is 43 characters: the thumbprint of its first key. `GET /v1/parties` lists them.',
  },
  KEY_EXISTS: {
    http: 409,
    exit: 65,
    title: 'key is in use already',
    explain:
      'A key belongs to one party once, for ever, and can never be added again. Generate a new key.',
  },
  KEY_UNKNOWN: {
    http: 422,
    exit: 65,
    title: 'key is not enrolled',
    explain:
      'The signature names a key that no registry statement of this ledger declares. Enrol it, or sign with an enrolled key.',
  },
  KEY_NOT_ACTIVE: {
    http: 422,
    exit: 65,
    title: 'key may no longer sign',
    explain:
      'The key was retired, revoked or declared compromised. Sign with an active key of the party.',
  },
  KEY_USE_WRONG: {
    http: 422,
    exit: 65,
    title: 'key is not for this use',
    explain:
      'The key was enrolled for other uses. Sign with a key whose uses include the one named.',
  },
  REGISTRY_MISMATCH: {
    http: 422,
    exit: 1,
    title: 'registry statements do not match the entry',
    explain:
      'The list of registry statements of a party does not hash to what the log entry commits to: one was left out, added or reordered. Get the receipt from another source.',
  },
  REGISTRAR_WRONG: {
    http: 422,
    exit: 1,
    title: "not the registrar's statement",
    explain:
      "Entry 0 must be the operator's own party statement, and only that party's keys may sign as registrar.",
  },
  // entries and log
  ENTRY_MALFORMED: {
    http: 422,
    exit: 1,
    title: 'not an entry',
    explain: 'An entry is exactly the 143 bytes of docs/format.md.',
  },
  ENTRY_CHAIN_BROKEN: {
    http: 500,
    exit: 1,
    title: 'the chain is broken',
    explain:
      'An entry does not continue the one before it: its previous leaf hash or its time is wrong. The log was changed; compare with a mirror.',
  },
  ENTRY_MISMATCH: {
    http: 500,
    exit: 1,
    title: 'a stored record does not match the log',
    explain:
      'What was read does not hash to what the log committed to. The record is damaged or was changed; nothing built on it is answered. Run `waybill audit` and put the record back from a receipt or a mirror.',
  },
  ENTRY_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such entry',
    explain: 'The log has no entry of this index at this tree size.',
  },
  TILE_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such tile',
    explain:
      'The published log has no tile, or bundle of entries, of this name: it lies beyond the published checkpoint, or the path is not written as c2sp.org/tlog-tiles says. Read the checkpoint first and ask for what a tree of its size has.',
  },
  TILE_MALFORMED: {
    http: 422,
    exit: 65,
    title: 'a tile or a bundle of entries is not whole',
    explain:
      'Its length is not that of its width, or an entry in it is cut. The file was cut or changed, or the server sent something else. Fetch it again; if it stays so, the copy is damaged: take another, or publish again with `--full`.',
  },
  AS_OF_TOO_EARLY: {
    http: 422,
    exit: 64,
    title: 'not recorded yet at that time',
    explain:
      'What you ask about was recorded only after the entry or the time that you gave with --as-of. Give a later one.',
  },
  STATEMENT_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such statement for you',
    explain:
      'There is no statement of this id here, or you may not read it: both look the same from outside.',
  },
  FIELD_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such field',
    explain:
      'All fields of the statement are shown, or of what an outcome was made of, and none has this name. Names are compared letter by letter: waybill show ID lists them.',
  },
  STATEMENT_ID_AMBIGUOUS: {
    http: 409,
    exit: 64,
    title: 'more than one statement begins so',
    explain: 'Give more digits of the id.',
  },
  STATEMENT_REFUSED: {
    http: 409,
    exit: 65,
    title: 'proposal was refused',
    explain:
      'The importer refused this proposal, or the exporter withdrew it; the refusal is in the log. Make a new proposal.',
  },
  STATEMENT_EXPIRED: {
    http: 422,
    exit: 65,
    title: 'proposal is past its deadline',
    explain:
      '`countersign_by` has passed, so this statement can no longer be admitted. Make a new proposal; the exporter may record a refusal with reason `deadline-lapsed`.',
  },
  STATEMENT_FROM_FUTURE: {
    http: 422,
    exit: 65,
    title: "statement is dated ahead of the ledger's clock",
    explain:
      "`iat` may be at most 300 seconds ahead of the ledger's time. Check the clock of the machine that signed.",
  },
  STATEMENT_ADMITTED: {
    http: 409,
    exit: 65,
    title: 'statement is in the log already',
    explain:
      'An admitted statement cannot be refused or signed again. Correct it with a new statement that supersedes it.',
  },
  PROPOSAL_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such proposal for you',
    explain: 'No proposal of this id waits here, or it is not yours.',
  },
  PARENT_NOT_FOUND: {
    http: 422,
    exit: 65,
    title: 'a parent is not in the log',
    explain:
      'Every parent must be a dataset of a statement already admitted. Submit the parent first, or correct id and number.',
  },
  PARENT_NOT_HELD: {
    http: 422,
    exit: 65,
    title: 'a parent is held by another party',
    explain:
      'The exporter (of a transfer) or performer must hold each parent dataset: as its collector, its performer, or the importer of the transfer that made its copy. Record the transfer to this party first.',
  },
  DATASET_DIGEST_CHANGED: {
    http: 422,
    exit: 65,
    title: 'a copy has another digest than its parent',
    explain:
      "The importer's copy must have its parent's digest unless a transformation is declared in `minimization`.",
  },
  SUPERSEDES_INVALID: {
    http: 422,
    exit: 65,
    title: 'cannot supersede that statement',
    explain:
      '`supersedes` names an admitted statement of the same type, signed in the same roles by the same parties.',
  },
  INSTRUMENT_INVALID: {
    http: 422,
    exit: 65,
    title: 'instrument not in the log',
    explain:
      'A transfer cites an admitted `instrument/1` statement between its two parties. Record the instrument first, or give null.',
  },
  REFUSAL_INVALID: {
    http: 422,
    exit: 65,
    title: 'not a refusal this party can make',
    explain:
      'A refusal is about a waiting proposal. The importer declines; the exporter withdraws, or records after the deadline that it lapsed.',
  },
  CLOCK_BEHIND: {
    http: 503,
    exit: 69,
    title: "the ledger's clock is behind its last entry",
    explain:
      "Time in the log never goes backwards, so nothing is admitted until the clock is right. Set the machine's clock.",
  },
  CLOCK_AHEAD: {
    http: 503,
    exit: 69,
    title: "the ledger's clock is an hour ahead of all its witnesses",
    explain:
      "Every witness that cosigned the last checkpoint did so more than an hour before what this machine takes for now. Time in the log never goes backwards, so a wrong clock would stay in it: nothing is admitted until they agree. Set the machine's clock; the next published checkpoint ends this.",
  },
  QUEUE_FULL: {
    http: 503,
    exit: 69,
    title: 'the ledger is busy',
    explain:
      'Too many statements are waiting to be written. Nothing of this call was stored: try again after the seconds in Retry-After.',
  },
  LEDGER_CLOSED: {
    http: 503,
    exit: 69,
    title: 'the ledger is closing',
    explain: 'The process is shutting down. Nothing of this call was stored: try again.',
  },
  NOT_READY: {
    http: 503,
    exit: 69,
    title: 'the ledger is not ready',
    explain:
      "The server runs but cannot take statements now, or its published checkpoint is not fresh. The reason is in the server's log and `waybill doctor`; try again later.",
  },
  STORE_FAILED: {
    http: 503,
    exit: 74,
    title: 'writing to disk failed',
    explain:
      'The operating system could not write or sync. What was being written may or may not be there, so the ledger takes nothing more until it is opened again; nothing of it was acknowledged. Check space and disk, then start the ledger: it verifies and goes on.',
  },
  STORE_UNREADABLE: {
    http: 500,
    exit: 74,
    title: 'the store cannot be read',
    explain:
      'Files of the store are damaged, missing or not readable by this user. Nothing was changed. Check permissions and disk; if files are damaged, restore the folder from a backup, or the entries from a mirror or receipts. Do not use a repair tool for LevelDB: it drops records without saying which.',
  },
  STORE_RECORD_MALFORMED: {
    http: 500,
    exit: 74,
    title: 'a stored record is damaged',
    explain:
      'A record of the store is not in the form it was written in. Nothing will be signed over it. Run `waybill audit --dir`, then restore what it names.',
  },
  STORE_SCHEMA_UNKNOWN: {
    http: 500,
    exit: 78,
    title: 'the store is of another version of Waybill',
    explain:
      'The folder was written with a layout that this version does not know. Use the version that wrote it, or a newer one.',
  },
  HEAD_UNREADABLE: {
    http: 500,
    exit: 74,
    title: 'the file `checkpoint` is damaged',
    explain:
      'The signed head of the ledger is not as it was written, so it cannot be told whether the store is complete. Nothing will be signed. Put back the newest copy of the file from a backup that was made together with the store.',
  },
  LEDGER_LOCKED: {
    http: 503,
    exit: 69,
    title: 'another process has this ledger open',
    explain:
      'Only one process may have a ledger folder open, probably `waybill serve`. Stop it first, or use `--server URL` instead of `--dir`. Nothing was changed.',
  },
  LEDGER_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'there is no ledger here',
    explain: 'The folder holds no ledger. Check the path, or make one with `waybill init`.',
  },
  LEDGER_CONFIG_MISSING: {
    http: 404,
    exit: 78,
    title: 'the file `waybill.json` is missing',
    explain:
      'The folder has a ledger in it but not its configuration, and no mirror has that. Put it back from a backup, or write it anew as docs/operator.md shows: the origin is the first line of any checkpoint or mirror of this log; address, auditors and rules are as you choose them.',
  },
  LEDGER_BEHIND_HEAD: {
    http: 500,
    exit: 74,
    title: 'the store is older than its signed head',
    explain:
      'The store has fewer entries than the ledger has promised, or others at the same size: it is damaged or was restored from an old copy. Nothing will be signed. Restore the missing entries from a backup, a mirror or receipts.',
  },
  LEDGER_ROLLED_BACK: {
    http: 500,
    exit: 74,
    title: 'others have seen more of this ledger than it holds',
    explain:
      'A witness, a mirror or you yourself have a checkpoint of this ledger, signed by its own key, with more entries than the folder has: it was restored from an old copy, or a second copy of it is running. Nothing will be signed, since going on from here would make a second history. Put the missing entries back from a mirror: waybill repair --dir FOLDER --from MIRROR. waybill doctor --dir FOLDER says how far it is behind.',
  },
  LEDGER_FORKED: {
    http: 500,
    exit: 5,
    title: 'this ledger holds another history than it has signed',
    explain:
      'A witness, a mirror or you yourself have a checkpoint of this ledger, signed by its own key, that is not the beginning of what the folder holds. Two histories exist. Nothing will be signed. Stop, keep every copy, find out who has used the key, and put back the history that the witnesses have seen.',
  },
  LEDGER_AHEAD_OF_HEAD: {
    http: 500,
    exit: 0,
    title: 'the store has entries after the signed head',
    explain:
      'A commit was interrupted between the store and the head. Nobody was promised these entries. Opening the ledger (`waybill serve`) checks them again and signs them.',
  },
  LEDGER_READ_ONLY: {
    http: 409,
    exit: 78,
    title: 'this copy of the ledger can only be read',
    explain:
      'The folder has no keys/log.pem, so nothing can be added to it. Submit to the ledger itself.',
  },
  LEDGER_DAMAGED: {
    http: 500,
    exit: 74,
    title: 'the store is damaged',
    explain:
      'Stored records contradict each other or their hashes. Nothing will be signed. Run `waybill audit --dir`, then restore what it names.',
  },
  INBOX_DAMAGED: {
    http: 500,
    exit: 74,
    title: 'waiting proposals are damaged',
    explain:
      'The inbox of waiting proposals does not match what the head pins. Nothing will be signed. Ask the senders to submit again after restoring the folder from a backup.',
  },
  // receipts, evidence, reports
  RECEIPT_MALFORMED: {
    http: 422,
    exit: 65,
    title: 'not a receipt or bundle',
    explain:
      'The file is not a waybill-receipt/1 or waybill-bundle/1 document, or a part of it has the wrong form.',
  },
  EVIDENCE_MISSING: {
    http: 422,
    exit: 3,
    title: 'something needed is missing',
    explain:
      'The file or answer lacks a part that the verification needs. Ask the party or the ledger named for it.',
  },
  LINEAGE_GAP: {
    http: 422,
    exit: 3,
    title: 'a parent is missing from the lineage',
    explain:
      'A statement refers to a dataset whose statement was not given or could not be verified.',
  },
  KEY_COMPROMISED: {
    http: 422,
    exit: 1,
    title: 'a key was later declared compromised',
    explain:
      "A key that signed this statement was declared compromised as of this entry or earlier. The signature still verifies; who declared it and when is in the party's registry statements. Ask the party for other evidence.",
  },
  PARTY_CONTINUES: {
    http: 422,
    exit: 1,
    title: 'a party continues another one',
    explain:
      'This party enrolled anew and says that it goes on after another party that lost all its keys. Its own new key and the registrar signed that, and nobody else could. Ask the party by another way before you rely on it.',
  },
  PARTY_NAME_PINNED: {
    http: 422,
    exit: 1,
    title: 'a stranger has a name that you pinned to another party',
    explain:
      'Your file of pinned parties gives this name to another party id than the registrar does. Whoever signed here is not who you take it for, unless the party itself tells you of a new id. Ask it by another way, and tell it what was shown to you.',
  },
  PARTY_ALARM: {
    http: 409,
    exit: 5,
    title: 'the registry says about your party what you do not know',
    explain:
      'The registry has a key or a statement of the party that you watch, and you did not sign or accept it; or what the ledger shows about the party does not verify. If it is yours, run the command again with --accept and its id. If not, a key of yours may be stolen, or the registrar acts behind your back: declare the key compromised, show the kept bundle to others, and talk to the operator.',
  },
  SIGNATURE_TIME_WRONG: {
    http: 422,
    exit: 65,
    title: 'a signature has an impossible time',
    explain:
      'A signature says that it was made more than 300 seconds before its statement, or more than 300 seconds after its entry. Set the clock of the machine that signs, and sign again.',
  },
  LOG_KEY_UNUSABLE: {
    http: 500,
    exit: 78,
    title: 'the folder does not have the key that its log was signed with',
    explain:
      'keys/log.pem is missing, damaged or another key. No mirror and no receipt has a private key: put the file back from a backup, with mode 0600. Until then the folder can be audited and repaired with --policy FILE, which names the vkey of the log, but nothing can be added to it. If no copy of the key is left, the log cannot go on: all that it has signed stays good, and what comes next needs a new ledger.',
  },
  LOG_KEY_ENDED: {
    http: 409,
    exit: 3,
    title: "the log's key has ended",
    explain:
      "Every key of your policy that signed this checkpoint was ended by the operator in the log itself: retired, revoked or declared compromised. Get the log's present key from the operator and put it in your policy; `waybill log-key show` lists the keys. On the operator's side: `waybill log-key rotate` makes a new one.",
  },
  LOG_KEY_LAST: {
    http: 409,
    exit: 65,
    title: "the log's last key cannot be ended",
    explain:
      'Without a key the log could sign no checkpoint, not even that of this statement. Add another key for `log` first: `waybill log-key rotate`.',
  },
  STATEMENT_STUB: {
    http: 422,
    exit: 3,
    title: 'shown as a stub',
    explain:
      'Only the shape of this statement was shown to you: its payload without signatures. Its parties or an auditor of the ledger can show it in full.',
  },
  CLAIM_WITHHELD: {
    http: 422,
    exit: 3,
    title: 'a claim is withheld',
    explain:
      'The value of a claim was not shown to you, so what depends on it cannot be checked. Its parties or an auditor of the ledger can open it.',
  },
  LINEAGE_ORDER: {
    http: 422,
    exit: 1,
    title: 'a parent is not earlier than its child',
    explain: 'Entries may cite earlier entries only. The records contradict the log.',
  },
  LINEAGE_CUSTODY: {
    http: 422,
    exit: 1,
    title: 'custody is broken',
    explain: 'A party passed on or used a dataset that it did not hold.',
  },
  STATEMENT_LINE_MALFORMED: {
    http: 422,
    exit: 65,
    title: 'not a statement line',
    explain:
      'A line of a file of statements, or of an answer for auditors, is not of the form of docs/format.md, "Statement lines". The file was changed, or something else answered.',
  },
  STATEMENT_LINE_MISMATCH: {
    http: 422,
    exit: 1,
    title: 'a statement is not what its entry commits to',
    explain:
      'Its payload, signatures or claims do not hash to what the log says of this index, or something is missing that a ledger keeps. Nothing of it was stored. Ask again; if it stays so, the copy that answered is damaged or lies.',
  },
  MIRROR_MISMATCH: {
    http: 502,
    exit: 1,
    title: 'what was served is not what the checkpoint commits to',
    explain:
      'A tile or a bundle of entries does not hash to the signed tree. Nothing of it was stored. Ask again; if it stays so, the server or something in between is damaged or lies.',
  },
  INBOX_LINE_MALFORMED: {
    http: 502,
    exit: 1,
    title: 'a copy of the inbox is not in its form',
    explain:
      'What a server, or a mirror, gave of the proposals that wait is not in the form that docs/format.md describes. Nothing of it was stored. Ask again; if it stays so, the server or something in between is damaged or lies.',
  },
  INBOX_LINE_MISMATCH: {
    http: 502,
    exit: 1,
    title: 'a copy of the inbox contradicts itself',
    explain:
      'The events do not give the hash that was named with them, an envelope is another than its event says, or one that waits is missing. Nothing of it was stored; what the mirror had of the inbox before is still there. Ask again; if it stays so, the server or something in between is damaged or lies.',
  },
  MIRROR_FOLDER_INVALID: {
    http: 409,
    exit: 78,
    title: 'the folder is not a mirror of this log',
    explain:
      'It holds something else, or the mirror of another log, and nothing in it was touched. Choose an empty folder, or the one that this log was mirrored into before.',
  },
  MIRROR_AHEAD: {
    http: 409,
    exit: 3,
    title: 'the log shows less than was seen before',
    explain:
      'The checkpoint that is shown now is true, but older than the one that is held here. A cache may be in between; or the ledger was set back and its next entries will contradict what it signed. Look again soon, and ask the operator if it stays so.',
  },
  REPAIR_INCOMPLETE: {
    http: 422,
    exit: 3,
    title: 'something is lost that no source given has',
    explain:
      'The ledger was left as it is. Give more sources: a mirror with statements that is at least as new, receipts or bundles of the statements named.',
  },
  REPAIR_FAILED: {
    http: 500,
    exit: 1,
    title: 'what was put together does not pass the audit',
    explain:
      'Everything hashes to what the log signed, and yet the log is not in order: it was not damaged, it was wrong when it was signed. The ledger was left as it is; see the findings.',
  },
  AUDIT_BEGUN_ANEW: {
    http: 422,
    exit: 0,
    title: 'the earlier audit does not count any more',
    explain:
      'The log is not as the earlier audit found it, so all of it was read again. A damaged record explains that, and is reported; if none is, the history was changed.',
  },
  LINEAGE_TOO_LARGE: {
    http: 422,
    exit: 65,
    title: 'lineage over its limit',
    explain:
      'The lineage has more statements, or more companions by which it is judged (instruments, assessments, rulesets), than one answer may carry. Ask for a smaller part, or read the ledger’s folder (`--dir`).',
  },
  ARTEFACT_MISMATCH: {
    http: 422,
    exit: 1,
    title: 'the outcome is about another file',
    explain:
      "The ledger named an outcome for this file, but the outcome carries the digest of another one. The ledger's search is wrong or lies; nothing is shown about your file.",
  },
  CHECKPOINT_INCONSISTENT: {
    http: 409,
    exit: 5,
    title: 'split view: two checkpoints cannot both be true',
    explain:
      'The ledger has signed two histories that contradict each other. Keep both files: they are evidence. Do not rely on either until the operator explains.',
  },
  SPLIT_VIEW_MALFORMED: {
    http: 422,
    exit: 65,
    title: 'not a file of split-view evidence',
    explain: 'The file is not a waybill-split-view/1 document, or a part of it has the wrong form.',
  },
  SPLIT_VIEW_UNPROVEN: {
    http: 422,
    exit: 3,
    title: 'the checkpoints do not show by themselves that they contradict each other',
    explain:
      'Both are signed by the log, but nothing in the file shows that the smaller tree is not the beginning of the larger one. The log must show that it is; ask it for a consistency proof, and others for what they have seen.',
  },
  SPLIT_VIEW_REFUTED: {
    http: 422,
    exit: 1,
    title: 'the checkpoints do not contradict each other',
    explain:
      'They are the same, or the file itself shows that one tree is the beginning of the other.',
  },
  NOT_EVIDENCE: {
    http: 422,
    exit: 65,
    title: 'no receipt, bundle, report or statement of Waybill',
    explain:
      'The file holds something else. For the file that came out, a table or a picture, ask where it comes from: waybill lineage FILE.',
  },
  REPORT_WITHOUT_BUNDLE: {
    http: 422,
    exit: 65,
    title: 'not a report of Waybill, or one without its evidence',
    explain:
      'If it is the file that came out, ask where it comes from: waybill lineage FILE. A report is one HTML file that carries its evidence as a data block. This page has no such block, or more than one: it is no report, or it was saved by a program that changed it. Ask for the file as it was made, or for the bundle.',
  },
  REPORT_ALTERED: {
    http: 422,
    exit: 1,
    title: 'the page does not say what its evidence says',
    explain:
      'A report carries its evidence and what else it was made with, so that the page can be made again and compared, byte for byte. This one differs: somebody changed its words or its picture, or a program did while saving or sending it (browsers and mail programs do). Believe nothing that it says. Ask for the file as it was made; the evidence inside is judged for itself.',
  },
  REPORT_NOT_COMPARED: {
    http: 422,
    exit: 3,
    title: 'whether the page says what its evidence says cannot be shown',
    explain:
      'The page was made by another version of Waybill, or does not carry what it was made with, and this version writes it differently. Its words and its picture may be anything: believe only the evidence inside, which is judged for itself. Have it made again from that evidence: waybill report ID --receipts PAGE --html NEW.',
  },
  NOTHING_TO_VERIFY: {
    http: 422,
    exit: 3,
    title: 'nothing to verify',
    explain: 'There was nothing to check. That is not a success.',
  },
  // interface
  REQUEST_INVALID: {
    http: 400,
    exit: 64,
    title: 'request is not as documented',
    explain: 'See the API description at /openapi.json or `waybill COMMAND --help`.',
  },
  REQUEST_TIMEOUT: {
    http: 408,
    exit: 69,
    title: 'request did not arrive in time',
    explain:
      'The request stopped half-way: headers must be complete within 10 seconds and the whole request within 15. Send it again; submitting twice is harmless.',
  },
  HEADERS_TOO_LARGE: {
    http: 431,
    exit: 64,
    title: 'request headers over their limit',
    explain: 'The address and all headers together may have 16 KiB.',
  },
  BODY_TOO_LARGE: {
    http: 413,
    exit: 65,
    title: 'request body over its limit',
    explain:
      'A single statement may have 512 KiB of JSON, a bulk call 16 MiB and 1,000 statements. Send it in parts.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    http: 415,
    exit: 65,
    title: 'content type not accepted',
    explain: 'Send application/json, or application/x-ndjson for bulk calls, without compression.',
  },
  ROUTE_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such address',
    explain: 'See /openapi.json for the addresses of this API.',
  },
  METHOD_NOT_ALLOWED: {
    http: 405,
    exit: 64,
    title: 'method not allowed here',
    explain: 'See /openapi.json for the methods of this address.',
  },
  AUTH_REQUIRED: {
    http: 401,
    exit: 4,
    title: 'sign in with an API token',
    explain:
      'On the command line give --key FILE (or WAYBILL_KEY), the key of a party that may read this. Over HTTP this address needs `Authorization: Bearer` with a waybill-auth+jwt signed by an enrolled api key. The client library makes one per call.',
  },
  AUTH_INVALID: {
    http: 401,
    exit: 4,
    title: 'API token not accepted',
    explain:
      'The token is malformed, expired, used before, for another address, or signed by a key that may not. Make a new one for this very call.',
  },
  AUTH_FORBIDDEN: {
    http: 403,
    exit: 4,
    title: 'your role may not do this',
    explain: 'Your key is good, but this is for another role.',
  },
  // witnesses and published checkpoints
  ADD_CHECKPOINT_MALFORMED: {
    http: 400,
    exit: 65,
    title: 'not an add-checkpoint request',
    explain:
      'A witness takes `old <size>`, at most 63 base64 hashes on a line each, an empty line and a signed checkpoint (c2sp.org/tlog-witness).',
  },
  ADD_CHECKPOINT_OLD_SIZE: {
    http: 400,
    exit: 65,
    title: 'old size is above the size of the checkpoint',
    explain:
      'The consistency proof would lead back. The old size is that of the last checkpoint the witness cosigned, at most that of the new one.',
  },
  WITNESS_ORIGIN_UNKNOWN: {
    http: 404,
    exit: 66,
    title: 'the witness does not know this log',
    explain:
      "The witness cosigns only logs of its list. Give its operator your log's verifier key; `waybill witness add-log` takes it in.",
  },
  WITNESS_CONFLICT: {
    http: 409,
    exit: 1,
    title: 'the witness holds another size, or another tree of this size',
    explain:
      'The body of the answer is the size that the witness cosigned last. Send a proof from there. If your log is smaller than that, it has lost entries or was restored from an old backup: do not sign anything, and restore the rest.',
  },
  WITNESS_PROOF: {
    http: 422,
    exit: 1,
    title: 'the checkpoint is not shown to continue the one cosigned before',
    explain:
      'The consistency proof does not lead from the checkpoint that this witness cosigned last to the new one. It stays with what it has; where the answer shows two histories, it keeps the evidence.',
  },
  WITNESS_STATE_DAMAGED: {
    http: 500,
    exit: 74,
    title: 'what the witness remembers of a log cannot be relied on',
    explain:
      'The last cosigned checkpoint of a log is unreadable, not signed by this witness, or contradicts its copy. A witness that forgot must not cosign. Restore the witness folder from a backup that is not older than the last cosignature, or end this witness and begin a new one under a new name.',
  },
  WITNESS_FAILED: {
    http: 500,
    exit: 74,
    title: 'the witness could not store what it saw',
    explain:
      'A write failed, so nothing was cosigned, and nothing will be until the witness has been started again. Check the disk.',
  },
  WITNESS_EXISTS: {
    http: 409,
    exit: 78,
    title: 'there is a witness here already',
    explain: '`waybill witness init` never overwrites. Choose an empty folder.',
  },
  WITNESS_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'there is no witness here',
    explain: 'The folder has no witness.json. `waybill witness init` makes a witness.',
  },
  WITNESS_LOCKED: {
    http: 500,
    exit: 69,
    title: 'another process has this witness open',
    explain:
      'Two processes on one folder could cosign two histories, so only one may have it open. Stop the other first.',
  },
  WITNESS_UNAVAILABLE: {
    http: 502,
    exit: 69,
    title: 'a witness gave no cosignature',
    explain:
      'It could not be reached, refused, or did not answer as c2sp.org/tlog-witness says. The ledger asks again, less and less often; statements are taken meanwhile. The reason is named.',
  },
  CHECKPOINT_NOT_PUBLISHED: {
    http: 503,
    exit: 69,
    title: 'no checkpoint is published yet',
    explain:
      "The ledger's policy asks for witnesses, and too few have cosigned so far. Nothing is shown until they have. See `/readyz` for who is missing.",
  },
  PUBLISHED_UNREADABLE: {
    http: 500,
    exit: 74,
    title: 'the file of the published checkpoint is damaged',
    explain:
      "The file `published` in the ledger's folder is not as it was written, or not this log's. If the disk is the reason, move the file away: the next published checkpoint replaces it. If it names a larger tree than the ledger has, entries were lost: restore them first.",
  },
  // rulesets and assessments
  RULE_NOT_MET: {
    http: 422,
    exit: 2,
    title: 'a rule that this ledger insists on is not met',
    explain:
      'On the disclosed evidence the statement does not meet a rule for which the operator of this ledger has chosen to refuse (rules in waybill.json). Nothing was stored. Each issue names the rule and the place; waybill explain R01 says what a rule asks. Correct the statement and sign it anew, or ask the operator.',
  },
  SUM_TOO_LARGE: {
    http: 422,
    exit: 65,
    title: 'the sum is too large to be exact',
    explain:
      'Counts that were declared under this key add up to more than 2^53. Nothing is told rather than something wrong; rules take it for at least as much.',
  },
  RULESET_INVALID: {
    http: 422,
    exit: 65,
    title: 'not a ruleset that can be judged by',
    explain:
      'A ruleset has exactly the members of docs/rulesets.md, with days in order, assigned countries, terms of the vocabulary or local ones with a parent, and no row twice. Correct what is named at its place; waybill ruleset check FILE names every fault.',
  },
  RULESET_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such ruleset',
    explain:
      'No ruleset of this version was recorded by the operator of the ledger, none that ships with this program has it, and there is no such file. waybill ruleset list shows what there is.',
  },
  TREE_TOO_SMALL: {
    http: 422,
    exit: 66,
    title: 'the ledger has no tree of that size',
    explain:
      'A sample was asked for from more entries than the ledger shows. A seed that is a checkpoint of this ledger is never ahead of it: if it is, what answers is an old copy, or hides what is newest. Compare it with a checkpoint that others hold: waybill verify.',
  },
  JUDGING_FULL: {
    http: 503,
    exit: 69,
    title: 'too many lineages wait to be judged',
    explain:
      'The server judges one lineage at a time, and as many as may wait for it are waiting. Nothing is wrong with what was asked: try again after the seconds in Retry-After, or judge on your own machine with waybill lineage.',
  },
  RULESET_UNREAD: {
    http: 422,
    exit: 3,
    title: 'a ruleset of the operator that this version cannot judge by',
    explain:
      'The operator recorded a ruleset with terms that this version of Waybill does not know, or under the name of the shipped one with other words. It is passed over: what is recorded is judged by what was in force before it, or by the shipped one. Upgrade Waybill to the version with which it was recorded; or record one that this version knows in its place: waybill ruleset check FILE, then waybill ruleset record FILE --supersedes ID.',
  },
  RULES_NOT_READY: {
    http: 503,
    exit: 69,
    title: 'the index of the rules is being built',
    explain:
      'After an upgrade or a repair the ledger reads its statements once more, so that the rules can be asked. Nothing of this call was stored: try again after the seconds in Retry-After. /readyz says how far it is.',
  },
  TERM_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such term',
    explain:
      'Neither the vocabulary nor a ruleset of this ledger has the term, and nothing that may be seen names it: that nothing was found would say nothing. Terms that are spelt almost like it are named, where there are any. waybill vocab lists terms, and waybill vocab WORD finds them; waybill ruleset show has those of the operator.',
  },
  INSTRUMENT_NOT_FOUND: {
    http: 404,
    exit: 66,
    title: 'no such instrument',
    explain:
      'The statement is in the ledger and is no instrument/1, so that nothing can rest on it as one. waybill search --type instrument lists them.',
  },
  SCOPE_NOT_FOUND: {
    http: 422,
    exit: 65,
    title: 'an assessment covers a statement that is not in the log',
    explain:
      'An assessment names the statements whose datasets it covers, and each must be an entry of this ledger. Record those first, or correct the id at the place named.',
  },
  // importing
  IMPORT_EVENT_INVALID: {
    http: 422,
    exit: 65,
    title: 'not an OpenLineage event',
    explain:
      'An event needs eventTime with an offset, producer, and a run with its job, a dataset, or a job, in the form of the OpenLineage specification. The place names what does not fit; the other events are not touched by it.',
  },
  IMPORT_MAP_INVALID: {
    http: 422,
    exit: 78,
    title: 'import map is not valid',
    explain:
      'The map does not have the form waybill-openlineage-map/1 at the places named. See docs/import.md.',
  },
  IMPORT_MAP_UNFILLED: {
    http: 422,
    exit: 78,
    title: 'import map is not filled in',
    explain:
      'A template leaves places that begin with `<fill in`. Replace each of them, or delete the rule it stands in.',
  },
  IMPORT_RULE_MISSING: {
    http: 422,
    exit: 78,
    title: 'no rule of the import map matches',
    explain:
      'The stream has a job, dataset or movement that the map says nothing of. Add a rule to the list named; `*` and `?` match any text and any character. Nothing was signed.',
  },
  IMPORT_PLAN_INVALID: {
    http: 422,
    exit: 78,
    title: 'events and import map do not make statements',
    explain:
      'The places named say which rule of the map lacks what. Correct the map and import again. Nothing was signed.',
  },
  IMPORT_STATE_INVALID: {
    http: 422,
    exit: 65,
    title: 'import state file cannot be used',
    explain:
      'The state file was changed at the line named, is no state file, or belongs to another ledger. Put back a good copy, or name another file with --state; without it, everything would be recorded a second time.',
  },
  IMPORT_STATE_BUSY: {
    http: 409,
    exit: 74,
    title: 'another import writes to the same state file',
    explain:
      'Two imports at once would record everything twice, so this one stopped before it submitted anything more. Wait for the other one, then import again.',
  },
  IMPORT_STATE_MISSING: {
    http: 404,
    exit: 66,
    title: 'there is no import to resume',
    explain:
      'The state file named is not there. Import without --resume first, or name the file with --state.',
  },
  LISTEN_FAILED: {
    http: 500,
    exit: 74,
    title: 'cannot listen on this address',
    explain:
      'Another program uses the port, or the address is not of this machine. Choose another with --host and --port, or 0 for any free port.',
  },
  SERVER_UNAVAILABLE: {
    http: 503,
    exit: 69,
    title: 'server does not answer',
    explain:
      "The ledger's server could not be reached or did not answer in time. Check the address and try again; submitting twice is harmless.",
  },
  SERVER_ANSWER_INVALID: {
    http: 502,
    exit: 69,
    title: "server's answer is not as documented",
    explain:
      'The answer could not be read. The address may not be a Waybill ledger, or its version is newer.',
  },
  INPUT_IO: {
    http: 500,
    exit: 74,
    title: 'a file could not be written or read',
    explain: 'The operating system refused. See the reason named; check space and permissions.',
  },
  USAGE: {
    http: 400,
    exit: 64,
    title: 'command not understood',
    explain: 'See `waybill --help` or `waybill COMMAND --help`.',
  },
  CONFIG_INVALID: {
    http: 400,
    exit: 78,
    title: 'configuration is not valid',
    explain: 'A configuration file or setting is wrong at the place named. See docs/operator.md.',
  },
  LEDGER_EXISTS: {
    http: 409,
    exit: 78,
    title: 'there is a ledger here already',
    explain: '`waybill init` never overwrites. Choose an empty folder.',
  },
  PUBLISH_FOLDER_FOREIGN: {
    http: 409,
    exit: 78,
    title: 'the folder to publish into holds something else',
    explain:
      'It has files and no checkpoint, a checkpoint that your policy does not accept, or that of another log. Nothing was changed in it. Choose an empty folder. After a change of the log key, give `--policy FILE` with both keys.',
  },
  PUBLISH_FOLDER_AHEAD: {
    http: 409,
    exit: 74,
    title: 'the published folder has seen more than this ledger',
    explain:
      'The folder holds a later checkpoint, signed with the log key, than the ledger. The ledger was restored from an old copy: entries that others were promised are missing from it. Nothing was changed. Do not let it sign anything; bring back the newest copy of the ledger, or the missing entries from a mirror.',
  },
  INTERNAL: {
    http: 500,
    exit: 70,
    title: 'a bug in Waybill',
    explain:
      'Something inside failed. Nothing was signed after it. Please report it with the words above and the version.',
  },
} as const satisfies Record<string, Row>
