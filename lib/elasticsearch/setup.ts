import type { Client } from '@elastic/elasticsearch';
import { CALICO_INDEX, DEFAULT_INDEX } from '../../lambda/contract.ts';
import { coveragesOf, IndexPattern } from '../../lambda/core/index-pattern.ts';
import { at } from '../../lambda/core/json.ts';
import { Failed, WrongUse } from '../problems/usage.ts';
import { type Answer, ask, bodyOf, isMissing, type Request, refusalText } from './ask.ts';
import { readCalicoClaims } from './calico.ts';
import { rivalNames, rivalTemplates } from './rivals.ts';
import { readRoom } from './room.ts';
import { budgetText, periodsOf } from './shards.ts';
import { claimsOf, type IndexTemplate, templates } from './template.ts';

export interface Setup {
  readonly url: string;
  /** The patterns of audit events' indices: one for each profile. */
  readonly indices: readonly string[];
  /** Others that minutes still go by. */
  readonly former: readonly string[];
  /** What `{cluster}` becomes, of each cluster. */
  readonly indexClusters: readonly string[];
  /** null: kept for ever. */
  readonly retentionDays: number | null;
}

export interface SetupResult {
  /** What was sent, in order. */
  readonly requests: readonly Request[];
  /** What an operator should know, whole sentences. */
  readonly notes: readonly string[];
}

/** Where ILM is; what `setup` sends to a server with all that Elasticsearch has. */
export function setupRequests(
  { indices, former, retentionDays }: Setup,
  server: Server = COMPLETE,
): readonly Request[] {
  const lifecycle = retentionDays !== null && server.lifecycle;
  const all = templates(indices, { lifecycle, sharded: server.sharded }, former);
  const policies = lifecycle ? all.map(({ name }) => policyRequest(name, retentionDays)) : [];
  return [...policies, ...all.map(templateRequest)];
}

/**
 * Prepares Elasticsearch for the forwarder's indices; may be done again at any time. Changes nothing where something
 * stands in the way: throws `Failed` with all that does, `WrongUse` where the server can't be asked.
 */
export async function setUp(client: Client, wanted: Setup, now: number): Promise<SetupResult> {
  const server = await examine(client, wanted.url);
  const obstacles = await obstaclesOf(client, wanted, now);
  if (obstacles.length > 0) throw new Failed(`Nothing was changed.\n${obstacles.join('\n')}`);
  const requests = setupRequests(wanted, server);
  for (const request of requests) {
    const answer = await ask(client, request);
    if (bodyOf(answer) === undefined) throw new Failed(refusedText(wanted.url, answer, request));
  }
  const notes = [
    ...retentionNotes(wanted, server),
    ...(await calicoNotes(client, wanted, now)),
    await shardNote(client, wanted),
  ];
  return { requests, notes };
}

interface Server {
  readonly lifecycle: boolean;
  readonly sharded: boolean;
}

const COMPLETE: Server = { lifecycle: true, sharded: true };

async function examine(client: Client, url: string): Promise<Server> {
  const [root, lifecycle] = [
    await ask(client, { method: 'GET', path: '/' }),
    await ask(client, { method: 'GET', path: '/_ilm/policy/eks-audit-forwarder' }),
  ];
  const unusable = [root, lifecycle].find(
    (answer) => answer.kind !== 'answered' || answer.status === 401 || answer.status >= 500,
  );
  if (unusable !== undefined) throw new WrongUse(refusalText(url, unusable, 'be set up', 'manage_index_templates'));
  const sharded = at(bodyOf(root), 'version', 'build_flavor') !== 'serverless';
  return { lifecycle: !isMissing(lifecycle), sharded };
}

async function obstaclesOf(
  client: Client,
  { url, indices, former, indexClusters }: Setup,
  now: number,
): Promise<string[]> {
  const installed = await ask(client, { method: 'GET', path: '/_index_template' });
  if (bodyOf(installed) === undefined)
    throw new WrongUse(refusalText(url, installed, 'read index templates', 'manage_index_templates'));
  const names = coveragesOf([...indices, ...former]).join(',');
  // Whoever may not ask is told all the same: Elasticsearch refuses a template that would take a data stream's name.
  const resolved = await ask(client, { method: 'GET', path: `/_resolve/index/${names}?expand_wildcards=all` });
  const claims = claimsOf(indices, indexClusters, now, former);
  return [...rivalNames(bodyOf(resolved)), ...rivalTemplates(bodyOf(installed), claims)];
}

function policyRequest(name: string, days: number): Request {
  const phases = { delete: { min_age: `${days}d`, actions: { delete: {} } } };
  return { method: 'PUT', path: `/_ilm/policy/${name}`, body: { policy: { phases } } };
}

function templateRequest({ name, body }: IndexTemplate): Request {
  return { method: 'PUT', path: `/_index_template/${name}`, body };
}

function refusedText(url: string, answer: Answer, { method, path }: Request): string {
  const privilege = path.startsWith('/_ilm') ? 'manage_ilm' : 'manage_index_templates';
  return refusalText(url, answer, `take ${method} ${path}`, privilege);
}

function retentionNotes({ indices, retentionDays: days }: Setup, server: Server): readonly string[] {
  if (days === null) return ['No elasticsearch.retention is configured: indices are kept for ever.'];
  if (!server.lifecycle)
    return [
      `This Elasticsearch has no ILM, so nothing is deleted: elasticsearch.retention (${days}d) is without effect there. Delete old indices yourself.`,
    ];
  const audit = indices.map((index) => {
    const which = indices.length > 1 ? `An index ${index}` : 'An index';
    return `${which} is deleted ${days} days after ${beginningOf(IndexPattern.of(index))}`;
  });
  return [`${audit.join('. ')}; one of parked lines, ${days} days after the first day of its month.`];
}

/** From when ILM counts an index's age. */
function beginningOf({ isDated, period }: IndexPattern): string {
  if (!isDated)
    return 'its creation, since ILM reads no day in names of this pattern (one that ends in -{yyyy.MM.dd} or -{yyyy.MM}.01 has it)';
  return period === 'month' ? 'the first day of the month in its name' : 'the day in its name';
}

async function calicoNotes(client: Client, { indices, indexClusters }: Setup, now: number): Promise<readonly string[]> {
  if (!indices.includes(CALICO_INDEX)) return [];
  const claims = await readCalicoClaims(client, indexClusters, now);
  return claims.kind === 'known' ? claims.beaten : [];
}

async function shardNote(client: Client, { indices, indexClusters, retentionDays }: Setup): Promise<string> {
  const room = await readRoom(client, indices);
  if (room.kind === 'unknown') return `How many shards the cluster takes was not checked: ${room.why}.`;
  return budgetText({ clusters: indexClusters.length, ...periodsOf(indices), retentionDays }, room.room);
}

/** Installs the index templates and nothing else; may be done again at any time. */
export async function installTemplates(client: Client): Promise<void> {
  for (const { name, body } of templates([DEFAULT_INDEX])) {
    await client.transport.request({ method: 'PUT', path: `/_index_template/${name}`, body });
  }
}
