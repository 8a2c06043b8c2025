import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverChecks } from '../../../../bin/operate/doctor/servers.ts';
import { carryOut } from '../../../../bin/operate/reach/carry-out.ts';
import type { Credentials } from '../../../../lambda/edges/secret.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { NOON } from '../../../support/builders.ts';
import { type RecordingServer, startRecording } from '../../../support/fakes/elasticsearch.ts';
import { file, loadPolicy } from '../../../support/forwarder-file.ts';

/** Lets nobody in. */
let es: RecordingServer;
beforeAll(async () => {
  es = await startRecording(() => ({ status: 401 }));
});
afterAll(() => es.close());

/** What is wrong, by check. */
async function wrongs(elasticsearch: string, credentials: Credentials | undefined, own?: Credentials) {
  const read = parseConfig(file({ url: `url: ${es.url}`, elasticsearch }), 'forwarder.yaml', {
    for: 'run',
    loadPolicy,
  });
  if (!read.ok) throw new Error('no configuration');
  const { config } = read;
  const secret = async () => ({ kind: 'read', credentials }) as const;
  const found = await carryOut(serverChecks({ config, clusters: config.clusters, secret, own, now: NOON }));
  const entries = found.filter(({ state }) => state === 'wrong').map(({ check, message }) => [check, message]);
  return Object.fromEntries(entries);
}

const ANEW = 'Put a new key into the secret (npx eks-audit elasticsearch key --create';

test('a key that is refused is to be replaced where the function reads it', async () => {
  const found = await wrongs('secret: of-a-test', { apiKey: 'never-shown' });
  expect(found).toEqual({ Elasticsearch: expect.stringContaining(`the secret of-a-test holds`) });
  expect(found.Elasticsearch).toContain(ANEW);
  expect(JSON.stringify(found)).not.toContain('never-shown');
});

test('a person’s own key that is refused is to be set anew by that person', async () => {
  const { Elasticsearch } = await wrongs('secret: of-a-test', { apiKey: 'one' }, { apiKey: 'another' });
  expect(Elasticsearch).toContain('Set ELASTICSEARCH_API_KEY');
  expect(Elasticsearch).not.toContain(ANEW);
});

test('a server that wants a key where none is configured says which setting names one', async () => {
  expect((await wrongs('', undefined)).Elasticsearch).toContain('elasticsearch.secret');
});
