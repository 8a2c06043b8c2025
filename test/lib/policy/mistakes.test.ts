import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../../lib/policy/parse.ts';

/** Lines 1 and 2 are the head, line 3 `rules:`. */
const file = (...lines: readonly string[]): string =>
  ['apiVersion: audit.k8s.io/v1', 'kind: Policy', 'rules:', ...lines, ''].join('\n');

function firstProblem(text: string): unknown {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed : parsed.problems[0];
}

describe('a mistake is told with its path, its line, what was expected and what was found', () => {
  const at = (path: string, line: number, message: string) => ({
    path,
    line,
    message: expect.stringContaining(message),
  });
  test.each([
    [
      'no level',
      file('- verbs: [get]'),
      at('rules[0].level', 4, 'expected a level, one of None, Metadata, Request, RequestResponse, found none'),
    ],
    [
      'a level in lower case',
      file('- level: metadata'),
      at('rules[0].level', 4, 'found "metadata" (write Metadata: case matters)'),
    ],
    ['an unknown level', file('- level: Meta'), at('rules[0].level', 4, 'found "Meta"')],
    [
      'a stage in another case',
      file('- level: None', '  omitStages:', '  - requestReceived'),
      at('rules[0].omitStages[0]', 6, '(write RequestReceived: case matters)'),
    ],
    [
      'a stage that is none',
      file('- level: None', '  omitStages: [Complete]'),
      at('rules[0].omitStages[0]', 5, 'expected a stage, one of'),
    ],
    [
      'a word that YAML 1.1 takes for a boolean',
      file('- level: None', '  users: [y]'),
      at(
        'rules[0].users[0]',
        5,
        'expected a string, found the boolean true (which is what y means in YAML 1.1) (put it in quotes)',
      ),
    ],
    [
      'a number among strings',
      file('- level: None', '  users: [alice, 1_000]'),
      at('rules[0].users[1]', 5, 'found the number 1000 (which is what 1_000 means in YAML 1.1) (put it in quotes)'),
    ],
    [
      'a string where a list belongs',
      file('- level: None', '  verbs: get'),
      at('rules[0].verbs', 5, 'expected a list, found the string "get"'),
    ],
    [
      'strings for resources',
      file('- level: None', '  resources: [pods]'),
      at('rules[0].resources[0]', 5, 'expected a map, found the string "pods"'),
    ],
    ['a map for rules', file('  level: None'), at('rules', 4, 'expected a list, found a map')],
    ['no rules', file(), at('rules', 3, 'expected at least one rule, found none')],
    [
      'a group with its version',
      file('- level: None', '  resources:', '  - group: rbac.authorization.k8s.io/v1'),
      at('rules[0].resources[0].group', 6, '(leave the version out)'),
    ],
    [
      'a group in upper case',
      file('- level: None', '  resources:', '  - group: Apps'),
      at('rules[0].resources[0].group', 6, 'found "Apps"'),
    ],
    [
      'names without resources',
      file('- level: None', '  resources:', '  - resourceNames: [a]'),
      at('rules[0].resources[0].resourceNames', 6, 'expected resources beside resourceNames'),
    ],
    [
      'a path without a slash',
      file('- level: None', '  nonResourceURLs: [healthz]'),
      at('rules[0].nonResourceURLs[0]', 5, 'begins with /, found "healthz"'),
    ],
    [
      'a * inside a path',
      file('- level: None', '  nonResourceURLs: ["/a*b"]'),
      at('rules[0].nonResourceURLs[0]', 5, '* at the very end'),
    ],
    [
      'resources and paths in one rule',
      file('- level: None', '  resources: [{}]', '  nonResourceURLs: [/a]'),
      at('rules[0].nonResourceURLs', 6, 'make two rules of it'),
    ],
    [
      'an old version',
      file('- level: None').replace('/v1', '/v1alpha1'),
      at('apiVersion', 1, 'expected audit.k8s.io/v1, found "audit.k8s.io/v1alpha1"'),
    ],
    ['no version', file('- level: None').replace('apiVersion', 'version'), at('apiVersion', 1, 'found none')],
    [
      'another kind',
      file('- level: None').replace('Policy', 'AuditPolicy'),
      at('kind', 2, 'expected Policy, found "AuditPolicy"'),
    ],
    [
      'a boolean in quotes',
      file('- level: None', '  omitManagedFields: "true"'),
      at('rules[0].omitManagedFields', 5, 'expected true or false, found the string "true"'),
    ],
    [
      'metadata of a wrong type',
      file('- level: None', 'metadata: x').replace('rules:\n', 'rules:\n'),
      at('metadata', 5, 'expected a map'),
    ],
    ['a tab', file('\t- level: None'), at('', 4, 'found the character "\\t"')],
    ['a bracket that stays open', file('- {level: None'), at('', 5, 'expected "," or "}", found the end of text')],
    [
      'a quote that stays open',
      file('- level: "None'),
      at('', 4, 'expected ", found the end of the text inside quotes'),
    ],
    ['a key that is indented too little', file('  - level: None', ' verbs: [get]'), at('', 5, 'expected')],
    ['two values', file('- level: None: x'), at('', 4, 'a second ":" in the same line')],
    ['an unknown anchor', file('- *none'), at('', 4, 'expected an anchor &none before *none')],
    ['an infinite number', file('- level: None', 'x: .inf'), at('', 5, 'expected a number that JSON has, found .inf')],
    ['JSON with a comma too much', '{"a": 1,\n}', at('', 2, 'expected a key in double quotes')],
    ['JSON that ends early', '{"a": [1', at('', 1, 'expected "," or "]", found the end')],
    ['nothing at all', '', { path: '', message: expect.stringContaining('found nothing') }],
  ])('%s', (_, text, expected) => {
    expect(firstProblem(text)).toMatchObject(expected);
  });

  test('a list, as kubectl prints it, is told of alone', () => {
    const text = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: audit.k8s.io/v1\n  kind: Policy\n';
    expect(parsePolicy(text)).toEqual({
      ok: false,
      problems: [
        { path: 'kind', line: 2, message: expect.stringMatching(/^expected Policy, found "List": .*items\[0\]/) },
      ],
    });
  });

  test('all at once, in the order of the lines', () => {
    const parsed = parsePolicy(
      file('- level: none', '  users: [1]', '- level: None', '  omitStages: [x]', 'omitStages: [y]'),
    );
    const paths = parsed.ok ? [] : parsed.problems.map(({ path }) => path);
    expect(paths).toEqual(['rules[0].level', 'rules[0].users[0]', 'rules[1].omitStages[0]', 'omitStages[0]']);
  });
});

