import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { addStacks } from '../../../lib/app.ts';
import { describeProblems, parseConfig, type ReadOptions } from '../../../lib/config/config.ts';
import { newFolder } from '../../support/folder.ts';
import { collector, file, fileOf, type Lines, loadPolicy } from '../../support/forwarder-file.ts';

/** What is wrong, the file, and all that must be said of it; each sentence after `forwarder.yaml:`. */
type Row = readonly [string, string, readonly string[]];

function said(text: string, options: Partial<ReadOptions> = {}): string[] {
  const result = parseConfig(text, 'forwarder.yaml', { for: 'run', now: Date.UTC(2026, 5, 1), loadPolicy, ...options });
  return result.ok ? [] : describeProblems(result.problems).split('\n');
}

function rows(...all: readonly Row[]) {
  it.each(all)('%s', (_, text, sentences) => {
    expect(said(text)).toEqual(sentences.map((sentence) => `forwarder.yaml:${sentence}`));
  });
  it.each(all.filter(([what]) => what !== FOR_COMMANDS_ONLY))('%s: nothing is synthesized', (_, text, sentences) => {
    expect(saidBySynth(text)).toEqual(sentences.map((sentence) => `forwarder.yaml:${sentence}`));
  });
}

/** What `cdk synth` says of the file, which makes no stack then. */
function saidBySynth(text: string): string[] {
  const app = new App({ autoSynth: false, outdir: OUT });
  const environment = { CDK_DEFAULT_ACCOUNT: '111111111111', CDK_DEFAULT_REGION: 'us-west-2' };
  const problems = addStacks(app, environment, (_, caller) =>
    parseConfig(text, 'forwarder.yaml', { ...caller, now: Date.UTC(2026, 5, 1), loadPolicy }),
  );
  expect(app.node.children).toEqual([]);
  return describeProblems(problems).split('\n');
}

const OUT = newFolder();

/** A stack's own Region does. */
const FOR_COMMANDS_ONLY = 'that are missing: the Region of a command';

const API_KEY = Buffer.from('TestTestTestTestTest:NotARealKeyNotARealKey').toString('base64');
const KNOWN = 'Known here: table, existingTable, clusters, elasticsearch, network, alarms.';
const ROLE = 'arn:aws:iam::123456789012:role/read-audit-logs';

/** An entry in flow style. */
function of(cluster: string, more?: string): string {
  const log = `eksCloudwatchLog: { groupName: /aws/eks/${cluster}/cluster, region: us-west-2 }`;
  return `{ ${[log, more].filter(Boolean).join(', ')} }`;
}

describe('a file that is not the YAML it should be', () => {
  rows(
    ['is empty', '', [' The file is empty: copy forwarder.example.yaml and fill it in.']],
    ['holds comments only', '# later\n', [' The file is empty: copy forwarder.example.yaml and fill it in.']],
    ['is a list', '- a\n', ['1: Expected a mapping of keys, found a list: begin with elasticsearch: and clusters:.']],
    [
      'is one text',
      'hello\n',
      ['1: Expected a mapping of keys, found "hello": begin with elasticsearch: and clusters:.'],
    ],
    [
      'leaves a bracket open',
      'elasticsearch: [\nclusters: []\n',
      [
        '2: The indentation does not fit the lines above, or a bracket is not closed: put keys of one level under each other.',
      ],
    ],
    [
      'is indented by tabs',
      'elasticsearch:\n\turl: https://es.example\nclusters:\n\t- name: prod\n',
      [
        '2: A tab indents this line, which YAML does not allow: use spaces.',
        '4: A tab indents this line, which YAML does not allow: use spaces.',
      ],
    ],
    [
      'has a value that opens with a reserved character',
      file({ cluster: 'name: @prod' }),
      ['7: A value cannot begin with this character: put the value in quotes.'],
    ],
    [
      'has an alias without an anchor',
      file({ cluster: 'name: *prod' }),
      ['7: This alias (*…) names no anchor (&…) above it, or one that itself holds aliases: write the value itself.'],
    ],
    [
      'nests aliases',
      'a: &a [x]\nb: &b [*a]\nc: *b\n',
      ['3: This alias (*…) names no anchor (&…) above it, or one that itself holds aliases: write the value itself.'],
    ],
    [
      'is a template',
      file({ url: 'url: {{ address }}' }),
      ['2: A key must be a plain word; templates ({{ … }}) are not filled in here.'],
    ],
    [
      'merges what is no mapping',
      `<<: all\n${file()}`,
      ['1: A merge key (<<) needs an alias of a mapping: write the keys themselves.'],
    ],
    [
      'has a tag of CloudFormation',
      file({ elasticsearch: 'secret: !Ref Secret' }),
      ['3: A tag (a word that begins with "!") is not known here: write the value itself.'],
    ],
    [
      'has a key twice',
      file({ elasticsearch: 'url: https://other.example' }),
      ['3: The key "url" is here a second time: keep one of the two.'],
    ],
    [
      'holds two forwarders',
      `${file()}\n---\n${file()}`,
      ["8: Expected one document with the forwarder's settings, found another: put its keys into the first one."],
    ],
    [
      'holds an object that is neither',
      `${file()}\n---\napiVersion: v1\nkind: ConfigMap\n`,
      [
        '9: Expected the forwarder\'s settings or a Calico LogCollector, found an object of the kind "ConfigMap": remove this document.',
      ],
    ],
  );
});

