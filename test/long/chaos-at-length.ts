import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { type Chaotic, chaos } from './chaos.ts';

const KILLS = 30;
const ELASTICSEARCH_KILLS = 3;

/** 100,000 lines, function and Elasticsearch killed again and again. `CHAOS_SEED` throws the dice of an earlier one. */
export async function chaosAtLength(): Promise<boolean> {
  const report = (line: string) => console.log(line);
  const directory = mkdtempSync(join(tmpdir(), 'chaos-elasticsearch-'));
  const start = (port?: number) =>
    startElasticsearch({ major: 9, directory, report, ...(port === undefined ? {} : { port }) });
  let server = await start();
  const port = Number(new URL(server.url).port);
  const restart = async () => {
    await server.kill();
    server = await start(port);
  };
  const life = {
    seed: Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000),
    lines: 100_000,
    minutes: 60,
    latest: 60,
    ages: [0, 120, 600, 7200],
    speed: 30,
    kills: KILLS,
    elasticsearchKills: ELASTICSEARCH_KILLS,
    report,
  };
  try {
    return good(await chaos(life, { url: server.url, restart }));
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function good({ verdict, verified, runs, elasticsearchKills, seconds }: Chaotic): boolean {
  const { expected, found, lost, twice, foreign, rows, wrongRows } = verdict;
  const { succeeded, failed, heldElsewhere, kills, throttles, late, unaccounted } = runs;
  console.log(`chaos: ${seconds} s`);
  console.log(`  function: killed ${kills} times; Elasticsearch: killed ${elasticsearchKills} times`);
  console.log(`  runs: ${succeeded} succeeded, ${failed} failed, ${heldElsewhere} found the lease held`);
  for (const [why, count] of runs.reasons) console.log(`    ${count} × ${why}`);
  console.log(`  reads throttled: ${throttles}; late lines: ${late}; lines without an outcome: ${unaccounted}`);
  console.log(`  documents: ${expected} expected, ${found} found; ${lost} lost, ${twice} twice, ${foreign} foreign`);
  console.log(`  ledger: ${rows} rows, ${wrongRows.length} wrong facts in them`);
  for (const fact of wrongRows.slice(0, 20)) console.log(`    ${fact}`);
  const { code, minutes, present, named } = verified;
  console.log(`  account --verify: exit ${code}; ${minutes} minutes compared, ${present} documents there`);
  for (const each of named.slice(0, 20)) console.log(`    ${JSON.stringify(each)}`);
  const enough = kills >= KILLS && elasticsearchKills >= ELASTICSEARCH_KILLS;
  if (!enough) console.log(`  killed too seldom: ${KILLS} and ${ELASTICSEARCH_KILLS} times are wanted`);
  return enough && code === 0 && lost + twice + foreign + wrongRows.length + unaccounted === 0;
}
