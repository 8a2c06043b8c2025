import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dockerCommand } from '../../../local/elasticsearch/docker.ts';
import { prepareHome } from '../../../local/elasticsearch/home.ts';
import { startElasticsearch } from '../../../local/elasticsearch/start.ts';
import { membersOf } from '../../../local/process/members.ts';
import { machineWith, openFolder } from './machine.ts';

/** `docker run` that serves on the published port until SIGTERM, and writes down what it is asked. */
const FAKE = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const [, , command, ...args] = process.argv;
appendFileSync(process.env.ASKED, command + ' ' + args.join(' ') + '\\n');
if (command === 'info') console.log('28.1.0');
if (command === 'run') {
  const port = args.find((one) => one.startsWith('--publish=')).split(':')[1];
  require('node:http').createServer((_, response) => response.end('{}')).listen(Number(port), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
}
`;

test('the container is published on this machine alone and works on the folder', () => {
  const home = prepareHome(openFolder(), {});
  writeFileSync(join(home, 'config', 'roles.yml'), '');
  const command = dockerCommand({ image: 'image:9', home, port: 19200, identity: { uid: 7, gid: 7 } });
  expect(command).toContain('--publish=127.0.0.1:19200:9200');
  expect(command).toContain('--user=7:0');
  expect(command).toContain('--env=ES_JAVA_OPTS=-Xms512m -Xmx512m');
  expect(command).toContain(`--volume=${join(home, 'data')}:/usr/share/elasticsearch/data`);
  expect(command).toContain(
    `--volume=${join(home, 'config', 'roles.yml')}:/usr/share/elasticsearch/config/roles.yml:ro`,
  );
  expect(command.at(-1)).toBe('image:9');
});

test('a server in Docker is started, stopped, and removed when it is killed', async () => {
  const asked = join(openFolder(), 'asked');
  const env = { ...machineWith({ docker: FAKE }), ASKED: asked };
  const directory = join(openFolder(), 'state');
  const first = await startElasticsearch({ env, directory, settings: { 'action.auto_create_index': false } });
  onTestFinished(() => first.stop());
  expect(first.how).toBe('docker');
  expect(readFileSync(join(directory, 'server', 'config', 'elasticsearch.yml'), 'utf8')).toContain(
    'action.auto_create_index: false',
  );
  await first.stop();
  expect(membersOf(Number(first.pid))).toEqual([]);

  const second = await startElasticsearch({ env, directory });
  onTestFinished(() => second.stop());
  const removals = () => readFileSync(asked, 'utf8').match(/^rm --force eks-audit-forwarder-/gm)?.length ?? 0;
  const before = removals();
  await second.kill();
  expect(removals()).toBe(before + 1);
  await vi.waitFor(() => expect(membersOf(Number(second.pid))).toEqual([]));
  expect(existsSync(directory)).toBe(true);
});
