import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type Running, startCommand } from '../support/command.ts';
import { startRemembering } from '../support/fakes/remembering.ts';
import { KubeAuditLog } from '../support/kube-audit.ts';

const LINES = 100_000;
/** Lines that are written at once, and how often, milliseconds. */
const [AT_ONCE, EVERY] = [100, 60];
/** As the API server's flags would say it: files of 4 MB, of which 20 stay. */
const ROTATION = { size: 4_000_000, backups: 20 };
/** A life of the follower after it has begun, milliseconds. */
const LIFE = 1000;

/**
 * A log of 100,000 lines that rotates as the API server rotates it, with backups limited, while who follows it is
 * killed every second and Elasticsearch goes away twice: each line arrives, and is counted once.
 */
export async function follow(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'follow-'));
  const es = await startRemembering();
  try {
    mkdirSync(join(folder, 'log'));
    const path = join(folder, 'log', 'kube-audit.log');
    const config = join(folder, 'forwarder.yaml');
    const state = join(folder, 'state');
    writeFileSync(
      config,
      `clusters: [{ name: onprem, kubeAudit: { path: ${path} } }]\nelasticsearch: { url: "${es.url}" }\n`,
    );
    const log = new KubeAuditLog(path, ROTATION);
    const start = () => startCommand(['follow', '--config', config, '--state', state]);
    let kills = 0;
    let rss = 0;
    const writing = writeAll(log, () => es.away(isAway(log.lines)));
    while (log.lines < LINES) {
      const running = start();
      await eventually(() => (running.said().includes('Following') ? true : undefined));
      await sleep(LIFE);
      rss = Math.max(rss, rssOf(running));
      running.child.kill('SIGKILL');
      await running.ended;
      kills += 1;
    }
    await writing;
    es.away(false);
    const last = start();
    await eventually(() => (es.documents.size >= LINES ? true : undefined));
    await sleep(6000);
    rss = Math.max(rss, rssOf(last));
    last.child.kill('SIGTERM');
    const { stdout } = await last.ended;
    const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');
    const facts = { documents: es.documents.size, again: es.again(), kills, rssMB: Math.round(rss / 1024), ...figures };
    console.log(JSON.stringify(facts));
    return facts.documents === LINES && figures.linesRead === LINES && figures.filesRemovedUnread === 0;
  } finally {
    await es.close();
    rmSync(folder, { recursive: true });
  }
}

/** Twice, for a tenth of the lines each time. */
function isAway(lines: number): boolean {
  const tenth = Math.floor((10 * lines) / LINES);
  return tenth === 2 || tenth === 6;
}

async function writeAll(log: KubeAuditLog, each: () => void): Promise<void> {
  while (log.lines < LINES) {
    log.write(AT_ONCE);
    each();
    await sleep(EVERY);
  }
}

/** kB. */
function rssOf({ child }: Running): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0);
}
