import type { Problem, Step } from '../problems/problem.ts';
import { sentence } from '../problems/sentence.ts';
import { show } from '../problems/show.ts';
import { type Candidate, valueAt } from './candidate.ts';
import { parseStart } from './duration.ts';
import { groupName } from './values.ts';

/** What a command or the stack brings to the file. */
export interface Caller {
  /** `stack`: schedules know whole minutes, and an absent Region is the stack's. `run`: any interval. */
  readonly for: 'stack' | 'run';
  /** The caller's own account and Region, where it knows them: what an entry means that names none. */
  readonly account?: string;
  readonly region?: string;
  /** Milliseconds; default: the clock's. */
  readonly now?: number;
}

type Found = readonly [readonly Step[], string] | undefined;

/** What one cluster's entry leaves open or only the caller can judge. */
export function judge(candidate: Candidate, caller: Caller): Problem[] {
  const found = [
    nameless(candidate),
    interval(candidate, caller),
    regionless(candidate, caller),
    start(candidate, caller.now ?? Date.now()),
  ];
  return found.flatMap((each) => (each === undefined ? [] : [candidate.document.problem(...each)]));
}

function nameless({ collected, named, name, group, path, logPath }: Candidate): Found {
  if (named.cluster || name !== undefined || !groupName.safeParse(group).success) return undefined;
  const why = `the cluster's name is needed where the log group is not /aws/eks/<name>/cluster, and this one is ${show(group)}`;
  return collected
    ? [
        [...logPath, 'groupName'],
        `Missing: ${why}; list the cluster under clusters, with a name, and remove its LogCollector.`,
      ]
    : [[...path, 'name'], `Missing: ${why}; write it like name: prod.`];
}

function interval({ fetchInterval, logPath }: Candidate, caller: Caller): Found {
  if (caller.for === 'run' || fetchInterval % 60 === 0) return undefined;
  const below = Math.floor(fetchInterval / 60) * 60;
  const todo = below === 0 ? 'write 60' : `write ${below} or ${below + 60}`;
  return [
    [...logPath, 'fetchInterval'],
    sentence('whole minutes, since a schedule knows no seconds', fetchInterval, todo),
  ];
}

function regionless({ collected, document, region, logPath }: Candidate, caller: Caller): Found {
  const known = region !== undefined || caller.for === 'stack' || caller.region !== undefined;
  // A LogCollector must always name it, and an entry without a log group has more to mend first.
  if (known || collected || typeof valueAt(document.value, [...logPath, 'groupName']) !== 'string') return undefined;
  // Of another type: that is told already.
  if (valueAt(document.value, [...logPath, 'region']) != null) return undefined;
  return [
    [...logPath, 'region'],
    "Missing: the log group's Region is needed outside of the stack; write region: us-west-2, or set AWS_REGION.",
  ];
}

function start({ startFrom, path }: Candidate, now: number): Found {
  const time = parseStart(startFrom);
  if (typeof time !== 'string' || Date.parse(time) <= now) return undefined;
  const todo = `write one before now (${new Date(now).toISOString()}), or a duration like 15m`;
  return [[...path, 'startFrom'], sentence('a time that is over', startFrom, todo)];
}
