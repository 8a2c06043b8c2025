import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, parseConfig, readConfig, selectCluster } from '../../../lib/config/config.ts';
import { jsonSchema } from '../../../lib/config/json-schema.ts';
import type { ReadOptions } from '../../../lib/config/options.ts';
import type { LoadPolicy } from '../../../lib/config/policy.ts';
import { settingsOf } from '../../../lib/config/settings.ts';
import { describeProblems } from '../../../lib/problems/problem.ts';
import { collector, file, fileOf, loadPolicy, POLICY } from '../../support/forwarder-file.ts';

/** The configuration that a text means; throws what is wrong with it. */
function config(text: string, options: Partial<ReadOptions> = {}): Config {
  const result = parseConfig(text, 'conf/forwarder.yaml', {
    for: 'run',
    now: Date.UTC(2026, 5, 1),
    loadPolicy,
    ...options,
  });
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.config;
}

/** The first cluster of a text. */
function cluster(text: string, options: Partial<ReadOptions> = {}) {
  const [first] = config(text, options).clusters;
  if (first === undefined) throw new Error('no cluster');
  return first;
}

/** A certificate that signs nothing. */
const CERTIFICATE = `
-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUfxRRYLr4LaZQAr0X9GKWG8l5ypwwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKY2EuZXhhbXBsZTAgFw0yNjExMjEwNTIyMzBaGA8yMTI2MTAy
ODA1MjIzMFowFTETMBEGA1UEAwwKY2EuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABMD14f557+XQ5InU/XiaxoroXL3jqSRxLk0XxQIcIa9iWPDTornX
htqMaAX1T+rcqRJPwpfN+xW2gRtKje037lyjUzBRMB0GA1UdDgQWBBQJDcCE0/im
p2ANVKFmkBeWTmQAbTAfBgNVHSMEGDAWgBQJDcCE0/imp2ANVKFmkBeWTmQAbTAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIHopL5pC6n5jClc6mHPr
Ysc4o/q0FBM9eP9NIV3ztoThAiAUQ/kZM190bL3+r1LwBXiFx87iDU2MpbnLxY9O
XwViCw==
-----END CERTIFICATE-----
`.trim();

describe('a file of six lines', () => {
  it('means the documented defaults', () => {
    expect(config(file())).toEqual({
      file: 'conf/forwarder.yaml',
      table: 'eks-audit-forwarder',
      existingTable: false,
      clusters: [
        {
          name: 'prod',
          indexName: 'prod',
          groupName: '/aws/eks/prod/cluster',
          region: 'us-west-2',
          streamPrefix: 'kube-apiserver-audit-',
          fetchInterval: 60,
          reader: null,
          policy: { name: 'network-policy', file: resolve('conf/network-policy'), text: 'rules: []', policy: POLICY },
          startFrom: 900,
          ages: [0, 120, 600, 7200, 86_400],
          maxBytesPerRun: null,
        },
      ],
      elasticsearch: {
        url: 'https://es.example:9200',
        secret: null,
        ca: null,
        index: 'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
        profiles: ['ecs'],
        retentionDays: null,
      },
      network: null,
      alarms: { topicArn: null, silence: 1800 },
    });
  });

  it('means the same with keys that have no value', () => {
    const blank = file({
      elasticsearch: 'secret:\ncaFile: null\nindex:\nretention: ~',
      log: 'streamPrefix:\nfetchInterval:',
      cluster: 'name:\nindexName:\nreader:\npolicy:\nstartFrom:\ncompleteness:\nmaxBytesPerRun:',
      end: 'table:\nexistingTable:\nnetwork:\nalarms:',
    });
    expect(config(blank)).toEqual(config(file()));
  });
});