describe('keys', () => {
  rows(
    ['unknown', file({ end: 'colour: red' }), [`7: colour: Unknown key "colour". ${KNOWN}`]],
    [
      'misspelt',
      file({ elasticsearch: 'retenion: 400d' }),
      ['3: elasticsearch.retenion: Unknown key "retenion". Did you mean "retention"?'],
    ],
    [
      'in the wrong case',
      file({ log: 'fetchinterval: 60' }),
      ['7: clusters[0].eksCloudwatchLog.fetchinterval: Unknown key "fetchinterval". Did you mean "fetchInterval"?'],
    ],
    [
      'that a language knows but we do not',
      file({ end: 'constructor: {}\n__proto__: {}' }),
      [`7: constructor: Unknown key "constructor". ${KNOWN}`, `8: __proto__: Unknown key "__proto__". ${KNOWN}`],
    ],
    [
      'that hold credentials',
      file({ elasticsearch: 'password: hunter2' }),
      [
        '3: elasticsearch.password: Credentials do not belong in this file: keep them in Secrets Manager and write the name of the secret under elasticsearch.secret.',
      ],
    ],
    [
      'that look like a credential',
      file({ end: `${API_KEY.slice(0, 40)}: 1` }),
      [`7: …: Unknown key a text that looks like a credential (not shown). ${KNOWN}`],
    ],
    [
      'that are missing: elasticsearch',
      'clusters:\n  - eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: us-west-2 }\n',
      [
        '1: elasticsearch: Missing: a mapping with url is needed; write elasticsearch: and under it url: https://es.example:9200.',
      ],
    ],
    [
      'that are missing: url',
      file({ url: 'url:' }),
      ["2: elasticsearch.url: Missing: Elasticsearch's address is needed; write it like https://es.example:9200."],
    ],
    [
      'that are missing: clusters',
      'elasticsearch:\n  url: https://es.example\n',
      [
        '1: clusters: Missing: at least one cluster is needed; write under clusters: "- eksCloudwatchLog: { groupName: /aws/eks/prod/cluster }".',
      ],
    ],
    [
      'that are missing: a cluster',
      'elasticsearch:\n  url: https://es.example\nclusters: []\n',
      [
        '3: clusters: Missing: at least one cluster is needed; write under clusters: "- eksCloudwatchLog: { groupName: /aws/eks/prod/cluster }".',
      ],
    ],
    [
      'that are missing: eksCloudwatchLog',
      fileOf('name: prod'),
      [
        '3: clusters[0].eksCloudwatchLog: Missing: a mapping with groupName is needed; write groupName: /aws/eks/prod/cluster under it.',
      ],
    ],
    [
      'that are missing: groupName',
      fileOf('eksCloudwatchLog: { region: us-west-2 }'),
      [
        "3: clusters[0].eksCloudwatchLog.groupName: Missing: a CloudWatch log group's name is needed; write it like /aws/eks/prod/cluster.",
      ],
    ],
    [
      FOR_COMMANDS_ONLY,
      file({ region: '' }),
      [
        "4: clusters[0].eksCloudwatchLog.region: Missing: the log group's Region is needed outside of the stack; write region: us-west-2, or set AWS_REGION.",
      ],
    ],
  );
});

