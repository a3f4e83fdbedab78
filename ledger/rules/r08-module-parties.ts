/** R08: the instrument is between these parties, in the roles that they have. SCC modules. */
import type { InstrumentClaims } from '../core/schemas/instrument.js'
import { onInstrument, type Seen } from './cited.js'
import type { Transfer } from './hop.js'
import type { Rule } from './rule.js'
import type { InstrumentKind } from './ruleset.js'
import { fail, type Judged, pass, unknown } from './verdict.js'

type Side = 'controller' | 'processor' | 'neither'
type Module = NonNullable<InstrumentClaims['kind']['module']>

const DPV = 'https://w3id.org/dpv#'
const SIDES: Readonly<Record<string, Side>> = {
  [`${DPV}DataController`]: 'controller',
  [`${DPV}JointDataControllers`]: 'controller',
  [`${DPV}DataProcessor`]: 'processor',
  [`${DPV}DataSubProcessor`]: 'processor',
}

const MODULES: Readonly<Record<Module, readonly [exporter: Side, importer: Side]>> = {
  C2C: ['controller', 'controller'],
  C2P: ['controller', 'processor'],
  P2P: ['processor', 'processor'],
  P2C: ['processor', 'controller'],
}

/** Arrangements that are made of the modules of Decision (EU) 2021/914. */
const MODULAR: readonly InstrumentKind[] = ['A46-2-c', 'UK-Addendum', 'CH-SCC']

export const R08: Rule = {
  id: 'R08',
  title: 'right module, right parties',
  inputs: ['exporter', 'importer', 'instrument', 'terms', 'facts.instrument'],
  citation: 'Decision (EU) 2021/914, modules one to four; GDPR Art. 28, 46(2)(c)',
  explain:
    'An instrument binds those who signed it, in the direction and the roles that it is for: clauses for a processor bind no importer that acts as a controller. A FAIL names the side whose role does not fit the module, or the party that is not the instrument’s. Agree the fitting module, or correct the role in the terms.',
  judge(judging) {
    return onInstrument(judging, (hop, cited) => [
      partyOf('exporter', hop, cited),
      partyOf('importer', hop, cited),
      ...roles(hop, cited),
    ])
  },
}

function partyOf(side: 'exporter' | 'importer', hop: Transfer, { fact }: Seen): Judged {
  const [here, there] = [hop.claims[side], fact.claims[side]]
  const notes = { at: `claims.${side}`, evidence: [fact.id] }
  if (here === undefined || there === undefined) {
    return unknown(`the ${side} is withheld`, { ...notes, settle: 'its exporter or importer' })
  }
  return here === there
    ? pass(`its ${side} is that of the instrument`, notes)
    : fail(`its ${side} is not that of the instrument`, notes)
}

function roles({ claims: { terms } }: Transfer, { fact }: Seen): readonly Judged[] {
  const { kind } = fact.claims
  const evidence = [fact.id]
  if (kind === undefined || (kind.module === undefined && MODULAR.includes(kind.code))) {
    const what =
      kind === undefined ? 'the kind of its instrument is withheld' : 'no module is named'
    const settle = 'the parties to the instrument'
    return [unknown(what, { at: 'claims.instrument', evidence, settle })]
  }
  const { module } = kind
  if (module === undefined) return [pass(`${kind.code} has no modules`, { evidence })]
  if (terms === undefined) {
    const settle = 'its exporter or importer'
    return [unknown('the roles of both sides are withheld', { at: 'claims.terms', settle })]
  }
  const [exporter, importer] = MODULES[module]
  return [
    roleOf('exporter', SIDES[terms.exporter.role], exporter),
    roleOf('importer', SIDES[terms.importer.role], importer),
  ].map(({ fits, ...rest }) => {
    const { at, side, is, wanted } = rest
    return fits
      ? pass(`module ${module}: the ${side} is a ${is}`, { at, evidence })
      : fail(`module ${module} is for a ${wanted} as ${side}, here it is ${is}`, { at, evidence })
  })
}

function roleOf(side: 'exporter' | 'importer', is: Side = 'neither', wanted: Side) {
  return { side, is, wanted, fits: is === wanted, at: `claims.terms.${side}.role` }
}
