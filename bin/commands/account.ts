import { Command } from 'commander';
import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { Stopped } from '../../lambda/core/stopped.ts';
import { MinuteRules } from '../../lambda/minute-rules.ts';
import { Failed } from '../../lib/problems/usage.ts';
import {
  CLUSTER_FLAG,
  CONFIG_FLAG,
  type Configured,
  configured,
  type SiteFlags,
  STATE_FLAG,
  siteFlags,
} from '../cli/configured.ts';
import { type Progress, startProgress } from '../cli/progress.ts';
import { FROM_FLAG, flagsOf, minuteText, parseRange, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { accountFor, isComplete } from '../operate/account/account.ts';
import { documentsOf, type Opened, open } from '../operate/account/prepare.ts';
import { isProven, type Verification } from '../operate/account/verification.ts';
import { verify } from '../operate/account/verify.ts';
import { patientReader } from '../operate/reach/patient-reader.ts';
import { accountText } from './account-text.ts';
import { verificationText } from './verify-text.ts';

interface Flags extends RangeFlags, SiteFlags {
  readonly verify?: true;
  readonly json?: true;
}

/** Where the range begins when no flag says so. */
const SINCE = '24h';
/** Of the account's quota, what the functions leave to people. */
const REQUESTS_PER_SECOND = 1;

export function accountCommand(): Command {
  return new Command('account')
    .description('what became of every line, by the ledger: read = kept + dropped + parked + duplicates')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...STATE_FLAG)
    .option(...SINCE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option('--verify', 'read CloudWatch Logs again and name each document that is missing or extra in Elasticsearch')
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action((flags: Flags) => accountAndShow(flags));
}

async function accountAndShow(flags: Flags): Promise<void> {
  const now = Date.now();
  const range = parseRange(flags, { now, since: SINCE });
  const site = await configured(flags, range.ok ? [] : range.problems);
  if (!range.ok) return;
  const progress = startProgress();
  try {
    progress.doing(`Reading the ledger of ${site.cluster.name} in ${flags.state ?? site.config.table}`);
    const question = { minutes: range.minutes, now, group: flags.verify === true, folder: flags.state };
    const { account, verification } = await answered(site, question, progress);
    progress.end();
    const repair = `npx eks-audit backfill ${flagsOf(range.minutes)}${siteFlags(flags)}`;
    const text = [
      accountText(account, siteFlags(flags)),
      ...(verification === undefined ? [] : [verificationText(verification, repair)]),
    ];
    process.stdout.write(
      `${flags.json === true ? JSON.stringify({ ...account, ...(verification && { verification }) }) : text.join('\n')}\n`,
    );
    if (!isComplete(account) || (verification !== undefined && !isProven(verification))) throw new Failed('');
  } catch (error) {
    throw error instanceof Stopped ? new Failed(error.message, { cause: error }) : error;
  } finally {
    progress.end();
  }
}

interface Question {
  readonly minutes: Minutes;
  readonly now: number;
  /** Whether the log group and Elasticsearch are asked too. */
  readonly group: boolean;
  /** Where cursors and ledger are in place of the table. */
  readonly folder: string | undefined;
}

async function answered({ config, cluster }: Configured, question: Question, progress: Progress) {
  const { minutes, now, group, folder } = question;
  const opened = await open({ config, cluster, group, folder, env: process.env });
  const { settings, ports, store } = opened;
  try {
    const situation = { checkpoint: await store.peek(), ages: settings.ages, now };
    const account = await accountFor({ cluster: cluster.name, minutes, ledger: ports.ledger, situation });
    return { account, verification: group ? await verified(opened, minutes, config.file, progress) : undefined };
  } finally {
    await opened.close();
  }
}

async function verified(opened: Opened, minutes: Minutes, file: string, progress: Progress): Promise<Verification> {
  const { settings, ports, store } = opened;
  const { documents, close } = await documentsOf(opened, file, process.env);
  try {
    return await verify({
      minutes,
      ledger: ports.ledger,
      reader: patientReader(ports.source, ports.clock, REQUESTS_PER_SECOND),
      documents,
      rules: new MinuteRules(ports.ledger, settings),
      checkpoint: await store.peek(),
      report: ({ from, to }) => progress.doing(`Comparing ${minuteText(from)} to ${minuteText(to)}`),
    });
  } finally {
    await close();
  }
}
