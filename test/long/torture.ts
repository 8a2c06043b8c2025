import type { Client } from '@elastic/elasticsearch';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import type { Major } from '../../local/elasticsearch/versions.ts';
import { startFunction } from '../../local/lambda/function.ts';
import { random } from '../../local/random.ts';
import { EVERYTHING } from '../support/builders.ts';
import { faultsOf, mixed, type Torture, tortures } from '../support/torture.ts';
import { setStage } from './stage.ts';

const LINES = 4000;
const STREAM = 'kube-apiserver-audit-00000000000000000000000000000000';
const TIMEOUT_SECONDS = 120;
const SHOWN = 20;

/** Thousands of lines made to do harm, on both servers. `TORTURE_SEED` throws the dice of an earlier one. */
export async function torture(): Promise<boolean> {
  const seed = Number(process.env.TORTURE_SEED ?? Date.now() % 1_000_000);
  const good: boolean[] = [];
  for (const major of [9, 8] as const) good.push(await suffer(major, seed));
  return good.every((each) => each);
}

async function suffer(major: Major, seed: number): Promise<boolean> {
  const report = (line: string) => console.log(line);
  const server = await startElasticsearch({ major, report });
  const cluster = `torture-${major}-${seed}`;
  const dice = random(seed);
  const all = [...tortures(), ...Array.from({ length: LINES }, (_, at) => mixed(dice, at))];
  const began = Date.now();
  const stage = await setStage(cluster, server.url, { speed: 1, since: began }, {});
  try {
    const timestamp = Date.now();
    await stage.source.put(all.map(({ message }) => ({ message, timestamp, stream: STREAM })));
    const numbers = await indexed(await stage.bundle({ policy: EVERYTHING }), stage.environment);
    const faults = await faultsOfAll(stage.client, cluster, all, timestamp);
    const { status } = await stage.client.cluster.health();
    const bytes = all.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
    report(`torture: Elasticsearch ${major}, seed ${seed}: ${all.length} lines, ${(bytes / 1e6).toFixed(0)} MB`);
    report(`  ${JSON.stringify(numbers)}; ${status}; ${Math.round((Date.now() - began) / 1000)} s`);
    report(`  not as they should be: ${faults.length}`);
    for (const fault of faults.slice(0, SHOWN)) report(`    ${fault}`);
    return faults.length === 0 && status === 'green';
  } finally {
    await stage.close();
    await server.stop();
  }
}

/** Invokes the function until it has caught up, in the one process that it began with; what it counted. */
async function indexed(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {};
  const lambda = startFunction({ folder, env, timeoutSeconds: TIMEOUT_SECONDS });
  try {
    let pid: number | undefined;
    for (let caughtUp = false; !caughtUp; ) {
      const outcome = await lambda.invoke({});
      if (!outcome.ok) throw new Error(`${outcome.errorType}: ${outcome.errorMessage}`);
      pid ??= lambda.pid;
      if (lambda.pid !== pid) throw new Error('The function was started anew.');
      const report = outcome.payload as Readonly<Record<string, unknown>>;
      for (const name of ['indexed', 'duplicate', 'parked', 'unaccounted'])
        sums[name] = (sums[name] ?? 0) + Number(report[name]);
      caughtUp = report.caughtUp === true;
    }
    return sums;
  } finally {
    await lambda.stop();
  }
}

async function faultsOfAll(
  client: Client,
  cluster: string,
  all: readonly Torture[],
  timestamp: number,
): Promise<string[]> {
  await client.indices.refresh({ index: `logs-kubernetes.audit_*-${cluster}-*` });
  const found: string[] = [];
  for (const one of all) {
    for (const fault of await faultsOf(client, cluster, one, timestamp)) found.push(`${one.name}: ${fault}`);
  }
  return found;
}