describe('values', () => {
  it.each([
    ['30s', 30],
    ['15m', 900],
    ['2h', 7200],
    ['1d', 86_400],
    ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T02:30:00+02:00', '2026-01-31T00:30:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('of startFrom: %s', (written, meant) => {
    expect(cluster(file({ cluster: `startFrom: ${written}` })).startFrom).toBe(meant);
  });

  it('of ages begin with 0, written or not', () => {
    expect(cluster(file({ cluster: 'completeness: { ages: [90s, 14d] }' })).ages).toEqual([0, 90, 1_209_600]);
    expect(cluster(file({ cluster: 'completeness: { ages: [0s, 90s] }' })).ages).toEqual([0, 90]);
  });

  it('of all other keys arrive as written', () => {
    const meant = config(
      file({
        elasticsearch:
          'secret: arn:aws:secretsmanager:us-west-2:123456789012:secret:es-AbCdEf\nindex: audit-{yyyy.MM}\nretention: 400d',
        log: 'fetchInterval: 0.5\nstreamPrefix: kube-',
        cluster:
          'name: Prod\nindexName: live\nreader: { roleArn: "arn:aws:iam::123456789012:role/x", externalId: "77" }\nmaxBytesPerRun: 1000000',
        end: 'table: t.1\nexistingTable: true\nalarms: { topicArn: "arn:aws:sns:us-west-2:123456789012:on-call", silence: 1h }\nnetwork: { vpcId: vpc-01234567, subnetIds: [subnet-01234567] }',
      }),
    );
    expect(meant).toMatchObject({
      table: 't.1',
      existingTable: true,
      clusters: [
        {
          name: 'Prod',
          indexName: 'live',
          fetchInterval: 0.5,
          streamPrefix: 'kube-',
          maxBytesPerRun: 1_000_000,
          reader: { roleArn: 'arn:aws:iam::123456789012:role/x', externalId: '77' },
        },
      ],
      elasticsearch: {
        secret: 'arn:aws:secretsmanager:us-west-2:123456789012:secret:es-AbCdEf',
        index: 'audit-{yyyy.MM}',
        retentionDays: 400,
      },
      alarms: { topicArn: 'arn:aws:sns:us-west-2:123456789012:on-call', silence: 3600 },
      network: { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], securityGroupIds: [], proxy: null },
    });
  });

  it('of a secret that CDK named are not taken for a key', () => {
    expect(config(file({ elasticsearch: 'secret: ElasticSecretA1B2C3D4-xYz123AbC456' })).elasticsearch.secret).toBe(
      'ElasticSecretA1B2C3D4-xYz123AbC456',
    );
  });

  it('of an upper-case cluster keep their case, but for the index', () => {
    expect(cluster(file({ groupName: 'groupName: /aws/eks/Prod_EU/cluster' }))).toMatchObject({
      name: 'Prod_EU',
      indexName: 'prod_eu',
    });
  });

  it('may be shared by anchors and merge keys', () => {
    const { clusters } = config(
      fileOf(
        '&base { maxBytesPerRun: 5, eksCloudwatchLog: { groupName: /aws/eks/a/cluster, region: us-west-2 } }',
        '{ <<: *base, eksCloudwatchLog: { groupName: /aws/eks/b/cluster, region: us-west-2 } }',
      ),
    );
    expect(clusters.map(({ name, maxBytesPerRun }) => [name, maxBytesPerRun])).toEqual([
      ['a', 5],
      ['b', 5],
    ]);
  });

  it("of a Region that the file leaves open are the caller's, or null", () => {
    expect(cluster(file({ region: '' }), { region: 'eu-west-1' }).region).toBe('eu-west-1');
    expect(cluster(file({ region: '' }), { for: 'stack' }).region).toBeNull();
  });
});

describe("Calico's LogCollector", () => {
  const calico = `${file()}\n${collector('groupName: /aws/eks/b/cluster', 'region: eu-west-1', "streamPrefix: ''", 'fetchInterval: 0', 'later: true')}`;

  it('is one more cluster, after those that are listed', () => {
    const [listed, collected] = config(calico).clusters;
    expect(listed).toMatchObject({ name: 'prod' });
    expect(collected).toEqual({
      ...listed,
      name: 'b',
      indexName: 'b',
      groupName: '/aws/eks/b/cluster',
      region: 'eu-west-1',
    });
  });

  it('may be the only cluster, and stand first', () => {
    const alone = `${collector('groupName: /aws/eks/b/cluster', 'region: eu-west-1')}\n---\nelasticsearch: { url: https://es.example }`;
    expect(config(alone).clusters).toMatchObject([{ name: 'b' }]);
  });
});

describe('warnings', () => {
  function warned(text: string, options: Partial<ReadOptions> = {}): string {
    const result = parseConfig(text, 'forwarder.yaml', { for: 'run', loadPolicy, ...options });
    return result.ok ? describeProblems(result.warnings) : 'refused';
  }

  it('are none for a file without doubt', () => {
    expect(warned(file())).toBe('');
    expect(warned(file({ elasticsearch: 'secret: x' }), { for: 'stack' })).toBe('');
    expect(warned(file({ url: 'url: http://127.0.0.1:9200' }))).toBe('');
  });

  it('tell of the open network, of a stack without a secret and of what the policy has to say', () => {
    expect(warned(file({ url: 'url: http://es.example:9200', cluster: 'policy: loose.yaml' }), { for: 'stack' })).toBe(
      [
        'forwarder.yaml:1: elasticsearch.secret: No secret is named, so the function sends without authentication.',
        'forwarder.yaml:2: elasticsearch.url: Events and credentials go over the network unencrypted: use https:// where you can.',
        'loose.yaml:9: rules[2]: Never reached.',
      ].join('\n'),
    );
  });
});

describe('a credential that was written into the file', () => {
  it('is in no sentence, whatever key holds it', () => {
    const places = [
      'elasticsearch.url',
      'elasticsearch.secret',
      'elasticsearch.caFile',
      'table',
      'cluster.policy',
      'cluster.name',
      'reader',
      'unknown',
    ] as const;
    const key = fc.tuple(
      fc.stringMatching(/^[A-Z]{7}[a-z]{7}[0-9]{6}$/),
      fc.stringMatching(/^[A-Z]{8}[a-z]{8}[0-9]{6}$/),
    );
    fc.assert(
      fc.property(key, fc.constantFrom(...places), fc.boolean(), ([id, secret], place, encoded) => {
        const credential = encoded ? Buffer.from(`${id}:${secret}`).toString('base64') : `${id}:${secret}`;
        const result = parseConfig(withCredential(place, credential), 'forwarder.yaml', {
          for: 'run',
          loadPolicy: refuseAll,
        });
        expect(result.ok).toBe(false);
        expect(result.ok ? '' : describeProblems(result.problems)).not.toContain(
          encoded ? credential.slice(0, 16) : secret,
        );
      }),
    );
  });

  const refuseAll: LoadPolicy = () => ({ ok: false, problems: [{ path: '', message: 'No.' }] });

  function withCredential(place: string, credential: string): string {
    const value = JSON.stringify(credential);
    const [section, key] = place.split('.');
    if (place === 'reader')
      return file({ cluster: `reader: { roleArn: ${value}, externalId: ${JSON.stringify(`${credential}!`)} }` });
    if (section === 'cluster') return file({ cluster: `${key}: ${value}` });
    if (key === 'url') return file({ url: `url: https://elastic:${credential}@es.example` });
    if (key !== undefined) return file({ elasticsearch: `${key}: ${value}` });
    return file({ end: place === 'table' ? `table: ${value}` : `${value}: 1` });
  }
});

describe('a file that was damaged in any way', () => {
  it('is read or refused by sentences that point into it', () => {
    const whole = `${file({ cluster: 'completeness: { ages: [2m] }' })}\n${collector('groupName: /aws/eks/b/cluster', 'region: us-west-2')}`;
    const scraps = [
      ': ',
      '- ',
      '\t',
      '{',
      ']',
      '"',
      '&a ',
      '*a ',
      '!x ',
      '|',
      '---\n',
      '<<: x\n',
      '? ',
      '\0',
      '\r',
      '0x1F',
      '1e999',
    ];
    const edit = fc.record({ at: fc.nat(whole.length), cut: fc.nat(20), put: fc.constantFrom(...scraps) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((left, { at, cut, put }) => left.slice(0, at) + put + left.slice(at + cut), whole);
        const result = parseConfig(text, 'forwarder.yaml', { for: 'stack', loadPolicy });
        const { length } = text.split('\n');
        const amiss = result.ok
          ? []
          : result.problems.filter(
              ({ line = 1, message }) => line > length || /undefined|Invalid|\[object/.test(message),
            );
        expect(result.ok || result.problems.length > 0).toBe(true);
        expect(amiss).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('selectCluster', () => {
  const one = config(file());
  const two = config(
    fileOf(
      'eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: us-west-2 }',
      'eksCloudwatchLog: { groupName: /aws/eks/staging/cluster, region: us-west-2 }',
    ),
  );
  const problem = (message: string) => ({ ok: false, problem: { path: '--cluster', message } });

  it('takes the only cluster without being told', () => {
    expect(selectCluster(one, undefined)).toMatchObject({ ok: true, cluster: { name: 'prod' } });
  });

  it('takes the one that is named', () => {
    expect(selectCluster(two, 'staging')).toMatchObject({ ok: true, cluster: { name: 'staging' } });
  });

  it('asks for a name where there are several', () => {
    expect(selectCluster(two, undefined)).toEqual(problem('Needed, since there are several clusters: prod, staging.'));
  });

  it('knows a misspelt name, also of the only cluster', () => {
    expect(selectCluster(two, 'stagin')).toEqual(problem('No cluster is named "stagin". Did you mean "staging"?'));
    expect(selectCluster(one, 'pord')).toEqual(problem('No cluster is named "pord". Did you mean "prod"?'));
  });

  it('lists what there is where no name is near', () => {
    expect(selectCluster(two, 'elsewhere')).toEqual(
      problem('No cluster is named "elsewhere". Configured: prod, staging.'),
    );
  });
});

describe('settingsOf', () => {
  const context = { account: '111111111111' };

  it('holds what the function needs and nothing else', () => {
    const meant = config(file());
    expect(settingsOf(meant, cluster(file()), context)).toEqual({
      cluster: 'prod',
      indexCluster: 'prod',
      source: {
        account: '111111111111',
        region: 'us-west-2',
        group: '/aws/eks/prod/cluster',
        prefix: 'kube-apiserver-audit-',
      },
      policy: POLICY,
      table: 'eks-audit-forwarder',
      elasticsearch: {
        url: 'https://es.example:9200',
        secret: null,
        ca: null,
        index: 'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
      },
      startFrom: 900,
      ages: [0, 120, 600, 7200, 86_400],
      fetchInterval: 60,
      maxBytesPerRun: null,
      requestsPerSecond: 4,
    });
  });

  it('holds the proxy where the function runs in the network that the file names, and only there', () => {
    const network = 'vpcId: vpc-01234567, subnetIds: [subnet-01234567], proxy: "http://proxy.example:3128"';
    const behind = config(file({ end: `network: { ${network} }` }));
    expect(settingsOf(behind, cluster(file()), { ...context, inNetwork: true }).elasticsearch).toMatchObject({
      proxy: 'http://proxy.example:3128',
    });
    expect(settingsOf(behind, cluster(file()), context).elasticsearch).not.toHaveProperty('proxy');
    expect(
      settingsOf(config(file()), cluster(file()), { ...context, inNetwork: true }).elasticsearch,
    ).not.toHaveProperty('proxy');
  });

  it('may be given another policy', () => {
    const policy = { ...POLICY, omitManagedFields: true };
    expect(settingsOf(config(file()), cluster(file()), { ...context, policy }).policy).toBe(policy);
  });

  it('takes the account from the role that reads', () => {
    const text = file({ cluster: 'reader: { roleArn: "arn:aws-us-gov:iam::222222222222:role/x" }' });
    expect(settingsOf(config(text), cluster(text), context)).toMatchObject({
      source: { account: '222222222222' },
      reader: { roleArn: 'arn:aws-us-gov:iam::222222222222:role/x' },
    });
  });

  it("takes the caller's Region where the file names none, and throws where nobody does", () => {
    const text = file({ region: '' });
    const stack = config(text, { for: 'stack' });
    const open = cluster(text, { for: 'stack' });
    expect(settingsOf(stack, open, { ...context, region: 'eu-west-1' }).source.region).toBe('eu-west-1');
    expect(() => settingsOf(stack, open, context)).toThrow('Region');
  });

  it("leaves one request per second to people and shares the rest among an account and Region's clusters", () => {
    const log = (name: string, region: string) =>
      `eksCloudwatchLog: { groupName: /aws/eks/${name}/cluster, region: ${region} }`;
    const meant = config(
      fileOf(
        log('a', 'us-west-2'),
        log('b', 'us-west-2'),
        log('c', 'eu-west-1'),
        `{ ${log('d', 'us-west-2')}, reader: { roleArn: "arn:aws:iam::222222222222:role/x" } }`,
      ),
    );
    expect(meant.clusters.map((each) => settingsOf(meant, each, context).requestsPerSecond)).toEqual([2, 2, 4, 4]);
  });
});

describe('readConfig', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says what to do where there is no file', () => {
    const path = join(folder, 'forwarder.yaml');
    expect(readConfig(path, { for: 'run', loadPolicy })).toEqual({
      ok: false,
      problems: [
        {
          file: path,
          path: '',
          message: `There is no file ${JSON.stringify(path)}: copy forwarder.example.yaml to forwarder.yaml and fill it in, or name another file with --config.`,
        },
      ],
    });
  });

  it('ships the certificates of caFile, found beside the file, and nothing else that is in it', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    writeFileSync(join(folder, 'ca.pem'), `${key}\n${CERTIFICATE}\n${CERTIFICATE}\n`);
    writeFileSync(join(folder, 'forwarder.yaml'), file({ elasticsearch: 'caFile: ca.pem' }));
    const result = readConfig(join(folder, 'forwarder.yaml'), { for: 'run', loadPolicy });
    expect(result).toMatchObject({ ok: true, config: { elasticsearch: { ca: `${CERTIFICATE}\n${CERTIFICATE}\n` } } });
  });

  it('refuses a certificate that is cut short', () => {
    writeFileSync(join(folder, 'ca.pem'), CERTIFICATE.replace(/\n.{64}\n/, '\n'));
    writeFileSync(join(folder, 'forwarder.yaml'), file({ elasticsearch: 'caFile: ca.pem' }));
    expect(readConfig(join(folder, 'forwarder.yaml'), { for: 'run', loadPolicy })).toMatchObject({
      ok: false,
      problems: [{ line: 3, path: 'elasticsearch.caFile' }],
    });
  });
});

describe('policies, as the project loads them', () => {
  let folder = '';
  const path = () => join(folder, 'forwarder.yaml');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(policy: string) {
    writeFileSync(path(), file({ cluster: `policy: ${policy}` }));
    return readConfig(path(), { for: 'run' });
  }

  it('are presets by name', () => {
    const result = read('network-policy');
    expect(result.ok && result.config.clusters[0]?.policy.policy.rules.length).toBeGreaterThan(0);
  });

  it('are files beside forwarder.yaml, told by their own lines when they are wrong', () => {
    writeFileSync(join(folder, 'audit.yaml'), 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Loud\n');
    const result = read('audit.yaml');
    expect(result).toMatchObject({
      ok: false,
      problems: [{ file: join(folder, 'audit.yaml'), line: 4, path: 'rules[0].level' }],
    });
  });

  it('are told in forwarder.yaml when there is none of that name', () => {
    expect(read('netwrk-policy')).toMatchObject({
      ok: false,
      problems: [{ file: path(), line: 7, path: 'clusters[0].policy' }],
    });
  });
});

describe('what ships beside the code', () => {
  const text = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

  it('is a JSON Schema that is not stale (npm run schema writes it)', () => {
    expect(JSON.parse(text('lib/forwarder.schema.json'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  it('is an example without a problem, which names the schema', () => {
    const example = text('forwarder.example.yaml');
    expect(example).toMatch(/^# yaml-language-server: \$schema=\.\/lib\/forwarder\.schema\.json\n/);
    expect(parseConfig(example, 'forwarder.example.yaml', { for: 'stack' })).toMatchObject({
      ok: true,
      warnings: [],
    });
  });

  it('is an example of which every commented key may be uncommented, but for the certificate that is not there', () => {
    const full = text('forwarder.example.yaml').replace(/^(\s*)# (?=\s*\w+:(\s|$)|---)/gm, '$1');
    const result = parseConfig(full, 'forwarder.example.yaml', { for: 'stack', now: Date.UTC(2026, 5, 1), loadPolicy });
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual(['elasticsearch.caFile']);
  });

  it('is an example that shows every key of the schema', () => {
    const keys = [...text('lib/forwarder.schema.json').matchAll(/^ +"(\w+)": \{$/gm)].map(([, key]) => key);
    const shown = text('forwarder.example.yaml');
    expect(keys.filter((key) => key !== 'properties' && key !== 'items' && !shown.includes(`${key}:`))).toEqual([]);
  });
});
