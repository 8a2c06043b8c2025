import { describe, expect, it } from 'vitest';
import { entry, file, fileOf } from '../../support/forwarder-file.ts';
import { ROLE, said } from './read.ts';

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
    const text = fileOf(entry('a', 'policy: wrong.yaml'), entry('b', 'policy: wrong.yaml'));
    expect(said(text)).toHaveLength(3);
  });

  it('tells what two clusters share beside what is wrong inside of a third, and of one of the two', () => {
    const text = fileOf(
      entry('a', 'startFrom: soon'),
      entry('b', 'maxBytesPerRun: 0'),
      entry('c', 'name: a, indexName: b'),
    );
    expect(said(text).map((line) => line.split(': ', 3).join(' '))).toEqual([
      'forwarder.yaml:3 clusters[0].startFrom Expected a duration, or a time with its zone, found "soon"',
      'forwarder.yaml:4 clusters[1].maxBytesPerRun Expected a whole number of bytes above 0, found the number 0',
      'forwarder.yaml:5 clusters[2].name Expected a name of its own for each cluster, but the one on line 3 is named "a" too',
      'forwarder.yaml:5 clusters[2].indexName Expected an index name of its own for each cluster, but "b" (line 4) and "a" both become "b"',
    ]);
  });

  it('concludes nothing from a value that is refused', () => {
    const text = fileOf(
      entry('a'),
      '{ name: my a, eksCloudwatchLog: { groupName: /aws/eks/a/cluster, region: us-west-2a } }',
    ).replace('9200 }', '9200, index: audit }');
    expect(said(text).map((line) => line.split(': ', 2).join(' '))).toEqual([
      'forwarder.yaml:1 elasticsearch.index',
      'forwarder.yaml:4 clusters[1].name',
      'forwarder.yaml:4 clusters[1].eksCloudwatchLog.region',
    ]);
  });

  it('tells a missing policy at each cluster that names it', () => {
    const text = fileOf(entry('a', 'policy: none'), entry('b', 'policy: none'));
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
