import { Command } from 'commander';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../lambda/edges/secret.ts';
import type { Config } from '../../lib/config.ts';
import { configuration } from '../configuration.ts';
import { CONFIG_FLAG } from '../configured.ts';
import type { Request } from '../operate/elasticsearch/ask.ts';
import { type SetupResult, setUp, setupRequests, type Wanted } from '../operate/elasticsearch/setup.ts';
import { WrongUse } from '../usage.ts';

/** `eks-audit elasticsearch …`: preparation, done once by somebody who may. */
export function elasticsearchCommand(): Command {
  return new Command('elasticsearch').description('prepare Elasticsearch for the forwarder').addCommand(setupCommand());
}

interface SetupFlags {
  readonly config: string;
  readonly print?: true;
  readonly json?: true;
}

function setupCommand(): Command {
  return new Command('setup')
    .description('install the index templates, and the retention where one is configured; may be done again')
    .option(...CONFIG_FLAG)
    .option('--print', 'show the requests and call nothing')
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action(async (flags: SetupFlags) => {
      const config = await configuration(flags.config, ANY_REGION);
      const result = flags.print === true ? printed(config) : await carriedOut(config);
      process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : text(result, flags.print === true));
    });
}

/** No index name depends on it. */
const ANY_REGION = 'us-east-1';

function wantedBy({ clusters, elasticsearch: { url, index, retentionDays } }: Config): Wanted {
  return { url, index, indexClusters: clusters.map(({ indexName }) => indexName), retentionDays };
}

function printed(config: Config): SetupResult {
  const notes = config.elasticsearch.retentionDays === null ? [] : ['The requests to /_ilm are for where ILM exists.'];
  return { requests: setupRequests(wantedBy(config)), notes };
}

async function carriedOut(config: Config): Promise<SetupResult> {
  const client = await signedIn(config);
  try {
    return await setUp(client, wantedBy(config), Date.now());
  } finally {
    await client.close();
  }
}

/** As whom the environment names, else as the forwarder itself. */
async function signedIn({ elasticsearch }: Config) {
  try {
    return elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, process.env)());
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

function text({ requests, notes }: SetupResult, printed: boolean): string {
  const lines = requests.map(({ method, path, body }) =>
    printed ? `${requestLine({ method, path })}\n${JSON.stringify(body, null, 2)}\n` : `Done: ${method} ${path}`,
  );
  return `${[...lines, ...notes.map((note) => (printed ? `# ${note}` : note))].join('\n')}\n`;
}

function requestLine({ method, path }: Request): string {
  return `${method} ${path}`;
}
