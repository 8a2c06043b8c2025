import { at, isObject } from '../../lambda/core/json.ts';
import type { Problem } from '../problems/problem.ts';
import { sentence } from '../problems/sentence.ts';
import { show } from '../problems/show.ts';
import type { Candidate } from './cluster.ts';
import type { ReadOptions } from './options.ts';

/** What one cluster's entry leaves open, or only who reads it can tell. */
export function inspect(candidate: Candidate, options: ReadOptions): Problem[] {
  const found = [
    logless(candidate),
    nameless(candidate),
    interval(candidate, options),
    regionless(candidate, options),
    early(candidate, options),
  ];
  return found.filter((problem) => problem !== undefined);
}

function logless({ collected, entry, problem }: Candidate): Problem | undefined {
  if (collected || !isObject(entry) || entry.eksCloudwatchLog !== undefined) return undefined;
  const todo = 'write groupName: /aws/eks/prod/cluster under it';
  return problem('eksCloudwatchLog', sentence('a mapping with groupName', undefined, todo));
}

function nameless({ collected, entry, problem, draft: { name, groupName } }: Candidate): Problem | undefined {
  if (at(entry, 'name') !== undefined || name !== undefined || groupName === undefined) return undefined;
  const why = `Missing: the cluster's name is needed where the log group is not /aws/eks/<name>/cluster, and this one is ${show(groupName)}`;
  return collected
    ? problem('groupName', `${why}; list the cluster under clusters, with a name, and remove its LogCollector.`)
    : problem('name', `${why}; write it like name: prod.`);
}

function interval({ problem, draft: { fetchInterval = 0 } }: Candidate, options: ReadOptions): Problem | undefined {
  if (options.for === 'run' || fetchInterval % 60 === 0) return undefined;
  const below = Math.floor(fetchInterval / 60) * 60;
  const todo = below === 0 ? 'write 60' : `write ${below} or ${below + 60}`;
  const wanted = 'whole minutes, since a schedule knows no seconds';
  return problem('fetchInterval', sentence(wanted, fetchInterval, todo));
}

function regionless({ collected, entry, problem, draft }: Candidate, options: ReadOptions): Problem | undefined {
  if (draft.region !== null || options.for === 'stack' || options.region !== undefined) return undefined;
  // A LogCollector must always name it, and an entry without a log group has more to mend first.
  if (collected || typeof at(entry, 'eksCloudwatchLog', 'groupName') !== 'string') return undefined;
  return problem(
    'region',
    "Missing: the log group's Region is needed outside of the stack; write region: us-west-2, or set AWS_REGION.",
  );
}

function early(
  { entry, problem, draft: { startFrom } }: Candidate,
  { now = Date.now() }: ReadOptions,
): Problem | undefined {
  if (typeof startFrom !== 'string' || Date.parse(startFrom) <= now) return undefined;
  const todo = `write one before now (${new Date(now).toISOString()}), or a duration like 15m`;
  return problem('startFrom', sentence('a time that is over', at(entry, 'startFrom'), todo));
}
