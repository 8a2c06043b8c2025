import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../../lib/policy/parse.ts';
import { resources, rule } from '../../lambda/core/policy/builders.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const NONE = 'rules:\n- level: None\n';
const json = (fields: string): string => `{"apiVersion":"audit.k8s.io/v1","kind":"Policy",${fields}}`;
const JSON_NONE = json('"rules":[{"level":"None"}]');
const withUsers = (list: string): string => `${HEAD}rules:\n- level: None\n  users: ${list}\n`;

const accepted = (text: string): boolean => parsePolicy(text).ok;

function rulesOf(text: string): unknown {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed.policy.rules : parsed.problems;
}

describe('apiVersion and kind', () => {
  test.each([
    ['v1', HEAD + NONE, true],
    ['v1beta1, which upstream has dropped', `apiVersion: audit.k8s.io/v1beta1\nkind: Policy\n${NONE}`, true],
    ['v1alpha1', `apiVersion: audit.k8s.io/v1alpha1\nkind: Policy\n${NONE}`, false],
    ['another group', `apiVersion: v1\nkind: Policy\n${NONE}`, false],
    ['no apiVersion', `kind: Policy\n${NONE}`, false],
    ['no kind', `apiVersion: audit.k8s.io/v1\n${NONE}`, true],
    ['an empty kind', `apiVersion: audit.k8s.io/v1\nkind: ""\n${NONE}`, true],
    ['a kind of null', `apiVersion: audit.k8s.io/v1\nkind:\n${NONE}`, true],
    ['another kind', `apiVersion: audit.k8s.io/v1\nkind: Event\n${NONE}`, false],
    ['a kind in lower case', `apiVersion: audit.k8s.io/v1\nkind: policy\n${NONE}`, false],
    ['a kind that is a number', `apiVersion: audit.k8s.io/v1\nkind: 5\n${NONE}`, false],
    ['their keys in any case', `APIVERSION: audit.k8s.io/v1\nKind: Policy\n${NONE}`, true],
    ['the last spelling wins', `apiVersion: audit.k8s.io/v1\napiversion: x\n${NONE}`, false],
    ['a null does not win', `apiVersion: audit.k8s.io/v1\napiversion: null\n${NONE}`, true],
    ['a spelling of the wrong type', `apiVersion: audit.k8s.io/v1\napiversion: 1\n${NONE}`, false],
  ])('%s', (_, text, expected) => {
    expect(accepted(text)).toBe(expected);
  });
});

describe('documents and text', () => {
  test.each([
    ['nothing', '', false],
    ['a comment', '# nothing\n', false],
    ['a list', '- a\n', false],
    ['a word', 'policy', false],
    ['a document mark first', `---\n${HEAD}${NONE}`, true],
    ['a comment before it', `# c\n---\n${HEAD}${NONE}`, true],
    ['an empty first document', `---\n---\n${HEAD}${NONE}`, false],
    ['only the first document counts', `${HEAD}${NONE}---\nrules: {[\n`, true],
    ['an end mark', `${HEAD}${NONE}...\n`, true],
    ['an end mark first', `...\n${HEAD}${NONE}`, false],
    ['a byte order mark', `\ufeff${HEAD}${NONE}`, true],
    ['CRLF', `${HEAD}${NONE}`.replaceAll('\n', '\r\n'), true],
    ['CR', `${HEAD}${NONE}`.replaceAll('\n', '\r'), true],
    ['a tab as indentation', `${HEAD}rules:\n\t- level: None\n`, false],
    ['a tab behind a value', `${HEAD}rules:\n- level: None\t\n`, true],
    ['a control character', `${HEAD}${NONE}# \x07\n`, false],
    ['one far behind the first document', `${HEAD}${NONE}---\n#${'.'.repeat(1200)}\x07`, true],
    ['%YAML 1.1', `%YAML 1.1\n---\n${HEAD}${NONE}`, true],
    ['%YAML 1.2', `%YAML 1.2\n---\n${HEAD}${NONE}`, false],
    ['JSON', JSON_NONE, true],
    ['JSON after blanks', ` \n\t${JSON_NONE}`, true],
    ['JSON with a trailing comma', json('"rules":[{"level":"None"},]'), false],
    ['JSON with more behind it', `${JSON_NONE} x`, false],
    ['JSON in single quotes', JSON_NONE.replaceAll('"', "'"), false],
    ['the same as YAML', `---\n${JSON_NONE.replaceAll('"', "'")}`, true],
    ['a byte order mark makes it YAML', `\ufeff${JSON_NONE.replaceAll('"', "'")}`, true],
    [
      'an unknown key of 200 levels with the map around it',
      `${HEAD}x: ${'['.repeat(199)}${']'.repeat(199)}\n${NONE}`,
      true,
    ],
    ['one of more', `${HEAD}x: ${'['.repeat(200)}${']'.repeat(200)}\n${NONE}`, false],
    ['one that is deeper than Go goes', `${HEAD}x: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n${NONE}`, false],
    ['the same in JSON', json(`"x":${'['.repeat(10_000)}${']'.repeat(10_000)},"rules":[{"level":"None"}]`), false],
    ['a number that JSON lacks', `${HEAD}x: .inf\n${NONE}`, false],
    ['unless it is overwritten', `${HEAD}x: .inf\nx: 1\n${NONE}`, true],
    ['a key of null', `${HEAD}~: 1\n${NONE}`, false],
    ['a key that is a list', `${HEAD}[a]: 1\n${NONE}`, false],
    ['a key that is a number', `${HEAD}1: 1\n${NONE}`, true],
    ['a key of 1,024 characters', `${'k'.repeat(1024)}: 1\n${HEAD}${NONE}`, true],
    ['a key of 1,025 characters', `${'k'.repeat(1025)}: 1\n${HEAD}${NONE}`, false],
    ['one in braces', `x: {${'k'.repeat(1025)}: 1}\n${HEAD}${NONE}`, false],
    ['a control character soon behind the first document', `${HEAD}${NONE}---\n#${'.'.repeat(100)}\x07`, false],
  ])('%s', (_, text, expected) => {
    expect(accepted(text)).toBe(expected);
  });
});

