import { describe, expect, it } from 'vitest';

import { settingsOf } from '../../../lib/config/settings.ts';
import { entry, file, fileOf, POLICY } from '../../support/forwarder-file.ts';

import { cluster, config } from './read.ts';

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
        profiles: ['ecs'],
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
    const within = { ...context, inNetwork: true };
    const proxy = 'http://proxy.example:3128';
    expect(settingsOf(behind, cluster(file()), within).elasticsearch).toMatchObject({ proxy });
    expect(settingsOf(behind, cluster(file()), context).elasticsearch).not.toHaveProperty('proxy');
    expect(settingsOf(config(file()), cluster(file()), within).elasticsearch).not.toHaveProperty('proxy');
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
    const meant = config(
      fileOf(
        entry('a'),
        entry('b'),
        entry('c', undefined, 'eu-west-1'),
        entry('d', 'reader: { roleArn: "arn:aws:iam::222222222222:role/x" }'),
      ),
    );
    expect(meant.clusters.map((each) => settingsOf(meant, each, context).requestsPerSecond)).toEqual([2, 2, 4, 4]);
  });
});
