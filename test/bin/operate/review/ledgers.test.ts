import { expect, test } from 'vitest';
import { openFolder } from '../../../../bin/operate/reach/folder.ts';
import { ledgersIn, ledgersOf } from '../../../../bin/operate/review/ledgers.ts';
import { DynamoLedger } from '../../../../lambda/edges/ledger.ts';
import { parseConfig, readConfig } from '../../../../lib/config/config.ts';
import { CLUSTER, NOON, row, settings } from '../../../support/builders.ts';
import { configFile } from '../../../support/cli.ts';
import { newFolder } from '../../../support/folder.ts';
import { entry, fileOf } from '../../../support/forwarder-file.ts';

const MINUTE = 60_000;
const OTHER = '{ name: onprem, kubeAudit: { path: /var/log/kube-audit.log } }';

function config() {
  const read = readConfig(configFile(undefined, { groupName: CLUSTER.source.group }), { for: 'run' });
  if (!read.ok) throw new Error('This is no configuration.');
  return read.config;
}

async function write(folder: string, minute: number): Promise<void> {
  const { table, close } = await openFolder(folder, settings());
  await new DynamoLedger(table).write(row({ minute }), undefined);
  await close();
}

async function rowsOf(of: ReturnType<typeof ledgersIn>, name: string) {
  const ledger = await of(name);
  if (typeof ledger === 'string') throw new Error(ledger);
  return [...(await ledger.rows(NOON, NOON + 10 * MINUTE)).keys()];
}

test('the ledger of a folder is read while a run may go on in it', async () => {
  const folder = newFolder();
  await write(folder, NOON);
  const { clusters, ...rest } = config();
  const [{ name } = { name: '' }] = clusters;
  const ledgers = ledgersIn(folder, { clusters, ...rest });
  expect(await Promise.all([rowsOf(ledgers, name), rowsOf(ledgers, name)])).toEqual([[NOON], [NOON]]);
  await write(folder, NOON + MINUTE);
  expect(await rowsOf(ledgers, name)).toEqual([NOON, NOON + MINUTE]);
});

test('while somebody else has the folder its ledger is out of reach, and is not later', async () => {
  const folder = newFolder();
  await write(folder, NOON);
  const ledgers = ledgersIn(folder, config());
  const [{ name } = { name: '' }] = config().clusters;
  const { close } = await openFolder(folder, settings());
  await expect(rowsOf(ledgers, name)).rejects.toThrow(`--state ${folder}`);
  await close();
  expect(await rowsOf(ledgers, name)).toEqual([NOON]);
});

test('a cluster that is not EKS has none, and what accounts for it is told', async () => {
  const parsed = parseConfig(fileOf(entry('prod'), OTHER), 'forwarder.yaml', { for: 'run' });
  if (!parsed.ok) throw new Error('This is no configuration.');
  const sentence =
    'Whether lines are missing in this time is not known here: onprem is not EKS, so no table has a ledger of it. ' +
    'On each machine that passes its log on, npx eks-audit account --state DIR says what became of every line.';
  expect(await ledgersIn(newFolder(), parsed.config)('onprem')).toBe(sentence);
  expect(await ledgersOf(parsed.config, {})('onprem')).toBe(sentence);
});

test('a cluster that no configuration names has no ledger there', async () => {
  expect(await ledgersIn(newFolder(), config())('stranger')).toContain('names no cluster stranger');
});
