import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { begin } from '../../../lambda/core/minutes/checkpoint.ts';
import { LeaseLost, Stopped } from '../../../lambda/core/stopped.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { CLUSTER, NOON } from '../../support/builders.ts';
import { serviceError } from './aws.ts';

const sdk = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  sdk.reset();
  sdk.on(GetCommand).resolves({});
});
afterAll(() => sdk.restore());

const store = () => new DynamoCheckpoints(new SourceTable('a-table', CLUSTER.source, { region: 'eu-west-1' }));
const acquire = () => store().acquire('one', NOON, NOON + 60_000);
const refused = (item?: Record<string, { S: string }>) =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(item === undefined ? {} : { Item: item }),
  });

describe('the lease', () => {
  test.each([
    ['with the item in the refusal', refused({ leaseOwner: { S: 'another' } })],
    ['without it', refused()],
  ])('that another holds is told %s', async (_, refusal) => {
    sdk.on(UpdateCommand).rejects(refusal);
    sdk.on(GetCommand).resolves({ Item: { leaseOwner: 'another', leaseUntil: NOON + 5000 } });
    expect(await acquire()).toEqual({ kind: 'held', owner: 'another', until: NOON + 5000 });
  });

  test('given back between the refusal and the question is held by nobody known, until now', async () => {
    sdk.on(UpdateCommand).rejects(refused());
    sdk.on(GetCommand).resolves({});
    expect(await acquire()).toEqual({ kind: 'held', owner: 'unknown', until: 0 });
  });

  test.each([
    ['AccessDeniedException', /^AWS refuses to take the lease in table a-table: .*Grant/],
    ['ResourceNotFoundException', /^There is no DynamoDB table a-table/],
    ['UnrecognizedClientException', /^No valid AWS credentials/],
    ['InternalServerError', /^AWS did not take the lease in table a-table: InternalServerError/],
  ])('refused with %s stops the run with a sentence', async (name, sentence) => {
    sdk.on(UpdateCommand).rejects(serviceError(name));
    const stopped = await acquire().catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Stopped);
    expect(stopped).toMatchObject({ message: expect.stringMatching(sentence) });
  });

  test('stops the run with a sentence where its holder may not be read', async () => {
    sdk.on(UpdateCommand).rejects(refused());
    // The first read is of a backfill's mark.
    sdk.on(GetCommand).resolvesOnce({}).rejects(serviceError('AccessDeniedException'));
    await expect(acquire()).rejects.toThrow(/^AWS refuses to read who holds the lease in table a-table/);
  });

  test("that can't be given back fails nothing", async () => {
    sdk.on(UpdateCommand).rejects(serviceError('InternalServerError', 500));
    await expect(store().release(1)).resolves.toBeUndefined();
  });
});

describe('a save', () => {
  const save = () => store().save(begin(900, [0], NOON), 3);

  test('is made only under the fence of its lease', async () => {
    sdk.on(UpdateCommand).resolves({});
    await save();
    expect(sdk.commandCalls(UpdateCommand).map(({ args: [{ input }] }) => input)).toMatchObject([
      { ConditionExpression: 'fence = :fence', ExpressionAttributeValues: { ':fence': 3 } },
    ]);
  });

  test('refused since another took the lease is LeaseLost', async () => {
    sdk.on(UpdateCommand).rejects(refused());
    await expect(save()).rejects.toThrow(LeaseLost);
  });

  test('refused for any other reason stops the run and is no lost lease', async () => {
    sdk.on(UpdateCommand).rejects(serviceError('AccessDeniedException'));
    const stopped = await save().catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Stopped);
    expect(stopped).not.toBeInstanceOf(LeaseLost);
  });
});
