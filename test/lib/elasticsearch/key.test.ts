import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { createKey, keyRequest, roleDescriptor } from '../../../lib/elasticsearch/key.ts';
import { denied, MISSING, type Said, startRecording } from '../../support/fakes/elasticsearch.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that answers thus to whoever signs in as the root of a test. */
async function createdOn(answer: Said) {
  const es = await startRecording(() => answer);
  closing.push(() => es.close());
  const settings = { url: es.url, secret: null, ca: null, index: DEFAULT_INDEX };
  const client = elasticsearchClient(settings, { username: 'root', password: 'of-a-test' });
  closing.push(() => client.close());
  return { es, key: createKey(client, es.url, keyRequest('write', [DEFAULT_INDEX])) };
}

test('the forwarder may create documents and the indices for them, and nothing else', () => {
  expect(roleDescriptor('write', [DEFAULT_INDEX])).toEqual({
    cluster: [],
    indices: [
      {
        names: ['logs-kubernetes.audit_logs-*-*.*.*', 'logs-kubernetes.audit_parked-*-*.*.*'],
        privileges: ['create_doc', 'auto_configure'],
      },
    ],
  });
});

test('a reader may read and see mappings, and nothing else', () => {
  const [granted] = roleDescriptor('read', ['eks-{cluster}-{yyyy.MM}']).indices;
  expect(granted).toEqual({
    names: ['eks-*-*.*', 'logs-kubernetes.audit_parked-*-*.*.*'],
    privileges: ['read', 'view_index_metadata'],
  });
});

test('a key covers the patterns that minutes of before go by, each once', () => {
  const [granted] = roleDescriptor('write', [DEFAULT_INDEX, 'eks-{cluster}-{yyyy.MM}', DEFAULT_INDEX]).indices;
  expect(granted?.names).toEqual([
    'logs-kubernetes.audit_logs-*-*.*.*',
    'eks-*-*.*',
    'logs-kubernetes.audit_parked-*-*.*.*',
  ]);
});

describe('creating a key', () => {
  test('sends the request that is shown, and gives what Elasticsearch tells once', async () => {
    const made = {
      id: 'VuaCfGcBCdbkQm-e5aOx',
      name: 'eks-audit-forwarder',
      api_key: 'secret',
      encoded: 'VnVhQ2ZHY0JD',
    };
    const { es, key } = await createdOn({ body: made });
    expect(await key).toEqual({ id: made.id, name: made.name, encoded: made.encoded });
    const [{ method, path, text } = { method: '', path: '', text: '' }] = es.requests;
    expect({ method, path, body: JSON.parse(text) }).toEqual(keyRequest('write', [DEFAULT_INDEX]));
  });

  test.each([
    ['security is off', MISSING, /has no API keys/],
    ['the right is missing', denied(), /manage_own_api_key/],
    ['the credentials are wrong', { status: 401, body: {} }, /refuses the credentials/],
    [
      'an API key asks',
      { status: 400, body: { error: { type: 'x', reason: 'creating derived api keys requires an explicit role' } } },
      /sign in as a user/,
    ],
  ])('where %s gives a sentence', async (_, answer, sentence) => {
    const { key } = await createdOn(answer);
    const error: unknown = await key.catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(sentence);
    expect(String(error)).not.toContain('of-a-test');
  });
});
