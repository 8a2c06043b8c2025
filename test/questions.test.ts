import { describe, expect, test } from 'vitest';
import { fields } from '../lambda/core/document/profiles/ecs.ts';
import { loadPolicy } from '../lib/policy/file.ts';
import { unrecorded, type Wanted } from '../review/query/questions/recorded.ts';
import { QUESTIONS } from './support/questions.ts';

const COLUMNS = new Set(fields.map(({ path }) => path.join('.')));

/** What looks like a column, without texts. */
function columnsIn(query: string): readonly string[] {
  const outside = query.replaceAll(/"[^"]*"/g, '""').replace(/^FROM .*/, '');
  return [...outside.matchAll(/`([^`]+)`|(@timestamp|\b[a-z_]+(?:\.[\w/-]+)+|\bmessage\b)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

/** Requests that the answer is made of. */
const WANTED: Readonly<Record<string, Wanted>> = {
  'Who read this secret?': { verbs: ['get', 'list', 'watch'], group: '', resource: 'secrets' },
  'Who listed the secrets of a namespace, or of all?': { verbs: ['list', 'watch'], group: '', resource: 'secrets' },
  'When was this user last here?': {
    verbs: ['create', 'update', 'patch', 'delete'],
    group: 'apps',
    resource: 'deployments',
  },
  'Who changed this network policy?': {
    verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
  },
  'Which errors and conflicts did this controller meet?': {
    verbs: ['create', 'update', 'patch', 'delete'],
    group: 'example.com',
    resource: 'widgets',
  },
  'Who gave rights to whom?': {
    verbs: ['create', 'update', 'patch', 'delete'],
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterrolebindings',
  },
  'Who opened a shell in a pod?': { verbs: ['create', 'get'], group: '', resource: 'pods' },
  'What was forbidden?': { verbs: ['get', 'create', 'delete'], group: '', resource: 'secrets' },
};

describe.each(QUESTIONS)('$question', ({ question, presets, kql, esql }) => {
  test('is asked of columns that documents have', () => {
    for (const query of [kql, esql]) {
      expect(columnsIn(query).length).toBeGreaterThan(0);
      expect(columnsIn(query).filter((column) => !COLUMNS.has(column))).toEqual([]);
    }
  });

  test('is answered by what the presets named keep', () => {
    const wanted = WANTED[question];
    expect(presets.length).toBeGreaterThan(0);
    for (const preset of presets) {
      const loaded = loadPolicy(preset, process.cwd());
      if (!loaded.ok || wanted === undefined)
        throw new Error(`Expected the preset ${preset} and what ${question} wants.`);
      expect(unrecorded([{ clusters: [], policy: loaded.policy }], [wanted])).toEqual([]);
    }
  });
});

test('a column that no document has would be found', () => {
  expect(columnsIn('FROM a\n| WHERE user.nmae == "user.name" AND `a.b/c` > 1')).toEqual(['user.nmae', 'a.b/c']);
});
