import type { Found } from '../../../lambda/core/ledger/counts.ts';
import { hashOf } from '../../../lambda/core/ledger/digest.ts';
import { goneSince, type Row } from '../../../lambda/core/ledger/row.ts';
import { beginnings, type Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import type { RulesByMinute } from '../../../lambda/minute-rules.ts';
import type { Reader } from '../../../lambda/reader.ts';
import { oldestShape } from './columns.ts';
import { ExpectedDocuments, type Taken } from './expected.ts';
import type { Rows } from './groups.ts';
import { type Deviation, deviation } from './verification.ts';

/** What minutes are read again by. */
export interface Rereading {
  readonly reader: Pick<Reader, 'readInFull'>;
  readonly rows: Rows;
  readonly rules: RulesByMinute;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What CloudWatch Logs holds of minutes, and in what it deviates from their rows. */
export interface Reread {
  readonly judged: ExpectedDocuments;
  readonly compared: readonly Compared[];
}

export type Compared =
  | { readonly kind: 'same'; readonly minute: number }
  /** Lines that the row counts are gone. */
  | { readonly kind: 'fewer'; readonly minute: number; readonly why: string }
  | { readonly kind: 'more'; readonly minute: number; readonly lines: number; readonly why: string };

/** `inspect` gets the lines that are sent, page by page. undefined: it was ended. */
export async function reread(
  { reader, rows, rules, signal }: Rereading,
  minutes: Minutes,
  inspect: (taken: readonly Taken[]) => Promise<void>,
): Promise<Reread | undefined> {
  const seenUntil = (minute: number) => rows.get(minute)?.last.seenUntil ?? Number.POSITIVE_INFINITY;
  const oldest = (minute: number) => oldestShape(rows, minute);
  const judged = new ExpectedDocuments((minute) => rules.rules(minute), oldest, seenUntil);
  const range = { startTime: minutes.from, endTime: minutes.to - 1 };
  const ended = await reader.readInFull(range, async ({ lines, hashes }) => {
    await inspect(lines.flatMap((line, at) => judged.take(line, hashes[at] ?? hashOf(line.origin.eventId))));
    return !signal.aborted;
  });
  if (signal.aborted) return undefined;
  if (ended !== 'in full') throw new Stopped('CloudWatch Logs could not be read to the end in time: try it again.');
  const there = beginnings(minutes).flatMap((minute) => rows.get(minute) ?? []);
  return { judged, compared: there.map((row) => compareRow(row, judged.found(row.minute))) };
}

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

export function deviationsOf(compared: readonly Compared[], kind: 'fewer' | 'more'): readonly Deviation[] {
  return compared.flatMap((each) => (each.kind === kind ? [deviation(each.minute, each.why)] : []));
}
