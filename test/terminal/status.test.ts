import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
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
  const again = /Ctrl-C ends it\.[\s\S]*Ctrl-C ends it\./;
  await terminal.shows(again);
  terminal.type(KEYS.ctrlC);
  expect(await terminal.exit).toBe(1);
  await terminal.close();
  const screens = terminal.printed().split('\u001b[1;1H').slice(1);
  expect(screens.length).toBeGreaterThan(1);
  for (const screen of screens) {
    expect(screen).toContain('\u001b[31m');
    const plain = stripVTControlCharacters(screen).split(/\r?\n/);
    expect(plain.filter((line) => line.length > 80)).toEqual([]);
    expect(plain.filter((line) => line.startsWith('✖ frontier'))).toHaveLength(1);
  }
});
