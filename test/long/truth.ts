import { createHash } from 'node:crypto';
import { DROPPED_VERBS, type Written } from './lines.ts';

/** Knows nothing of the code it judges: fates, ids and digests are worked out here in a few lines of their own. */

/** A line as CloudWatch has it. */
export interface Filed extends Written {
  readonly eventId: string;
}

/** What is found in Elasticsearch. */
export interface Found {
  readonly index: string;
  readonly id: string;
}

/** A ledger row as it lies in the table. */
export type RowItem = Readonly<Record<string, unknown>>;

export interface Verdict {
  readonly expected: number;
  readonly found: number;
  readonly lost: number;
  readonly twice: number;
  readonly foreign: number;
  readonly rows: number;
  readonly wrongRows: readonly string[];
}

const MINUTE = 60_000;

export function judge(
  cluster: string,
  filed: readonly Filed[],
  found: readonly Found[],
  rows: readonly RowItem[],
): Verdict {
  const expected = new Set(filed.map((line) => documentOf(cluster, line)).filter((place) => place !== undefined));
  const counts = new Map<string, number>();
  for (const { index, id } of found) {
    const place = placeOf(index.includes('audit_parked') ? 'parked' : 'kept', id);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return {
    expected: expected.size,
    found: found.length,
    lost: [...expected].filter((place) => !counts.has(place)).length,
    twice: [...counts.values()].filter((count) => count > 1).length,
    foreign: [...counts.keys()].filter((place) => !expected.has(place)).length,
    rows: rows.length,
    wrongRows: rowFindings(cluster, filed, rows),
  };
}

const placeOf = (fate: string, id: string) => `${fate} ${id}`;

function fateOf({ message }: Written): 'kept' | 'dropped' | 'parked' {
  if (isCut(message)) return 'kept';
  if (!message.endsWith('}')) return 'parked';
  return DROPPED_VERBS.includes(JSON.parse(message).verb) ? 'dropped' : 'kept';
}

/** Such a line ends before the fields that a policy asks for. */
function isCut(message: string): boolean {
  return message.endsWith('[Truncated...]');
}

/** Where its document is to be; undefined: nowhere. */
function documentOf(cluster: string, line: Written): string | undefined {
  const { message, timestamp } = line;
  const fate = fateOf(line);
  if (fate === 'dropped') return undefined;
  const isLine = fate === 'parked' || isCut(message);
  const time = isLine ? timestamp : Date.parse(JSON.parse(message).stageTimestamp);
  const parts = isLine ? ['line', cluster, String(timestamp), message] : ['event', cluster, message];
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 36);
  const bytes = Buffer.from(time.toString(16).padStart(12, '0') + hash, 'hex');
  return placeOf(fate, bytes.toString('base64url'));
}

function rowFindings(cluster: string, filed: readonly Filed[], rows: readonly RowItem[]): string[] {
  const byMinute = Map.groupBy(filed, ({ timestamp }) => Math.floor(timestamp / MINUTE) * MINUTE);
  const found: string[] = [];
  const seen = new Set<number>();
  for (const row of rows) {
    const minute = Date.parse(String(row.minute));
    seen.add(minute);
    found.push(...wrong(cluster, row, byMinute.get(minute) ?? []));
  }
  for (const minute of byMinute.keys()) {
    if (!seen.has(minute)) found.push(`${new Date(minute).toISOString()}: no row`);
  }
  return found;
}

function wrong(cluster: string, row: RowItem, lines: readonly Filed[]): string[] {
  const of = (fate: string) => lines.filter((line) => fateOf(line) === fate);
  const unique = new Set(of('kept').map((line) => documentOf(cluster, line))).size;
  const [kept, dropped, parked] = [Number(row.kept), sum(row.dropped), sum(row.parked)];
  const facts: readonly (readonly [name: string, is: unknown, should: unknown])[] = [
    ['lines', row.lines, lines.length],
    ['bytes', row.bytes, lines.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0)],
    ['digest', row.digest, digestOf(lines)],
    ['kept', kept, unique],
    ['dropped', dropped, of('dropped').length],
    ['parked', parked, of('parked').length],
    ['kept + dropped + parked + duplicates', kept + dropped + parked + Number(row.duplicates), lines.length],
    ['vanished', row.vanished, 0],
  ];
  return facts
    .filter(([, is, should]) => is !== should)
    .map(([name, is, should]) => `${row.minute}: ${name} ${is}, should be ${should}`);
}

function sum(counts: unknown): number {
  return Object.values(counts ?? {}).reduce((total: number, count) => total + Number(count), 0);
}

function digestOf(lines: readonly Filed[]): string {
  const hashes = lines.map(({ eventId }) => createHash('sha256').update(eventId).digest('hex').slice(0, 32));
  return hashes
    .reduce((total, hash) => (total + BigInt(`0x${hash}`)) % 2n ** 128n, 0n)
    .toString(16)
    .padStart(32, '0');
}