describe('clusters', () => {
  rows(
    [
      'as a mapping',
      'elasticsearch:\n  url: https://es.example\nclusters:\n  eksCloudwatchLog: {}\n',
      ['3: clusters: Expected a list of clusters, found a mapping: write each as "- eksCloudwatchLog: …" under it.'],
    ],
    [
      'as an empty entry',
      'elasticsearch:\n  url: https://es.example\nclusters:\n  -\n',
      [
        '4: clusters[0]: Expected a mapping with eksCloudwatchLog, found nothing: write eksCloudwatchLog with groupName under it.',
      ],
    ],
    [
      'with one name',
      fileOf(of('a'), of('b', 'name: a')),
      [
        '4: clusters[1].name: Expected a name of its own for each cluster, but the one on line 3 is named "a" too: give one of them another name.',
      ],
    ],
    [
      'whose names differ in case only',
      fileOf(of('Prod'), of('prod')),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected an index name of its own for each cluster, but "Prod" (line 3) and "prod" both become "prod": give one of them another indexName.',
      ],
    ],
    [
      'with one indexName',
      fileOf(of('a'), of('b', 'indexName: a')),
      [
        '4: clusters[1].indexName: Expected an index name of its own for each cluster, but "a" (line 3) and "b" both become "a": give one of them another indexName.',
      ],
    ],
    [
      'of one source',
      fileOf(of('a'), of('a', 'name: b')),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected streams of its own for each cluster, but the one on line 3 reads the same streams of "/aws/eks/a/cluster": remove one of the two.',
      ],
    ],
    [
      'of one source, read by two roles of one account',
      fileOf(of('a', `reader: { roleArn: "${ROLE}" }`), of('a', `name: b, reader: { roleArn: "${ROLE}-2" }`)),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected streams of its own for each cluster, but the one on line 3 reads the same streams of "/aws/eks/a/cluster": remove one of the two.',
      ],
    ],
    [
      'of which one prefix holds the other',
      fileOf(
        of('a'),
        '{ name: b, eksCloudwatchLog: { groupName: /aws/eks/a/cluster, region: us-west-2, streamPrefix: kube-apiserver- } }',
      ),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected streams of its own for each cluster, but the one on line 3 reads the same streams of "/aws/eks/a/cluster": remove one of the two.',
      ],
    ],
    [
      'that one index pattern does not tell apart',
      fileOf(of('a'), of('b')).replace('9200 }', '9200, index: "audit-{yyyy.MM.dd}" }'),
      [
        '1: elasticsearch.index: Expected {cluster} in the pattern, since there are several clusters, found "audit-{yyyy.MM.dd}": add it.',
      ],
    ],
  );
});

/** One more line, and the sentence that it gets. */
function values(...all: readonly (readonly [string, Lines, string])[]) {
  rows(...all.map(([what, lines, sentence]): Row => [what, file(lines), [sentence]]));
}

describe('the log group', () => {
  values(
    [
      'by its ARN',
      { groupName: 'groupName: arn:aws:logs:us-west-2:123456789012:log-group:/aws/eks/prod/cluster:*' },
      '5: clusters[0].eksCloudwatchLog.groupName: Expected a CloudWatch log group\'s name, found "arn:aws:logs:us-west-2:123456789012:log-group:/aws/eks/prod/cluster:*": leave out all of the ARN but the name after "log-group:".',
    ],
    [
      'with a space',
      { groupName: 'groupName: /aws/eks/my prod/cluster' },
      '5: clusters[0].eksCloudwatchLog.groupName: Expected a CloudWatch log group\'s name, found "/aws/eks/my prod/cluster": write it like /aws/eks/prod/cluster.',
    ],
    [
      'that names no cluster',
      { groupName: 'groupName: audit' },
      '4: clusters[0].name: Missing: the cluster\'s name is needed where the log group is not /aws/eks/<name>/cluster, and this one is "audit"; write it like name: prod.',
    ],
    [
      'in a place that is no Region',
      { region: 'region: Oregon' },
      '6: clusters[0].eksCloudwatchLog.region: Expected an AWS Region, found "Oregon": write it like us-west-2.',
    ],
    [
      'in a zone',
      { region: 'region: us-west-2a' },
      '6: clusters[0].eksCloudwatchLog.region: Expected an AWS Region, found "us-west-2a": leave out the letter of the zone at its end.',
    ],
    [
      'in a Region that is a list',
      { region: 'region: [us-west-2]' },
      '6: clusters[0].eksCloudwatchLog.region: Expected an AWS Region, found a list: write it like us-west-2.',
    ],
    [
      'with an empty prefix',
      { log: "streamPrefix: ''" },
      "7: clusters[0].eksCloudwatchLog.streamPrefix: Expected the beginning of the audit streams' names, without : and *, found an empty text: write kube-apiserver-audit-, or leave out the key.",
    ],
    [
      'with a wildcard',
      { log: 'streamPrefix: "kube-*"' },
      '7: clusters[0].eksCloudwatchLog.streamPrefix: Expected the beginning of the audit streams\' names, without : and *, found "kube-*": write kube-apiserver-audit-, or leave out the key.',
    ],
    [
      'every "60" seconds',
      { log: 'fetchInterval: "60"' },
      '7: clusters[0].eksCloudwatchLog.fetchInterval: Expected a number of seconds above 0, found "60": leave out the quotes.',
    ],
    [
      'every 1m',
      { log: 'fetchInterval: 1m' },
      '7: clusters[0].eksCloudwatchLog.fetchInterval: Expected a number of seconds above 0, found "1m": write a number like 60.',
    ],
    [
      'every 0 seconds',
      { log: 'fetchInterval: 0' },
      '7: clusters[0].eksCloudwatchLog.fetchInterval: Expected a number of seconds above 0, found the number 0: write 60.',
    ],
    [
      'in milliseconds',
      { log: 'fetchInterval: 600000' },
      '7: clusters[0].eksCloudwatchLog.fetchInterval: Expected at most a day (86400 seconds) between two runs, found the number 600000: write 60.',
    ],
  );
});

