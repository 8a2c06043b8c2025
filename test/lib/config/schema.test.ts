import { describe } from 'vitest';
import { file, fileOf } from '../../support/forwarder-file.ts';
import { API_KEY, FOR_COMMANDS_ONLY, refused } from './read.ts';

const KNOWN = 'Known here: table, existingTable, clusters, elasticsearch, network, alarms.';

describe('keys', () => {
  refused(
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
