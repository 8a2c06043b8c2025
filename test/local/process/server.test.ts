import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { membersOf } from '../../../local/process/members.ts';
import { type Command, endLeftover, type Server, startServer } from '../../../local/process/server.ts';
import { newFolder } from '../../support/folder.ts';

function homeFolder(): string {
  const home = newFolder();
  mkdirSync(join(home, 'logs'));
  return home;
}

function serverOf(overrides: Partial<Command> = {}): Server {
  const command = ['/bin/sleep', '100'];
  const server = startServer({ home: homeFolder(), command, env: process.env, identity: {}, ...overrides });
  onTestFinished(() => server.kill());
  return server;
}

/** Another process that starts a server on the folder; both are there when it is done. */
async function launcherOn(home: string) {
  const script = `import { startServer } from './local/process/server.ts';
    const options = { home: ${JSON.stringify(home)}, command: ['/bin/sleep', '100'], env: process.env, identity: {} };
    console.log(startServer(options).pid);
    setInterval(() => {}, 1000);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void launcher.kill('SIGKILL'));
  const [said] = await once(launcher.stdout.setEncoding('utf8'), 'data');
  const pid = Number(said);
  expect(membersOf(pid)).not.toEqual([]);
  return { pid, launcher };
}

test('stop asks the server to end and leaves no process', async () => {
  const code = 'trap "echo asked; exit" TERM; echo ready; while :; do sleep 0.1; done';
  const server = serverOf({ command: ['/bin/sh', '-c', code] });
  await vi.waitFor(() => expect(server.lastLines(1)).toBe('ready'));
  expect(membersOf(server.pid).length).toBeGreaterThanOrEqual(3);
  await server.stop();
  expect(membersOf(server.pid)).toEqual([]);
  expect(server.exitCode()).toBe(0);
});

test('kill leaves no process', async () => {
  const server = serverOf();
  await server.kill();
  expect(membersOf(server.pid)).toEqual([]);
  await server.stop();
});

test('a server that ends by itself says with which code and what it wrote last', async () => {
  const server = serverOf({ command: ['/bin/sh', '-c', 'echo one; echo two; exit 3'] });
  await vi.waitFor(() => expect(server.exitCode()).toBe(3));
  expect(server.lastLines(1)).toBe('two');
});

test('the server ends when the process that started it is killed', async () => {
  const { pid, launcher } = await launcherOn(homeFolder());
  launcher.kill('SIGKILL');
  await vi.waitFor(() => expect(membersOf(pid)).toEqual([]), { timeout: 4_000 });
});

test('a folder that a living launcher uses is refused, and free when it was killed', async () => {
  const home = homeFolder();
  const { pid, launcher } = await launcherOn(home);
  await expect(endLeftover(home)).rejects.toThrow(`Process ${launcher.pid}`);
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');
  await endLeftover(home);
  expect(membersOf(pid)).toEqual([]);
});

test('a process that merely has the number of an earlier server is left alone', async () => {
  const home = homeFolder();
  const other = serverOf();
  writeFileSync(join(home, 'server.pid'), `${other.pid} 1`);
  await endLeftover(home);
  expect(membersOf(other.pid)).not.toEqual([]);
});
