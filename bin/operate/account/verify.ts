import { wholeId } from '../../../lambda/core/document/parked.ts';
import type { Found } from '../../../lambda/core/ledger/counts.ts';
import { hashOf } from '../../../lambda/core/ledger/digest.ts';
import { goneSince, type Row } from '../../../lambda/core/ledger/row.ts';
import { type Checkpoint, cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import { beginnings, type Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { PART_BYTES } from '../../../lambda/core/minutes/step.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { DAY, MINUTE } from '../../../lambda/core/time.ts';
import type { MinuteRules, RulesByMinute } from '../../../lambda/minute-rules.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import type { Reader } from '../../../lambda/reader.ts';
import { type IndexedDocuments, isParked, type Place, type Snapshot } from '../../../lib/elasticsearch/documents.ts';
import { type Expected, ExpectedDocuments } from './expected.ts';
import { groupsOf, type Rows, runsOf } from './groups.ts';
import {
  add,
  type Deviation,
  deviation,
  type Extra,
  type Missing,
  NAMED,
  NOTHING,
  type Verification,
} from './verification.ts';

export interface Inspection {
  readonly minutes: Minutes;
  readonly ledger: Pick<Ledger, 'rows'>;
  readonly reader: Pick<Reader, 'readInFull'>;
  readonly documents: IndexedDocuments;
  readonly rules: Pick<MinuteRules, 'recorded'>;
  readonly checkpoint: Checkpoint | undefined;
  /** Hears which minutes come next. */
  readonly report: (minutes: Minutes) => void;
  /** What is read at once where minutes are small. Default about eight pages. */
  readonly partBytes?: number;
}

/** A day's rows, and by what its minutes are judged. */
interface Day {
  readonly rows: Rows;
  readonly rules: RulesByMinute;
}

/**
 * Reads a range of CloudWatch Logs again, judges each minute by the policy and the naming that its row names, and
 * compares the documents that must come of it with those in Elasticsearch. Memory holds one minute, or about eight
 * pages of small ones. Minutes without a row are left out: their documents may be on their way.
 */
export async function verify(inspection: Inspection): Promise<Verification> {
  const { minutes, ledger, report, checkpoint } = inspection;
  let all = NOTHING;
  for (let from = minutes.from; from < minutes.to; ) {
    const to = Math.min(minutes.to, (Math.floor(from / DAY) + 1) * DAY);
    const rows = await ledger.rows(from, to);
    const day = { rows, rules: await inspection.rules.recorded({ from, to }, rows, checkpoint) };
    const isJudgeable = (row: Row) => forgotten(row, day) === undefined;
    for (const group of groupsOf({ from, to }, rows, isJudgeable, inspection.partBytes ?? PART_BYTES)) {
      report(group);
      all = add(all, await compared(inspection, group, day));
    }
    all = add(all, { ...NOTHING, notVerifiable: notJudgeable(day) });
    from = to;
  }
  return all;
}

/** What of that by which a row was judged is not in the table any more. */
function forgotten({ minute, policy, naming }: Row, { rules }: Day): string | undefined {
  const by = rules.by(minute);
  if (by.policy !== policy) return `the policy ${policy} that judged it is not in the table any more`;
  return naming === '' || by.naming === naming ? undefined : `the naming ${naming} is not in the table any more`;
}

function notJudgeable(day: Day): readonly Deviation[] {
  return [...day.rows.values()].flatMap((row) => {
    const why = forgotten(row, day);
    return why === undefined ? [] : [deviation(row.minute, why)];
  });
}

/** One group. The snapshot is older than the read, so a line that came in between is no document too many. */
async function compared(inspection: Inspection, group: Minutes, day: Day): Promise<Verification> {
  const { documents, checkpoint } = inspection;
  const snapshot = await documents.snapshot();
  try {
    const { judged, deviations } = await reread(inspection, group, day);
    const whole = deviations.filter(({ kind }) => kind !== 'fewer').map(({ minute }) => minute);
    const { seen, strangers } = await scan(snapshot, runsOf(whole), judged);
    const all = [...judged.expected.values()];
    const unseen = all.filter((each) => !isSeen(each, seen));
    const both = all.filter((each) => each.kind === 'event' && isIndexed(each, seen) && isParkedWhole(each, seen));
    const lost = await stillMissing(inspection, unseen);
    const awaited = awaitedAmong(lost, deviations, day.rows, checkpoint);
    const missing = lost.filter((each) => !awaited.has(each));
    return {
      minutes: whole.length,
      present: judged.expected.size - lost.length,
      missing: missing.slice(0, NAMED).map(named),
      missingCount: missing.length,
      extra: await explained(documents, strangers.slice(0, NAMED), judged),
      extraCount: strangers.length,
      both: both.slice(0, NAMED).map(named),
      bothCount: both.length,
      awaited: awaited.size,
      notVerifiable: deviationsOf(deviations, 'fewer'),
      changed: deviationsOf(deviations, 'more'),
    };
  } finally {
    await snapshot.close();
  }
}

/** CloudWatch Logs has been seen to leave a line out of one answer: where lines are gone it is asked twice. */
async function reread(inspection: Inspection, group: Minutes, day: Day) {
  const first = await read(inspection, group, day);
  const gone = deviationsOf(first.deviations, 'fewer').length;
  if (gone === 0) return first;
  const second = await read(inspection, group, day);
  return deviationsOf(second.deviations, 'fewer').length < gone ? second : first;
}

async function read({ reader }: Inspection, group: Minutes, { rows, rules }: Day) {
  const seenUntil = (minute: number) => rows.get(minute)?.last.seenUntil ?? Number.POSITIVE_INFINITY;
  const judged = new ExpectedDocuments((minute) => rules.rules(minute), seenUntil);
  const range = { startTime: group.from, endTime: group.to - 1 };
  const ended = await reader.readInFull(range, async ({ lines, hashes }) => {
    for (const [at, line] of lines.entries()) judged.take(line, hashes[at] ?? hashOf(line.origin.eventId));
    return true;
  });
  if (ended !== 'in full') throw new Stopped('CloudWatch Logs could not be read to the end in time: try it again.');
  return { judged, deviations: [...rowsOf(group, rows)].map((row) => compareRow(row, judged.found(row.minute))) };
}

function rowsOf(minutes: Minutes, rows: Rows): readonly Row[] {
  return beginnings(minutes).flatMap((minute) => rows.get(minute) ?? []);
}

function deviationsOf(compared: readonly Compared[], kind: 'fewer' | 'more'): readonly Deviation[] {
  return compared.flatMap((each) => (each.kind === kind ? [deviation(each.minute, each.why)] : []));
}

type Compared =
  | { readonly kind: 'same'; readonly minute: number }
  /** Lines that the row counts are gone. */
  | { readonly kind: 'fewer'; readonly minute: number; readonly why: string }
  | { readonly kind: 'more'; readonly minute: number; readonly lines: number; readonly why: string };

function compareRow(row: Row, found: Found): Compared {
  const { minute, last, vanished } = row;
  const gone = vanished + goneSince(last, found);
  if (gone > 0) {
    const few = found.lines < row.lines ? `${found.lines} of them` : `${found.lines}, but others`;
    const why = `the ledger says ${row.lines} lines, CloudWatch Logs has ${few}: its retention, or the group was made anew`;
    return { kind: 'fewer', minute, why };
  }
  const lines = found.lines - last.lines;
  if (lines <= 0) return { kind: 'same', minute };
  return {
    kind: 'more',
    minute,
    lines,
    why: `CloudWatch Logs has ${found.lines} lines, ${lines} more than the ledger`,
  };
}

function named({ id, time, stream, eventId, index }: Expected): Missing {
  return { id, time, stream, eventId, index };
}

/** By the line's id: which of its documents are there. */
type Seen = ReadonlyMap<string, { readonly indexed: boolean; readonly parked: ReadonlySet<string> }>;

/** Which of the documents expected are there, and which others are. */
async function scan(snapshot: Snapshot, runs: readonly Minutes[], judged: ExpectedDocuments) {
  const seen = new Map<string, { indexed: boolean; parked: Set<string> }>();
  const strangers: Place[] = [];
  for (const { from, to } of runs) {
    for await (const places of snapshot.within({ startTime: from, endTime: to - 1 })) {
      for (const place of places) {
        const parked = isParked(place.index);
        const id = parked ? wholeId(place.id) : place.id;
        const expected = judged.expected.get(id);
        if (expected === undefined || !belongs(place, expected)) {
          strangers.push(place);
          continue;
        }
        const there = seen.get(id) ?? { indexed: false, parked: new Set() };
        if (parked) there.parked.add(place.id);
        else there.indexed = true;
        seen.set(id, there);
      }
    }
  }
  return { seen, strangers };
}

/** An event may be parked in place of being indexed; it is nowhere else. */
function belongs({ index, id }: Place, { index: expected, parkedAs }: Expected): boolean {
  return isParked(index) ? parkedAs.some((ids) => ids.includes(id)) : index === expected;
}

function isSeen(expected: Expected, seen: Seen): boolean {
  return (expected.kind === 'event' && isIndexed(expected, seen)) || isParkedWhole(expected, seen);
}

function isIndexed({ id }: Expected, seen: Seen): boolean {
  return seen.get(id)?.indexed === true;
}

function isParkedWhole({ id, parkedAs }: Expected, seen: Seen): boolean {
  const there = seen.get(id)?.parked;
  return there !== undefined && parkedAs.some((ids) => ids.every((each) => there.has(each)));
}

/**
 * A document not filed under its line's time is there nonetheless when the same event stands in two lines (it has the
 * first one's time), or when no refresh has made it searchable yet: so each is looked up by its id.
 */
async function stillMissing({ documents }: Inspection, unseen: readonly Expected[]): Promise<readonly Expected[]> {
  const parkedPlaces = ({ parkedAs, parkedIndex: index }: Expected) =>
    parkedAs.map((ids) => ids.map((id) => ({ index, id })));
  const own = ({ kind, index, id }: Expected) => (kind === 'event' ? [{ index, id }] : []);
  const asked = unseen.flatMap((each) => [...own(each), ...parkedPlaces(each).flat()]);
  const present = new Set((await documents.present(asked)).map(keyOf));
  const isThere = (place: Place) => present.has(keyOf(place));
  const left = unseen.filter(
    (each) => !own(each).some(isThere) && !parkedPlaces(each).some((places) => places.every(isThere)),
  );
  const events = left.filter(({ kind }) => kind === 'event');
  const places = await documents.parked(events.flatMap(({ parkedAs }) => parkedAs.flat()));
  const parked = new Set(places.map(({ id }) => id));
  return left.filter(
    ({ kind, parkedAs }) => kind === 'parked' || !parkedAs.some((ids) => ids.every((id) => parked.has(id))),
  );
}

function keyOf({ index, id }: Place): string {
  return `${index}/${id}`;
}

/** A line is there to be read at the latest so long after CloudWatch Logs took it in, milliseconds. */
const READABLE_AFTER = MINUTE;

/**
 * Lines that came after the last look, as many as the row lacks, are awaited as long as another look is to come. What
 * that look can have seen is not: its document was there, and is missing.
 */
function awaitedAmong(
  lost: readonly Expected[],
  deviations: readonly Compared[],
  rows: Rows,
  checkpoint: Checkpoint | undefined,
): ReadonlySet<Expected> {
  const awaited = new Set<Expected>();
  for (const each of deviations) {
    if (each.kind !== 'more' || !isLookedAtAgain(each.minute, checkpoint)) continue;
    const lookedAt = rows.get(each.minute)?.readAt ?? 0;
    const newest = lost
      .filter(({ minute, ingestionTime }) => minute === each.minute && ingestionTime > lookedAt - READABLE_AFTER)
      .toSorted((a, b) => b.ingestionTime - a.ingestionTime);
    for (const one of newest.slice(0, each.lines)) awaited.add(one);
  }
  return awaited;
}

function isLookedAtAgain(minute: number, checkpoint: Checkpoint | undefined): boolean {
  return checkpoint !== undefined && [...checkpoint.cursors.keys()].some((age) => cursor(checkpoint, age) <= minute);
}

/** Why these documents are too many, as far as it can be told. */
async function explained(
  documents: IndexedDocuments,
  strangers: readonly Place[],
  judged: ExpectedDocuments,
): Promise<readonly Extra[]> {
  const described = await documents.describe(strangers);
  return described.map((each) => ({ ...each, why: whyExtra(each, judged) }));
}

function whyExtra({ id, index, eventId }: Omit<Extra, 'why'>, judged: ExpectedDocuments): string {
  const expected = judged.expected.get(id);
  if (expected !== undefined) return `its place is ${expected.index}, not ${index}`;
  const by = judged.dropped.get(eventId);
  if (by !== undefined) return `its line is dropped by the policy of its minute (${by}): it was indexed under another`;
  return 'no line in CloudWatch Logs makes it';
}
