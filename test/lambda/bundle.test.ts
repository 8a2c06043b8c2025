import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { bundleOptions } from '../../lib/bundle.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Those of package.json that the function is made of; all others are for machines that deploy or operate it. */
const PACKAGES = [
  '@aws-lambda-powertools/metrics',
  '@aws-sdk/client-cloudwatch-logs',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/credential-providers',
  '@aws-sdk/lib-dynamodb',
  '@elastic/elasticsearch',
];
const { dependencies }: { dependencies: object } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
const FOREIGN = Object.keys(dependencies).filter((name) => !PACKAGES.includes(name));

/** Packages and files of a bundle that the function must not carry, each once. */
function foreignIn({ inputs }: Metafile): readonly string[] {
  return [...new Set(Object.keys(inputs).map(foreign))].filter((name) => name !== undefined);
}

function foreign(path: string): string | undefined {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (name !== undefined) return FOREIGN.includes(name) || /yaml/.test(name) ? name : undefined;
  return path === '<stdin>' || path.startsWith('lambda/') ? undefined : path;
}

test('the function carries neither YAML, zod, CDK, the policy loader, the index template nor anything else of lib', async () => {
  const { metafile } = await build({ ...bundleOptions, absWorkingDir: ROOT, outfile: 'index.mjs', write: false });
  expect(Object.keys(metafile.inputs)).toContain('lambda/core/policy/evaluate.ts');
  expect(foreignIn(metafile)).toEqual([]);
});

test.each([
  ['yaml', ['yaml']],
  ['zod', ['zod']],
  ['constructs', ['constructs']],
  ['aws-cdk-lib/cx-api', ['aws-cdk-lib']],
  ['fastest-levenshtein', ['fastest-levenshtein']],
  ['./lib/policy/go/shape.ts', ['lib/policy/go/shape.ts']],
  ['./lib/policy/parse.ts', expect.arrayContaining(['lib/policy/parse.ts', 'lib/policy/yaml/load.ts'])],
  ['./lib/config/duration.ts', expect.arrayContaining(['lib/config/duration.ts'])],
  ['./lib/elasticsearch/template.ts', ['lib/elasticsearch/template.ts']],
])('%s would be noticed', async (extra, expected) => {
  expect(foreignIn(await bundledWith(extra))).toEqual(expected);
});

test('and so would a YAML parser that another package brings along', () => {
  expect(foreign('node_modules/@elastic/transport/node_modules/js-yaml/index.js')).toBe('js-yaml');
});

async function bundledWith(extra: string): Promise<Metafile> {
  const { entryPoints: _, ...options } = bundleOptions;
  const stdin = { contents: `import './lambda/handler.ts'; export * from '${extra}';`, resolveDir: ROOT };
  const { metafile } = await build({ ...options, stdin, absWorkingDir: ROOT, outfile: 'index.mjs', write: false });
  return metafile;
}
