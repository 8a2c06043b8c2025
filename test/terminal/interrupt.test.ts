import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TABLE } from '../../local/aws.ts';
import { event } from '../support/builders.ts';
import { PROGRAM, startCommand } from '../support/command.ts';
import { standIn } from '../support/stand-in.ts';
import { PAST, type Site, startSite } from './site.ts';
import { KEYS, startAnyInTerminal, startInTerminal, type Terminal } from './terminal.ts';

let site: Site;
const open: Terminal[] = [];

beforeEach(async () => {
  site = await startSite();
});
afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
  await site.close();
});

function begin(args: readonly string[]): Terminal {
  const terminal = startInTerminal([...args, '--config', site.file], { env: site.env });
  open.push(terminal);
  return terminal;
}

async function beginRun(...flags: readonly string[]): Promise<Terminal> {
  const terminal = begin(['run', ...flags]);
  await terminal.shows('Ctrl-C ends it');
  return terminal;
}

/** Who holds the lease; undefined: nobody. */
async function holder(): Promise<unknown> {
  const client = new DynamoDBClient(standIn(site.aws.dynamodb.endpoint));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
  client.destroy();
  const checkpoint = Items.find(({ item }) => item?.S === 'checkpoint');
  expect(checkpoint).toBeDefined();
  return checkpoint?.leaseOwner;
}

/** What a terminal needs in order to be as it was: a cursor. */
const CURSOR = { hidden: '\x1b[?25l', shown: '\x1b[?25h' };

function expectCursor(terminal: Terminal): void {
  const printed = terminal.printed();
  expect(printed.lastIndexOf(CURSOR.shown)).toBeGreaterThanOrEqual(printed.lastIndexOf(CURSOR.hidden));
}

describe('Ctrl-C in a terminal', () => {
  test('ends a run in order: it tells what became of the lines, gives back the lease and the cursor', async () => {
    const terminal = await beginRun();
    terminal.type(KEYS.ctrlC);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen.lines().join('\n')).toMatch(/lines read .*parked/);
    expect(await holder()).toBeUndefined();
    expectCursor(terminal);
    expect(terminal.screen.wrapped()).toEqual([]);
  });

  test('a second time ends at once, whatever is waited for', async () => {
    site.elasticsearch.instead('_bulk');
    const terminal = begin(['run']);
    await expect.poll(() => site.elasticsearch.requests.some(({ path }) => path.startsWith('/_bulk')), LONG).toBe(true);
    expect(await terminal.interruptUntilEnded()).toBe(130);
    expectCursor(terminal);
  });

  test('ends each command that may take long, and leaves neither a stack trace nor a hidden cursor', async () => {
    expect(await startCommand(['run', '--once', '--config', site.file], site.env).ended).toMatchObject({ code: 0 });
    site.aws.logs.faults({ slow: { from: 700, to: 700 } });
    for (const [code, ...args] of TAKING_LONG) {
      const before = site.aws.logs.requests.FilterLogEvents ?? 0;
      const terminal = begin([...args, '--since', `${PAST}m`]);
      await expect.poll(() => site.aws.logs.requests.FilterLogEvents ?? 0, LONG).toBeGreaterThan(before + 1);
      terminal.type(KEYS.ctrlC);
      expect([args, await terminal.exit]).toEqual([args, code]);
      expect(terminal.screen.lines().filter((line) => /^ +at /.test(line))).toEqual([]);
      expectCursor(terminal);
    }
  });
});

/** Each with its exit code. */
const TAKING_LONG = [
  [1, 'account', '--verify'],
  [1, 'policy', 'replay', 'everything'],
  [1, 'backfill'],
] as const;

const LONG = { timeout: 30_000, interval: 20 };

test('Ctrl-Z stops a run, and fg goes on with it', async () => {
  const terminal = startAnyInTerminal(['bash', '--norc', '-i'], { env: { ...site.env, PS1: '$ ' } });
  open.push(terminal);
  terminal.type(`${process.execPath} ${PROGRAM} run --dry-run --every 1 --config ${site.file} | wc -l${KEYS.enter}`);
  await terminal.shows('Ctrl-C ends it');
  terminal.type(KEYS.ctrlZ);
  await terminal.shows('Stopped');
  const before = site.aws.logs.requests.FilterLogEvents ?? 0;
  await site.aws.logs.put('/aws/eks/prod/cluster', 'kube-apiserver-audit-2', [
    { timestamp: Date.now(), message: JSON.stringify(event({ auditID: 'later' })) },
  ]);
  terminal.type(`fg${KEYS.enter}`);
  await expect.poll(() => site.aws.logs.requests.FilterLogEvents ?? 0, LONG).toBeGreaterThan(before + 1);
  terminal.type(KEYS.ctrlC);
  await terminal.shows('it was a dry run');
  terminal.type(`exit${KEYS.enter}`);
  await terminal.exit;
});

test('a run whose terminal is closed ends in order: it gives back the lease', async () => {
  const terminal = await beginRun('--every', '1');
  await terminal.close();
  expect(await terminal.exit).toBe(0);
  expect(await holder()).toBeUndefined();
});
