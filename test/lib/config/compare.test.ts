import { describe } from 'vitest';
import { entry, fileOf } from '../../support/forwarder-file.ts';
import { ROLE, refused } from './read.ts';

describe('clusters', () => {
  refused(
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
      fileOf(entry('a'), entry('b', 'name: a')),
      [
        '4: clusters[1].name: Expected a name of its own for each cluster, but the one on line 3 is named "a" too: give one of them another name.',
      ],
    ],
    [
      'whose names differ in case only',
      fileOf(entry('Prod'), entry('prod')),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected an index name of its own for each cluster, but "Prod" (line 3) and "prod" both become "prod": give one of them another indexName.',
      ],
    ],
    [
      'with one indexName',
      fileOf(entry('a'), entry('b', 'indexName: a')),
      [
        '4: clusters[1].indexName: Expected an index name of its own for each cluster, but "a" (line 3) and "b" both become "a": give one of them another indexName.',
      ],
    ],
    [
      'of one source',
      fileOf(entry('a'), entry('a', 'name: b')),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected streams of its own for each cluster, but the one on line 3 reads the same streams of "/aws/eks/a/cluster": remove one of the two.',
      ],
    ],
    [
      'of one source, read by two roles of one account',
      fileOf(entry('a', `reader: { roleArn: "${ROLE}" }`), entry('a', `name: b, reader: { roleArn: "${ROLE}-2" }`)),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected streams of its own for each cluster, but the one on line 3 reads the same streams of "/aws/eks/a/cluster": remove one of the two.',
      ],
    ],
    [
      'of which one prefix holds the other',
      fileOf(
        entry('a'),
        '{ name: b, eksCloudwatchLog: { groupName: /aws/eks/a/cluster, region: us-west-2, streamPrefix: kube-apiserver- } }',
      ),
      [
        '4: clusters[1].eksCloudwatchLog.groupName: Expected streams of its own for each cluster, but the one on line 3 reads the same streams of "/aws/eks/a/cluster": remove one of the two.',
      ],
    ],
    [
      'that one index pattern does not tell apart',
      fileOf(entry('a'), entry('b')).replace('9200 }', '9200, index: "audit-{yyyy.MM.dd}" }'),
      [
        '1: elasticsearch.index: Expected {cluster} in the pattern, since there are several clusters, found "audit-{yyyy.MM.dd}": add it.',
      ],
    ],
  );
});
