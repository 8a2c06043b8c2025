import { z } from 'zod';
import { type Account, groupOf, streamOf } from './account.ts';
import { exists, invalid } from './refusal.ts';

const groupName = z.string().regex(/^[\w\-./#]{1,512}$/);
const streamName = z.string().regex(/^[^:*]{1,512}$/);

export const groupInput = z.object({ logGroupName: groupName });
export const streamInput = z.object({ logGroupName: groupName, logStreamName: streamName });
export const retentionInput = z.object({ logGroupName: groupName, retentionInDays: z.number().int() });

/** The only numbers of days that the service takes. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function createLogGroup({ store, now }: Account, input: z.output<typeof groupInput>) {
  if (store.groups.has(input.logGroupName)) throw exists('log group');
  store.commit({ op: 'group', group: input.logGroupName, at: now() });
}

export function deleteLogGroup(account: Account, input: z.output<typeof groupInput>) {
  account.store.commit({ op: 'delete group', group: groupOf(account, input).name });
}

export function createLogStream(account: Account, { logGroupName, logStreamName }: z.output<typeof streamInput>) {
  const group = groupOf(account, { logGroupName });
  if (group.streams.has(logStreamName)) throw exists('log stream');
  account.store.commit({ op: 'stream', group: group.name, stream: logStreamName, at: account.now() });
}

export function deleteLogStream(account: Account, { logGroupName, logStreamName }: z.output<typeof streamInput>) {
  const group = groupOf(account, { logGroupName });
  account.store.commit({ op: 'delete stream', group: group.name, stream: streamOf(group, logStreamName).name });
}

export function putRetentionPolicy(account: Account, input: z.output<typeof retentionInput>) {
  if (!RETENTIONS.includes(input.retentionInDays)) {
    throw invalid(`retentionInDays must be one of ${RETENTIONS.join(', ')}; found ${input.retentionInDays}.`);
  }
  const group = groupOf(account, { logGroupName: input.logGroupName });
  account.store.commit({ op: 'retention', group: group.name, days: input.retentionInDays });
}

export function deleteRetentionPolicy(account: Account, input: z.output<typeof groupInput>) {
  account.store.commit({ op: 'retention', group: groupOf(account, input).name, days: null });
}
