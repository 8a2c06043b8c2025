import { z } from 'zod';
import { type Account, arnOf, groupOf } from './account.ts';
import { invalid } from './refusal.ts';
import type { Group, Stream } from './store.ts';
import { open, seal } from './token.ts';

const limit = z.number().int().min(1).max(50).default(50);
const nextToken = z.string().min(1).optional();

export const groupsInput = z.object({
  logGroupNamePrefix: z.string().min(1).optional(),
  logGroupNamePattern: z.string().min(1).optional(),
  limit,
  nextToken,
});
export const streamsInput = z.object({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNamePrefix: z.string().min(1).optional(),
  orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
  descending: z.boolean().default(false),
  limit,
  nextToken,
});

export function describeLogGroups(account: Account, input: z.output<typeof groupsInput>) {
  const { logGroupNamePrefix: prefix = '', logGroupNamePattern: part = '' } = input;
  if (prefix !== '' && part !== '') throw invalid('logGroupNamePrefix and logGroupNamePattern cannot both be given.');
  const groups = [...account.store.groups.values()]
    .filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(part.toLowerCase()))
    .sort(byName);
  const { items, ...rest } = cut(groups, input, ['groups', prefix, part], account.now());
  return { logGroups: items.map((group) => groupAnswer(account, group)), ...rest };
}

export function describeLogStreams(account: Account, input: z.output<typeof streamsInput>) {
  const { logStreamNamePrefix: prefix = '', orderBy, descending } = input;
  if (prefix !== '' && orderBy === 'LastEventTime') {
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = groupOf(account, input);
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort(orderBy === 'LastEventTime' ? (a, b) => lastEvent(a) - lastEvent(b) || byName(a, b) : byName);
  const query = ['streams', group.name, group.createdAt, prefix, orderBy, descending];
  const { items, ...rest } = cut(descending ? streams.reverse() : streams, input, query, account.now());
  return { logStreams: items.map((stream) => streamAnswer(account, group, stream)), ...rest };
}

function cut<T>(
  all: readonly T[],
  input: { limit: number; nextToken?: string | undefined },
  query: unknown,
  now: number,
) {
  const from = input.nextToken === undefined ? 0 : open(input.nextToken, query, z.number(), now);
  const to = from + input.limit;
  return { items: all.slice(from, to), ...(to < all.length ? { nextToken: seal(query, to, now) } : {}) };
}

function groupAnswer(account: Account, group: Group) {
  const arn = arnOf(account, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retention === null ? {} : { retentionInDays: group.retention }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    storedBytes: 0,
  };
}

function streamAnswer(account: Account, group: Group, stream: Stream) {
  const [first, last] = [stream.events[0], stream.events.at(-1)];
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(first && { firstEventTimestamp: first.timestamp }),
    ...(last && { lastEventTimestamp: last.timestamp, lastIngestionTime: stream.lastIngestion }),
    uploadSequenceToken: '0'.repeat(56),
    arn: `${arnOf(account, group.name)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

const lastEvent = (stream: Stream): number => stream.events.at(-1)?.timestamp ?? -1;
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
