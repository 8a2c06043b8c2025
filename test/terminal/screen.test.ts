import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PROGRAM, startCommand, totalsIn } from '../support/command.ts';
import { denied } from '../support/fakes/elasticsearch.ts';
import { newFolder } from '../support/folder.ts';
import { type ForgetfulElasticsearch, startForgetful } from './elasticsearch.ts';
import { KEYS, startAnyInTerminal, startInTerminal, type Terminal } from './terminal.ts';

let elasticsearch: ForgetfulElasticsearch;
const open: Terminal[] = [];

beforeEach(async () => {
  elasticsearch = await startForgetful();
});
afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
  await elasticsearch.close();
});

/** Colors and the like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal is told.
const COLOR = /\x1b\[[\d;]*m/;

function tryInTerminal(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
  const terminal = startInTerminal(['try', '--state', newFolder(), ...flags], {
    env: { ELASTICSEARCH_URL: elasticsearch.url, ...env },
  });
  open.push(terminal);
  return terminal;
}

function figures(text: string): readonly number[] {
  return [...text.matchAll(/[\d,]+(?= (?:line|of |that ))/g)].map(([figure]) => Number(figure.replaceAll(',', '')));
}

describe('try in a terminal of 80 columns', () => {
  test('shows each change once and not what is fed for it, then what became of every line; nothing wraps', async () => {
    const terminal = tryInTerminal([]);
    await terminal.shows('Ctrl-C ends it');
    const looks = () => elasticsearch.requests.filter(({ path }) => path.includes('_refresh')).length;
    await expect.poll(looks, { timeout: 30_000 }).toBeGreaterThan(1);
    terminal.type(KEYS.ctrlC);
    expect(await terminal.exit).toBe(0);
    const lines = terminal.screen.lines();
    const balance = lines.findIndex((line) => line.startsWith('CloudWatch Logs was fed'));
    const end = lines.findIndex((line) => line.startsWith('The table counts'));
    const [fed, ...parts] = figures(lines.slice(balance, end).join('\n'));
    expect(parts.length).toBeGreaterThanOrEqual(3);
    expect(fed).toBe(parts.reduce((sum, part) => sum + part, 0));
    expect(lines.filter((line) => line.endsWith('  deletecollection  200'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('Fed '))).toHaveLength(1);
    expect(terminal.screen.wrapped()).toEqual([]);
    expect(terminal.printed()).toMatch(COLOR);
  });

  test('has no colors where NO_COLOR is set, says what stays on a given server, and ends at once at a second Ctrl-C', async () => {
    elasticsearch.instead('_refresh');
    const terminal = tryInTerminal([], { NO_COLOR: '1' });
    await terminal.shows('Run 1:');
    expect(terminal.screen.lines().join(' ')).toMatch(/what is made there stays there: the index +templates eks-audit/);
    expect(terminal.printed()).not.toMatch(COLOR);
    expect(await terminal.interruptUntilEnded()).toBe(130);
    expect(terminal.screen.wrapped()).toEqual([]);
  });

  test('says in a sentence why a run fails, without a stack trace, and keeps no server that took no document', async () => {
    elasticsearch.instead('_bulk', denied());
    const state = newFolder();
    const terminal = tryInTerminal(['--state', state]);
    await terminal.shows('The run failed: ');
    terminal.type(KEYS.ctrlC);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen.lines().filter((line) => /^ +at /.test(line))).toEqual([]);
    expect(Object.keys(JSON.parse(readFileSync(join(state, 'state.json'), 'utf8')))).toEqual(['cluster', 'fed']);
  });
});

test('without a terminal the last line on progress tells what was read, and no line passes by', async () => {
  const args = ['try', '--once', '--json', '--state', newFolder()];
  const ended = await startCommand(args, { ELASTICSEARCH_URL: elasticsearch.url }).ended;
  const { read } = Object(totalsIn(ended));
  const progress = ended.stderr.split('\n').filter((line) => line.includes(' read · '));
  expect(progress).toEqual([expect.stringContaining(`Run 1: ${read.toLocaleString('en')} read · `)]);
});

test.each([
  ['what it found', 'policy check everything', '| true'],
  ['progress', `policy replay everything --events ${PROGRAM}`, '2>&1 | true'],
])('a command ends quietly where nobody reads %s', async (_, args, pipe) => {
  const line = `${process.execPath} ${PROGRAM} ${args} ${pipe}; echo "ended with \${PIPESTATUS[0]}"`;
  const terminal = startAnyInTerminal(['bash', '-c', line]);
  open.push(terminal);
  await terminal.exit;
  expect(terminal.screen.lines()).toEqual([expect.stringMatching(/^ended with [02]$/)]);
});
