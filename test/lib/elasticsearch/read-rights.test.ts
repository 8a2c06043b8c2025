import { afterEach, expect, test } from 'vitest';
import { readFault } from '../../../lib/elasticsearch/read-rights.ts';
import { clientOf } from '../../support/client.ts';
import { type Said, startRecording } from '../../support/fakes/elasticsearch.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const INDICES = 'logs-kubernetes.audit_logs-*-*.*.*';

async function fault(said: Said) {
  const server = await startRecording(() => said);
  const client = clientOf(server.url);
  closing.push(
    () => server.close(),
    () => client.close(),
  );
  return { fault: await readFault(client, server.url, [INDICES]), requests: server.requests };
}

test('whoever may read has no fault', async () => {
  const { fault: found, requests } = await fault({ body: { index: { [INDICES]: { read: true } } } });
  expect(found).toBeUndefined();
  expect(requests).toMatchObject([{ method: 'POST', path: '/_security/user/_has_privileges' }]);
});

test('no right to read is told, and never looks like no events', async () => {
  const { fault: found } = await fault({ body: { index: { [INDICES]: { read: false } } } });
  expect(found).toContain(`may not read ${INDICES}, so what is there would look like nothing`);
  expect((await fault({ body: {} })).fault).toContain('may not read');
});

test('where security is off everybody may read', async () => {
  const error = 'no handler found for uri [/_security/user/_has_privileges] and method [POST]';
  expect((await fault({ status: 400, body: { error } })).fault).toBeUndefined();
});

test('refused credentials are told', async () => {
  expect((await fault({ status: 401, body: {} })).fault).toContain('refuses the credentials');
});
