import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import type { Problem, Step } from '../problems/problem.ts';
import { sentence } from '../problems/sentence.ts';
import { show } from '../problems/show.ts';
import { type Candidate, textAt, valueAt } from './candidate.ts';
import { parseDuration } from './duration.ts';
import { tooLong } from './index-pattern.ts';
import type { Caller } from './judge.ts';
import type { YamlDocument } from './yaml.ts';

/** What clusters may not share: name, index name and source. Each clash is told once, at the later one. */
export function compare(candidates: readonly Candidate[], caller: Caller): Problem[] {
  return candidates.flatMap((later, at) => {
    const earlier = candidates.slice(0, at);
    const say = (path: readonly Step[], message: string) => [later.document.problem(path, message)];
    const nameAt = later.named.cluster ? [...later.path, 'name'] : [...later.logPath, 'groupName'];
    const twin = earlier.find((other) => sameStreams(other, later, caller));
    const namesake = earlier.find(({ name }) => name !== undefined && name === later.name);
    const near = earlier.find(({ name, indexName }) => indexName === later.indexName && name !== later.name);
    const problems: Problem[] = [];
    if (twin !== undefined) problems.push(...say([...later.logPath, 'groupName'], sameSource(twin, later)));
    // A name that comes from the same log group is not a problem of its own.
    if (namesake !== undefined && (twin === undefined || later.named.cluster))
      problems.push(...say(nameAt, sameName(namesake, later)));
    if (near !== undefined && later.indexName !== undefined)
      problems.push(...say(later.named.index ? [...later.path, 'indexName'] : nameAt, sameIndex(near, later)));
    return problems;
  });
}

function sameSource(twin: Candidate, { group }: Candidate): string {
  return `Expected streams of its own for each cluster, but the one on line ${lineOf(twin)} reads the same streams of ${show(group)}: remove one of the two.`;
}

function sameName(namesake: Candidate, { name }: Candidate): string {
  return `Expected a name of its own for each cluster, but the one on line ${lineOf(namesake)} is named ${show(name)} too: give one of them another name.`;
}

function sameIndex(near: Candidate, { name, indexName }: Candidate): string {
  return `Expected an index name of its own for each cluster, but ${show(near.name)} (line ${lineOf(near)}) and ${show(name)} both become ${show(indexName)}: give one of them another indexName.`;
}

function lineOf({ document, collected, path, logPath }: Candidate): number {
  return document.line(collected ? logPath : path);
}

/** Also where one prefix holds the other: the lines of the longer one would be read twice. */
function sameStreams(one: Candidate, other: Candidate, { account, region }: Caller): boolean {
  return (
    one.group !== undefined &&
    one.group === other.group &&
    (one.account ?? account) === (other.account ?? account) &&
    (one.region ?? region) === (other.region ?? region) &&
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix))
  );
}

/** What the settings beside the clusters must be to suit all of them. */
export function suit(main: YamlDocument, candidates: readonly Candidate[]): Problem[] {
  const clusters = isMapping(main.value) ? (valueAt(main.value, ['clusters']) ?? []) : undefined;
  const found: (readonly [readonly Step[], string | undefined])[] = [
    [['clusters'], candidates.length === 0 && Array.isArray(clusters) ? NO_CLUSTER : undefined],
    [['elasticsearch', 'index'], indexFault(main, candidates)],
    [['alarms', 'silence'], silenceFault(main, candidates)],
  ];
  return found.flatMap(([path, message]) => (message === undefined ? [] : [main.problem(path, message)]));
}

const NO_CLUSTER =
  'Missing: at least one cluster is needed; write under clusters: "- eksCloudwatchLog: { groupName: /aws/eks/prod/cluster }".';

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function indexFault(main: YamlDocument, candidates: readonly Candidate[]): string | undefined {
  const pattern = textAt(main.value, ['elasticsearch', 'index']) ?? DEFAULT_INDEX;
  if (candidates.length > 1 && !pattern.includes('{cluster}'))
    return sentence('{cluster} in the pattern, since there are several clusters', pattern, 'add it');
  const long = candidates.find(({ indexName }) => indexName !== undefined && tooLong(pattern, indexName));
  return (
    long && sentence(`index names of at most 255 bytes, also for the cluster ${show(long.name)}`, pattern, 'shorten it')
  );
}

function silenceFault(main: YamlDocument, candidates: readonly Candidate[]): string | undefined {
  const silence = textAt(main.value, ['alarms', 'silence']) ?? '30m';
  const slowest = Math.max(...candidates.map(({ fetchInterval }) => fetchInterval));
  if ((parseDuration(silence) ?? Infinity) >= slowest) return undefined;
  return sentence(
    `at least the longest fetchInterval (${slowest} seconds), or the alarm never rests`,
    silence,
    'write a longer one',
  );
}
