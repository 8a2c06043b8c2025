import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFolder } from '../../bin/operate/reach/folder.ts';
import { settings } from '../support/builders.ts';
import { configFile } from '../support/cli.ts';
import { newFolder } from '../support/folder.ts';
import { KEYS, startInTerminal } from './terminal.ts';

test('status --watch draws over what it drew, no wider than the terminal, until Ctrl-C', async () => {
  const folder = newFolder();
  const state = join(folder, 'state');
  await (await openFolder(state, settings())).close();
  const args = ['status', '--watch', '5', '--config', configFile(undefined, { folder }), '--state', state];
  const terminal = startInTerminal(args);
  const drawn = () => terminal.printed().split('\u001b[1;1H').slice(1);
  await expect.poll(() => drawn().length, { timeout: 30_000 }).toBeGreaterThan(1);
  await terminal.shows('Ctrl-C ends it.');
  terminal.type(KEYS.ctrlC);
  expect(await terminal.exit).toBe(1);
  await terminal.close();
  for (const screen of drawn()) expect(screen).toContain('\u001b[31m');
  expect(terminal.screen.wrapped()).toEqual([]);
  expect(terminal.screen.lines().filter((line) => line.startsWith('✖ frontier'))).toHaveLength(1);
});
