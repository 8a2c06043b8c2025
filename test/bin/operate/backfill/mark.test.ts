import { afterAll, beforeAll, describe } from 'vitest';
import { DynamoMark } from '../../../../bin/operate/backfill/mark.ts';
import { SourceTable } from '../../../../lambda/edges/table.ts';
import { type Aws, sourceOf, startAws, TABLE } from '../../../../local/aws.ts';
import { markContract } from '../../../support/contracts/mark.ts';
import { MemoryMark } from '../../../support/fakes/mark.ts';

describe('the mark in memory', () => markContract(() => new MemoryMark()));

describe('the mark in DynamoDB', () => {
  let aws: Aws;
  let count = 0;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.close());

  markContract(() => {
    count += 1;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const config = { endpoint: aws.dynamodb.endpoint, region: 'eu-west-1', credentials };
    return new DynamoMark(new SourceTable(TABLE, sourceOf(`mark-${count}`), config));
  });
});
