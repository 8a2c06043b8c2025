import type { Client } from '@elastic/elasticsearch';
import { CALICO_INDEX } from '../../../lambda/contract.ts';
import { coveragesOf, indicesOf } from '../../../lambda/core/index-pattern.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import type { Credentials } from '../../../lambda/edges/secret.ts';
import type { Config } from '../../../lib/config/config.ts';
import { type AnyCluster, allOf, isEks } from '../../../lib/config/select.ts';
import { ask, isRefused } from '../../../lib/elasticsearch/ask.ts';
import { rivalNames } from '../../../lib/elasticsearch/rivals.ts';
import { readRoom } from '../../../lib/elasticsearch/room.ts';
import { budgetText, periodsOf, shardBudget } from '../../../lib/elasticsearch/shards.ts';
import { auditTemplate, claimsOf } from '../../../lib/elasticsearch/template.ts';
import { type Check, once } from '../reach/carry-out.ts';
import { notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';
import { calicoVerdict } from './calico.ts';
import { clockVerdict } from './clock.ts';
import { diskVerdict } from './disk.ts';
import { reachVerdict, versionVerdict } from './elasticsearch.ts';
import { driftVerdict, namesVerdict, templateVerdict } from './mapping.ts';
import { rights } from './rights.ts';
import { refusedSecret, type SecretAnswer, secretVerdict } from './secret.ts';
import { functionSigning, localSigning, localVerdict, refusedUnsigned, type Signing } from './signing.ts';

export interface ServerChecks {
  readonly config: Config;
  readonly clusters: readonly AnyCluster[];
  /** What the function will sign in with. */
  readonly secret: () => Promise<SecretAnswer>;
  /** A person's own, from the environment; undefined: none, the function's are used. */
  readonly own: Credentials | undefined;
  readonly now: number;
}

export function serverChecks({ config, clusters, secret, own, now }: ServerChecks): readonly Check[] {
  const { elasticsearch } = config;
  const { url } = elasticsearch;
  const indices = indicesOf(elasticsearch);
  const eks = clusters.filter(isEks);
  const others = clusters.filter((each) => !isEks(each));
  const client = once(async () => {
    const found = own === undefined ? await secret() : undefined;
    return elasticsearchClient(elasticsearch, own ?? (found?.kind === 'read' ? found.credentials : undefined));
  });
  const root = once(async () =>
    ask(await client(), { method: 'GET', path: '/' }).then((answer) => ({ answer, at: Date.now() })),
  );
  const reach = once(async () => {
    const { answer } = await root();
    if (own !== undefined || !isRefused(answer)) return reachVerdict(url, answer);
    const { secret: name } = elasticsearch;
    return wrong(name === null && eks.length === 0 ? refusedUnsigned(url) : refusedSecret(url, name));
  });
  const reached = (look: (client: Client) => Promise<Verdict>) => async () =>
    (await reach()).state === 'ok' ? look(await client()) : notChecked('needs an Elasticsearch that answers');
  const indexClusters = clusters.map(({ indexName }) => indexName);
  const claims = claimsOf(indices, indexClusters, now);
  const keys = async () => ({ url, secret: elasticsearch.secret, answer: await secret(), own });
  const mayWrite = (name: string, to: readonly AnyCluster[], signing: typeof localSigning): Check => {
    const wanted = claimsOf(
      indices,
      to.map(({ indexName }) => indexName),
      now,
    );
    const names = wanted.flatMap((claim) => claim.names);
    return { name, look: reached(async () => rightsVerdict(config, signing(await keys()), names)) };
  };
  return [
    {
      name: 'secret',
      look: async () =>
        eks.length === 0 ? localVerdict(await keys()) : secretVerdict(elasticsearch.secret, await secret()),
    },
    { name: 'Elasticsearch', look: reach },
    {
      name: 'Elasticsearch, version',
      look: reached(async (client) =>
        versionVerdict(
          (await root()).answer,
          await ask(client, { method: 'GET', path: '/_nodes/_local?filter_path=nodes.*.version' }),
        ),
      ),
    },
    ...(eks.length === 0 ? [] : [mayWrite('Elasticsearch, rights', eks, functionSigning)]),
    ...others.map((each) => mayWrite(`${each.name}: rights`, [each], localSigning)),
    { name: 'Elasticsearch, template', look: reached((client) => templateVerdict(client, url, claims)) },
    {
      name: 'Elasticsearch, data streams',
      look: reached(async (client) => {
        const path = `/_resolve/index/${coveragesOf(indices).join(',')}?expand_wildcards=all`;
        const answer = await ask(client, { method: 'GET', path });
        return namesVerdict(url, answer, answer.kind === 'answered' ? rivalNames(answer.body) : []);
      }),
    },
    ...indices.map((index) => ({
      name: index === CALICO_INDEX ? 'Elasticsearch, mapping of calico' : 'Elasticsearch, mapping',
      look: reached((client) => driftVerdict(client, url, auditTemplate(index))),
    })),
    ...(indices.includes(CALICO_INDEX)
      ? [{ name: 'Elasticsearch, Calico', look: reached((client) => calicoVerdict(client, url, indexClusters, now)) }]
      : []),
    { name: 'Elasticsearch, shards', look: reached((client) => shardsVerdict(client, config)) },
    { name: 'Elasticsearch, disk', look: reached(diskVerdict) },
    {
      name: 'clock and Elasticsearch',
      look: reached(async () => {
        const { answer, at } = await root();
        return clockVerdict('Elasticsearch', answer.kind === 'answered' ? answer.date : undefined, at);
      }),
    },
  ];
}

async function rightsVerdict(
  { elasticsearch }: Config,
  signing: Signing | undefined,
  names: readonly string[],
): Promise<Verdict> {
  if (signing === undefined) return notChecked('needs the secret');
  const client = elasticsearchClient(elasticsearch, signing.credentials);
  try {
    return await rights(client, elasticsearch.url, names, signing);
  } finally {
    await client.close();
  }
}

async function shardsVerdict(client: Client, config: Config): Promise<Verdict> {
  const { elasticsearch } = config;
  const { retentionDays } = elasticsearch;
  const patterns = indicesOf(elasticsearch);
  const answer = await readRoom(client, patterns);
  if (answer.kind === 'unknown') return notChecked(answer.why);
  const indices = { clusters: allOf(config).length, ...periodsOf(patterns), retentionDays };
  const text = budgetText(indices, answer.room);
  return shardBudget(indices, answer.room).fits ? ok(text) : wrong(text);
}
