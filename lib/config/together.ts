import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { type Candidate, textAt } from './candidate.ts';
import { problemAt } from './check.ts';
import { parseDuration, parseStart } from './duration.ts';
import { tooLong } from './index-pattern.ts';
import type { Problem, Step } from './problem.ts';
import { sentence } from './sentence.ts';
import { show } from './show.ts';
import { groupName } from './values.ts';
import type { YamlDocument } from './yaml.ts';

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

/** What one cluster's entry says that only the caller can judge. */
export function judge(candidate: Candidate, caller: Caller, file: string): Problem[] {
  const { document, path, logPath, group, region, fetchInterval, startFrom } = candidate;
  const now = caller.now ?? Date.now();
  const problems: Problem[] = [];
  const say = (at: readonly Step[], message: string) => problems.push(problemAt(document, file, at, message));
  if (!candidate.named.cluster && candidate.name === undefined && groupName.safeParse(group).success)
    say(
      candidate.collected ? [...logPath, 'groupName'] : [...path, 'name'],
      `Missing: the cluster's name is needed where the log group is not /aws/eks/<name>/cluster, and this one is ${show(group)}; ${candidate.collected ? 'list the cluster under clusters instead of its LogCollector, with a name' : 'write it like name: prod'}.`,
    );
  if (caller.for === 'stack' && fetchInterval % 60 !== 0)
    say(
      [...logPath, 'fetchInterval'],
      sentence('whole minutes, since a schedule knows no seconds', fetchInterval, wholeMinutes(fetchInterval)),
    );
  if (caller.for === 'run' && region === undefined && caller.region === undefined)
    say(
      [...logPath, 'region'],
      "Missing: the log group's Region is needed outside of the stack; write region: us-west-2, or set AWS_REGION.",
    );
  const start = parseStart(startFrom);
  if (typeof start === 'string' && Date.parse(start) > now)
    say(
      [...path, 'startFrom'],
      sentence(
        'a time that is over',
        startFrom,
        `write one before now (${new Date(now).toISOString()}), or a duration like 15m`,
      ),
    );
  return problems;
}

function wholeMinutes(seconds: number): string {
  const below = Math.floor(seconds / 60) * 60;
  return below === 0 ? 'write 60' : `write ${below} or ${below + 60}`;
}

/** What two clusters may not share: each clash is told once, at the later one. */
export function compare(candidates: readonly Candidate[], caller: Caller, file: string): Problem[] {
  return candidates.flatMap((later, at) => {
    const earlier = candidates.slice(0, at);
    const say = (path: readonly Step[], message: string) => problemAt(later.document, file, path, message);
    const found: Problem[] = [];
    const namesake = earlier.find(({ name }) => name !== undefined && name === later.name);
    if (namesake !== undefined)
      found.push(
        say(
          nameAt(later),
          `Expected a name of its own for each cluster, found ${show(later.name)} on line ${lineOf(namesake)} too: give this one another name.`,
        ),
      );
    const near = earlier.find(
      (other) =>
        other !== namesake &&
        other.indexName !== undefined &&
        other.indexName === later.indexName &&
        other.name !== later.name,
    );
    if (near !== undefined)
      found.push(
        say(
          later.named.index ? [...later.path, 'indexName'] : nameAt(later),
          `Expected an index name of its own for each cluster, but ${show(near.name)} (line ${lineOf(near)}) and ${show(later.name)} both become ${show(later.indexName)}: give one of them another indexName.`,
        ),
      );
    const twin = earlier.find((other) => sameStreams(other, later, caller));
    if (twin !== undefined)
      found.push(
        say(
          [...later.logPath, 'groupName'],
          `Expected streams of its own for each cluster, but the one on line ${lineOf(twin)} reads the same streams of ${show(later.group)}: remove one of the two.`,
        ),
      );
    return found;
  });
}

function nameAt({ path, logPath, named }: Candidate): readonly Step[] {
  return named.cluster ? [...path, 'name'] : [...logPath, 'groupName'];
}

function lineOf({ document, path, logPath }: Candidate): number {
  return document.line(path.length === 0 ? logPath : path);
}

function sameStreams(one: Candidate, other: Candidate, { account, region }: Caller): boolean {
  return (
    one.group !== undefined &&
    one.group === other.group &&
    (one.account ?? account) === (other.account ?? account) &&
    (one.region ?? region) === (other.region ?? region) &&
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix))
  );
}

/** What the settings beside the clusters must be to fit all of them. */
export function suit(main: YamlDocument, candidates: readonly Candidate[], file: string): Problem[] {
  const problems: Problem[] = [];
  const say = (at: readonly Step[], message: string) => problems.push(problemAt(main, file, at, message));
  if (candidates.length === 0)
    say(
      ['clusters'],
      'Missing: at least one cluster is needed; write under clusters: "- eksCloudwatchLog: { groupName: /aws/eks/prod/cluster }".',
    );
  const pattern = textAt(main.value, ['elasticsearch', 'index']) ?? DEFAULT_INDEX;
  const long = candidates.find(({ indexName }) => indexName !== undefined && tooLong(pattern, indexName));
  const index = ['elasticsearch', 'index'];
  if (candidates.length > 1 && !pattern.includes('{cluster}'))
    say(index, sentence('{cluster} in the pattern, since there are several clusters', pattern, 'add it'));
  else if (long !== undefined)
    say(
      index,
      sentence(`index names of at most 255 bytes, also for the cluster ${show(long.name)}`, pattern, 'shorten it'),
    );
  const silence = textAt(main.value, ['alarms', 'silence']) ?? '30m';
  const slowest = Math.max(...candidates.map(({ fetchInterval }) => fetchInterval));
  if ((parseDuration(silence) ?? Infinity) < slowest)
    say(
      ['alarms', 'silence'],
      sentence(
        `at least the longest fetchInterval (${slowest} seconds), or the alarm never rests`,
        silence,
        'write a longer one',
      ),
    );
  return problems;
}