describe('a cluster', () => {
  values(
    [
      'with spaces in its name',
      { cluster: 'name: my cluster' },
      '7: clusters[0].name: Expected a cluster\'s name of up to 100 letters, digits, dashes or underscores that begins with a letter or digit, found "my cluster": write it like prod.',
    ],
    [
      'named by a number',
      { cluster: 'name: 7' },
      "7: clusters[0].name: Expected a cluster's name of up to 100 letters, digits, dashes or underscores that begins with a letter or digit, found the number 7: put it in quotes.",
    ],
    [
      'with upper case for its indices',
      { cluster: 'indexName: Prod' },
      '7: clusters[0].indexName: Expected a part of an index name: up to 100 lower-case letters, digits, dashes, dots or underscores, found "Prod": write it like prod.',
    ],
    [
      'read by a user',
      { cluster: 'reader: { roleArn: "arn:aws:iam::123456789012:user/x" }' },
      '7: clusters[0].reader.roleArn: Expected an IAM role\'s ARN, found "arn:aws:iam::123456789012:user/x": write it like arn:aws:iam::123456789012:role/read-audit-logs.',
    ],
    [
      "read by a role's session",
      { cluster: 'reader: { roleArn: "arn:aws:sts::123456789012:assumed-role/x/y" }' },
      "7: clusters[0].reader.roleArn: Expected an IAM role's ARN, found \"arn:aws:sts::123456789012:assumed-role/x/y\": that is a role's session; write the role's own ARN, which begins with arn:aws:iam::.",
    ],
    [
      'read by nobody',
      { cluster: 'reader: { externalId: abc }' },
      "7: clusters[0].reader.roleArn: Missing: an IAM role's ARN is needed; write it like arn:aws:iam::123456789012:role/read-audit-logs.",
    ],
    [
      'with a number for an external id',
      { cluster: `reader: { roleArn: "${ROLE}", externalId: 12345 }` },
      '7: clusters[0].reader.externalId: Expected an external id of 2 to 1224 letters, digits and any of + = , . @ : / _ -: put it in quotes and check its characters.',
    ],
    [
      'with an unknown policy',
      { cluster: 'policy: netwrk-policy' },
      '7: clusters[0].policy: No preset and no file is named "netwrk-policy".',
    ],
    [
      'with a number for a policy',
      { cluster: 'policy: 5' },
      "7: clusters[0].policy: Expected a preset's name or a policy file, found the number 5: put it in quotes.",
    ],
    [
      'that starts yesterday',
      { cluster: 'startFrom: yesterday' },
      '7: clusters[0].startFrom: Expected a duration, or a time with its zone, found "yesterday": write it like 15m or 2026-01-31T00:00:00Z.',
    ],
    [
      'that starts at a time without a zone',
      { cluster: 'startFrom: 2026-01-01T00:00:00' },
      '7: clusters[0].startFrom: Expected a duration, or a time with its zone, found "2026-01-01T00:00:00": write it like 15m or 2026-01-31T00:00:00Z.',
    ],
    [
      'that starts on 30 February',
      { cluster: 'startFrom: 2026-02-30' },
      '7: clusters[0].startFrom: Expected a duration, or a time with its zone, found "2026-02-30": write it like 15m or 2026-01-31T00:00:00Z.',
    ],
    [
      'that starts after 15',
      { cluster: 'startFrom: 15' },
      '7: clusters[0].startFrom: Expected a duration, or a time with its zone, found the number 15: write it like 15m or 2026-01-31T00:00:00Z.',
    ],
    [
      'that starts in the future',
      { cluster: 'startFrom: 2027-01-01' },
      '7: clusters[0].startFrom: Expected a time that is over, found "2027-01-01": write one before now (2026-06-01T00:00:00.000Z), or a duration like 15m.',
    ],
    [
      'with ages that fall',
      { cluster: 'completeness: { ages: [10m, 2m] }' },
      '7: clusters[0].completeness.ages[1]: Expected an age above the one before it (10m), found "2m": put the ages in order, each once.',
    ],
    [
      'with one age twice',
      { cluster: 'completeness: { ages: [2m, 120s] }' },
      '7: clusters[0].completeness.ages[1]: Expected an age above the one before it (2m), found "120s": put the ages in order, each once.',
    ],
    [
      'with an age over 14 days',
      { cluster: 'completeness: { ages: [2m, 15d] }' },
      '7: clusters[0].completeness.ages[1]: Expected at most 14d, since CloudWatch takes no line that comes later than that, found "15d": write a smaller age.',
    ],
    [
      'with an age without a unit',
      { cluster: 'completeness: { ages: [2m, 600] }' },
      '7: clusters[0].completeness.ages[1]: Expected a duration, found the number 600: write a whole number and s, m, h or d, like 2m.',
    ],
    [
      'with one age for a list',
      { cluster: 'completeness: { ages: 2m }' },
      '7: clusters[0].completeness.ages: Expected a list of ages, found "2m": write it like [2m, 10m, 2h, 24h].',
    ],
    [
      'without ages',
      { cluster: 'completeness: { ages: [] }' },
      '7: clusters[0].completeness.ages: Expected at least one age: with none, lines that come late are never found; write it like [2m, 10m, 2h, 24h].',
    ],
    [
      'with 1MB for bytes',
      { cluster: 'maxBytesPerRun: 1MB' },
      '7: clusters[0].maxBytesPerRun: Expected a whole number of bytes above 0, found "1MB": write it like 1000000, or leave out the key for no limit.',
    ],
    [
      'with 0 bytes a run',
      { cluster: 'maxBytesPerRun: 0' },
      '7: clusters[0].maxBytesPerRun: Expected a whole number of bytes above 0, found the number 0: write it like 1000000, or leave out the key for no limit.',
    ],
  );
});

