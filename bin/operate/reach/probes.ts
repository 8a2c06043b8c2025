import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Client } from '@elastic/elasticsearch';
import { partitionOf, type Settings, TABLE_KEYS } from '../../../lambda/contract.ts';
import { indicesOf, patternsOf } from '../../../lambda/core/index-pattern.ts';
import { at } from '../../../lambda/core/json.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { faultOf, isPassing, isThrottling, stoppedBy } from '../../../lambda/edges/aws-error.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import type { Credentials, CredentialsReader } from '../../../lambda/edges/secret.ts';
import type { PageSource } from '../../../lambda/ports.ts';
import { ask, isMissing, refusalText } from '../../../lib/elasticsearch/ask.ts';
import type { IndexedDocuments } from '../../../lib/elasticsearch/documents.ts';

/** What is wrong with one thing that a run needs; undefined: it can be reached. */
type Fault = Promise<string | undefined>;

const PATIENCE = 10_000;
const ATTEMPTS = 3;

/** One request for no line; a quota that is used up says that the group is there. */
export async function probeGroup(source: PageSource, now: number): Fault {
  const range = { startTime: now, endTime: now };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await source.page(range, undefined, AbortSignal.timeout(PATIENCE));
      if (answer.kind === 'page' || answer.throttled) return undefined;
      if (attempt === ATTEMPTS) return `CloudWatch Logs does not answer (${answer.why}).`;
    } catch (error) {
      return faultOf(error).message;
    }
  }
}

/** Reads an item that nobody wrote, of this source since no other may be granted: shows the right and the key's names. */
export async function probeTable({ table, source }: Settings, region: string): Fault {
  const { partition, sort } = TABLE_KEYS;
  const client = new DynamoDBClient({ region, maxAttempts: 2 });
  const Key = { [partition]: { S: partitionOf(source) }, [sort]: { S: 'nothing' } };
  try {
    await client.send(new GetItemCommand({ TableName: table, Key }), { abortSignal: AbortSignal.timeout(PATIENCE) });
    return undefined;
  } catch (error) {
    const { name, message } = faultOf(error);
    if (isThrottling(error)) return undefined;
    if (isPassing(error)) return `DynamoDB does not answer (${name}: ${message}).`;
    if (name === 'ValidationException')
      return `The table ${table} is another one: its keys are not ${partition} and ${sort} (both texts).`;
    const missing = `There is no DynamoDB table ${table} in ${region}: deploy the stack there, set AWS_REGION to its Region, or name a folder for cursors and ledger in its place with --state`;
    return stoppedBy(error, `read the table ${table}`, missing).message;
  } finally {
    client.destroy();
  }
}

/**
 * Asks Elasticsearch what these credentials may do: every user and key may ask that about itself, also one that may
 * only `create_doc`. A server without security knows no such call, and that is an answer too.
 */
export async function probeElasticsearch(settings: Settings, read: CredentialsReader, now: number): Fault {
  const { elasticsearch, indexCluster } = settings;
  const names = patternsOf(indicesOf(elasticsearch)).map((pattern) => pattern.name(indexCluster, now));
  let credentials: Credentials | undefined;
  try {
    credentials = await read();
  } catch (error) {
    return faultOf(error).message;
  }
  const client = elasticsearchClient(elasticsearch, credentials);
  const answer = await ask(client, {
    method: 'POST',
    path: '/_security/user/_has_privileges',
    body: { index: [{ names, privileges: ['create_doc'] }] },
  });
  await client.close();
  if (isMissing(answer)) return undefined;
  if (answer.kind === 'answered' && answer.status === 200) {
    const lacking = names.filter((name) => at(answer.body, 'index', name, 'create_doc') !== true);
    if (lacking.length === 0) return undefined;
    return `These credentials may not write to ${lacking.join(' and ')}: give them create_doc and auto_configure there.`;
  }
  return refusalText(elasticsearch.url, answer, 'say what these credentials may do', 'create_doc');
}

/** Takes a snapshot, as a comparison with the documents begins. */
export async function probeDocuments(
  open: () => Promise<{ readonly client: Client; readonly documentsUnder: (before: []) => IndexedDocuments }>,
): Fault {
  let client: Client | undefined;
  try {
    const opened = await open();
    client = opened.client;
    await (await opened.documentsUnder([]).snapshot()).close();
    return undefined;
  } catch (error) {
    if (error instanceof Stopped) return error.message;
    throw error;
  } finally {
    await client?.close();
  }
}
