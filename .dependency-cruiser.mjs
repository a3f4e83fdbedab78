/**
 * Who may import whom. DESIGN 8 as rules; each comment tells the reader what to do instead.
 *
 * Run by scripts/layers.mjs, which also fails when a source file was not looked at. Packages are
 * matched without an anchor so that the rules hold for a copy of the tree in another folder.
 */

/** @param {string[]} names packages, by the beginning of their path */
const packages = (...names) => `node_modules/(${names.join('|')})/`

/**
 * One layer: everything that is not listed is refused. `node` allows the modules of Node.
 *
 * @param {{ name: string, folder: string, may: string[], node: boolean, comment: string }} layer
 * @returns {import('dependency-cruiser').IRegularForbiddenRuleType}
 */
function layer({ name, folder, may, node, comment }) {
  const pathNot = [folder, ...may]
  return {
    name,
    severity: 'error',
    comment,
    from: { path: folder },
    to: node
      ? { couldNotResolve: false, pathNot, dependencyTypesNot: ['core'] }
      : { couldNotResolve: false, pathNot },
  }
}

const layers = [
  layer({
    name: 'core-is-pure',
    folder: '^ledger/core/',
    may: [packages('@noble')],
    node: false,
    comment: 'the core takes bytes and returns bytes; pass disk, clock and randomness in',
  }),
  layer({
    name: 'rules-on-core',
    folder: '^ledger/rules/',
    may: ['^ledger/core/'],
    node: false,
    comment: 'rules are pure functions over hops, limits, facts and a law; lookups are handed in',
  }),
  layer({
    name: 'store-on-core',
    folder: '^ledger/store/',
    may: ['^ledger/core/', packages('level', 'msgpackr')],
    node: true,
    comment: 'a store keeps bytes; rules about entries belong in ledger/log or ledger/core',
  }),
  layer({
    name: 'crypto-on-core',
    folder: '^ledger/crypto/',
    may: ['^ledger/core/', packages('sodium-native')],
    node: true,
    comment: 'native backends and key files only; the rule itself is ledger/core/ed25519.ts',
  }),
  layer({
    name: 'witnesses-on-core',
    folder: '^ledger/witnesses/',
    may: ['^ledger/core/'],
    node: true,
    comment: 'asks witnesses over HTTP for cosignatures; when and for what, the log decides',
  }),
  layer({
    name: 'log-on-store-and-crypto',
    folder: '^ledger/log/',
    may: ['^ledger/(core|rules|store|crypto|witnesses)/'],
    node: true,
    comment: 'the log knows its store by the interface and nothing of HTTP or the command line',
  }),
  layer({
    name: 'mirror-on-log',
    folder: '^ledger/mirror/',
    may: ['^ledger/(core|rules|store|crypto|log)/'],
    node: true,
    comment: 'a mirror reads a source that it is handed; HTTP is in client, words are in cli',
  }),
  layer({
    name: 'ledger-barrel',
    folder: '^ledger/index\\.ts$',
    may: ['^ledger/'],
    node: false,
    comment: 'ledger/index.ts lists the public names of ledger/ and holds no code',
  }),
  layer({
    name: 'client-on-ledger',
    folder: '^client/',
    may: ['^ledger/(core|rules|crypto)/', '^ledger/index\\.ts$', packages('jose')],
    node: true,
    comment: 'the client speaks HTTP to a server; it imports neither api nor cli',
  }),
  layer({
    name: 'api-on-ledger',
    folder: '^api/',
    may: ['^ledger/', packages('fastify', '@fastify', 'jose')],
    node: true,
    comment: 'the server uses the ledger, never the client or the command line',
  }),
  layer({
    name: 'cli-on-ledger-and-client',
    folder: '^cli/',
    may: [
      '^ledger/index\\.ts$',
      '^ledger/(core|rules)/',
      '^client/',
      '^import/',
      '^api/main\\.ts$',
      '^witness/(folder|main)\\.ts$',
      packages('commander', '@dagrejs'),
    ],
    node: true,
    comment: 'commands use ledger/index, ledger/core and the client; export what is missing there',
  }),
  layer({
    name: 'import-on-core-and-client',
    folder: '^import/',
    may: ['^ledger/core/', '^client/'],
    node: true,
    comment: 'an importer turns foreign events into statements and submits them by the client',
  }),
  layer({
    name: 'witness-on-ledger',
    folder: '^witness/',
    may: ['^ledger/core/', '^ledger/index\\.ts$'],
    node: true,
    comment: 'a witness knows logs by their signed checkpoints; it never opens a ledger',
  }),
]

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const others = [
  {
    name: 'api-from-serve-and-demo-only',
    severity: 'error',
    comment: 'only `waybill serve` and the demo start a server in this process',
    from: { path: '^cli/', pathNot: ['^cli/commands/(serve|demo)\\.ts$', '^cli/demo/'] },
    to: { path: '^api/' },
  },
  {
    name: 'level-in-one-file',
    severity: 'error',
    comment: 'use the Store interface; what level returns is converted in ledger/store/level.ts',
    from: { pathNot: ['^ledger/store/level\\.ts$', '^(test|bench)/'] },
    to: { path: packages('level', 'classic-level', 'abstract-level') },
  },
  {
    name: 'source-without-tests',
    severity: 'error',
    comment: 'what ships does not import tests, benchmarks, scripts or the built output',
    from: { path: '^(ledger|client|api|cli|import|witness)/' },
    to: { path: '^(test|bench|scripts|dist)/' },
  },
  {
    name: 'c2sp-client-alone',
    severity: 'error',
    comment: 'the client of the specifications shares nothing with what it judges',
    from: { path: '^test/c2sp/(log-client|merkle|signed-note)\\.ts$' },
    to: {
      pathNot: '^test/c2sp/(log-client|merkle|signed-note)\\.ts$',
      dependencyTypesNot: ['core'],
    },
  },
  {
    name: 'no-circular',
    severity: 'error',
    comment: 'the order of imports is the order of the flow; move what both need into its own file',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    severity: 'error',
    comment: 'the file or package does not exist; sodium-native is optional and may be absent',
    from: {},
    to: { couldNotResolve: true, pathNot: ['^sodium-native$', '^\\.\\./dist/', '/dist/'] },
  },
]

/** @satisfies {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...layers, ...others],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type imports are dependencies too: a layer that knows another's types knows the layer.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
