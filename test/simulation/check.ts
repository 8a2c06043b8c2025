import { createHash } from 'node:crypto';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Naming } from '../../lambda/contract.ts';
import type { Checkpoint } from '../../lambda/core/minutes/checkpoint.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import {
  CUT_MARK,
  type Life,
  MINUTE,
  NAMES,
  POLICIES,
  refuses,
  START,
  shapeOf,
  slackOf,
  THROWS,
  UNSTEADY,
  type Written,
} from './life.ts';
import { placeOf, type Servers } from './ports.ts';

/** Knows nothing of the code it judges: ids, policies and digests are worked out here in a few lines of their own. */

/** A stalled run ends that much later than it should, milliseconds. */
const STALLED = 30 * MINUTE;

type Fate = 'kept' | 'dropped' | 'parked';

interface Judged {
  readonly line: Written;
  readonly fate: Fate;
  /** The rule that drops it, or the reason why it is parked; empty where it is kept. */
  readonly by: string;
  readonly id: string;
}

function sha(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

function time(milliseconds: number): string {
  return milliseconds.toString(16).padStart(12, '0');
}

/** A line's fate under a policy and a cluster's name is worked out once. */
const worked = new WeakMap<Written, Map<Policy, Map<string, Judged>>>();

function judge(line: Written, policy: Policy, name: string): Judged {
  const byPolicy = worked.get(line) ?? new Map<Policy, Map<string, Judged>>();
  worked.set(line, byPolicy);
  const byName = byPolicy.get(policy) ?? new Map<string, Judged>();
  byPolicy.set(policy, byName);
  const fate = byName.get(name) ?? workOut(line, policy, name);
  byName.set(name, fate);
  return fate;
}

function workOut(line: Written, policy: Policy, name: string): Judged {
  if (isCut(line)) return { line, ...ruled(policy, verbOfCut(line)), id: lineId(line, name) };
  if (!line.message.endsWith('}')) return parked(line, 'not JSON', name);
  const { verb, stageTimestamp } = JSON.parse(line.message);
  if (verb === THROWS) return parked(line, 'not judged', name);
  const id = time(Date.parse(stageTimestamp)) + sha('event', name, line.message).slice(0, 36);
  return { line, ...ruled(policy, verb), id };
}

function isCut({ message }: Written): boolean {
  return message.endsWith(CUT_MARK);
}

/** undefined: the line does not prove what a policy asks for, and is kept. */
function verbOfCut({ message }: Written): string | undefined {
  const isInOrder = message.includes('"requestObject"') && !message.includes('"stageTimestamp"');
  return isInOrder ? /"verb":"(\w+)"/.exec(message)?.[1] : undefined;
}

function ruled(policy: Policy, verb: string | undefined): Pick<Judged, 'fate' | 'by'> {
  const rule = policy.rules.findIndex(({ verbs }) => verbs.length === 0 || verbs.includes(verb ?? ''));
  const dropped = policy.rules[rule]?.level === 'None';
  return { fate: dropped ? 'dropped' : 'kept', by: dropped ? `rules[${rule}]` : '' };
}

function parked(line: Written, by: string, name: string): Judged {
  return { line, fate: 'parked', by, id: lineId(line, name) };
}

function lineId({ timestamp, message }: Written, name: string): string {
  return time(timestamp) + sha('line', name, String(timestamp), message).slice(0, 36);
}

const PARKED = 'logs-kubernetes.audit_parked-{cluster}-{yyyy.MM}.01';
const CALICO = 'tigera_secure_ee_audit_kube.{cluster}.{yyyyMMdd}';

/**
 * Index and id of its documents, or of what is parked for them. A twin in the next minute may have others, where names
 * or profiles change between.
 */
function placesBy(life: Life, naming: Naming, { fate, id, line }: Judged): readonly string[] {
  if (fate === 'parked') return [placeIn(naming, PARKED, id)];
  return naming.profiles.map((profile) => {
    const isCalico = profile === 'calico';
    if (!isRefused(life, profile, line)) return placeIn(naming, isCalico ? CALICO : naming.index, id);
    return placeIn(naming, PARKED, id) + (isCalico ? '.calico' : '');
  });
}

function isRefused(life: Life, profile: string, { message }: Written): boolean {
  const auditID = /"auditID":"(\d+)"/.exec(message)?.[1];
  return auditID !== undefined && refuses(life, profile, auditID);
}

/** Under a naming: what one of its profiles is refused of is parked. */
function underNaming(life: Life, { profiles }: Naming, judged: Judged): Judged {
  if (judged.fate !== 'kept' || !profiles.some((profile) => isRefused(life, profile, judged.line))) return judged;
  return { ...judged, fate: 'parked', by: 'refused by the mapping' };
}

function placeIn({ indexName }: Naming, pattern: string, id: string): string {
  const time = Number.parseInt(id.slice(0, 12), 16);
  const [year = '', month = '', day = ''] = new Date(time).toISOString().split(/[-T]/);
  const date = pattern
    .replace('{yyyy.MM.dd}', `${year}.${month}.${day}`)
    .replace('{yyyyMMdd}', year + month + day)
    .replace('{yyyy.MM}', `${year}.${month}`);
  return `${date.replace('{cluster}', indexName)}/${Buffer.from(id, 'hex').toString('base64url')}`;
}

/** What is wrong at the end of a life, when every age has passed every line. Empty: nothing. */
export function findings(servers: Servers): string[] {
  const { life, lines, excused } = servers;
  const found: string[] = [];
  const expected = { kept: new Set<string>(), parked: new Set<string>() };
  const spared = new Set<string>();
  for (let minute = START; minute < shapeOf(life).end; minute += MINUTE) {
    const row = servers.rows.get(minute);
    const name = new Date(minute).toISOString();
    const policy = servers.policies.get(row?.policy ?? '');
    const naming = servers.namings.get(row?.naming ?? '');
    if (row === undefined || policy === undefined || naming === undefined) {
      found.push(`${name}: ${row === undefined ? 'no row' : 'its policy or its naming is not kept'}`);
      continue;
    }
    const judged = within(lines, minute, minute + MINUTE).map((line) => judge(line, policy, naming.cluster));
    for (const each of judged) {
      if (each.fate === 'dropped') continue;
      for (const place of placesBy(life, naming, each)) {
        expected[kindOf(place)].add(place);
        if (excused.has(each.line)) spared.add(place);
      }
    }
    const booked = judged.map((each) => underNaming(life, naming, each));
    const ofRow = [...rowFindings(servers, row, booked), ...policyFindings(servers, row, policy)];
    found.push(...ofRow.map((what) => `${name}: ${what}`));
  }
  const there = { kept: new Set<string>(), parked: new Set<string>() };
  for (const place of servers.documents.keys()) there[kindOf(place)].add(place);
  for (const kind of ['kept', 'parked'] as const) {
    const places = there[kind];
    const lost = [...expected[kind]].filter((place) => !places.has(place) && !spared.has(place));
    const foreign = [...places].filter((place) => !expected[kind].has(place));
    if (lost.length > 0) found.push(`${lost.length} lost (${kind})`);
    if (foreign.length > 0) found.push(`${foreign.length} that should not be there (${kind})`);
  }
  return found;
}

function kindOf(place: string): 'kept' | 'parked' {
  return place.includes('parked') ? 'parked' : 'kept';
}

/** The lines filed under `[from, to)`; all of them are in the order of time. */
function within(lines: readonly Written[], from: number, to: number): readonly Written[] {
  return lines.slice(placeOf(lines, from), placeOf(lines, to));
}

type Row = NonNullable<ReturnType<Servers['rows']['get']>>;

function rowFindings(servers: Servers, row: Row, judged: readonly Judged[]): string[] {
  const { life } = servers;
  const sum = row.kept + count(row.dropped) + count(row.parked) + row.duplicates;
  const least = servers.readable.get(row.minute) ?? 0;
  const gone = areGone(servers, row, judged);
  const isSteady = row.readAt - row.last.seenUntil > UNSTEADY + MINUTE;
  const dropped = tallied(judged.filter(({ fate }) => fate === 'dropped'));
  const always: [string, unknown, unknown][] = [
    ['sum', sum, row.lines],
    ['lines at first', row.first, servers.firsts.get(row.minute)],
    ['lines at first, and late, less the vanished', row.first + row.late - row.vanished, row.last.lines],
    // What reads that differ say of it is a lower bound; where all is gone for long, some of it must be told.
    [
      'vanished',
      between(row.vanished, gone && isSteady ? Math.min(1, row.lines) : 0, life.retention === null ? 0 : judged.length),
      true,
    ],
  ];
  if (life.retention !== null && least < judged.length) {
    // Some of its lines were gone before they could be read: which, nobody can tell.
    const right = between(row.lines, least, judged.length);
    const known = isWithin(row.dropped, {}, dropped);
    return wrong([
      ...always,
      [`${row.lines} lines of ${least} to ${judged.length}`, right, true],
      ['dropped at most', known, true],
    ]);
  }
  const whole = life.partBytes >= 100_000;
  // A minute read in parts counts a duplicate within its part only; then what is kept is at least what is unique.
  const unique = (fate: Fate) => [
    ...new Map(judged.filter((each) => each.fate === fate).map((each) => [each.id, each])).values(),
  ];
  const all = (fate: Fate) => (whole ? unique(fate) : judged.filter((each) => each.fate === fate));
  // Also those whose document a mapping refuses.
  const cut = (of: (fate: Fate) => readonly Judged[]) =>
    [...of('kept'), ...of('parked')].filter(({ line }) => isCut(line)).length;
  const digest = judged.reduce(
    (sum, { line }) => (sum + BigInt(`0x${sha(line.origin.eventId).slice(0, 32)}`)) % 2n ** 128n,
    0n,
  );
  return wrong([
    ...always,
    ['lines', row.lines, judged.length],
    ['bytes', row.bytes, judged.reduce((sum, { line }) => sum + Buffer.byteLength(line.message), 0)],
    ['digest', row.digest, digest],
    ['dropped', row.dropped, dropped],
    ['parked', isWithin(row.parked, tallied(unique('parked')), tallied(all('parked'))), true],
    ['kept', between(row.kept, unique('kept').length, all('kept').length), true],
    ['truncated', between(row.truncated, cut(unique), cut(all)), true],
  ]);
}

function wrong(facts: readonly [string, unknown, unknown][]): string[] {
  return facts
    .filter(([, is, should]) => !isDeepStrictEqual(is, should))
    .map(([what, is, should]) => `${what} ${inspect(is)}, should be ${inspect(should)}`);
}

/** Whether it had lines, and all of them were forgotten before the first of the reads that its newest writer compared. */
function areGone({ writingBegan, isGone }: Servers, { minute }: Row, judged: readonly Judged[]): boolean {
  return judged.length > 0 && judged.every(({ line }) => isGone(line, writingBegan.get(minute)));
}

/**
 * A new policy begins soon after it is configured: a run may be under way then, and stall. And what the frontier had
 * passed before keeps the one that judged it.
 */
function policyFindings({ life, judgedBefore }: Servers, { minute }: Row, policy: Policy): string[] {
  const { policyChange, interval } = shapeOf(life);
  const isNew = isDeepStrictEqual(policy, POLICIES[1]);
  if (!isNew && minute > policyChange + interval * 1000 + STALLED) return ['judged by the old policy'];
  const mustBeOld = minute + MINUTE <= Math.min(judgedBefore, policyChange - life.skew);
  return isNew && mustBeOld ? ['judged by the new policy, though passed before'] : [];
}

type Counts = Readonly<Record<string, number>>;

function tallied(judged: readonly Judged[]): Counts {
  const counts: Record<string, number> = {};
  for (const { by } of judged) counts[by] = (counts[by] ?? 0) + 1;
  return counts;
}

function isWithin(counts: Counts, least: Counts, most: Counts): boolean {
  const keys = new Set([counts, least, most].flatMap((each) => Object.keys(each)));
  return [...keys].every((key) => between(counts[key] ?? 0, least[key] ?? 0, most[key] ?? 0));
}

function count(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

/** What is wrong with moving the cursors so: a minute passed, a line of it readable by then, and no outcome. */
export function cursorFindings(servers: Servers, before: Checkpoint | undefined, after: Checkpoint): string[] {
  const { lines, life } = servers;
  const found: string[] = [];
  const { ages } = shapeOf(life);
  for (const [age, to] of after.cursors) {
    // An age that is new promises nothing of the minutes before its cursor.
    const from = before === undefined ? START : (before.cursors.get(age) ?? to);
    if (to < from) found.push(`the cursor of age ${age} went back`);
    if (age === 0 && servers.schedule.time < shapeOf(life).policyChange) servers.judgedBefore = to;
    const readable = new Map<number, number>();
    for (const line of within(lines, from, to)) {
      const minute = Math.floor(line.timestamp / MINUTE) * MINUTE;
      const steady = line.readable + slackOf(life);
      if (steady > minute + MINUTE + age * 1000 - life.skew) continue;
      if (servers.isGone(line)) {
        // Its twin of the minute before may have been sent under another naming.
        const naming = servers.namings.get(servers.rows.get(minute)?.naming ?? '');
        const namings = naming && [naming];
        if (age === ages.at(-1) && !wasSent(servers, line, namings)) servers.excused.add(line);
        continue;
      }
      readable.set(minute, (readable.get(minute) ?? 0) + 1);
      if (!isSettled(servers, line))
        found.push(`the cursor of age ${age} passed ${line.origin.eventId}, which has no outcome`);
    }
    for (const [minute, lines] of readable) {
      servers.readable.set(minute, Math.max(lines, servers.readable.get(minute) ?? 0));
    }
  }
  return found;
}

function isSettled(servers: Servers, line: Written): boolean {
  const policies = [...servers.policies.values()];
  return wasSent(servers, line) || policies.some((policy) => judge(line, policy, NAMES[0]).fate === 'dropped');
}

/** Whichever policy kept or parked it: that changes nothing of its id. */
function wasSent({ life, policies, namings, places }: Servers, line: Written, among = [...namings.values()]): boolean {
  return [...policies.values()].some((policy) =>
    among.some((naming) =>
      placesBy(life, naming, judge(line, policy, naming.cluster)).every((place) => places.has(place)),
    ),
  );
}

function between(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}
