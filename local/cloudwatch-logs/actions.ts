import type { z } from 'zod';
import type { Account } from './account.ts';
import { describeLogGroups, describeLogStreams, groupsInput, streamsInput } from './describe.ts';
import { filterInput, filterLogEvents } from './filter.ts';
import { getInput, getLogEvents } from './get.ts';
import {
  createLogGroup,
  createLogStream,
  deleteLogGroup,
  deleteLogStream,
  deleteRetentionPolicy,
  groupInput,
  putRetentionPolicy,
  retentionInput,
  streamInput,
} from './groups.ts';
import { putInput, putLogEvents } from './put.ts';
import { invalid, Refusal } from './refusal.ts';

type Action = (account: Account, body: unknown) => unknown;

const action =
  <T>(input: z.ZodType<T>, act: (account: Account, input: T) => unknown): Action =>
  (account, body) => {
    const parsed = input.safeParse(body);
    if (parsed.success) return act(account, parsed.data);
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`);
    throw invalid(`${problems.length} validation errors detected: ${problems.slice(0, 10).join('; ')}`);
  };

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['CreateLogGroup', action(groupInput, createLogGroup)],
  ['DeleteLogGroup', action(groupInput, deleteLogGroup)],
  ['CreateLogStream', action(streamInput, createLogStream)],
  ['DeleteLogStream', action(streamInput, deleteLogStream)],
  ['PutRetentionPolicy', action(retentionInput, putRetentionPolicy)],
  ['DeleteRetentionPolicy', action(groupInput, deleteRetentionPolicy)],
  ['PutLogEvents', action(putInput, putLogEvents)],
  ['DescribeLogGroups', action(groupsInput, describeLogGroups)],
  ['DescribeLogStreams', action(streamsInput, describeLogStreams)],
  ['FilterLogEvents', action(filterInput, filterLogEvents)],
  ['GetLogEvents', action(getInput, getLogEvents)],
]);

/** Reads and descriptions fail by the faults; what sets a test up does not. */
export const isRead = (name: string): boolean => /^(Filter|Get|Describe)/.test(name);

/** One request's answer; undefined where there is nothing to say. Throws a `Refusal`. */
export function act(account: Account, name: string, body: unknown): unknown {
  const found = ACTIONS.get(name);
  if (found === undefined) throw new Refusal('UnknownOperationException', `The emulator has no action ${name}.`);
  if (name === 'FilterLogEvents') account.dice.throttle();
  if (isRead(name)) account.dice.fail();
  return found(account, body);
}
