import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { decode } from '../../../lambda/core/document/decode.ts';
import { documentBody } from '../../../lambda/core/document/document.ts';
import { eventId } from '../../../lambda/core/document/identity.ts';
import { judge } from '../../../lambda/core/document/judge.ts';
import { hashOf } from '../../../lambda/core/ledger/digest.ts';
import type { CloudWatchLine } from '../../../lambda/core/line.ts';
import { applyPolicy } from '../../../lambda/core/policy/evaluate.ts';
import { CLUSTER, line, NOON, rules } from '../../support/builders.ts';
import { fileLines, sampleLines } from './events.ts';
import type { Options } from './rounds.ts';
import { spentSince } from './spent.ts';

const EVENTS = 100_000;
/** About what a page holds. */
const PAGE = 500;
const WARM_UP = 3;
const ROUNDS = 12;

/**
 * Where the time goes: CPU seconds of each thing that is done for a line, for 100,000 lines that are all kept, measured by
 * itself in a process that is warm. What plain Node does, too, stands first. Always true: it is told, nothing is wanted.
 */
export async function benchParts({ lines: count, events }: Pick<Options, 'lines' | 'events'>): Promise<boolean> {
  const messages = (events === undefined ? sampleLines('full', count) : fileLines(events, count)).filter(isEvent);
  const lines = messages.map((message, at) => lineOf(message, at));
  const pages = inPages(lines).map((page) => JSON.stringify({ events: page.map(asCloudWatchHasIt) }));
  const decoded = messages.flatMap((message) => {
    const found = decode(message);
    return found.kind === 'event' ? [found] : [];
  });
  const recorded = decoded.map(({ event, text }, at) => ({
    ...{ event, original: text, line: lines[at] ?? line(), cluster: CLUSTER },
    ...{ id: '0'.repeat(32), time: NOON + at, ingested: NOON },
  }));
  const bodies = recorded.map((each) => documentBody(each, []));
  const requests = inPages(bodies).map((page) => Buffer.from(page.join('\n')));
  const originals = inPages(messages).map((page) => Buffer.from(page.map((each) => JSON.stringify(each)).join('\n')));
  const by = rules();
  const { policy } = by;
  const parts: Readonly<Record<string, () => void>> = {
    'a page is parsed': () => forEach(pages, (page) => JSON.parse(page)),
    'the line is parsed': () => forEach(messages, decode),
    'the line is hashed': () => forEach(messages, (message) => hash('sha256', message, 'base64url')),
    'the line is escaped once more': () => forEach(messages, (message) => JSON.stringify(message)),
    'the lines are zipped, level 1': () => forEach(originals, (bytes) => gzipSync(bytes, { level: 1 })),
    'its eventId is hashed': () => forEach(lines, ({ origin }) => hashOf(origin.eventId)),
    'the policy decides': () => forEach(decoded, ({ event }) => applyPolicy(policy, event)),
    'the id is made': () => forEach(decoded, ({ event, text }) => eventId(CLUSTER.name, text, event)),
    'the document is written': () => forEach(recorded, (each) => documentBody(each, [])),
    'all that makes a line a parcel': () => forEach(lines, (each) => judge(each, by, NOON)),
    'the documents are written as bytes': () => forEach(inPages(bodies), (page) => Buffer.from(page.join('\n'))),
    'the documents are zipped, level 3': () => forEach(requests, (bytes) => gzipSync(bytes, { level: 3 })),
  };
  const sizes = [messages, bodies].map((texts) => Buffer.byteLength(texts.join('')) / texts.length);
  console.log(`a line has ${sizes[0]?.toFixed(0)} bytes, its document ${sizes[1]?.toFixed(0)}`);
  console.log('| | CPU s per 100,000 lines |');
  console.log('|---|---|');
  for (const [name, part] of Object.entries(parts))
    console.log(`| ${name} | ${((least(part) * EVENTS) / messages.length).toFixed(2)} |`);
  return true;
}

/** Seconds of the round that took least: what else the machine did only adds. */
function least(part: () => void): number {
  for (let at = 0; at < WARM_UP; at += 1) part();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const began = process.cpuUsage();
    part();
    return spentSince(began);
  });
  return Math.min(...rounds);
}

/** Nothing of what is made is kept: that would measure the collection of garbage. */
function forEach<T>(all: readonly T[], make: (one: T) => unknown): void {
  for (const one of all) make(one);
}

function isEvent(message: string): boolean {
  return decode(message).kind === 'event';
}

function lineOf(message: string, at: number): CloudWatchLine {
  const timestamp = NOON + at;
  return line({ message, timestamp, ingestionTime: timestamp + 2000, eventId: `3${String(at).padStart(55, '0')}` });
}

function asCloudWatchHasIt({ message, timestamp, origin }: CloudWatchLine) {
  const { stream, ingestionTime, eventId } = origin;
  return { logStreamName: stream, timestamp, message, ingestionTime, eventId };
}

function inPages<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / PAGE) }, (_, at) => all.slice(at * PAGE, (at + 1) * PAGE));
}
