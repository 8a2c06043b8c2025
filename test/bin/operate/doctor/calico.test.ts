import { afterEach, expect, test } from 'vitest';
import { calicoVerdict } from '../../../../bin/operate/doctor/calico.ts';
import { elasticsearchClient } from '../../../../lambda/edges/elasticsearch.ts';
import { NOON } from '../../../support/builders.ts';
import { answering, denied, MISSING, type Said, startRecording } from '../../../support/fakes/elasticsearch.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function verdict(installed: Said, legacy: Said) {
  const server = await startRecording(answering({ 'GET /_index_template': installed, 'GET /_template': legacy }));
  const client = elasticsearchClient({ url: server.url, ca: null }, undefined);
  closing.push(
    () => client.close(),
    () => server.close(),
  );
  return calicoVerdict(client, server.url, ['cluster'], NOON);
}

const one = (name: string, priority: number, pattern: string): Said => ({
  body: { index_templates: [{ name, index_template: { index_patterns: [pattern], priority } }] },
});
const NONE: Said = { body: { index_templates: [] } };

test.each<[string, Said, Said, string, RegExp]>([
  ['where nobody else claims the names', NONE, { body: {} }, 'ok', /^No other index template claims/],
  ['where there are none of the old kind', NONE, MISSING, 'ok', /^No other/],
  [
    'where Calico’s own gives way',
    NONE,
    { body: { tigera_secure_ee_audit: { index_patterns: ['tigera_secure_ee_audit_*'] } } },
    'ok',
    /^The index template tigera_secure_ee_audit .* claims tigera_secure_ee_audit_kube\.cluster\.20261121 as well/,
  ],
  [
    'where one wins',
    one('audit', 900, 'tigera_secure_ee_audit_kube.cluster.*'),
    { body: {} },
    'wrong',
    /would win over ours/,
  ],
  ['who may not ask', denied(), { body: {} }, 'not checked', /^needs manage_index_templates$/],
])('doctor, %s', async (_, installed, legacy, state, message) => {
  expect(await verdict(installed, legacy)).toEqual({ state, message: expect.stringMatching(message) });
});
