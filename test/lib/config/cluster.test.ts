import { describe } from 'vitest';
import { ROLE, refusedLines } from './read.ts';

describe('the log group', () => {
  refusedLines(
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
  refusedLines(
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
      'that trusts a session',
      { cluster: `reader: { roleArn: "${ROLE}", alsoTrust: [arn:aws:sts::123456789012:assumed-role/x/y] }` },
      "7: clusters[0].reader.alsoTrust[0]: Expected an IAM role's or user's ARN, found \"arn:aws:sts::123456789012:assumed-role/x/y\": that is a role's session; write the role's own ARN, which begins with arn:aws:iam::.",
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
      'with 1GB of memory',
      { cluster: 'memorySize: 1GB' },
      '7: clusters[0].memorySize: Expected whole MB from 256 to 10240, found "1GB": write it like 1024, or leave out the key.',
    ],
    [
      'with less memory than it needs',
      { cluster: 'memorySize: 128' },
      '7: clusters[0].memorySize: Expected whole MB from 256 to 10240, found the number 128: write it like 1024, or leave out the key.',
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
