/** Every rule, in the order in which they are judged and reported. domain 3.3. */
import { R01 } from './r01-purpose-specific.js'
import { R02 } from './r02-purpose-compatible.js'
import { R04 } from './r04-end-use.js'
import { R05 } from './r05-instrument-present.js'
import { R06 } from './r06-in-force.js'
import { R07 } from './r07-adequacy.js'
import { R08 } from './r08-module-parties.js'
import { R09 } from './r09-derogation.js'
import { R10 } from './r10-field-subset.js'
import { R11 } from './r11-necessity.js'
import { R12 } from './r12-masking-effective.js'
import { R13 } from './r13-volume.js'
import { R14 } from './r14-special-basis.js'
import { R15 } from './r15-retention.js'
import { R17 } from './r17-onward-transfer.js'
import { R18 } from './r18-onward-instrument.js'
import { R19 } from './r19-instrument-caps.js'
import { R23 } from './r23-end-use-statement.js'
import { R25 } from './r25-tia-present.js'
import { R29 } from './r29-us-bulk.js'
import { R30 } from './r30-lineage-complete.js'
import { R31 } from './r31-china-path.js'
import { R34 } from './r34-both-signatures.js'
import { R35 } from './r35-order-and-freshness.js'
import { R36 } from './r36-same-party.js'
import type { Rule } from './rule.js'

export const RULES: readonly Rule[] = [
  R01,
  R02,
  R04,
  R05,
  R06,
  R07,
  R08,
  R09,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  R17,
  R18,
  R19,
  R23,
  R25,
  R29,
  R30,
  R31,
  R34,
  R35,
  R36,
]

/** The rule of an id, as cited in verdicts; undefined where there is none. */
export function ruleOf(id: string): Rule | undefined {
  return RULES.find((rule) => rule.id === id)
}
