import { expect, test } from 'vitest';
import { formerIndices } from '../../../../bin/operate/reach/former-indices.ts';
import { type Naming, namingOf } from '../../../../lambda/contract.ts';
import { type Config, readConfig } from '../../../../lib/config/config.ts';
import { settings } from '../../../support/builders.ts';
import { configFile } from '../../../support/cli.ts';

function config(): Config {
  const result = readConfig(configFile('url: https://es.example:9200'), { for: 'run', region: 'eu-west-1' });
  if (!result.ok) throw new Error('no configuration');
  return result.config;
}

const today = namingOf(settings());
const naming = (overrides: Partial<Naming>): Naming => ({ ...today, ...overrides });

test('former are the patterns that the table holds beside today’s, each once', async () => {
  const kept = [today, naming({ cluster: 'old' }), ...['b-{yyyy.MM}', 'a-{yyyy.MM}', 'b-{yyyy.MM}'].map(patterned)];
  const found = await formerIndices(config(), async () => kept);
  expect(found).toEqual({ indices: ['a-{yyyy.MM}', 'b-{yyyy.MM}'], notice: undefined });
});

function patterned(index: string): Naming {
  return naming({ index });
}

test('a table that can’t be read leaves the names of now, and one sentence about it', async () => {
  const { indices, notice } = await formerIndices(config(), async () => {
    throw new Error('There is no DynamoDB table\n eks-audit-forwarder.');
  });
  expect(indices).toEqual([]);
  expect(notice).toMatch(
    /^Only the names of .*forwarder\.yaml are covered: the table eks-audit-forwarder could not be read \(There is no DynamoDB table eks-audit-forwarder\)\. Where the index pattern was changed before, run it again with credentials that may read it\.$/,
  );
});

test('what one cluster’s names say is covered though another’s can’t be read', async () => {
  const { clusters, ...rest } = config();
  const two = { ...rest, clusters: clusters.flatMap((each) => [each, { ...each, name: 'other' }]) };
  const found = await formerIndices(two, async ({ name }) => {
    if (name === 'other') throw new Error('no');
    return [patterned('a-{yyyy.MM}')];
  });
  expect(found).toMatchObject({ indices: ['a-{yyyy.MM}'], notice: expect.stringContaining('(no)') });
});
