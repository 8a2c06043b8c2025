import { Command } from 'commander';
import type { Settings } from '../../lambda/contract.ts';
import { IndexPattern, indicesOf } from '../../lambda/core/index-pattern.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../lambda/edges/secret.ts';
import type { Problem } from '../../lib/config/config.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { show } from '../../lib/problems/show.ts';
import { Failed } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, type ConfigFlags, configured, STATE_FLAG } from '../cli/configured.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { tellWarnings } from '../cli/warnings.ts';
import { columnsOf, wrapped } from '../cli/width.ts';
import { bulkSink, logGroup, stateIn } from '../operate/reach/needs.ts';
import { both, prepare } from '../operate/reach/prepare.ts';
import { dryRun } from '../operate/run/dry-run.ts';
import { type Forwarded, forward } from '../operate/run/forward.ts';
import { refuseOtherMapping } from './own-mapping.ts';
import { printDocuments } from './print-documents.ts';
import { totalsJson, totalsText } from './totals-text.ts';

interface Flags extends ConfigFlags {
  readonly once?: true;
  readonly every?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** A day, as for `fetchInterval`. */
const LONGEST = 86_400;

export function runCommand(): Command {
  return new Command('run')
    .description('the same run as in Lambda, from this machine, against what the AWS SDK finds')
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option('--once', 'end when everything readable has a confirmed outcome')
    .option('--every <seconds>', "from one run's begin to the next (default: fetchInterval)")
    .option('--dry-run', 'documents to stdout, one a line; nothing is written anywhere')
    .option(...STATE_FLAG)
    .option('--json', 'the totals as JSON, on the last line of stdout')
    .addHelpText('after', MORE)
    .action((flags: Flags) => runAndShow(flags));
}

const MORE = `
Credentials: those of AWS that the AWS SDK finds; ELASTICSEARCH_API_KEY, or
ELASTICSEARCH_USERNAME with ELASTICSEARCH_PASSWORD, win over the secret of
forwarder.yaml.

Examples:
  npx eks-audit run                          until Ctrl-C
  npx eks-audit run --once --dry-run | jq -r '._source.event.action'
  npx eks-audit run --state .eks-audit/prod  without a DynamoDB table`;

async function runAndShow(flags: Flags): Promise<void> {
  const { config, cluster, warnings } = await configured(flags, otherwise, problemsOf(flags));
  const progress = startProgress();
  tellWarnings(warnings, config.file, (text) => progress.say(text));
  progress.doing(`Looking for ${cluster.groupName} and what else a run needs`);
  const order = { config, cluster, env: process.env };
  const preparing =
    flags.dryRun === true
      ? prepare(order, both(logGroup, dryRun(printDocuments)))
      : prepare(order, both(logGroup, both(stateIn(flags.state, 'made'), bulkSink)));
  const { settings, owner, close, ...ports } = await preparing.finally(() => progress.end());
  const once = flags.once === true;
  const signal = interrupted();
  const interval = Number(flags.every ?? settings.fetchInterval);
  try {
    if (flags.dryRun !== true) await refuseOtherMapping(config, settings);
    const forwarded = await forward({ settings, ports, owner, once, interval, signal, progress });
    progress.end();
    await tell(flags, settings, forwarded);
    if (forwarded.failure !== undefined) throw new Failed('');
    if (once && signal.aborted) process.exitCode = 1;
  } finally {
    progress.end();
    await close();
  }
}

function otherwise(): string {
  return 'it has no log group that a run could read; npx eks-audit follow or receive passes its log on.';
}

function problemsOf({ every, dryRun, state }: Flags): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });
  const seconds = Number(every ?? 1);
  if (!(seconds > 0 && seconds <= LONGEST))
    say('--every', `Expected seconds above 0, at most ${LONGEST}, found ${show(every)}: write 60.`);
  if (dryRun === true && state !== undefined)
    say('--state', 'A dry run writes nothing, so it keeps no state: leave out one of the two.');
  return problems;
}

/** In a dry run stdout holds documents; what people read goes where progress does. */
async function tell({ json, dryRun }: Flags, settings: Settings, forwarded: Forwarded): Promise<void> {
  const patterns = indicesOf(settings.elasticsearch).map(IndexPattern.of);
  const indices = patterns.map((pattern) => pattern.all(settings.indexCluster)).join(',');
  const documents = dryRun === true ? forwarded.totals.indexed : await countAll(settings, indices);
  if (json === true) process.stdout.write(totalsJson({ ...forwarded, documents }));
  else {
    const stream = dryRun === true ? process.stderr : process.stdout;
    const text = totalsText({ ...forwarded, documents, indices });
    const lines = dryRun === true ? [text, 'Nothing of this was written: it was a dry run.'] : [text];
    stream.write(`${wrapped(lines.join('\n'), columnsOf(stream))}\n`);
  }
}

/** null also where Elasticsearch can't be asked any more: the totals are worth more than the reason. */
async function countAll({ elasticsearch }: Settings, indices: string): Promise<number | null> {
  try {
    const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, process.env)());
    const documents = await countDocuments(client, indices, systemClock);
    await client.close();
    return documents;
  } catch {
    return null;
  }
}
