import { expect, onTestFinished, test } from 'vitest';
import { mappedOtherwise } from '../../../bin/commands/own-mapping.ts';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { claimsOf } from '../../../lib/elasticsearch/template.ts';
import { clientOf } from '../../support/client.ts';
import { denied, MISSING, type Said, startRecording } from '../../support/fakes/elasticsearch.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const claims = claimsOf([DEFAULT_INDEX], ['prod'], NOW);
const [ours] = claims;

/** Of a server that says this when it is asked which mapping an index would get. */
async function faults(said: Said): Promise<readonly string[]> {
  const server = await startRecording(() => said);
  const client = clientOf(server.url);
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  return await mappedOtherwise(client, claims.slice(0, 1));
}

test('an index that gets our template is well', async () => {
  expect(await faults({ body: { template: ours?.template.body.template } })).toEqual([]);
});

test('an index that no template fits, and so is mapped by its first document, is told', async () => {
  const [fault = '', ...more] = await faults({ body: { template: { mappings: {} } } });
  expect(fault).toMatch(/^logs-kubernetes\.audit_logs-prod-2026\.11\.21 would not get our mapping \(.+ is missing\)$/);
  expect(more).toEqual([]);
});

test.each([
  ['may not ask', denied()],
  ['asks a server that does not know', MISSING],
])('who %s is told nothing', async (_, said) => {
  expect(await faults(said)).toEqual([]);
});
