import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyPolicy } from '../../../lambda/core/policy/evaluate.ts';
import { loadPolicy, type PresetName, presetNames } from '../../../lib/policy/file.ts';
import { event, pathEvent } from '../../lambda/core/policy/builders.ts';

const bodies = { requestObject: { spec: {} }, responseObject: { status: {} } };

function on(verb: string, resource: string, apiGroup = '', subresource = ''): unknown {
  return event({ verb, ...bodies }, { resource, apiGroup, subresource });
}

const CALICO = 'projectcalico.org';
const CRD = 'crd.projectcalico.org';

/** One request a line, one expectation a preset, in the order of `presetNames`: the level it is kept at, or what drops it. */
const F = 'RequestResponse';
const M = 'Metadata';
const MATRIX: readonly (readonly [what: string, event: unknown, ...expected: readonly string[]])[] = [
  ['create of a network policy', on('create', 'networkpolicies', 'networking.k8s.io'), F, F, F, F, F],
  ['update of a network policy', on('update', 'networkpolicies', 'networking.k8s.io'), F, F, 'no rule', F, F],
  ['patch of a network policy', on('patch', 'networkpolicies', 'networking.k8s.io'), F, F, F, F, F],
  ['delete of a network policy', on('delete', 'networkpolicies', 'networking.k8s.io'), F, F, F, F, F],
  [
    'deletecollection of them',
    on('deletecollection', 'networkpolicies', 'networking.k8s.io'),
    F,
    'no rule',
    'no rule',
    F,
    F,
  ],
  [
    'get of a network policy',
    on('get', 'networkpolicies', 'networking.k8s.io'),
    'no rule',
    'no rule',
    'no rule',
    'rule',
    F,
  ],
  ['watch of them', on('watch', 'networkpolicies', 'networking.k8s.io'), 'no rule', 'no rule', 'no rule', 'rule', F],
  ['one of extensions', on('create', 'networkpolicies', 'extensions'), F, F, 'no rule', F, F],
  ['an ingress', on('create', 'ingresses', 'networking.k8s.io'), 'no rule', 'no rule', 'no rule', F, F],
  ['a pod', on('create', 'pods'), F, F, 'no rule', F, F],
  ['an exec into a pod', on('create', 'pods', '', 'exec'), 'no rule', 'no rule', 'no rule', F, F],
  ['the status of a pod', on('patch', 'pods', '', 'status'), 'no rule', 'no rule', 'no rule', F, F],
  ['a namespace', on('delete', 'namespaces'), F, F, 'no rule', F, F],
  ['a service account', on('update', 'serviceaccounts'), F, F, 'no rule', F, F],
  ['endpoints', on('update', 'endpoints'), F, F, 'no rule', F, F],
  ['a service', on('update', 'services'), 'no rule', 'no rule', 'no rule', F, F],
  ['a deployment', on('create', 'deployments', 'apps'), 'no rule', 'no rule', 'no rule', F, F],
  ['create of a secret', on('create', 'secrets'), 'no rule', 'no rule', 'no rule', M, F],
  ['get of a secret', on('get', 'secrets'), 'no rule', 'no rule', 'no rule', M, F],
  ['get of a config map', on('get', 'configmaps'), 'no rule', 'no rule', 'no rule', 'rule', F],
  ['get of a secret of another group', on('get', 'secrets', 'example.org'), 'no rule', 'no rule', 'no rule', 'rule', F],
  ['watch of secrets', on('watch', 'secrets'), 'no rule', 'no rule', 'no rule', M, F],
  ['secrets of another group', on('create', 'secrets', 'example.org'), 'no rule', 'no rule', 'no rule', F, F],
  ['a global network policy', on('create', 'globalnetworkpolicies', CALICO), F, 'no rule', F, F, F],
  ['an update of one', on('update', 'globalnetworkpolicies', CALICO), F, 'no rule', 'no rule', F, F],
  ['a tier', on('delete', 'tiers', CALICO), F, 'no rule', F, F, F],
  ['a network set', on('create', 'networksets', CALICO), F, 'no rule', 'no rule', F, F],
  ['a global network set', on('create', 'globalnetworksets', CALICO), F, 'no rule', 'no rule', F, F],
  ['a host endpoint', on('patch', 'hostendpoints', CALICO), F, 'no rule', 'no rule', F, F],
  ['a staged policy', on('create', 'stagednetworkpolicies', CALICO), F, 'no rule', 'no rule', F, F],
  ['a staged global policy', on('create', 'stagedglobalnetworkpolicies', CALICO), F, 'no rule', 'no rule', F, F],
  [
    'a staged policy of Kubernetes',
    on('create', 'stagedkubernetesnetworkpolicies', CALICO),
    F,
    'no rule',
    'no rule',
    F,
    F,
  ],
  ["Calico's network policy", on('create', 'networkpolicies', CALICO), F, 'no rule', 'no rule', F, F],
  ['the same as a custom resource', on('create', 'networkpolicies', CRD), F, 'no rule', 'no rule', F, F],
  ['a tier as a custom resource', on('create', 'tiers', CRD), F, 'no rule', 'no rule', F, F],
  ['an IP pool', on('create', 'ippools', CRD), 'no rule', 'no rule', 'no rule', F, F],
  ['list of secrets', on('list', 'secrets'), 'no rule', 'no rule', 'no rule', M, F],
  ['a health check', pathEvent('/healthz'), 'no rule', 'no rule', 'no rule', 'rule', F],
  ['a POST to a path', pathEvent('/metrics', { verb: 'post' }), 'no rule', 'no rule', 'no rule', F, F],
  [
    'a request only received',
    event({ stage: 'RequestReceived', verb: 'create' }, { resource: 'networkpolicies', apiGroup: 'networking.k8s.io' }),
    'stage',
    'stage',
    'stage',
    'stage',
    F,
  ],
  [
    'a watch that began',
    event({ stage: 'ResponseStarted', verb: 'watch' }),
    'no rule',
    'no rule',
    'no rule',
    'rule',
    F,
  ],
  ['a panic', event({ stage: 'Panic', verb: 'create' }), F, F, 'no rule', F, F],
  ['an event of Metadata', event({ level: 'Metadata', verb: 'create' }), M, M, 'no rule', M, M],
];

