import { once } from 'node:events';
import { Command } from 'commander';
import { allOf } from '../../lib/config/select.ts';
import { show } from '../../lib/problems/show.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { CONFIG_FLAG, STATE_FLAG } from '../cli/configured.ts';
import { interrupted } from '../cli/interrupt.ts';
import { startProgress } from '../cli/progress.ts';
import { policiesOf } from '../operate/reach/audit.ts';
import { ELASTICSEARCH_FLAG, INDEX_FLAG, openIndices, type SearchFlags } from '../operate/reach/audit-indices.ts';
import { REVIEW_PORT, serveReview } from '../operate/reach/serve-review.ts';
import { ledgersFor } from '../operate/review/ledgers.ts';

interface Flags extends SearchFlags {
  readonly port: string;
}

export function reviewCommand(): Command {
  return new Command('review')
    .description('what was forwarded, as pages on this machine: timeline, changes of an object, differences, export')
    .option(...CONFIG_FLAG)
    .option(...STATE_FLAG)
    .option(...ELASTICSEARCH_FLAG)
    .option(...INDEX_FLAG)
    .option('--port <number>', 'where the page is, on 127.0.0.1; 0 is a free one', String(REVIEW_PORT))
    .addHelpText('after', MORE)
    .action((flags: Flags) => review(flags));
}

const MORE = `
Credentials: ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with
ELASTICSEARCH_PASSWORD, of somebody who may read the indices; they win over the
secret of forwarder.yaml, whose key may only write.

The address that is printed opens the page once. Addresses within the page can
be sent to a colleague: they open in his own review, on the same port.

Examples:
  npx eks-audit review
  npx eks-audit review --elasticsearch https://127.0.0.1:9200`;

async function review(flags: Flags): Promise<void> {
  const port = portOf(flags.port);
  const progress = startProgress();
  progress.doing('Asking Elasticsearch what these credentials may read');
  const { close, config, notice, ...indices } = await openIndices(flags, process.env).finally(() => progress.end());
  const signal = interrupted();
  try {
    if (notice !== undefined) progress.say(notice);
    const served = await serveReview({
      ...indices,
      server: indices.url,
      port,
      ledger: ledgersFor(flags, config, process.env),
      policies: (name) => policiesOf(config === undefined ? [] : allOf(config), name),
      again: (start) => progress.say(`Opened. Another browser opens it by ${start}`),
      report: (line) => progress.wrong(line),
    });
    process.stdout.write(`${served.start}\n`);
    progress.say('Open this address: it is good for once. Ctrl-C ends the page.');
    if (!signal.aborted) await once(signal, 'abort');
    await served.close();
  } finally {
    progress.end();
    await close();
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new WrongUse(`--port: expected a number from 0 to 65535, found ${show(text)}.`);
}
