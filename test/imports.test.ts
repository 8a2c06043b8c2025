import { globSync, readFileSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['bin', 'lib', 'lambda', 'local', 'review', 'test'];

/** From the most special to the most general: a file belongs to the first that fits. */
const LAYERS: readonly (readonly [name: string, files: RegExp])[] = [
  ['contract', /^lambda\/contract\.ts$/],
  ['ports', /^lambda\/ports\.ts$/],
  ['handler', /^lambda\/handler\.ts$/],
  ['wiring', /^lambda\/wiring\.ts$/],
  ['run', /^lambda\/[a-z-]+\.ts$/],
  ['core', /^lambda\/core\//],
  ['edges', /^lambda\/edges\//],
  ['problems', /^lib\/problems\//],
  ['policy', /^lib\/policy\//],
  ['config', /^lib\/config\//],
  ['elasticsearch', /^lib\/elasticsearch\//],
  ['document', /^lib\/document\//],
  ['bundle', /^lib\/bundle\.ts$/],
  ['stack', /^lib\/(stack\/|app\.ts$)/],
  ['local', /^local\//],
  ['review', /^review\//],
  ['bin', /^bin\//],
  ['test', /^test\//],
];

const LIB = ['problems', 'policy', 'config', 'elasticsearch', 'document', 'bundle', 'stack'];
const FUNCTION = ['handler', 'wiring', 'run', 'edges', 'ports', 'core', 'contract'];

/** What a layer may import beside itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  core: ['contract'],
  ports: ['core', 'contract'],
  edges: ['ports', 'core', 'contract'],
  run: ['ports', 'core', 'contract'],
  wiring: ['edges', 'ports', 'core', 'contract'],
  handler: ['wiring', 'run', 'core', 'contract'],
  problems: [],
  policy: ['problems', 'core', 'contract'],
  config: ['policy', 'problems', 'core', 'contract'],
  elasticsearch: ['problems', 'ports', 'core', 'contract'],
  document: ['core', 'contract'],
  bundle: ['contract'],
  stack: ['bundle', 'config', 'problems', 'core', 'contract'],
  local: ['config', 'problems', 'bundle', 'contract'],
  review: ['config', 'elasticsearch', 'problems', 'ports', 'core', 'contract'],
  bin: [...LIB, ...FUNCTION, 'local', 'review'],
  test: [...LIB, ...FUNCTION, 'local', 'review', 'bin'],
};

/** Within `bin`. A command's own parts are a wing of `operate`; what two wings need is in `reach`, of files in `intake`. */
const roomOf = (file: string): string | undefined =>
  /^bin\/(operate\/[^/]+|cli|commands)(?=\/)/.exec(file)?.[1]?.replace('operate/', '');

function mayEnter(from: string | undefined, to: string | undefined): boolean {
  if (to === undefined || to === from) return true;
  if (from === undefined || from === 'commands' || to === 'cli') return true;
  return from !== 'cli' && (to === 'reach' || (to === 'intake' && from !== 'reach'));
}

/** The core computes: what reads a clock, a file or a socket is none of its business (`node:net` is there for `isIP`). */
const PACKAGES_OF_CORE = ['node:buffer', 'node:crypto', 'node:net'];

const layerOf = (file: string): string | undefined => LAYERS.find(([, files]) => files.test(file))?.[0];

interface Import {
  readonly line: number;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string, text: string): readonly Import[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: Import[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isImport(node) && typeof node.source?.value === 'string') {
      const typeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
      found.push({ line: text.slice(0, node.start).split('\n').length, specifier: node.source.value, typeOnly });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(program.body);
  return found;
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

interface ImportNode {
  readonly type: string;
  readonly start: number;
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
}

const isImport = (node: object): node is ImportNode =>
  'type' in node && typeof node.type === 'string' && IMPORTING.has(node.type);

/** `file:line: why`, for each import that its layer has no right to. */
function violations(file: string, text: string): readonly string[] {
  return importsOf(file, text).flatMap((one) => {
    const why = objection(file, one);
    return why === undefined ? [] : [`${file}:${one.line}: ${why}`];
  });
}

function objection(file: string, { specifier, typeOnly }: Import): string | undefined {
  const from = layerOf(file);
  if (from === undefined) return 'belongs to no layer';
  if (!specifier.startsWith('.'))
    return from === 'core' && !PACKAGES_OF_CORE.includes(specifier) ? `core imports ${specifier}` : undefined;
  const target = posix.join(posix.dirname(file), specifier);
  if (target === 'package.json') return undefined;
  const to = layerOf(target);
  if (to === undefined) return `${from} imports ${target}, which belongs to no layer`;
  if (to !== from && !MAY[from]?.includes(to)) return `${from} imports ${to} (${target})`;
  const [room, other] = [roomOf(file), roomOf(target)];
  if (!mayEnter(room, other)) return `${room} imports ${other} (${target})`;
  return from === 'ports' && to === 'core' && !typeOnly ? `ports imports more than types of ${target}` : undefined;
}

test('every import keeps to its layer', () => {
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT })).sort();
  expect(files).toContain('lambda/ports.ts');
  expect(files.flatMap((file) => violations(file, readFileSync(resolve(ROOT, file), 'utf8')))).toEqual([]);
});

test.each([
  [
    'lambda/core/plan.ts',
    "\nimport { serve } from '../edges/logs.ts';",
    '2: core imports edges (lambda/edges/logs.ts)',
  ],
  ['lambda/core/plan.ts', "import type { Line } from '../ports.ts';", '1: core imports ports (lambda/ports.ts)'],
  ['lambda/core/plan.ts', "import { readFileSync } from 'node:fs';", '1: core imports node:fs'],
  ['lambda/core/plan.ts', "import { distance } from 'fastest-levenshtein';", '1: core imports fastest-levenshtein'],
  [
    'lambda/core/plan.ts',
    "import { parsePolicy } from '../../lib/policy/parse.ts';",
    '1: core imports policy (lib/policy/parse.ts)',
  ],
  ['lambda/edges/logs.ts', "export { run } from '../run.ts';", '1: edges imports run (lambda/run.ts)'],
  ['lambda/send.ts', "export * from './edges/bulk.ts';", '1: run imports edges (lambda/edges/bulk.ts)'],
  [
    'lambda/handler.ts',
    "import { x } from '../lib/config/config.ts';",
    '1: handler imports config (lib/config/config.ts)',
  ],
  ['lambda/handler.ts', "import { x } from './ports.ts';", '1: handler imports ports (lambda/ports.ts)'],
  ['lambda/ports.ts', "import { x } from './core/plan.ts';", '1: ports imports more than types of lambda/core/plan.ts'],
  ['lib/policy/file.ts', "import { show } from '../config/show.ts';", '1: policy imports config (lib/config/show.ts)'],
  ['lib/stack/stack.ts', "const x = await import('../../local/main.ts');", '1: stack imports local (local/main.ts)'],
  ['lib/stack/stack.ts', "type X = import('../../lambda/run.ts').X;", '1: stack imports run (lambda/run.ts)'],
  [
    'lib/config/check.ts',
    "import { ask } from '../elasticsearch/ask.ts';",
    '1: config imports elasticsearch (lib/elasticsearch/ask.ts)',
  ],
  [
    'lib/problems/show.ts',
    "import { x } from '../config/check.ts';",
    '1: problems imports config (lib/config/check.ts)',
  ],
  ['lambda/handler.ts', "import { x } from './edges/clock.ts';", '1: handler imports edges (lambda/edges/clock.ts)'],
  [
    'local/logs.ts',
    "import { x } from '../lambda/core/minutes/step.ts';",
    '1: local imports core (lambda/core/minutes/step.ts)',
  ],
  ['local/logs.ts', "import { x } from '../lib/policy/file.ts';", '1: local imports policy (lib/policy/file.ts)'],
  ['local/logs.ts', "import { x } from '../lib/stack/stack.ts';", '1: local imports stack (lib/stack/stack.ts)'],
  [
    'review/main.ts',
    "import { x } from '../lambda/edges/search.ts';",
    '1: review imports edges (lambda/edges/search.ts)',
  ],
  ['review/main.ts', "import { x } from '../local/logs.ts';", '1: review imports local (local/logs.ts)'],
  ['bin/operate/account/a.ts', "import { x } from '../run/b.ts';", '1: account imports run (bin/operate/run/b.ts)'],
  ['bin/operate/reach/a.ts', "import { x } from '../run/b.ts';", '1: reach imports run (bin/operate/run/b.ts)'],
  [
    'bin/operate/reach/a.ts',
    "import { x } from '../intake/b.ts';",
    '1: reach imports intake (bin/operate/intake/b.ts)',
  ],
  ['bin/operate/run/a.ts', "import { x } from '../../commands/b.ts';", '1: run imports commands (bin/commands/b.ts)'],
  ['bin/cli/a.ts', "import { x } from '../operate/reach/b.ts';", '1: cli imports reach (bin/operate/reach/b.ts)'],
  ['bin/commands/try.ts', "import { x } from '../../test/core/event.ts';", '1: bin imports test (test/core/event.ts)'],
])('%s may not say %s', (file, text, problem) => {
  expect(violations(file, text)).toEqual([`${file}:${problem}`]);
});

test.each([
  ['lambda/run.ts', "import { x } from './read.ts'; import type { Line } from './ports.ts';"],
  ['lambda/ports.ts', "import type { X } from './core/plan.ts';"],
  ['lambda/core/hash.ts', "import { createHash } from 'node:crypto'; import { x } from './plan.ts';"],
  ['lib/config/policy.ts', "import { x } from '../policy/file.ts';"],
  ['lib/policy/checks.ts', "import { x } from '../../lambda/core/policy/policy.ts';"],
  ['local/main.ts', "import { x } from '../lib/bundle.ts'; import { y } from '../lib/problems/file.ts';"],
  ['review/query/who.ts', "import { ask } from '../../lib/elasticsearch/ask.ts';"],
  ['lambda/wiring.ts', "import { x } from './edges/clock.ts'; import type { Ports } from './ports.ts';"],
  ['bin/operate/run/a.ts', "import { x } from '../reach/b.ts'; import { y } from '../../cli/c.ts';"],
  ['bin/operate/import/a.ts', "import { x } from '../intake/b.ts';"],
  ['bin/commands/a.ts', "import { x } from '../operate/run/b.ts'; import { y } from '../cli/c.ts';"],
  ['bin/app.ts', "import { x } from '../local/logs.ts'; import { y } from '../lib/stack/stack.ts';"],
])('%s may say %s', (file, text) => {
  expect(violations(file, text)).toEqual([]);
});

/** The first way found that leads from a file back to itself; type imports count, since a reader follows them too. */
function circle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const found = follow(next, [...way, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = follow(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('no import leads in a circle', () => {
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT })).sort();
  const own = ({ specifier }: Import) => specifier.startsWith('.');
  const targets = (file: string) =>
    importsOf(file, readFileSync(resolve(ROOT, file), 'utf8'))
      .filter(own)
      .map(({ specifier }) => posix.join(posix.dirname(file), specifier));
  expect(circle(new Map(files.map((file) => [file, targets(file)])))).toBeUndefined();
});

test('a circle would be found, and told', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(circle(imports)).toEqual(['b', 'd', 'b']);
});
