import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';

import { file, fileOf } from '../../support/forwarder-file.ts';
import { synthesize } from './synth.ts';

const ROLE = 'arn:aws:iam::222222222222:role/eks-audit-reader';
const NETWORK = 'network: { vpcId: vpc-0123456789abcdef0, subnetIds: [subnet-0123456789abcdef0] }';

interface Report {
  /** Empty when nothing was found. */
  readonly pluginReports: readonly {
    readonly violations: readonly { readonly ruleName: string }[];
  }[];
}

/** The rules of AWS's own checks that the stacks break. */
function broken(text: string, worsen: (stack: Stack) => void = () => {}): string[] {
  let app: App | undefined;
  const plugged = (made: App, stack: Stack) => {
    app = made;
    worsen(stack);
    Validations.of(made).addPlugins(new AwsSolutionsChecks(made));
  };
  // A finding makes the synth throw, and so would anything else that the report has no word of.
  expect(() => synthesize(text, {}, plugged)).not.toThrow(TypeError);
  const report: Report = JSON.parse(readFileSync(join(app?.outdir ?? '', 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}

it.each([
  ['one cluster', file()],
  ['a cluster in a network', file({ elasticsearch: 'secret: es', end: NETWORK })],
  [
    'clusters of two accounts',
    fileOf(
      '{ eksCloudwatchLog: { groupName: /aws/eks/a/cluster } }',
      `{ eksCloudwatchLog: { groupName: /aws/eks/b/cluster }, reader: { roleArn: "${ROLE}", externalId: only-we-know } }`,
    ),
  ],
])("AWS's own checks find nothing in the stacks of %s", (_, text) => {
  expect(broken(text)).toEqual([]);
});

it('a bucket without access logs would be found', () => {
  expect(broken(file(), (stack) => void new Bucket(stack, 'Bucket'))).toContain('AwsSolutions-S1');
});
