/**
 * The walls of the house as data: which room may import which. `walls.test.ts` holds every import in `src` against it.
 *
 * A file belongs to the room with the longest matching path; the list is closed, so a file outside of it is a fault.
 */

/** A package that a room may use, and why it may. */
export type AllowedPackage = readonly [name: string, why: string];

export interface Room {
  /** Folder or file under `src`. It may always import itself. */
  readonly path: string;
  /** Rooms (with all rooms inside them) whose values and types it may import. */
  readonly values: readonly string[];
  /** Rooms of which it may import types only. */
  readonly types?: readonly string[];
  /** Rooms inside those of `values` that stay shut all the same. */
  readonly except?: readonly string[];
  readonly packages?: readonly AllowedPackage[];
  /** May it use Node's own modules? */
  readonly node?: boolean;
  /** May it read `process.argv` and `process.env`? */
  readonly process?: boolean;
  /** Folders inside it that never import each other (`features/a` and `features/b`). */
  readonly siblings?: string;
}

/** Pure, free of clock, randomness, input and output: the same answer everywhere. */
const pure: readonly AllowedPackage[] = [
  ['@noble/hashes', 'content hashes; core has neither crypto nor TextEncoder'],
  ['trading-signals', 'reference indicators wherever speed does not matter'],
];

const ground = ['core/base', 'core/domain', 'core/fills'];
const files: readonly AllowedPackage[] = [
  ['papaparse', 'CSV in and out'],
  ['fflate', 'gzip and zip as streams'],
  ['hyparquet', 'training sets in as Parquet'],
  ['hyparquet-writer', 'training sets out as Parquet'],
];

export const rooms: readonly Room[] = [
  { path: 'core/base', values: [], packages: pure },
  { path: 'core/domain', values: ['core/base'], packages: pure },
  { path: 'core/fills', values: ['core/base', 'core/domain'], packages: pure },
  { path: 'core/market', values: ground, packages: pure },
  { path: 'core/signals', values: ground, packages: pure },
  { path: 'core/phantoms', values: ground, packages: pure },
  { path: 'core/learning', values: ground, packages: pure },
  { path: 'core/decisions', values: ground, packages: pure },
  { path: 'core/analysis', values: ground, packages: pure },
  { path: 'core/tuning', values: ground, packages: pure },
  { path: 'core/engine', values: ['core'], packages: pure },

  {
    path: 'contract',
    // Domain lists (outcomes, timeframes) are the enums of the schemas: written once, in domain.
    values: ['core/base', 'core/domain'],
    packages: [['zod', 'inputs are parsed on the trusted side']],
  },
  {
    // Plain values without schemas, so that the window can hold them: zod stays out of its bundle.
    path: 'contract/areas/setting-defaults.ts',
    values: [],
    types: ['contract', 'core/domain'],
  },
  {
    // Words that the window and the command line share, for the same reason.
    path: 'contract/areas/status-words.ts',
    values: [],
    types: ['contract', 'core/domain'],
  },
  {
    path: 'contract/rpc',
    values: ['core/base', 'contract'],
    types: ['core/domain'],
    packages: [['zod', 'as contract']],
  },

  {
    path: 'main/exchange',
    values: ['core/base', 'core/domain'],
    packages: [
      ['ccxt', 'the exchanges; used nowhere else'],
      ['ws', 'the socket of the embedded demo exchange'],
    ],
    node: true,
  },
  {
    path: 'main/store',
    values: ['core/base', 'core/domain'],
    packages: [['better-sqlite3', 'the database; used nowhere else']],
    node: true,
  },
  {
    path: 'main/files',
    values: ['core/base', 'core/domain'],
    packages: files,
    node: true,
  },
  {
    path: 'main/services',
    values: ['core', 'contract', 'main/files'],
    types: ['main/exchange', 'main/store'],
    node: true,
  },
  {
    path: 'main/workers',
    values: ['core', 'contract'],
    types: ['main/exchange', 'main/store'],
    packages: [['@tensorflow/*', 'trains the networks; used nowhere else']],
    node: true,
  },
  {
    // Puts the analysis together on its own thread, as the hosts do on theirs; it reads the record itself (decision 0037).
    path: 'main/workers/analysis.worker.ts',
    values: ['core', 'contract', 'main/workers', 'main/services/analysis', 'main/store'],
    node: true,
  },
  {
    // The same for the history's pages and figures (decision 0046).
    path: 'main/workers/history.worker.ts',
    values: ['core', 'contract', 'main/workers', 'main/services/views', 'main/services/file-exports.ts', 'main/store'],
    node: true,
  },
  { path: 'main/app.ts', values: ['main', 'core', 'contract'], except: ['main/hosts'], node: true },
  { path: 'main/hosts', values: ['main', 'core', 'contract'], node: true, process: true },
  {
    path: 'main/hosts/electron',
    values: ['main', 'core', 'contract'],
    packages: [['electron', 'the desktop host']],
    node: true,
    process: true,
  },
  {
    path: 'main/hosts/web',
    values: ['main', 'core', 'contract'],
    packages: [['ws', 'its socket']],
    node: true,
    process: true,
  },

  { path: 'preload', values: ['contract/rpc'], packages: [['electron', 'hands the page its port']] },
  {
    path: 'renderer',
    values: ['contract/rpc', 'contract/areas/setting-defaults.ts', 'contract/areas/status-words.ts'],
    types: ['contract', 'core/domain'],
    packages: [
      ['react', 'the window'],
      ['react-dom', 'the window'],
      ['zustand', 'stores made from a client'],
      ['lightweight-charts', 'the chart'],
      ['@tanstack/react-virtual', 'long tables'],
      ['lucide-react', 'icons'],
    ],
    siblings: 'renderer/features',
  },
];

/** Files that may re-export what other files declare: the public door of a room, each with its reason. */
export const publicDoors: readonly (readonly [path: string, why: string])[] = [];
