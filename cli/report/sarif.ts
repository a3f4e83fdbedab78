/**
 * Findings as SARIF 2.1.0 (OASIS), for machines that collect results of checks.
 *
 * SARIF speaks of files; here the places are statements: logical locations named
 * `waybill:<statement id>#<place>`. UNKNOWN is SARIF's kind `open`: there was too little to decide by.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import type { FindingLevel, ReportData, ReportFinding } from './report-data.js'

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** SARIF asks for level `none` with every kind but `fail`. */
const RESULTS: Readonly<Record<FindingLevel, { readonly kind: string; readonly level: string }>> = {
  failed: { kind: 'fail', level: 'error' },
  warning: { kind: 'fail', level: 'warning' },
  unknown: { kind: 'open', level: 'none' },
  note: { kind: 'informational', level: 'none' },
}

type Told = Pick<
  ReportData,
  'findings' | 'question' | 'overall' | 'record' | 'rules' | 'treeSize' | 'version'
>

export function sarifOf(report: Told): JsonObject {
  const codes = [...new Map(report.findings.map((finding) => [finding.code, finding])).values()]
  const ruleIndex = new Map(codes.map(({ code }, position) => [code, position]))
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Waybill',
            semanticVersion: report.version,
            rules: codes.map(ruleOf),
          },
        },
        results: report.findings.map((finding) => resultOf(finding, ruleIndex)),
        properties: {
          question: report.question,
          overall: report.overall,
          record: report.record,
          rules: report.rules.words,
          ...(report.rules.asOf === '' ? {} : { asOf: report.rules.asOf }),
          rulesets: report.rules.rulesets,
          treeSize: report.treeSize ?? null,
        },
      },
    ],
  }
}

function ruleOf({ code, title, explain, citation, about }: ReportFinding): JsonObject {
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: explain },
    help: { text: `${explain} ${citation === '' ? '' : `(${citation}) `}waybill explain ${code}` },
    properties: { about, citation },
  }
}

function resultOf(finding: ReportFinding, ruleIndex: ReadonlyMap<string, number>): JsonObject {
  const { code, level, why, id, index, at, settle, ruleset } = finding
  const place = id === undefined ? undefined : `waybill:${id}${at === undefined ? '' : `#${at}`}`
  return {
    ruleId: code,
    ruleIndex: ruleIndex.get(code) ?? -1,
    ...RESULTS[level],
    message: { text: settle === undefined ? why : `${why} Can settle it: ${settle}` },
    ...(place === undefined
      ? {}
      : {
          locations: [
            {
              logicalLocations: [
                {
                  fullyQualifiedName: place,
                  ...(at === undefined ? {} : { name: at }),
                  kind: 'object',
                },
              ],
            },
          ],
        }),
    ...propertiesOf({
      ...(index === undefined ? {} : { entry: index }),
      ...(ruleset === undefined ? {} : { ruleset }),
    }),
  }
}

function propertiesOf(properties: JsonObject): JsonObject {
  return Object.keys(properties).length === 0 ? {} : { properties }
}