describe('scalars are those of YAML 1.1: only strings may stand in a list of users', () => {
  const strings = [
    'a',
    '"y"',
    "'1'",
    'yEs',
    'tRue',
    '2001-01-01',
    '2001-01-01T01:02:03Z',
    '1:30',
    '190:20:30',
    '1e999',
    '.',
    '..',
    '=',
    '!!str 1',
    '! 1',
    '!local 1',
    '!!binary aGk=',
    '1_x',
    '0x',
    '+',
    '18446744073709551616x',
    'é',
    '😀',
    'http://x',
    'a#b',
    '"\\x41"',
    "'it''s'",
    '!!timestamp 2001-01-01',
    '<<',
  ];
  const others = [
    'y',
    'Y',
    'n',
    'yes',
    'No',
    'ON',
    'off',
    'true',
    'FALSE',
    '1',
    '017',
    '08',
    '0o17',
    '0x1F',
    '0b11',
    '1_000',
    '+1',
    '-0',
    '1.5',
    '1.',
    '.5',
    '.5_0',
    '1e3',
    '18446744073709551615',
    '!!int "1"',
    '!!float 1',
    '!!bool "yes"',
    '[a]',
    '{a: b}',
    'a: b',
    '? a',
  ];
  const broken = [
    '.inf',
    '-.INF',
    '.nan',
    '!!int a',
    '!!null x',
    '!!binary x',
    '@x',
    '`x',
    '%x',
    '*a',
    '&',
    '"\\q"',
    '"\\ud83d"',
    'a]',
    '{',
    '!!timestamp x',
    '!x!y',
  ];
  const nulls = ['null', '~', 'Null', '!!null ""', '&a'];
  test.each(strings)('%s is a string', (scalar) => {
    expect(accepted(withUsers(`[${scalar}]`))).toBe(true);
  });
  test.each([...others, ...broken])('%s is none', (scalar) => {
    expect(accepted(withUsers(`[${scalar}]`))).toBe(false);
  });
  test.each(nulls)('%s is the empty string', (scalar) => {
    expect(rulesOf(withUsers(`[${scalar}]`))).toEqual([rule({ level: 'None', users: [''] })]);
  });
  test.each([
    ['yes', true],
    ['y', true],
    ['On', true],
    ['!!bool "n"', true],
    ['null', true],
    ['~', true],
    ['"yes"', false],
    ['1', false],
    ['tRUE', false],
  ])('omitManagedFields: %s is accepted: %j', (scalar, expected) => {
    expect(accepted(`${HEAD}omitManagedFields: ${scalar}\n${NONE}`)).toBe(expected);
  });
});

