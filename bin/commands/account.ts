import { Command } from 'commander';
import type { Minutes } from '../../lambda/core/minutes/minutes.ts';
import { MINUTE } from '../../lambda/core/time.ts';
import { MinuteRules } from '../../lambda/minute-rules.ts';
import type { Problem } from '../../lib/config/config.ts';
import { Failed } from '../../lib/problems/usage.ts';
import {
  CLUSTER_FLAG,
  CONFIG_FLAG,
  type ConfigFlags,
  type Configured,
  configFlags,
  configured,
  STATE_FLAG,
} from '../cli/configured.ts';
import { counted } from '../cli/figures.ts';
import { interrupted } from '../cli/interrupt.ts';
import { type Progress, startProgress } from '../cli/progress.ts';
import { FROM_FLAG, flagsOf, minuteText, parseRange, type RangeFlags, SINCE_FLAG, TO_FLAG } from '../cli/range.ts';
import { COLUMNS, wrapped } from '../cli/width.ts';
import { accountFor, isComplete, type LedgerAccount } from '../operate/account/account.ts';
import { TABLE } from '../operate/account/columns.ts';
import { withRedriven } from '../operate/account/redriven.ts';
import { isProven, type Verification } from '../operate/account/verification.ts';
import { verify } from '../operate/account/verify.ts';
import { indexedDocuments, logReader, parkedIfReached, stateIn } from '../operate/reach/needs.ts';
import { both, prepare, when } from '../operate/reach/prepare.ts';
import { accountText } from './account-text.ts';
import { showLogAccount } from './log-account.ts';
import { type Remedies, verificationText } from './verify-text.ts';

interface Flags extends RangeFlags, ConfigFlags {
  readonly verify?: true;
  readonly idsOnly?: true;
  readonly json?: true;
}

/** Where the range begins when no flag says so. */
const SINCE = '24h';

export function accountCommand(): Command {
  return new Command('account')
    .description('what became of every line, by the ledger: read = kept + dropped + parked + duplicates')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...STATE_FLAG)
    .option(...SINCE_FLAG)
    .option(...FROM_FLAG)
    .option(...TO_FLAG)
    .option('--verify', 'read CloudWatch Logs again and name each document that is missing, altered or extra')
    .option('--ids-only', 'with --verify: which documents are there, and not what they say')
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action((flags: Flags) => accountAndShow(flags));
}

async function accountAndShow(flags: Flags): Promise<void> {
  if (await showLogAccount(flags)) return;
  const now = Date.now();
  const range = parseRange(flags, { now, since: SINCE });
  const found = await configured(flags, otherwise, [...(range.ok ? [] : range.problems), ...idsOnlyProblems(flags)]);
  if (!range.ok) return;
  const progress = startProgress();
  try {
    progress.doing(`Reading the ledger of ${found.cluster.name} in ${flags.state ?? found.config.table}`);
    const { account, verification } = await answered(found, flags, range.minutes, now, progress);
    progress.end();
    const text =
      flags.json === true
        ? JSON.stringify({ ...account, ...(verification && { verification }) })
        : textOf(account, verification, flags);
    process.stdout.write(`${text}\n`);
    if (!isComplete(account) || (verification !== undefined && !isWholeAndProven(verification, account)))
      throw new Failed('');
  } finally {
    progress.end();
  }
}

function otherwise(): string {
  return 'no table has a ledger of it; npx eks-audit account --state DIR accounts for it, with the folder of follow or receive on the machine that passes its log on.';
}

function idsOnlyProblems({ idsOnly, verify }: Flags): readonly Problem[] {
  if (idsOnly === undefined || verify !== undefined) return [];
  return [{ path: '--ids-only', message: 'Says how --verify compares: leave it out, or say --verify too.' }];
}

/** An interrupted one proves nothing of the rest, and one of minutes without rows nothing at all. */
function isWholeAndProven(verification: Verification, { to, total }: LedgerAccount): boolean {
  return isProven(verification) && verification.upTo === to && total.minutes > 0;
}

function textOf(account: LedgerAccount, verification: Verification | undefined, flags: Flags): string {
  const text = accountText(account, configFlags(flags));
  if (verification === undefined) return text;
  const rangeFlags = (from: string, to: string) => flagsOf({ from: Date.parse(from), to: Date.parse(to) });
  const idsOnly = flags.idsOnly === true ? ' --ids-only' : '';
  const remedies: Remedies = {
    backfill: ({ from, to }) => `npx eks-audit backfill ${rangeFlags(from, to)}${configFlags(flags)}`,
    goOn: (upTo) => `npx eks-audit account --verify${idsOnly} ${rangeFlags(upTo, account.to)}${configFlags(flags)}`,
    redrive: (ids) => `npx eks-audit parked redrive${configFlags(flags)} ${ids.join(' ')}`,
  };
  return [text, verificationText(verification, account.to, remedies), ...unproven(account)].join('\n');
}

/** Of minutes without a row nobody knows what should be there. */
function unproven({ from, to, total }: LedgerAccount): readonly string[] {
  const lacking = (Date.parse(to) - Date.parse(from)) / MINUTE - total.minutes;
  const what = `${counted(lacking, 'minute')} of the range ${lacking === 1 ? 'is' : 'are'} in no row of the ledger: nothing is proven of what is there.`;
  return lacking === 0 ? [] : [wrapped(what, COLUMNS)];
}

/** The ledger's own word needs no Elasticsearch. */
function untold(error: unknown, account: LedgerAccount, progress: Progress): LedgerAccount {
  const why = error instanceof Error ? error.message : String(error);
  progress.say(`How many of the parked lines were redriven is not known: ${why}`);
  return account;
}

async function answered(
  { config, cluster }: Configured,
  flags: Flags,
  minutes: Minutes,
  now: number,
  progress: Progress,
) {
  const proof = when(flags.verify === true, both(logReader, indexedDocuments));
  const needs = both(proof, both(stateIn(flags.state, 'problem'), parkedIfReached));
  const prepared = await prepare({ config, cluster, env: process.env }, needs);
  const { settings, store, ledger, reader, documentsUnder, parkedNow } = prepared;
  try {
    const situation = { checkpoint: await store.peek(), ages: settings.ages, now };
    const summed = await accountFor({ cluster: cluster.name, minutes, ledger, situation });
    const marks = async () => await withRedriven(summed, await parkedNow(await ledger.namings()));
    const account =
      summed.total.parked === 0 ? summed : await marks().catch((error) => untold(error, summed, progress));
    if (reader === undefined || documentsUnder === undefined) return { account };
    const verification = await verify({
      minutes,
      ledger,
      reader,
      documents: documentsUnder(await ledger.namings()),
      rules: new MinuteRules(ledger, settings),
      checkpoint: await store.peek(),
      contents: flags.idsOnly !== true,
      table: TABLE,
      // Only here: without a comparison Ctrl-C has nothing to tell of, and ends the command at once.
      signal: interrupted(),
      report: ({ from, to }) => progress.doing(`Comparing ${minuteText(from)} to ${minuteText(to)}`),
    });
    return { account, verification };
  } finally {
    await prepared.close();
  }
}
