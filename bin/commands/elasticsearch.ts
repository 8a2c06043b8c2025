import type { Client } from '@elastic/elasticsearch';
import { Command, Option } from 'commander';
import { indicesOf } from '../../lambda/core/index-pattern.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../lambda/edges/secret.ts';
import type { Config } from '../../lib/config/config.ts';
import type { Request } from '../../lib/elasticsearch/ask.ts';
import { createKey, keyRequest, type Purpose } from '../../lib/elasticsearch/key.ts';
import { type Setup, type SetupResult, setUp, setupRequests } from '../../lib/elasticsearch/setup.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { CONFIG_FLAG, configuration } from '../cli/configured.ts';
import { type FormerIndices, formerIndices, keptInTable } from '../operate/reach/former-indices.ts';

/** `eks-audit elasticsearch …`: preparation, done once by somebody who may. */
export function elasticsearchCommand(): Command {
  return new Command('elasticsearch')
    .description('prepare Elasticsearch for the forwarder')
    .addCommand(setupCommand())
    .addCommand(keyCommand());
}

interface Flags {
  readonly config: string;
  readonly print?: true;
  readonly json?: true;
}

interface KeyFlags extends Flags {
  readonly read?: true;
  readonly redrive?: true;
  readonly create?: true;
}

function setupCommand(): Command {
  return new Command('setup')
    .description('install the index templates, and the retention where one is configured; may be done again')
    .option(...CONFIG_FLAG)
    .option('--print', 'show the requests and send none')
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action(async (flags: Flags) => {
      const { config } = await configuration(flags.config, ANY_REGION);
      const former = await formerIndices(config, await keptInTable(config, process.env));
      const result = flags.print === true ? printed(config, former) : await carriedOut(config, former);
      process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : text(result, flags.print === true));
    });
}

/** No index name depends on it. */
const ANY_REGION = 'us-east-1';

function setupOf({ clusters, others, elasticsearch }: Config, former: FormerIndices): Setup {
  const { url, retentionDays } = elasticsearch;
  const indexClusters = [...clusters, ...others].map(({ indexName }) => indexName);
  return { url, indices: indicesOf(elasticsearch), former: former.indices, indexClusters, retentionDays };
}

function printed(config: Config, former: FormerIndices): SetupResult {
  const ilm = config.elasticsearch.retentionDays === null ? [] : ['The requests to /_ilm are for where ILM exists.'];
  return { requests: setupRequests(setupOf(config, former)), notes: [...ilm, ...noticeIn(former)] };
}

async function carriedOut(config: Config, former: FormerIndices): Promise<SetupResult> {
  const { requests, notes } = await signedIn(config, (client) => setUp(client, setupOf(config, former), Date.now()));
  return { requests, notes: [...notes, ...noticeIn(former)] };
}

function noticeIn({ notice }: FormerIndices): readonly string[] {
  return notice === undefined ? [] : [notice];
}

function keyCommand(): Command {
  return new Command('key')
    .description("the forwarder's API key with the least privileges: the request, or the key itself")
    .option(...CONFIG_FLAG)
    .option('--read', 'a key for reading what was forwarded, in place of the one that writes')
    .addOption(new Option('--redrive', 'a key for parked redrive, which reads and writes').conflicts('read'))
    .option('--create', 'create the key and print it, this once')
    .addOption(new Option('--print', 'show the request and do not send it (default)').conflicts('create'))
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .action(async (flags: KeyFlags) => {
      const { config } = await configuration(flags.config, ANY_REGION);
      const purpose = flags.redrive === true ? 'redrive' : flags.read === true ? 'read' : 'write';
      const former = await formerIndices(config, await keptInTable(config, process.env));
      const request = keyRequest(purpose, [...indicesOf(config.elasticsearch), ...former.indices]);
      await (flags.create === true ? showCreated(config, purpose, request, flags) : showRequest(request, flags));
      for (const notice of noticeIn(former)) process.stderr.write(`${notice}\n`);
    });
}

function showRequest({ body, ...line }: Request, { json }: KeyFlags): void {
  if (json === true) process.stdout.write(`${JSON.stringify({ ...line, body })}\n`);
  else process.stdout.write(`${requestLine(line)}\n${JSON.stringify(body, null, 2)}\n`);
  process.stderr.write(`${WHO} With --create it is sent.\n`);
}

const WHO =
  'Elasticsearch takes it from a user (not from an API key) who has manage_own_api_key and the privileges listed: a key never may more than who made it.';

/** The key alone goes to stdout, so that it can be piped; what to do with it to stderr. */
async function showCreated(config: Config, purpose: Purpose, request: Request, { json }: KeyFlags): Promise<void> {
  const { url, secret } = config.elasticsearch;
  const key = await signedIn(config, (client) => createKey(client, url, request));
  process.stdout.write(`${json === true ? JSON.stringify(key) : key.encoded}\n`);
  const name = secret ?? 'eks-audit-forwarder/elasticsearch';
  const todo =
    purpose !== 'write'
      ? `Set ELASTICSEARCH_API_KEY to it where you ${PLACES[purpose]}.`
      : `Put it into Secrets Manager: aws secretsmanager create-secret --name ${name} --secret-string <the key>${
          secret === null ? `, and write "secret: ${name}" under elasticsearch in ${config.file}` : ''
        } (put-secret-value --secret-id ${name} where the secret is there).`;
  process.stderr.write(`This is the API key ${key.name} (${key.id}). Elasticsearch shows it only now. ${todo}\n`);
}

const PLACES = {
  read: 'read, as with npx eks-audit account --verify',
  redrive: 'redrive, and nowhere else: npx eks-audit parked redrive',
} as const satisfies Partial<Record<Purpose, string>>;

/** As whom the environment names, else as the forwarder itself. */
async function signedIn<T>({ elasticsearch }: Config, work: (client: Client) => Promise<T>): Promise<T> {
  const read = credentialsReader(elasticsearch.secret, process.env);
  const credentials = await read().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new WrongUse(
      `${why} Or set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with ELASTICSEARCH_PASSWORD: these win.`,
    );
  });
  const client = elasticsearchClient(elasticsearch, credentials);
  try {
    return await work(client);
  } finally {
    await client.close();
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
