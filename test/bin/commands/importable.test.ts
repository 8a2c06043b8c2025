import { describe, expect, test } from 'vitest';
import { importable } from '../../../bin/commands/importable.ts';
import { parseConfig } from '../../../lib/config/config.ts';

const EKS = '{ policy: everything, eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: eu-west-1 } }';
const OTHER = '{ name: onprem, policy: everything, kubeAudit: { path: /var/log/kube-audit.log } }';

function configOf(...clusters: readonly string[]) {
  const text = `clusters: [${clusters.join(', ')}]\nelasticsearch: { url: 'http://127.0.0.1:1' }\n`;
  const parsed = parseConfig(text, 'forwarder.yaml', { for: 'run' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

describe('archives are imported of', () => {
  test.each([
    ['the only cluster, on EKS', [EKS], undefined, 'prod', true],
    ['the only cluster, elsewhere', [OTHER], undefined, 'onprem', false],
    ['the one that is named, on EKS', [EKS, OTHER], 'prod', 'prod', true],
    ['the one that is named, elsewhere', [EKS, OTHER], 'onprem', 'onprem', false],
  ])('%s', (_, clusters, name, found, isEks) => {
    expect(importable(configOf(...clusters), name)).toMatchObject({ cluster: { name: found }, isEks });
  });

  test.each([
    ['none where there are several', undefined, '--cluster: Needed, since there are several clusters: prod, onprem.'],
    ['none that is not there', 'x', '--cluster: No cluster is named "x".'],
  ])('%s', (_, name, said) => {
    expect(() => importable(configOf(EKS, OTHER), name)).toThrow(said);
  });
});
