import { expect, test } from 'vitest';
import { parseMonth, reportOn } from '../../../../bin/operate/review/report.ts';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { loadPolicy } from '../../../../lib/policy/file.ts';
import type { Chapter } from '../../../../review/query/report.ts';
import { EVERYTHING, NOON } from '../../../support/builders.ts';
import { ListedSearch } from '../../../support/fakes/search.ts';

const NO_LEDGER = async () => 'The ledger is not at hand.';

async function reported(
  policy: Policy,
  ledgerOf: Parameters<typeof reportOn>[1]['ledgerOf'] = NO_LEDGER,
  others: readonly { readonly name: string; readonly policy: { readonly policy: Policy } }[] = [],
) {
  const month = parseMonth('2026-11');
  if (month === undefined) throw new Error('No month.');
  const config = { clusters: [{ name: 'prod', policy: { policy } }], others };
  const sources = { search: new ListedSearch([]), url: 'https://es.example:9200', config };
  return await reportOn(sources, { month, cluster: undefined, now: NOON, ledgerOf });
}

function preset(name: string): Policy {
  const loaded = loadPolicy(name, '.');
  if (!loaded.ok) throw new Error(`${name} is no policy.`);
  return loaded.policy;
}

const titles = (chapters: readonly Chapter[]) =>
  chapters.filter(({ droppedOf }) => droppedOf.includes('prod')).map(({ title }) => title);

test('a cluster of which no event is stored is among those that are looked at', async () => {
  const { coverage } = await reported(EVERYTHING);
  expect(coverage).toEqual([{ cluster: 'prod', found: 'The ledger is not at hand.' }]);
});

test('so is one that is not EKS, by its own policy', async () => {
  const onprem = { name: 'onprem', policy: { policy: preset('restricted') } };
  const { coverage, chapters } = await reported(EVERYTHING, NO_LEDGER, [onprem]);
  expect(coverage.map(({ cluster }) => cluster)).toEqual(['prod', 'onprem']);
  const dropped = chapters.filter(({ droppedOf }) => droppedOf.includes('onprem')).map(({ title }) => title);
  expect(dropped).toEqual(['Commands run in pods', 'Denied requests']);
});

test('a ledger that does not answer is told, and the rest is there', async () => {
  const rows = () => Promise.reject(new Error('throttled'));
  const { coverage, chapters } = await reported(EVERYTHING, async () => ({ rows }));
  expect(coverage[0]?.found).toContain('the ledger does not answer. throttled');
  expect(chapters).toHaveLength(5);
});

test.each([
  ['everything', []],
  ['restricted', ['Commands run in pods', 'Denied requests']],
])('chapters are marked of which the policy %s drops some', async (name, dropped) => {
  expect(titles((await reported(preset(name))).chapters)).toEqual(dropped);
});

test('no chapter looks whole under a policy for network policies but the one on these', async () => {
  const { chapters } = await reported(preset('network-policy'));
  expect(titles(chapters)).toEqual(chapters.map(({ title }) => title).slice(1));
});
