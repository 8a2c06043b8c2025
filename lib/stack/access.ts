import { Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { partitionOf, type Settings, type Source } from '../../lambda/contract.ts';
import { partitionOfRegion } from './place.ts';

/** Where a function lives, as text. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/** To read one log group and nothing else. */
export function grantReading(role: Role, { account, region, group }: Source): void {
  const name = `arn:${partitionOfRegion(region)}:logs:${region}:${account}:log-group:${group}`;
  const statement = new PolicyStatement({
    sid: 'ReadLogGroup',
    actions: ['logs:FilterLogEvents'],
    // AWS asks with `:*` behind the name; emulators ask without.
    resources: [`${name}:*`, name],
  });
  role.addToPolicy(statement);
  const reason = 'This is how AWS writes the ARN of one log group: no other group matches it.';
  Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}:*]`, reason });
}

export function assume(roleArn: string): PolicyStatement {
  return new PolicyStatement({ sid: 'BecomeReader', actions: ['sts:AssumeRole'], resources: [roleArn] });
}

/** The source's own items of the table: no other cluster's, no deletion, no look at the whole. */
export function keepCursors({ table, source }: Settings, { account, region }: Home): PolicyStatement {
  return new PolicyStatement({
    sid: 'KeepCursors',
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
    resources: [`arn:${partitionOfRegion(region)}:dynamodb:${region}:${account}:table/${table}`],
    // For all of no keys would hold too, but each of these actions names a key.
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [partitionOf(source)] } },
  });
}

/** `secret`: a name, or an ARN with or without the six characters that Secrets Manager appends. */
export function readSecret(secret: string, { account, region }: Home): PolicyStatement {
  const arn = `arn:${partitionOfRegion(region)}:secretsmanager:${region}:${account}:secret:${secret}`;
  return new PolicyStatement({
    sid: 'ReadSecret',
    actions: ['secretsmanager:GetSecretValue'],
    // Each ? is one of those characters, which nobody knows before the secret exists. A name may end like them, so an
    // ARN is granted both as it is and with them.
    resources: secret.startsWith('arn:') ? [secret, `${secret}-??????`] : [`${arn}-??????`],
  });
}

export function writeLogs(logGroupArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'WriteOwnLogs',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    // The ARN ends in `:*`: any stream of this one group, since Lambda names the streams.
    resources: [logGroupArn],
  });
}

const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Lambda itself joins the VPC with the function's role; the function's code is denied the same. */
export function grantJoining(role: Role, functionArn: string): void {
  const reason = 'EC2 knows no resource for Describe…, and the interfaces have no name before Lambda makes them.';
  Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
  role.addToPolicy(new PolicyStatement({ sid: 'LambdaJoinsVpc', actions: INTERFACES, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      sid: 'CodeDoesNot',
      effect: Effect.DENY,
      actions: INTERFACES,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  );
}
