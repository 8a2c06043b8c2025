import { describe } from 'vitest';
import { refusedLines } from './read.ts';

describe('what the stack makes', () => {
  refusedLines(
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
