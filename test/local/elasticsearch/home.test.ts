import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { giveTo, prepareHome, removeHome } from '../../../local/elasticsearch/home.ts';
import { reaches, serverIdentity } from '../../../local/process/identity.ts';
import { openFolder } from './machine.ts';

/** What root's checkouts are like: below a folder that nobody else may enter. */
function closedFolder(): string {
  const folder = openFolder();
  chmodSync(folder, 0o700);
  const directory = join(folder, 'state');
  onTestFinished(() => removeHome(directory));
  return directory;
}

test("the server's user reaches its folder wherever the state is", () => {
  const home = prepareHome(closedFolder(), serverIdentity());
  giveTo(serverIdentity(), home);
  expect(reaches(serverIdentity(), join(home, 'data'))).toBe(true);
});

test('the same state folder has the same data again', () => {
  const directory = closedFolder();
  const home = prepareHome(directory, serverIdentity());
  writeFileSync(join(home, 'data', 'kept'), 'yes');
  expect(prepareHome(directory, serverIdentity())).toBe(home);
  expect(readFileSync(join(directory, 'server', 'data', 'kept'), 'utf8')).toBe('yes');
});

test('a folder that is removed takes its data along, at the next start at the latest', () => {
  const directory = closedFolder();
  const home = prepareHome(directory, serverIdentity());
  writeFileSync(join(home, 'data', 'old'), 'yes');
  rmSync(directory, { recursive: true });
  const next = prepareHome(directory, serverIdentity());
  expect(existsSync(join(home, 'data', 'old'))).toBe(false);
  expect(existsSync(join(next, 'data', 'old'))).toBe(false);
});

test('removeHome leaves neither the folder nor what it points to', () => {
  const directory = closedFolder();
  const home = prepareHome(directory, serverIdentity());
  removeHome(directory);
  expect([directory, home].map((path) => existsSync(path))).toEqual([false, false]);
});
