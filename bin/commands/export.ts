import { once } from 'node:events';
import { Command, Option } from 'commander';
import { WrongUse } from '../../lib/problems/usage.ts';
import {
  type Export,
  type ExportManifest,
  exportName,
  FORMATS,
  type Format,
  type Selection,
  startExport,
} from '../../review/query/export.ts';
import { exactly, type Filter, type Key, parseKind } from '../../review/query/filter.ts';
import { parseFilter } from '../../review/query/filter-text.ts';
import { CONFIG_FLAG, STATE_FLAG } from '../cli/configured.ts';
import { counted, figure } from '../cli/figures.ts';
import { startProgress } from '../cli/progress.ts';
import { manifestName, manifestText, refuseTaken, writeExport } from '../operate/export/write.ts';
import { type Audit, openAudit } from '../operate/reach/audit.ts';
import { ELASTICSEARCH_FLAG, type SearchFlags } from '../operate/reach/audit-indices.ts';
import { FILTER_TIMES, timesIn } from './ask.ts';

type Lists = { readonly [K in Exclude<Key, 'cluster' | 'request'>]?: readonly string[] };

interface Flags extends SearchFlags, Lists {
  readonly text?: string;
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
  readonly history?: true;
  readonly format: Format;
  readonly output?: string;
}

const KEYS = {
  user: 'a user name, the name of an IAM session, or whom somebody impersonated; * stands for anything',
  verb: 'get, list, watch, create, update, patch, delete, deletecollection',
  kind: 'as kubectl writes it: networkpolicies, deployments.apps, pods.core, pods/exec',
  namespace: 'the namespace',
  name: "the object's name",
  outcome: 'success, failure or unknown',
  address: 'an address that the API server saw, or a range like 10.0.0.0/8',
  claimed: 'the same, also where a proxy or the caller claims it',
} as const satisfies Record<keyof Lists, string>;

export function exportCommand(): Command {
  const command = new Command('export')
    .description('events as a file, with a manifest: the query, the time, counts and the hash of the file')
    .option(...CONFIG_FLAG)
    .option(...STATE_FLAG)
    .option(...ELASTICSEARCH_FLAG)
    .option('--cluster <name>', 'events of this cluster alone (default: of all)');
  for (const [key, text] of Object.entries(KEYS)) command.option(`--${key} <value...>`, text);
  return command
    .option('--text <words>', 'words of the message, all of them; bodies are not searched')
    .option(...FILTER_TIMES.since)
    .option(...FILTER_TIMES.from)
    .option(...FILTER_TIMES.to)
    .option('--history', 'all that changed the one object that --kind, --namespace and --name say')
    .addOption(
      new Option('--format <format>', 'one list, one event a line, or YAML documents').choices(FORMATS).default('json'),
    )
    .option('--output <file>', 'where to; - for stdout, with the manifest on stderr (default: eks-audit-TIME.FORMAT)')
    .addHelpText('after', MORE)
    .action((flags: Flags) => exportAndShow(flags));
}

const MORE = `
Each event stands there with its id, its cluster and its time; the event
itself is as it was kept, to the last digit. jq -c '.event // empty' makes an
audit log of --format ndjson again.

Examples:
  npx eks-audit export --user alice --since 7d --format yaml
  npx eks-audit export --kind networkpolicies --namespace shop \\
    --name allow-web --history`;

async function exportAndShow(flags: Flags): Promise<void> {
  const now = Date.now();
  const { format, output = exportName(format, now) } = flags;
  if (flags.history === true && [flags.since, flags.from, flags.to].some((each) => each !== undefined))
    throw new WrongUse('--history: Expected no range of time beside it: a history is whole from its first event on.');
  const filter = filterOf(flags);
  if (output !== '-') refuseTaken(output);
  const audit = await openAudit(flags, process.env);
  const progress = startProgress();
  if (audit.notice !== undefined) progress.say(audit.notice);
  try {
    const exported = startExport(audit.search, { selection: selectionOf(filter, flags, audit), format, now });
    progress.doing(`Exporting from ${audit.url}`);
    if (output === '-') await print(exported);
    else {
      const manifest = await writeExport(exported, output);
      progress.end();
      process.stdout.write(doneText(output, manifest));
    }
  } finally {
    progress.end();
    await audit.close();
  }
}

async function print(exported: Export): Promise<void> {
  for await (const chunk of exported.chunks) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
  process.stderr.write(manifestText(exported.manifest()));
}

/** What was written, for the terminal. */
export function doneText(file: string, manifest: ExportManifest): string {
  const { events, bytes, truncated, asText, sha256 } = manifest;
  const texts = [
    ...(truncated === 0 ? [] : [`${figure(truncated)} cut by CloudWatch Logs`]),
    ...(asText === 0 ? [] : [`${figure(asText)} no JSON object, or nested too deeply`]),
  ];
  const hint = events === 0 ? 'No event matches: names must match whole, and * stands for anything.\n' : '';
  const kept = texts.length === 0 ? '' : ` (kept as text: ${texts.join(', ')})`;
  return `${file}: ${counted(events, 'event')}${kept}, ${counted(bytes, 'byte')}\nSHA-256 ${sha256}\nManifest: ${manifestName(file)}\n${hint}`;
}

/** Throws `WrongUse` with a sentence for each flag that is wrong. */
function filterOf(flags: Flags): Filter {
  const params = new URLSearchParams();
  for (const key of Object.keys(KEYS)) for (const value of listOf(flags, key)) params.append(key, value);
  if (flags.cluster !== undefined) params.append('cluster', exactly(flags.cluster));
  if (flags.text !== undefined) params.set('q', flags.text);
  const { filter, problems } = parseFilter(params);
  if (problems.length > 0) throw WrongUse.of(problems.map(({ path, message }) => ({ path: flagOf(path), message })));
  return { ...filter, ...timesIn(flags) };
}

function listOf(flags: Flags, key: string): readonly string[] {
  const found = Object.entries(flags).find(([name]) => name === key)?.[1];
  return Array.isArray(found) ? found : [];
}

function flagOf(path: string): string {
  return path === 'q' ? '--text' : `--${path}`;
}

const ONE =
  '--history: Expected one object: say --kind, --name, for what has one --namespace, and --cluster where there are several.';

function selectionOf(filter: Filter, { history, cluster }: Flags, { clusters }: Audit): Selection {
  if (history !== true) return { kind: 'filter', filter };
  const [only, ...others] = clusters;
  const name = cluster ?? (others.length === 0 ? only?.name : undefined);
  const [kind, object] = [filter.kind[0], filter.name[0]];
  const isOne = [filter.kind, filter.name].every((each) => each.length === 1) && filter.namespace.length <= 1;
  if (name === undefined || kind === undefined || object === undefined || !isOne) throw new WrongUse(ONE);
  const { resource, group } = parseKind(kind);
  const [namespace] = filter.namespace;
  const key = { cluster: name, group: group ?? GROUPS.get(resource) ?? '', resource, name: object };
  return { kind: 'object', key: { ...key, ...(namespace === undefined ? {} : { namespace }) } };
}

/** Of kinds that people name without their group. */
const GROUPS = new Map([
  ['networkpolicies', 'networking.k8s.io'],
  ['deployments', 'apps'],
  ['roles', 'rbac.authorization.k8s.io'],
  ['rolebindings', 'rbac.authorization.k8s.io'],
  ['clusterroles', 'rbac.authorization.k8s.io'],
  ['clusterrolebindings', 'rbac.authorization.k8s.io'],
]);
