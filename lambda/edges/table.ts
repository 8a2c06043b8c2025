import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { watchDate } from './aws-date.ts';

/** A client for the table; `serverTime` is AWS's clock as its last answer told it, milliseconds. */
export function tableClient(config: DynamoDBClientConfig = {}) {
  const client = new DynamoDBClient({
    requestHandler: { requestTimeout: 5000, throwOnRequestTimeout: true, connectionTimeout: 3000 },
    ...config,
  });
  return { client: DynamoDBDocumentClient.from(client), serverTime: watchDate(client) };
}
