import { Command } from 'commander';
import { CLUSTER_FLAG, CONFIG_FLAG, configured } from '../configured.ts';
import { accountFor, isComplete } from '../operate/account/account.ts';
import { open } from '../operate/account/prepare.ts';
import { startProgress } from '../progress.ts';
import { FROM_FLAG, parseRange, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../range.ts';
import { Failed } from '../usage.ts';
import { accountText } from './account-text.ts';

interface Flags extends RangeFlags {
  readonly config: string;
  readonly cluster?: string;
  readonly json?: true;
}

/** Where the range begins when no flag says so. */
const SINCE = '24h';

export function accountCommand(): Command {
  return new Command('account')
    .description('what became of every line, by the ledger: read = kept + dropped + parked + duplicates')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...SINCE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action((flags: Flags) => accountAndShow(flags));
}

async function accountAndShow(flags: Flags): Promise<void> {
  const now = Date.now();
  const range = parseRange(flags, { now, since: SINCE });
  const { config, cluster } = await configured(flags, range.ok ? [] : range.problems);
  if (!range.ok) return;
  const progress = startProgress();
  progress.doing(`Reading the ledger of ${cluster.name} in ${config.table}`);
  const { settings, world, store } = await open({ config, cluster, group: false, env: process.env }).finally(() =>
    progress.end(),
  );
  const account = await accountFor({
    cluster: cluster.name,
    minutes: range.minutes,
    ledger: world.ledger,
    situation: { checkpoint: await store.peek(), ages: settings.ages, now },
  }).finally(() => progress.end());
  process.stdout.write(flags.json === true ? `${JSON.stringify(account)}\n` : `${accountText(account)}\n`);
  if (!isComplete(account)) throw new Failed('');
}