describe('what the server accepts in silence is a warning', () => {
  test.each([
    [
      'an unknown key',
      file('- level: Metadata', '  resource: [pods]'),
      'rules[0].resource',
      5,
      'did you mean resources?',
    ],
    ['a key in another case', file('- level: Metadata', '  Verbs: [get]'), 'rules[0].Verbs', 5, 'did you mean verbs?'],
    [
      'a group without its list',
      file('- level: Metadata', '  resources:', '  - apiGroup: apps'),
      'rules[0].resources[0].apiGroup',
      6,
      'did you mean group?',
    ],
    [
      'a word nobody knows',
      file('- level: Metadata', '  description: x'),
      'rules[0].description',
      5,
      'expected one of level, users',
    ],
    ['a key at the top', file('- level: Metadata', 'omitStage: [Panic]'), 'omitStage', 5, 'did you mean omitStages?'],
    ['a key that stands twice', file('- level: Metadata', '  level: Request'), 'level', 5, 'the last one counts'],
    [
      'the same in JSON',
      '{"apiVersion":"audit.k8s.io/v1",\n"rules":[{"level":"Metadata"}],\n"rules":[{}]}',
      'rules',
      3,
      'both are merged',
    ],
    [
      'a second document',
      `${file('- level: Metadata')}--- # more\n\nrules: []\n`,
      '',
      7,
      'a second YAML document, of which the API server reads nothing',
    ],
    ['one without its mark', `${file('- level: Metadata')}...\nx`, '', 6, 'a second YAML document'],
    [
      'a word that matches nothing, in a list of its own',
      file('- level: Metadata', '  resources:', '  - resources:', '    - pods', '    - secret'),
      'rules[0].resources[0].resources[1]',
      8,
      'did you mean secrets?',
    ],
    ['a policy that drops everything', file('- level: None'), 'rules', 4, 'every event is dropped'],
  ])('%s', (_, text, path, line, message) => {
    expect(parsePolicy(text)).toMatchObject({
      ok: true,
      warnings: [{ path, line, message: expect.stringContaining(message) }],
    });
  });

  test('none for a policy without such', () => {
    expect(parsePolicy(file('- level: Metadata'))).toMatchObject({ ok: true, warnings: [], notes: [] });
  });

  test.each(['---\n', '...\n', '--- # nothing\n\n  # more\n...\n---'])(
    'nor for a document that ends with %j',
    (end) => {
      expect(parsePolicy(`${file('- level: Metadata')}${end}`)).toMatchObject({ ok: true, warnings: [] });
    },
  );

  test('what may be a custom resource is a note', () => {
    expect(parsePolicy(file('- level: Metadata', '  resources:', '  - group: argoproj.io'))).toMatchObject({
      warnings: [],
      notes: [{ path: 'rules[0].resources[0].group', line: 6, message: expect.stringContaining('a custom one?') }],
    });
  });
});
