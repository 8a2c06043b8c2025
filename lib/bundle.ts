import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, buildSync, type Metafile } from 'esbuild';
import { SETTINGS_FILE, type Settings } from '../lambda/contract.ts';

export const HANDLER = 'index.handler';

const absent = (name: string) => fileURLToPath(new URL(`../lambda/edges/absent/${name}`, import.meta.url));

/**
 * What the function never calls, and what takes its place: to read it takes longer than all the rest. Of the
 * Elasticsearch client there is only what it is itself made on: `_bulk` alone is called of an API of half a megabyte.
 */
const ALIAS: Readonly<Record<string, string>> = {
  '@elastic/elasticsearch': transport(),
  undici: absent('undici.ts'),
  ...Object.fromEntries(
    ['ini', 'process', 'sso', 'web-identity'].map((name) => [
      `@aws-sdk/credential-provider-${name}`,
      absent('credentials.ts'),
    ]),
  ),
  http: absent('http.cjs'),
  'node:http': absent('http.cjs'),
};

function transport(): string {
  const client = createRequire(import.meta.resolve('@elastic/elasticsearch'));
  return join(dirname(client.resolve('@elastic/transport')), 'esm', 'index.js');
}

/** The one way the function is bundled: the same bytes run on a developer's machine, in the tests and in AWS. */
export const bundleOptions = {
  entryPoints: [fileURLToPath(new URL('../lambda/handler.ts', import.meta.url))],
  bundle: true,
  // The source map tells the names: to keep them, each function that is made would be given its own once more.
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  // Some of the clients' dependencies are CommonJS and call `require` for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  alias: ALIAS,
  legalComments: 'none',
  metafile: true,
  logLevel: 'error',
} satisfies BuildOptions;

export interface Bundle {
  /** Holds `index.mjs`, its source map and the settings: what Lambda unpacks. */
  readonly folder: string;
  /** Bytes of `index.mjs`. */
  readonly size: number;
  readonly metafile: Metafile;
}

/** Bundles the function into `folder`, with its settings beside it. */
export async function bundleFunction(folder: string, settings: Settings): Promise<Bundle> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'index.mjs');
  const { metafile } = await build({ ...bundleOptions, outfile });
  writeFileSync(join(folder, SETTINGS_FILE), JSON.stringify(settings));
  const size = Object.entries(metafile.outputs).find(([name]) => name.endsWith('index.mjs'))?.[1].bytes ?? 0;
  return { folder, size, metafile };
}

export interface CodeFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** The code alone, in memory, for a synth: constructs can't wait for a promise, and each function has other settings. */
export function bundleCodeSync(): readonly CodeFile[] {
  const { outputFiles } = buildSync({ ...bundleOptions, outfile: 'index.mjs', write: false });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
}
