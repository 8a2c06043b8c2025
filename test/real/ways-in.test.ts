import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { at } from '../../lambda/core/json.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { sourceOf, TABLE } from '../../local/aws.ts';
import { freePort } from '../../local/listen.ts';
import { event } from '../support/builders.ts';
import { cli } from '../support/cli.ts';
import { preparedClient } from '../support/client.ts';
import { earlyInTheMinute, eventually, startCommand } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';
import { startPipe } from './pipe.ts';

const url = inject('elasticsearch')[9];
const client = preparedClient(url);
const EVENTS = 20;
const HEADER = '"kind":"Event","apiVersion":"audit.k8s.io/v1",';

/** One cluster whose events come from everywhere; each way says how many documents are new by it. */
async function cluster() {
  const pipe = await startPipe({ elasticsearch: { url } });
  await earlyInTheMinute();
  const timestamp = floorMinute(Date.now()) - 5 * MINUTE + 2000;
  const stageTimestamp = isoTime(timestamp - 1500).replace('Z', '000Z');
  const lines = Array.from({ length: EVENTS }, (_, number) =>
    JSON.stringify(event({ auditID: `id-${number}`, stageTimestamp })),
  );
  const folder = newFolder();
  const [log, port] = [join(folder, 'kube-audit.log'), await freePort()];
  writeFileSync(log, `${lines.join('\n')}\n`);
  const forwarder = (name: string, entry: string) => {
    const file = join(folder, name);
    const own = `{ name: ${pipe.cluster}, policy: everything, ${entry} }`;
    writeFileSync(file, `table: ${TABLE}\nelasticsearch: { url: '${url}' }\nclusters: [${own}]\n`);
    return file;
  };
  const { group, region } = sourceOf(pipe.cluster);
  const eks = forwarder('eks.yaml', `eksCloudwatchLog: { groupName: ${group}, region: ${region} }`);
  const others = forwarder('others.yaml', `kubeAudit: { path: ${log}, listen: '127.0.0.1:${port}' }`);

  async function documents(): Promise<readonly unknown[]> {
    const index = `logs-kubernetes.audit_logs-${pipe.cluster}-*`;
    await client.indices.refresh({ index, ignore_unavailable: true });
    const { hits } = await client.search({ index, size: 1000, _source: false, ignore_unavailable: true });
    return hits.hits.map(({ _index, _id }) => `${_index}/${_id}`).toSorted();
  }

  /** Runs a service until it has accounted for all events. */
  async function served(args: readonly string[], send: () => Promise<void>): Promise<unknown> {
    const state = newFolder();
    const running = startCommand([...args, '--config', others, '--state', state], {});
    await eventually(() => (/Following|Receiving/.test(running.said()) ? true : undefined));
    await send();
    const total = await eventually(async () => {
      const { stdout } = await cli(['account', '--state', state, '--json']);
      const total = stdout === '' ? undefined : at(JSON.parse(stdout), 'total');
      return at(total, 'lines') === EVENTS && at(total, 'unaccounted') === 0 ? total : undefined;
    });
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    return at(total, 'kept');
  }

  const batch = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${lines
    .map((line) => line.replace(HEADER, ''))
    .join(',')}]}`;
  const ways = {
    function: async () => {
      await pipe.feed(lines, timestamp);
      const { totals } = await pipe.invoke();
      return (totals?.indexed ?? 0) + (totals?.alreadyIndexed ?? 0);
    },
    archive: async () => {
      const environment = { ...pipe.aws.environment, AWS_ACCOUNT_ID: sourceOf('any').account };
      const args = ['import', log, '--config', eks, '--state', newFolder(), '--json'];
      const { indexed, alreadyIndexed } = JSON.parse((await cli(args, environment)).stdout);
      return indexed + alreadyIndexed;
    },
    file: () => served(['follow'], async () => {}),
    webhook: () =>
      served(['receive', '--insecure-http'], async () => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: batch });
        expect(answer.status).toBe(200);
      }),
  };
  return { documents, ways };
}

test.each([[['function', 'archive', 'file', 'webhook']], [['webhook', 'file', 'archive', 'function']]] as const)(
  'events are one document each, coming by %s',
  async (order) => {
    const { documents, ways } = await cluster();
    const found: (readonly unknown[])[] = [];
    for (const way of order) {
      expect([way, await ways[way]()]).toEqual([way, EVENTS]);
      found.push(await documents());
    }
    expect(found[0]).toHaveLength(EVENTS);
    expect(found).toEqual(order.map(() => found[0]));
  },
);
