import type { PartyId } from '../../ledger/core/key-state.js'
import { R08 } from '../../ledger/rules/r08-module-parties.js'
import {
  collection,
  EXPORTER,
  facts,
  hidden,
  IMPORTER,
  INSTRUMENT_ID,
  instrument,
  judging,
  outcome,
  party,
  processing,
  ruleCases,
  THIRD,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { dpv } from './vocabulary.js'

type Terms = ReturnType<typeof terms>
type Role = Terms['exporter']['role']
type Kind = NonNullable<NonNullable<Parameters<typeof instrument>[0]>['kind']>

const as = (exporter: string, importer: string): Terms =>
  terms({
    exporter: { role: dpv(exporter) as Role },
    importer: { role: dpv(importer) as Role },
  })
const under = (kind: Kind, exporter: string, importer: string) =>
  judging(transfer({ terms: as(exporter, importer) }), {
    facts: facts({ instruments: [instrument({ kind })] }),
  })
const scc = (module: NonNullable<Kind['module']>): Kind => ({ code: 'A46-2-c', module })
const hiding = (...names: readonly string[]) => {
  const fact = instrument()
  return judging(transfer(), {
    facts: facts({ instruments: [{ ...fact, claims: hidden(fact.claims, ...names) }] }),
  })
}
/** Sent by one party under another’s instrument, the later enrolled of which continues the other. */
const continuing = (sender: PartyId, agreed: PartyId) =>
  judging(transfer({ exporter: sender }), {
    facts: facts({
      instruments: [instrument({ exporter: agreed })],
      parties: [
        party(EXPORTER, 'DE'),
        party(THIRD, 'DE', { continues: EXPORTER }),
        party(IMPORTER, 'US'),
      ],
    }),
  })
const EXPORTER_ROLE = 'claims.terms.exporter.role'
const IMPORTER_ROLE = 'claims.terms.importer.role'

ruleCases(R08, [
  {
    title: 'the exporter says that it continues the party to the instrument: it is to agree anew',
    given: () => continuing(THIRD, EXPORTER),
    verdict: 'FAIL',
    at: 'claims.exporter',
  },
  {
    title: 'the exporter is continued by the party to the instrument',
    given: () => continuing(EXPORTER, THIRD),
    verdict: 'FAIL',
    at: 'claims.exporter',
  },
  {
    title: 'module one between controllers',
    given: () => judging(transfer()),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'module one between a controller and joint ones',
    given: () => under(scc('C2C'), 'DataController', 'JointDataControllers'),
    verdict: 'PASS',
  },
  {
    title: 'module two to a processor',
    given: () => under(scc('C2P'), 'DataController', 'DataProcessor'),
    verdict: 'PASS',
  },
  {
    title: 'module three to a sub-processor',
    given: () => under(scc('P2P'), 'DataProcessor', 'DataSubProcessor'),
    verdict: 'PASS',
  },
  {
    title: 'module four back to the controller',
    given: () => under(scc('P2C'), 'DataProcessor', 'DataController'),
    verdict: 'PASS',
  },
  {
    title: 'a tool without modules, whatever the roles',
    given: () => under({ code: 'UK-IDTA' }, 'DataExporter', 'DataImporter'),
    verdict: 'PASS',
  },
  {
    title: 'clauses for a processor, and the importer acts as controller',
    given: () => under(scc('C2P'), 'DataController', 'DataController'),
    verdict: 'FAIL',
    at: IMPORTER_ROLE,
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'clauses between controllers, and the importer is a processor',
    given: () => under(scc('C2C'), 'DataController', 'DataProcessor'),
    verdict: 'FAIL',
    at: IMPORTER_ROLE,
  },
  {
    title: 'clauses of a processor, and the exporter is a controller',
    given: () => under(scc('P2P'), 'DataController', 'DataSubProcessor'),
    verdict: 'FAIL',
    at: EXPORTER_ROLE,
  },
  {
    title: 'module four the other way round',
    given: () => under(scc('P2C'), 'DataController', 'DataProcessor'),
    verdict: 'FAIL',
    at: EXPORTER_ROLE,
  },
  {
    title: 'an importer without a role in data protection',
    given: () => under(scc('C2C'), 'DataController', 'DataImporter'),
    verdict: 'FAIL',
    at: IMPORTER_ROLE,
  },
  {
    title: 'the addendum with the wrong module',
    given: () => under({ code: 'UK-Addendum', module: 'C2P' }, 'DataController', 'DataController'),
    verdict: 'FAIL',
    at: IMPORTER_ROLE,
  },
  {
    title: 'an importer that is not the instrument’s',
    given: () => judging(transfer({ importer: THIRD })),
    verdict: 'FAIL',
    at: 'claims.importer',
  },
  {
    title: 'an exporter that is not the instrument’s',
    given: () => judging(transfer({ exporter: THIRD })),
    verdict: 'FAIL',
    at: 'claims.exporter',
  },
  {
    title: 'an instrument for the other direction',
    given: () => judging(transfer({ exporter: IMPORTER, importer: EXPORTER })),
    verdict: 'FAIL',
    at: 'claims.exporter',
  },
  {
    title: 'the addendum without a module',
    given: () => under({ code: 'UK-Addendum' }, 'DataController', 'DataController'),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the kind is withheld',
    given: () => hiding('kind'),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'a party of the instrument is withheld',
    given: () => hiding('importer'),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
  },
  {
    title: 'the roles are withheld',
    given: () => judging(withheld(transfer(), 'terms')),
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'the importer is withheld',
    given: () => judging(withheld(transfer(), 'importer')),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
  },
  {
    title: 'the instrument is not shown',
    given: () => judging(transfer(), { facts: facts({ instruments: [] }) }),
    verdict: 'UNKNOWN',
  },
  { title: 'no instrument', given: () => judging(transfer({ instrument: null })), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
