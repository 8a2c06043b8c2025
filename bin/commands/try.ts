import { Command } from 'commander';
import { DEFAULTS } from '../../lib/config/defaults.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { tellWarnings } from '../cli/warnings.ts';
import { columnsOf } from '../cli/width.ts';
import { policyFor } from '../operate/policy/input.ts';
import { readEvents } from '../operate/try/events.ts';
import { checkServer, givenServer } from '../operate/try/server.ts';
import { openState } from '../operate/try/state.ts';
import { tryForwarder } from '../operate/try/try.ts';
import { totalsJson } from './totals-text.ts';
import { tryText } from './try-text.ts';

interface Flags {
  readonly once?: true;
  readonly fresh?: true;
  readonly json?: true;
  readonly events?: string;
  readonly policy: string;
  readonly state: string;
}

export function tryCommand(): Command {
  return new Command('try')
    .description(
      'the main job on this machine: sample events, the very function that Lambda runs, a real Elasticsearch',
    )
    .option('--once', 'end when every line fed has a confirmed outcome')
    .option('--fresh', 'begin anew: forget what earlier starts left')
    .option('--events <file>', 'feed a real audit log (one event a line) in place of the samples')
    .option('--policy <preset|file>', 'the audit policy', DEFAULTS.policy)
    .option('--state <folder>', 'where everything is kept between starts', '.eks-audit/try')
    .option('--json', 'the totals as JSON, on the last line of stdout')
    .addHelpText('after', MORE)
    .action((flags: Flags) => tryAndShow(flags));
}

const MORE = `
Elasticsearch is the first of these that is there: the server that
ELASTICSEARCH_URL names, Docker, Java with Maven.
  ELASTICSEARCH_URL       like https://127.0.0.1:9200; what is made there
                          stays there
  ELASTICSEARCH_USERNAME, ELASTICSEARCH_PASSWORD, ELASTICSEARCH_API_KEY
                          how to sign in there
  NODE_EXTRA_CA_CERTS     PEM file of the authority that signed its certificate

Examples:
  npm start                              a cluster lives, its changes are shown
  npm start -- --once                    ten minutes of it, then the totals
  npm start -- --once --events audit.log --policy everything`;

async function tryAndShow(flags: Flags): Promise<void> {
  const { policy, warnings } = policyFor(flags.policy, process.cwd());
  const events = flags.events === undefined ? undefined : readEvents(flags.events);
  const server = givenServer(process.env);
  if (server !== undefined) await checkServer(server);
  const { state: folder, fresh = false } = flags;
  const state = await openState({ folder, fresh, elasticsearch: server?.url ?? null });
  const progress = startProgress();
  tellWarnings(warnings, flags.policy, (text) => progress.say(text));
  const once = flags.once === true;
  const signal = interrupted();
  const trying = tryForwarder({ state, server, policy, events, once, signal, progress });
  const result = await trying.finally(() => progress.end());
  process.stdout.write(flags.json === true ? totalsJson(result) : `\n${tryText(result, columnsOf(process.stdout))}\n`);
  if (once && signal.aborted) process.exitCode = 1;
}