describe('strings are read as libyaml reads them', () => {
  test.each([
    ['folded', '[>-\n]', undefined],
    ['a literal block', '\n  - |\n    a\n     b\n\n    c\n\n', ['a\n b\n\nc\n']],
    ['a literal block that is kept', '\n  - |+\n    a\n\n', ['a\n\n\n']],
    ['a literal block that is stripped', '\n  - |-\n    a\n', ['a']],
    ['a block with an indentation of its own', '\n  - |1\n     a\n', ['  a\n']],
    ['a folded block', '\n  - >\n    a\n    b\n\n    c\n      d\n    e\n', ['a b\nc\n  d\ne\n']],
    ['plain words on two lines', '\n  - a\n    b\n\n    c\n', ['a b\nc']],
    ['double quotes on two lines', '["a\n    b \\\n    c"]', ['a b c']],
    ['single quotes on two lines', "['a\n\n    b']", ['a\nb']],
    ['escapes', '["\\t\\x41\\u00e9\\U0001F600\\0\\e\\_"]', ['\tAé😀\0\x1b\xa0']],
    ['a comment behind', '[a] # b', ['a']],
    ['a flow list on lines', '[\n    a,\n    "b",\n  ]', ['a', 'b']],
    ['a list at the column of its key', '\n  - a\n  - b', ['a', 'b']],
    ['nothing', '', []],
    ['an entry of nothing', '\n  -\n  - a', ['', 'a']],
  ])('%s', (_, users, expected) => {
    const result = rulesOf(withUsers(users));
    if (expected === undefined) expect(accepted(withUsers(users))).toBe(false);
    else expect(result).toEqual([rule({ level: 'None', users: expected })]);
  });
});

describe('anchors, merge keys and keys that come twice', () => {
  const rules = (text: string): string => `${HEAD}rules:\n${text}`;
  test.each([
    [
      'an anchor',
      `${HEAD}x: &v [get]\nrules:\n- {level: None, verbs: *v}\n`,
      [rule({ level: 'None', verbs: ['get'] })],
    ],
    [
      'a later anchor of the same name',
      rules('- &a {level: None}\n- &a {level: Request}\n- *a\n'),
      [rule({ level: 'None' }), rule({ level: 'Request' }), rule({ level: 'Request' })],
    ],
    ['a merge', rules('- <<: {level: None}\n  verbs: [get]\n'), [rule({ level: 'None', verbs: ['get'] })]],
    ['a key after the merge wins', rules('- <<: {level: None}\n  level: Request\n'), [rule({ level: 'Request' })]],
    ['and so does a merge after the key', rules('- level: Request\n  <<: {level: None}\n'), [rule({ level: 'None' })]],
    ['the first of several merges wins', rules('- <<: [{level: None}, {level: Request}]\n'), [rule({ level: 'None' })]],
    ['a quoted << is a key', rules('- "<<": {level: None}\n  level: Request\n'), [rule({ level: 'Request' })]],
    ['twice in YAML: the last wins', rules('- level: Nonsense\n  level: None\n'), [rule({ level: 'None' })]],
    [
      'twice in JSON: laid over one another',
      json('"rules":[{"level":"None","verbs":["get"]}],"rules":[{"level":"Request"}]'),
      [rule({ level: 'Request', verbs: ['get'] })],
    ],
    ['null changes no string', json('"rules":[{"level":"None","level":null}]'), [rule({ level: 'None' })]],
    [
      'what a shorter list left shows again',
      json('"rules":[{"level":"None","verbs":["a","b"],"verbs":["c"],"verbs":["d",null]}]'),
      [rule({ level: 'None', verbs: ['d', 'b'] })],
    ],
  ])('%s', (_, text, expected) => {
    expect(rulesOf(text)).toEqual(expected);
  });

  test.each([
    ['an unknown anchor', 'x: *nobody\n'],
    ['a value that contains itself', 'x: &x [*x]\n'],
    ['a merge of no map', '<<: [a]\n'],
    ['a merge of null', '<<:\n'],
    [
      'aliases that unfold without end',
      `${Array.from({ length: 9 }, (_, i) => `x${i}: &x${i} [${`${i > 0 ? `*x${i - 1}` : 'a'},`.repeat(9)}]`).join('\n')}\n`,
    ],
  ])('%s is refused', (_, text) => {
    expect(accepted(HEAD + text + NONE)).toBe(false);
  });
});

