import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../lambda/core/checkpoint.ts';
import type { Policy } from '../../lambda/core/rules.ts';
import { AGES, type Life, MINUTE, START, type Written } from './life.ts';
import type { Servers } from './ports.ts';

/** Knows nothing of the code it judges: ids, policies and digests are worked out here in a few lines of their own. */

type Fate = 'kept' | 'dropped' | 'parked';

interface Judged {
  readonly line: Written;
  readonly fate: Fate;
  readonly id: string;
}

function sha(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

function time(milliseconds: number): string {
  return milliseconds.toString(16).padStart(12, '0');
}

/** A line's fate under a policy is worked out once. */
const worked = new WeakMap<Written, Map<Policy, Judged>>();

function judge(line: Written, policy: Policy): Judged {
  const fates = worked.get(line) ?? new Map<Policy, Judged>();
  worked.set(line, fates);
  const fate = fates.get(policy) ?? workOut(line, policy);
  fates.set(policy, fate);
  return fate;
}

function workOut(line: Written, policy: Policy): Judged {
  if (!line.message.endsWith('}')) {
    const hash = sha('line', 'prod', String(line.timestamp), line.message).slice(0, 36);
    return { line, fate: 'parked', id: time(line.timestamp) + hash };
  }
  const { verb, stageTimestamp } = JSON.parse(line.message);
  const dropped = policy.rules[0]?.verbs.includes(verb) === true;
  return {
    line,
    fate: dropped ? 'dropped' : 'kept',
    id: time(Date.parse(stageTimestamp)) + sha('event', 'prod', line.message).slice(0, 36),
  };
}

const hex = (id: string) => Buffer.from(id, 'base64url').toString('hex');

/** What is wrong at the end of a life, when every age has passed every line. Empty: nothing. */
export function findings(servers: Servers, life: Life): string[] {
  const found: string[] = [];
  const expected = { kept: new Set<string>(), parked: new Set<string>() };
  for (let minute = START; minute < START + life.minutes * MINUTE; minute += MINUTE) {
    const lines = servers.lines.filter(({ timestamp }) => timestamp >= minute && timestamp < minute + MINUTE);
    const row = servers.rows.get(minute);
    const name = new Date(minute).toISOString();
    const policy = servers.policies.get(row?.policy ?? '');
    if (row === undefined || policy === undefined) {
      found.push(`${name}: ${row === undefined ? 'no row' : 'its policy is not kept'}`);
      continue;
    }
    const judged = lines.map((line) => judge(line, policy));
    for (const { fate, id } of judged) if (fate !== 'dropped') expected[fate].add(id);
    found.push(...rowFindings(name, row, judged, life.partBytes >= 100_000));
  }
  const there = { kept: [] as string[], parked: [] as string[] };
  // A sink that refuses at random may refuse one document thrice alone while another passes: the contract parks it.
  const tooLarge = new Set<string>();
  for (const { index, id, body } of servers.documents.values()) {
    if (body.includes('"reason":"too large"')) tooLarge.add(hex(id));
    else there[index.includes('parked') ? 'parked' : 'kept'].push(hex(id));
  }
  for (const kind of ['kept', 'parked'] as const) {
    const ids = new Set(there[kind]);
    if (ids.size < there[kind].length) found.push(`${there[kind].length - ids.size} documents twice (${kind})`);
    const lost = [...expected[kind]].filter((id) => !ids.has(id) && !tooLarge.has(id));
    const foreign = [...ids].filter((id) => !expected[kind].has(id));
    if (lost.length > 0) found.push(`${lost.length} lost (${kind})`);
    if (foreign.length > 0) found.push(`${foreign.length} that should not be there (${kind})`);
  }
  return found;
}

type Row = NonNullable<ReturnType<Servers['rows']['get']>>;

function rowFindings(name: string, row: Row, judged: readonly Judged[], whole: boolean): string[] {
  const unique = (fate: Fate) => new Set(judged.filter((each) => each.fate === fate).map(({ id }) => id)).size;
  const digest = judged.reduce(
    (sum, { line }) => (sum + BigInt(`0x${sha(line.eventId).slice(0, 32)}`)) % 2n ** 128n,
    0n,
  );
  const count = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const dropped = judged.filter(({ fate }) => fate === 'dropped').length;
  const facts: [string, unknown, unknown][] = [
    ['lines', row.lines, judged.length],
    ['bytes', row.bytes, judged.reduce((sum, { line }) => sum + Buffer.byteLength(line.message), 0)],
    ['digest', row.digest, digest],
    ['dropped', count(row.dropped), dropped],
    ['vanished', row.vanished, 0],
    ['late below 0', row.first > row.lines, false],
    ['sum', row.kept + count(row.dropped) + count(row.parked) + row.duplicates, row.lines],
    // A minute read in parts counts a duplicate within its part only; then what is kept is at least what is unique.
    [
      'kept',
      between(row.kept + (row.parked['too large'] ?? 0), unique('kept'), whole ? unique('kept') : judged.length),
      true,
    ],
  ];
  return facts
    .filter(([, is, should]) => is !== should)
    .map(([what, is, should]) => `${name}: ${what} ${is}, should be ${should}`);
}

/** What is wrong with moving the cursors so: a minute passed, a line of it readable by then, and no outcome. */
export function cursorFindings(servers: Servers, before: Checkpoint | undefined, after: Checkpoint): string[] {
  const found: string[] = [];
  const { life, lines, ids } = servers;
  for (const age of AGES) {
    const [from, to] = [before?.cursors.get(age) ?? START, after.cursors.get(age) ?? START];
    if (to < from) found.push(`the cursor of age ${age} went back`);
    for (const line of lines) {
      if (line.timestamp < from || line.timestamp >= to) continue;
      const minuteEnd = Math.floor(line.timestamp / MINUTE) * MINUTE + MINUTE;
      const steady = line.readable + (life.flickerRate > 0 ? 5 * MINUTE : 0);
      if (steady > minuteEnd + age * 1000 - life.skew) continue;
      const policies = [...servers.policies.values()];
      const fates = policies.map((policy) => judge(line, policy));
      const settled = fates.some(
        ({ fate, id }) => fate === 'dropped' || ids.has(Buffer.from(id, 'hex').toString('base64url')),
      );
      if (!settled) found.push(`the cursor of age ${age} passed ${line.eventId}, which has no outcome`);
    }
  }
  return found;
}

function between(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}
