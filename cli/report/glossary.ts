/**
 * One page of words: which right of a person a safeguard protects, which rules look after it, and
 * which command shows it.
 */
export type GlossaryRow = {
  readonly right: string
  readonly safeguard: string
  readonly rules: string
  readonly command: string
}

export const GLOSSARY: readonly GlossaryRow[] = [
  {
    right: 'To know what data about you is used for',
    safeguard: 'Purpose limitation: every hop names specific purposes that the collection allowed',
    rules: 'R01, R02, R04',
    command: 'waybill lineage ID',
  },
  {
    right: 'That no more is used than is needed',
    safeguard: 'Data minimization: fields, volumes and masking are checked against their source',
    rules: 'R10, R11, R12, R13',
    command: 'waybill lineage ID --field NAME',
  },
  {
    right: 'That sensitive data has special protection',
    safeguard: 'A legal basis of its own for special categories and criminal data',
    rules: 'R14',
    command: 'waybill show ID',
  },
  {
    right: 'That data is not kept for ever',
    safeguard: 'Storage limitation: the end of retention is the earliest on any path',
    rules: 'R15',
    command: 'waybill lineage ID',
  },
  {
    right: 'That protection travels with the data',
    safeguard:
      'A transfer tool for every restricted transfer, in force, of the right kind, assessed',
    rules: 'R05, R06, R07, R08, R09, R18, R25',
    command: 'waybill simulate --drop-adequacy CC',
  },
  {
    right: 'To know who has your data',
    safeguard: 'Onward transfer only to countries and recipients that every hop before allowed',
    rules: 'R17, R19',
    command: 'waybill impact statement ID',
  },
  {
    right: 'That bulk data is not turned against people',
    safeguard: 'Thresholds over time and between the same parties, end-use statements',
    rules: 'R23, R29, R31',
    command: 'waybill sample -n N --seed NONCE',
  },
  {
    right: 'That somebody answers for it',
    safeguard: 'Signatures of both sides, complete lineage, order of time, independent parties',
    rules: 'R30, R34, R35, R36',
    command: 'waybill verify FILE --policy POLICY',
  },
  {
    right: 'That the record itself can be trusted',
    safeguard: 'An append-only log under checkpoints that independent witnesses cosign',
    rules: 'Record',
    command: 'waybill audit --server URL',
  },
]

/** Words that the report uses, for a reader who is no engineer. */
export const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    'Record',
    'Whether what is written down is authentic and complete: signatures, places in the log, custody.',
  ],
  ['Rules', 'Whether what is written down keeps within its limits, judged on what was disclosed.'],
  ['PASS', 'The rule is met on the disclosed evidence.'],
  ['WARN', 'The rule is met, and something should be looked at.'],
  ['FAIL', 'The rule is not met on the disclosed evidence. A person decides what follows from it.'],
  ['UNKNOWN', 'Something the rule needs was not disclosed. It is never counted as met.'],
  ['NA', 'Not applicable: the rule does not concern this hop.'],
  ['Hop', 'One statement on the way: a collection, a transfer, a processing or an outcome.'],
  ['Instrument', 'The arrangement that a transfer rests on, such as standard contractual clauses.'],
  ['Checkpoint', 'The operator’s signed promise of everything in the log at one moment.'],
  ['Witness', 'An independent party that signs a checkpoint only if it continues the one before.'],
  ['Stub', 'A statement whose shape is proven while its names and values are not shown.'],
]
