/**
 * Proposals that were left unsigned, with what speaks against each.
 */
import type { JsonObject } from '../ledger/core/json.js'
import type { Outside } from '../ledger/rules/within.js'
import { clean } from './output.js'
import type { WithinAnswer } from './within.js'

type LeftAnswer = Exclude<WithinAnswer, 'inside'>

/** `transfer/1 1a2b…  left: …`, a line for each reason. */
export function leftLines(name: string, answer: LeftAnswer): readonly string[] {
  if (answer === 'elsewhere') return [`${name}  left: it is no transfer under this instrument`]
  return [
    `${name}  left: ${answer.some(({ verdict }) => verdict === 'FAIL') ? 'outside' : 'not known to be within'} the instrument`,
    ...answer.map(
      ({ rule, verdict, why, at }) =>
        `  ${verdict === 'FAIL' ? 'outside' : 'unknown'}${rule === undefined ? '' : ` (${rule})`}: ${clean(why)}${at === undefined ? '' : `, at ${at}`}`,
    ),
  ]
}

/** Status `left`, with every reason; none where it is no transfer under this instrument. */
export function leftJson(answer: LeftAnswer): JsonObject {
  const reasons = answer === 'elsewhere' ? [] : answer.map(reasonJson)
  return { status: 'left', cites_instrument: answer !== 'elsewhere', reasons }
}

function reasonJson({ rule, verdict, why, at }: Outside): JsonObject {
  return {
    verdict,
    ...(rule === undefined ? {} : { rule }),
    ...(at === undefined ? {} : { at }),
    why,
  }
}
