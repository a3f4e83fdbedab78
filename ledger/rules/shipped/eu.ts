/**
 * GDPR chapter V as data: who is inside, which tools open the way out, which countries are adequate.
 *
 * A decision is adequate from its date; decisions under Directive 95/46/EC went on under Art. 45(9).
 * Not here, because the table is by country: the decision on the European Patent Organisation.
 */
import type { Adequacy, InstrumentKind, ListingScheme, Regime, Tool } from '../ruleset.js'

/** Day on which the tables of this folder were last compared with their sources. */
export const CHECKED = '2026-11-22'

/** The Union and, by the EEA Agreement, Iceland, Liechtenstein and Norway: 30. */
export const EEA = `
  AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK
`
  .trim()
  .split(/\s+/)

/** Parts of member states with a country code of their own where Union law applies: TFEU Art. 355. */
const PARTS = ['AX', 'GF', 'GP', 'MF', 'MQ', 'RE', 'YT']

function tool(kind: InstrumentKind, source: string, how: Partial<Tool> = {}): Tool {
  return { kind, ...how, source, asOf: CHECKED }
}

const SAFEGUARDS = (
  [
    ['A46-2-a', 'GDPR Art. 46(2)(a)'],
    ['A46-2-b', 'GDPR Art. 46(2)(b), 47'],
    ['A46-2-c', 'GDPR Art. 46(2)(c); Decision (EU) 2021/914'],
    ['A46-2-d', 'GDPR Art. 46(2)(d)'],
    ['A46-2-e', 'GDPR Art. 46(2)(e), 40'],
    ['A46-2-f', 'GDPR Art. 46(2)(f), 42'],
    ['A46-3-a', 'GDPR Art. 46(3)(a)'],
    ['A46-3-b', 'GDPR Art. 46(3)(b)'],
  ] as const
).map(([kind, article]) =>
  tool(kind, `${article}; EDPB Recommendations 01/2020`, { assessment: 'tia' }),
)

/** Derogations of Art. 49: of the GDPR, and of the UK GDPR, which words them alike. */
export const DEROGATIONS: readonly InstrumentKind[] = [
  'A49-1-a',
  'A49-1-b',
  'A49-1-c',
  'A49-1-d',
  'A49-1-e',
  'A49-1-f',
  'A49-1-g',
  'A49-2',
]

export const EU_GDPR: Regime = {
  code: 'eu-gdpr',
  name: 'GDPR chapter V (EU and EEA)',
  countries: [...EEA, ...PARTS],
  onward: true,
  tools: [
    tool('A45-3', 'GDPR Art. 45(3)', { adequacy: true }),
    tool('US-DPF', 'GDPR Art. 45(3); Decision (EU) 2023/1795', { adequacy: true }),
    ...SAFEGUARDS,
    ...DEROGATIONS.map((kind) => tool(kind, 'GDPR Art. 49(1)', { derogation: true })),
  ],
  source: 'GDPR Art. 44; EEA Joint Committee Decision 154/2018; TFEU Art. 355(1), (4)',
  asOf: CHECKED,
}

type Row = readonly [to: string, from: string, source: string, scheme?: ListingScheme]

const DECISIONS: readonly Row[] = [
  ['AD', '2010-10-19', 'Decision 2010/625/EU'],
  ['AR', '2003-06-30', 'Decision 2003/490/EC'],
  ['BR', '2026-01-27', 'EU–Brazil mutual adequacy of 27 January 2026'],
  ['CA', '2001-12-20', 'Decision 2002/2/EC', 'ca-commercial'],
  ['CH', '2000-07-26', 'Decision 2000/518/EC'],
  ['FO', '2010-03-05', 'Decision 2010/146/EU'],
  ['GG', '2003-11-21', 'Decision 2003/821/EC'],
  ['IL', '2011-01-31', 'Decision 2011/61/EU'],
  ['IM', '2004-04-28', 'Decision 2004/411/EC'],
  ['JE', '2008-05-08', 'Decision 2008/393/EC'],
  ['JP', '2019-01-23', 'Decision (EU) 2019/419', 'jp-private'],
  ['KR', '2021-12-17', 'Decision (EU) 2022/254'],
  ['NZ', '2012-12-19', 'Decision 2013/65/EU'],
  ['US', '2023-07-10', 'Decision (EU) 2023/1795', 'us-dpf'],
  ['UY', '2012-08-21', 'Decision 2012/484/EU'],
]

export const EU_ADEQUACY: readonly Adequacy[] = [
  ...DECISIONS.map(([to, from, source, scheme]) => ({
    regime: 'eu-gdpr',
    to,
    from,
    ...(scheme === undefined ? {} : { scheme }),
    source,
    asOf: CHECKED,
  })),
  {
    regime: 'eu-gdpr',
    to: 'GB',
    from: '2021-06-28',
    until: '2031-12-27',
    source: 'Decision (EU) 2021/1772, renewed on 19 December 2025',
    asOf: CHECKED,
  },
]
