import { describe, expect, it } from 'vitest';
import { collector, file } from '../../support/forwarder-file.ts';
import { config, refused } from './read.ts';

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

  const LOG = 'spec.additionalSources.eksCloudwatchLog';
  refused(
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
