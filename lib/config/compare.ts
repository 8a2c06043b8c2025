import { isDeepStrictEqual } from 'node:util';
import { at, isObject } from '../../lambda/core/json.ts';
import type { Problem } from '../problems/problem.ts';
import { sentence } from '../problems/sentence.ts';
import { show } from '../problems/show.ts';
import { eachOf } from './check.ts';
import type { Candidate } from './cluster.ts';
import { DEFAULTS } from './defaults.ts';
import { tooLong } from './index-pattern.ts';
import type { Home } from './options.ts';
import { placeOf } from './quota.ts';
import { alarms, elasticsearch } from './schema.ts';
import type { YamlDocument } from './yaml.ts';

type Draft = Candidate['draft'];

/** What clusters may not share: name, index name and source. Each clash is told once, at the later one. */
export function compare(candidates: readonly Candidate[], home: Partial<Home>): Problem[] {
  return candidates.flatMap((later, index) => clashes(later, candidates.slice(0, index), home));
}

function clashes({ entry, problem, draft }: Candidate, earlier: readonly Candidate[], home: Partial<Home>): Problem[] {
  const { name, indexName, groupName } = draft;
  const named = at(entry, 'name') !== undefined;
  const nameKey = named ? 'name' : 'groupName';
  const twin = earlier.find((other) => sameStreams(other.draft, draft, home));
  const namesake = earlier.find((other) => name !== undefined && name === other.draft.name);
  // Clusters of one name clash by that.
  const near = earlier.find((other) => indexName === other.draft.indexName && name !== other.draft.name);
  const found: Problem[] = [];
  const say = (key: 'name' | 'indexName' | 'groupName', message: string) => found.push(problem(key, message));
  if (twin !== undefined)
    say(
      'groupName',
      `Expected streams of its own for each cluster, but the one on line ${twin.line} reads the same streams of ${show(groupName)}: remove one of the two.`,
    );
  // A name that comes from the same log group is not a problem of its own.
  if (namesake !== undefined && (named || twin === undefined))
    say(
      nameKey,
      `Expected a name of its own for each cluster, but the one on line ${namesake.line} is named ${show(name)} too: give one of them another name.`,
    );
  if (near !== undefined && indexName !== undefined)
    say(
      at(entry, 'indexName') === undefined ? nameKey : 'indexName',
      `Expected an index name of its own for each cluster, but ${show(near.draft.name)} (line ${near.line}) and ${show(name)} both become ${show(indexName)}: give one of them another indexName.`,
    );
  return found;
}

/** Also where one prefix holds the other: the lines of the longer one would be read twice. */
function sameStreams(one: Draft, other: Draft, home: Partial<Home>): boolean {
  const [a, b] = [streamsOf(one, home), streamsOf(other, home)];
  if (a === undefined || b === undefined || !isDeepStrictEqual(a.group, b.group)) return false;
  return a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
}

/** undefined: something of it is wrong. */
function streamsOf({ groupName: name, streamPrefix: prefix, region, reader }: Draft, home: Partial<Home>) {
  if (name === undefined || prefix === undefined || region === undefined || reader === undefined) return undefined;
  return { group: { name, ...placeOf({ region, reader }, home) }, prefix };
}

/** What the settings beside the clusters must be to suit all of them. */
export function suit({ value, problem }: YamlDocument, candidates: readonly Candidate[]): Problem[] {
  const found: (readonly [readonly string[], string | undefined])[] = [
    [['clusters'], candidates.length === 0 ? emptyFault(value) : undefined],
    [['elasticsearch', 'index'], indexFault(value, candidates)],
    [['alarms', 'silence'], silenceFault(value, candidates)],
  ];
  return found.flatMap(([path, message]) => (message === undefined ? [] : [problem(path, message)]));
}

function emptyFault(value: unknown): string | undefined {
  // Of another type: that is told already.
  if (!isObject(value) || !Array.isArray(at(value, 'clusters') ?? [])) return undefined;
  return 'Missing: at least one cluster is needed; write under clusters: "- eksCloudwatchLog: { groupName: /aws/eks/prod/cluster }".';
}

function indexFault(value: unknown, candidates: readonly Candidate[]): string | undefined {
  const pattern = eachOf(elasticsearch, at(value, 'elasticsearch'))('index');
  if (pattern === undefined) return undefined;
  if (candidates.length > 1 && !pattern.includes('{cluster}'))
    return sentence('{cluster} in the pattern, since there are several clusters', pattern, 'add it');
  const long = candidates.find(({ draft: { indexName } }) => indexName !== undefined && tooLong(pattern, indexName));
  const wanted = `index names of at most 255 bytes, also for the cluster ${show(long?.draft.name)}`;
  return long && sentence(wanted, pattern, 'shorten it');
}

function silenceFault(value: unknown, candidates: readonly Candidate[]): string | undefined {
  const silence = eachOf(alarms, at(value, 'alarms'))('silence');
  const slowest = Math.max(...candidates.map(({ draft }) => draft.fetchInterval ?? 0));
  if (silence === undefined || silence >= slowest) return undefined;
  const wanted = `at least the longest fetchInterval (${slowest} seconds), or the alarm never rests`;
  return sentence(wanted, at(value, 'alarms', 'silence') ?? DEFAULTS.silence, 'write a longer one');
}