describe("Elasticsearch's address", () => {
  values(
    [
      'with a password',
      { url: 'url: https://elastic:hunter2@es.example:9200' },
      '2: elasticsearch.url: Expected Elasticsearch\'s address, found a user name or password in it (not shown): put these into Secrets Manager and the name of the secret under "secret".',
    ],
    [
      'with a password that breaks it',
      { url: 'url: https://elastic:hunter/2@es.example:9200' },
      '2: elasticsearch.url: Expected Elasticsearch\'s address, found a user name or password in it (not shown): put these into Secrets Manager and the name of the secret under "secret".',
    ],
    [
      'with a path to an index',
      { url: 'url: https://es.example:9200/audit-logs' },
      '2: elasticsearch.url: Expected Elasticsearch\'s address, found a path behind it: leave the path out; index names are made from "index".',
    ],
    [
      'with a query',
      { url: 'url: https://es.example:9200?apikey=hunter2' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found a ? or # in it: leave out what follows the port.",
    ],
    [
      'without its scheme',
      { url: 'url: es.example:9200' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found no https:// or http:// at its beginning: write it like https://es.example:9200.",
    ],
    [
      'of an environment',
      { url: 'url: $ES_URL' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found no https:// or http:// at its beginning: write it like https://es.example:9200.",
    ],
    [
      'of another scheme',
      { url: 'url: ftp://es.example' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found ftp://: write it like https://es.example:9200.",
    ],
    [
      'with an impossible port',
      { url: 'url: https://es.example:99999' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found one that cannot be read: write it like https://es.example:9200.",
    ],
    [
      'as a Cloud ID',
      { url: `url: prod:${Buffer.from('us-east-1.aws.example$abcdef$123456').toString('base64')}` },
      "2: elasticsearch.url: Expected Elasticsearch's address, found a Cloud ID: copy the Elasticsearch endpoint from the deployment's page instead (https://…).",
    ],
    [
      'as a list',
      { url: 'url: [https://a.example, https://b.example]' },
      "2: elasticsearch.url: Expected Elasticsearch's address: write it like https://es.example:9200.",
    ],
  );
});

describe("Elasticsearch's secret", () => {
  const SECRET = '3: elasticsearch.secret: Expected the name or ARN of a secret in Secrets Manager';
  const CREATE =
    'keep the key itself in Secrets Manager (eks-audit elasticsearch key) and write the name of that secret here';
  const KEY = `${SECRET}: found what looks like a credential itself (not shown); ${CREATE}, and replace the key, since it was written into a file.`;
  values(
    ['that is an encoded API key', { elasticsearch: `secret: ${API_KEY}` }, KEY],
    ['that is the id and key', { elasticsearch: 'secret: TestTestTestTestTest:NotARealKeyNotARealKey' }, KEY],
    ['that is a user name and password', { elasticsearch: 'secret: elastic:hunter2' }, KEY],
    ["that is the secret's own JSON", { elasticsearch: `secret: '{"username":"elastic","password":"hunter2"}'` }, KEY],
    [
      'that is a mapping',
      { elasticsearch: 'secret: { username: elastic, password: hunter2 }' },
      `${SECRET}: found a mapping (not shown); ${CREATE}.`,
    ],
    [
      'that is a parameter',
      { elasticsearch: 'secret: arn:aws:ssm:us-west-2:123456789012:parameter/x' },
      `${SECRET}: found another ARN; a secret's begins with arn:aws:secretsmanager:.`,
    ],
    [
      'that is a number',
      { elasticsearch: 'secret: 12' },
      `${SECRET}: found a number or a truth value; put the name in quotes.`,
    ],
    [
      'that has a space',
      { elasticsearch: 'secret: my secret' },
      `${SECRET}: write it like eks-audit-forwarder/elasticsearch.`,
    ],
  );
});

describe("Elasticsearch's other settings", () => {
  values(
    [
      'an index without a date',
      { elasticsearch: 'index: audit-{cluster}' },
      '3: elasticsearch.index: Expected a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}, found "audit-{cluster}": add the day or the month at its end.',
    ],
    [
      'an index that begins with the date',
      { elasticsearch: 'index: "{yyyy.MM.dd}-{cluster}"' },
      '3: elasticsearch.index: Expected a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}, found "{yyyy.MM.dd}-{cluster}": add the day or the month at its end.',
    ],
    [
      'an index with upper case',
      { elasticsearch: 'index: Audit-{cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected lower case, as Elasticsearch wants index names, found "Audit-{cluster}-{yyyy.MM.dd}": write it in lower case.',
    ],
    [
      'an index with a space',
      { elasticsearch: 'index: my audit-{cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected no space and none of \\ / * ? " < > | , # : in an index name, found "my audit-{cluster}-{yyyy.MM.dd}": leave these out.',
    ],
    [
      'an index with other braces',
      { elasticsearch: 'index: audit-{Cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected no braces but one {cluster} and one date, found "audit-{Cluster}-{yyyy.MM.dd}": write it like logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}.',
    ],
    [
      'an index that begins with an underscore',
      { elasticsearch: 'index: _audit-{cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected a letter or a digit first, found "_audit-{cluster}-{yyyy.MM.dd}": begin it otherwise.',
    ],
    [
      'an index of over 255 bytes',
      { elasticsearch: `index: ${'long-'.repeat(50)}{cluster}-{yyyy.MM.dd}` },
      `3: elasticsearch.index: Expected index names of at most 255 bytes, also for the cluster "prod", found "${'long-'.repeat(16)}…": shorten it.`,
    ],
    [
      'a profile that is not written yet',
      { elasticsearch: 'profiles: [ecs, calico]' },
      '3: elasticsearch.profiles[1]: Expected ecs, found "calico": write [ecs], the only profile that this version writes.',
    ],
    [
      'no profile',
      { elasticsearch: 'profiles: []' },
      '3: elasticsearch.profiles: Expected a profile: write [ecs], the only profile that this version writes.',
    ],
    [
      'one profile for a list',
      { elasticsearch: 'profiles: ecs' },
      '3: elasticsearch.profiles: Expected a list of profiles, found "ecs": write [ecs], the only profile that this version writes.',
    ],
    [
      'a retention in years',
      { elasticsearch: 'retention: 1y' },
      '3: elasticsearch.retention: Expected whole days, found "1y": write it like 400d, or leave out the key to keep everything.',
    ],
    [
      'a retention without a unit',
      { elasticsearch: 'retention: 400' },
      '3: elasticsearch.retention: Expected whole days, found the number 400: write it like 400d, or leave out the key to keep everything.',
    ],
    [
      'a certificate file that is not there',
      { elasticsearch: 'caFile: nowhere.pem' },
      '3: elasticsearch.caFile: There is no file "nowhere.pem": write the path of a PEM file, relative to this file.',
    ],
    [
      'a certificate file that is a folder',
      { elasticsearch: 'caFile: test' },
      '3: elasticsearch.caFile: This is a folder, not a file: "test": write the path of a PEM file, relative to this file.',
    ],
    [
      'a certificate file that holds none',
      { elasticsearch: 'caFile: package.json' },
      '3: elasticsearch.caFile: Expected PEM certificates (-----BEGIN CERTIFICATE-----) in "package.json", found none that can be read: write the path of the authority\'s certificate.',
    ],
  );
});

describe('what the stack makes', () => {
  values(
    [
      'a table with a space',
      { end: 'table: my table' },
      '7: table: Expected a DynamoDB table\'s name of 3 to 255 letters, digits, dots, dashes or underscores, found "my table": write it like eks-audit-forwarder.',
    ],
    [
      'a table by its ARN',
      { end: 'table: arn:aws:dynamodb:us-west-2:123456789012:table/x' },
      '7: table: Expected a DynamoDB table\'s name of 3 to 255 letters, digits, dots, dashes or underscores, found "arn:aws:dynamodb:us-west-2:123456789012:table/x": leave out all of the ARN but the name after "table/".',
    ],
    [
      'a truth value of old',
      { end: 'existingTable: yes' },
      '7: existingTable: Expected true or false, found "yes": write one of these, without quotes.',
    ],
    [
      'half a network',
      { end: 'network: { vpcId: vpc-0123456789abcdef0 }' },
      '7: network.subnetIds: Missing: a list of ids is needed; write it like [subnet-0123456789abcdef0].',
    ],
    [
      'a network without subnets',
      { end: 'network: { vpcId: vpc-0123456789abcdef0, subnetIds: [] }' },
      '7: network.subnetIds: Expected at least one subnet: write it like [subnet-0123456789abcdef0].',
    ],
    [
      'a network with a name',
      { end: 'network: { vpcId: prod, subnetIds: [subnet-0123456789abcdef0] }' },
      '7: network.vpcId: Expected a VPC\'s id, found "prod": write it like vpc-0123456789abcdef0.',
    ],
    [
      'a proxy with a password',
      {
        end: 'network: { vpcId: vpc-0123456789abcdef0, subnetIds: [subnet-0123456789abcdef0], proxy: "http://me:hunter2@proxy:3128" }',
      },
      "7: network.proxy: Expected a proxy's address without user name and password: write it like http://proxy.example:3128.",
    ],
    [
      'alarms that tell no topic',
      { end: 'alarms: { topicArn: on-call }' },
      '7: alarms.topicArn: Expected an SNS topic\'s ARN, found "on-call": write it like arn:aws:sns:us-west-2:123456789012:on-call.',
    ],
    [
      'a silence of seconds',
      { end: 'alarms: { silence: 90s }' },
      '7: alarms.silence: Expected whole minutes, from 1m to 24h, found "90s": write it like 30m.',
    ],
    [
      'a silence shorter than the interval',
      { log: 'fetchInterval: 600', end: 'alarms: { silence: 5m }' },
      '8: alarms.silence: Expected at least the longest fetchInterval (600 seconds), or the alarm never rests, found "5m": write a longer one.',
    ],
  );
});

describe("Calico's LogCollector", () => {
  const LOG = 'spec.additionalSources.eksCloudwatchLog';
  rows(
    [
      'without eksCloudwatchLog',
      `${file()}\n---\napiVersion: operator.tigera.io/v1\nkind: LogCollector\nspec: {}\n`,
      [
        `10: spec.additionalSources: Missing: ${LOG} is needed; name the log group there, or leave out the LogCollector.`,
      ],
    ],
    [
      'of another API',
      `${file()}\n${collector('groupName: /aws/eks/b/cluster', 'region: us-west-2')}`.replace(
        'operator.tigera.io/v1',
        'projectcalico.org/v3',
      ),
      [
        '8: apiVersion: Expected operator.tigera.io/v1, found "projectcalico.org/v3": write apiVersion: operator.tigera.io/v1.',
      ],
    ],
    [
      'with a text for a number',
      `${file()}\n${collector('groupName: /aws/eks/b/cluster', 'region: us-west-2', 'fetchInterval: "600"')}`,
      [`17: ${LOG}.fetchInterval: Expected a number of seconds above 0, found "600": leave out the quotes.`],
    ],
    [
      'without a Region',
      `${file()}\n${collector('groupName: /aws/eks/b/cluster')}`,
      [`14: ${LOG}.region: Missing: an AWS Region is needed; write it like us-west-2.`],
    ],
    [
      'of a group that names no cluster',
      `${file()}\n${collector('groupName: audit', 'region: us-west-2')}`,
      [
        `15: ${LOG}.groupName: Missing: the cluster's name is needed where the log group is not /aws/eks/<name>/cluster, and this one is "audit"; list the cluster under clusters, with a name, and remove its LogCollector.`,
      ],
    ],
    [
      'of a cluster that is listed too',
      `${file()}\n${collector('groupName: /aws/eks/prod/cluster', 'region: us-west-2')}`,
      [
        `15: ${LOG}.groupName: Expected streams of its own for each cluster, but the one on line 4 reads the same streams of "/aws/eks/prod/cluster": remove one of the two.`,
      ],
    ],
    [
      'alone',
      collector('groupName: /aws/eks/b/cluster', 'region: us-west-2'),
      [
        " The forwarder's own settings are missing: add them as a document of their own, separated by a line of ---, beginning with elasticsearch: and under it url: https://es.example:9200.",
      ],
    ],
  );
});

describe('all at once', () => {
  it('tells six mistakes of one file in the order of their lines', () => {
    const text = file({
      url: 'url: es.example:9200',
      elasticsearch: 'retention: 1y',
      groupName: 'groupName: my group',
      cluster: 'name: prod\nstartFrom: soon',
      end: 'alarm: {}\nexistingTable: no',
    });
    expect(said(text).map((line) => line.split(': ', 2).join(' '))).toEqual([
      'forwarder.yaml:2 elasticsearch.url',
      'forwarder.yaml:3 elasticsearch.retention',
      'forwarder.yaml:6 clusters[0].eksCloudwatchLog.groupName',
      'forwarder.yaml:9 clusters[0].startFrom',
      'forwarder.yaml:10 alarm',
      'forwarder.yaml:11 existingTable',
    ]);
  });

  it('tells what is wrong inside of a policy with its own file and line, after what is wrong here', () => {
    const text = file({ cluster: 'policy: wrong.yaml\nstartFrom: soon' });
    expect(said(text)).toEqual([
      'forwarder.yaml:8: clusters[0].startFrom: Expected a duration, or a time with its zone, found "soon": write it like 15m or 2026-01-31T00:00:00Z.',
      'wrong.yaml:2: kind: Expected Policy.',
      'wrong.yaml:4: rules[0].level: Expected a level.',
      'wrong.yaml:6: rules[1]: Expected a mapping.',
    ]);
  });

  it('tells what is wrong inside of a policy once, however many clusters name it', () => {
    const text = fileOf(of('a', 'policy: wrong.yaml'), of('b', 'policy: wrong.yaml'));
    expect(said(text)).toHaveLength(3);
  });

  it('tells a missing policy at each cluster that names it', () => {
    const text = fileOf(of('a', 'policy: none'), of('b', 'policy: none'));
    expect(said(text)).toEqual([
      'forwarder.yaml:3: clusters[0].policy: No preset and no file is named "none".',
      'forwarder.yaml:4: clusters[1].policy: No preset and no file is named "none".',
    ]);
  });
});

describe('what only some callers take', () => {
  it.each([
    [30, 'write 60'],
    [90, 'write 60 or 120'],
  ])('a fetchInterval of %d seconds', (seconds, todo) => {
    const text = file({ log: `fetchInterval: ${seconds}` });
    expect(said(text, { for: 'run' })).toEqual([]);
    expect(said(text, { for: 'stack' })).toEqual([
      `forwarder.yaml:7: clusters[0].eksCloudwatchLog.fetchInterval: Expected whole minutes, since a schedule knows no seconds, found the number ${seconds}: ${todo}.`,
    ]);
  });

  it('no Region: the stack, and a command that knows its own', () => {
    expect(said(file({ region: '' }), { for: 'stack' })).toEqual([]);
    expect(said(file({ region: '' }), { for: 'run', region: 'eu-west-1' })).toEqual([]);
  });

  it("two clusters on one source, when the caller's own account and Region make them one", () => {
    const text = fileOf(
      '{ name: a, eksCloudwatchLog: { groupName: audit } }',
      `{ name: b, eksCloudwatchLog: { groupName: audit, region: us-west-2 }, reader: { roleArn: "${ROLE}" } }`,
    );
    expect(said(text, { for: 'stack' })).toEqual([]);
    expect(said(text, { for: 'stack', account: '123456789012', region: 'us-west-2' })).toHaveLength(1);
  });
});