describe('metadata means nothing, but its types are checked', () => {
  test.each([
    ['{name: a, labels: {a: b}}', true],
    ['null', true],
    ['[]', false],
    ['text', false],
    ['{name: 1}', false],
    ['{labels: {a: 1}}', false],
    ['{labels: {a: null}}', true],
    ['{generation: 1e3}', true],
    ['{generation: 1.5}', false],
    ['{generation: "1"}', false],
    ['{generation: 9223372036854775808}', false],
    ['{creationTimestamp: null}', true],
    ['{creationTimestamp: 2001-01-01T00:00:00Z}', true],
    ['{creationTimestamp: 2001-02-29T00:00:00Z}', false],
    ['{creationTimestamp: 2001-01-01}', false],
    ['{ownerReferences: [{controller: yes}]}', true],
    ['{ownerReferences: [{controller: 1}]}', false],
    ['{managedFields: [{fieldsV1: [1]}]}', true],
    ['{finalizers: [1]}', false],
    ['{clusterName: 1}', true],
  ])('%s is accepted: %j', (metadata, expected) => {
    expect(accepted(`${HEAD}metadata: ${metadata}\n${NONE}`)).toBe(expected);
  });
});

describe('rules', () => {
  test.each([
    ['[]', false],
    ['null', false],
    ['{}', false],
    ['[null]', false],
    ['[{}]', false],
    ['[{level: null}]', false],
    ['[{level: none}]', false],
    ['[{level: None}, 5]', false],
    ['[{level: None, verbs: get}]', false],
    ['[{level: None, verbs: null}]', true],
    ['[{level: None, omitManagedFields: null}]', true],
    ['[{level: None, omitStages: [Panic]}]', true],
    ['[{level: None, omitStages: [panic]}]', false],
    ['[{level: None, omitStages: [null]}]', false],
    ['[{level: None, resources: [null, {}]}]', true],
    ['[{level: None, resources: [pods]}]', false],
    ['[{level: None, resources: [{group: null}]}]', true],
    ['[{level: None, resources: [{group: "*"}]}]', true],
    ['[{level: None, resources: [{group: core}]}]', true],
    ['[{level: None, resources: [{group: Apps}]}]', false],
    ['[{level: None, resources: [{group: rbac.authorization.k8s.io/v1}]}]', false],
    ['[{level: None, resources: [{group: a..b}]}]', false],
    ['[{level: None, resources: [{group: -a}]}]', false],
    [`[{level: None, resources: [{group: ${'a'.repeat(253)}}]}]`, true],
    [`[{level: None, resources: [{group: ${'a'.repeat(254)}}]}]`, false],
    ['[{level: None, resources: [{resources: ["*/*", "P o d s", ""]}]}]', true],
    ['[{level: None, resources: [{resourceNames: [a]}]}]', false],
    ['[{level: None, resources: [{resources: [pods], resourceNames: [a]}]}]', true],
    ['[{level: None, nonResourceURLs: ["*", /, /a, /a*]}]', true],
    ['[{level: None, nonResourceURLs: [/**]}]', false],
    ['[{level: None, nonResourceURLs: ["**"]}]', false],
    ['[{level: None, nonResourceURLs: [/a*b]}]', false],
    ['[{level: None, nonResourceURLs: [healthz]}]', false],
    ['[{level: None, nonResourceURLs: [""]}]', false],
    ['[{level: None, nonResourceURLs: [/a], resources: [{}]}]', false],
    ['[{level: None, nonResourceURLs: [/a], namespaces: [ns]}]', false],
    ['[{level: None, nonResourceURLs: [/a], namespaces: [], resources: []}]', true],
  ])('%s is accepted: %j', (rules, expected) => {
    expect(accepted(`${HEAD}rules: ${rules}\n`)).toBe(expected);
  });
});

test('a policy is compiled to plain JSON with every list present', () => {
  const text = `${HEAD}omitStages: [RequestReceived]\nomitManagedFields: true\nrules:\n- level: Request\n  omitManagedFields: false\n  resources: [{group: apps, resources: [deployments]}]\n`;
  const parsed = parsePolicy(text);
  expect(parsed).toEqual({
    ok: true,
    warnings: [],
    notes: [],
    policy: {
      omitStages: ['RequestReceived'],
      omitManagedFields: true,
      rules: [rule({ level: 'Request', omitManagedFields: false, resources: [resources('apps', ['deployments'])] })],
    },
  });
  expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
});