describe.each(presetNames)('the preset %s', (name: PresetName) => {
  const loaded = loadPolicy(name, '/');
  const column = presetNames.indexOf(name);

  test('loads without a warning', () => {
    expect(loaded).toMatchObject({ ok: true, warnings: [], file: expect.stringMatching(`presets/${name}.yaml$`) });
  });

  test.each(MATRIX.map(([what, given, ...expected]) => [what, expected[column], given] as const))(
    '%s: %s',
    (_, expected, given) => {
      if (!loaded.ok) throw new Error('the preset does not load');
      const verdict = applyPolicy(loaded.policy, given);
      expect(verdict.kind === 'kept' ? verdict.level : verdict.by).toBe(expected);
    },
  );
});

describe('a policy is named by preset or file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'policies-'));
    const text = 'apiVersion: audit.k8s.io/v1\nrules: [{level: None, users: ["é"]}]\n';
    writeFileSync(join(folder, 'mine.yaml'), text);
    writeFileSync(join(folder, 'latin.yaml'), Buffer.from(text, 'latin1'));
    writeFileSync(join(folder, 'utf16.yaml'), Buffer.from(`\ufeff${text}`, 'utf16le'));
    writeFileSync(
      join(folder, 'latin.json'),
      Buffer.from('{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"None","users":["é"]}]}', 'latin1'),
    );
    writeFileSync(join(folder, 'broken.yaml'), 'rules: [');
    writeFileSync(join(folder, 'calico'), text);
  });
  afterAll(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['a file beside the configuration', 'mine.yaml', { ok: true, policy: { rules: [{ users: ['é'] }] } }],
    ['a preset before a file', 'calico', { ok: true, policy: { rules: [{ level: 'RequestResponse' }] } }],
    ['a file named like a preset', './calico', { ok: true, policy: { rules: [{ level: 'None' }] } }],
    ['UTF-16 with its mark', 'utf16.yaml', { ok: true, policy: { rules: [{ users: ['é'] }] } }],
    [
      'bytes that are no UTF-8 in YAML',
      'latin.yaml',
      { ok: false, problems: [{ message: expect.stringContaining('as UTF-8') }] },
    ],
    ['the same in JSON, which Go forgives', 'latin.json', { ok: true, policy: { rules: [{ users: ['\ufffd'] }] } }],
    ['a file that does not load', 'broken.yaml', { ok: false, problems: [{ line: 1 }] }],
    [
      'a misspelt preset',
      'calcio',
      { ok: false, problems: [{ path: '', message: expect.stringContaining('did you mean calico?') }] },
    ],
    [
      'an unknown name',
      'mine.yml',
      { ok: false, problems: [{ message: expect.stringContaining('the presets are network-policy, calico') }] },
    ],
    ['a folder', '.', { ok: false, problems: [{ message: expect.stringContaining('found a folder') }] }],
  ])('%s', (_, name, expected) => {
    expect(loadPolicy(name, folder)).toMatchObject(expected);
  });

  test('the text and the absolute file come with it', () => {
    expect(loadPolicy('mine.yaml', folder)).toMatchObject({
      file: join(folder, 'mine.yaml'),
      text: expect.stringContaining('rules:'),
    });
  });
});
