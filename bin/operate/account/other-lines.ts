import { type Minutes, minuteFrom } from '../../../lambda/core/minutes/minutes.ts';
import { floorMinute, isoTime, MINUTE } from '../../../lambda/core/time.ts';
import { profileOf } from '../../../lib/elasticsearch/documents.ts';
import { oldestShape, UNNAMED } from './columns.ts';
import { Contents } from './contents.ts';
import { takenBy } from './expected.ts';
import type { Findings, Suspect } from './findings.ts';
import { runsOf } from './groups.ts';
import type { Inspection } from './inspection.ts';

/** How many minutes are read for suspects that name another line's time: so many events in two lines no cluster has. */
const MOST_MINUTES = 60;

/**
 * Clears suspects that another line makes. The same event may stand in two lines, of minutes that were judged by
 * different policies; the document is that of the line that came first, and says when that is filed. That line is
 * read: a document's own word proves nothing.
 */
export async function clearByOtherLines(inspection: Inspection, findings: Findings): Promise<void> {
  const { ledger, reader, checkpoint, documents, signal } = inspection;
  const claims = new Map([...findings.suspects].map(([key, suspect]) => [key, claimsOf(suspect)]));
  const claimed = [...claims.values()].flat();
  const begins = new Set(claimed.map(({ from }) => from));
  const wholes = new Set(claimed.filter(({ from, to }) => to - from === MINUTE).map(({ from }) => from));
  const minutes = [...new Set(claimed.map(({ from }) => floorMinute(from)))].toSorted((a, b) => a - b);
  for (const { from, to } of runsOf(minutes.slice(0, MOST_MINUTES))) {
    const rows = await ledger.rows(from - UNNAMED, to);
    const rules = await inspection.rules.recorded({ from, to }, rows, checkpoint);
    const oldest = (minute: number) => oldestShape(rows, minute);
    const contents = new Contents(documents, inspection.table, oldest, ({ expected, place, altered }) => {
      if (altered === undefined) findings.clear(expected, place);
    });
    await reader.readInFull({ startTime: from, endTime: to - 1 }, async ({ lines }) => {
      const taken = lines.flatMap((line) => {
        const minute = floorMinute(line.timestamp);
        if (!begins.has(line.timestamp) && !wholes.has(minute)) return [];
        const isIn = ({ from, to }: Minutes) => line.timestamp >= from && line.timestamp < to;
        const judged = takenBy(line, rules.rules(minute), oldest(minute));
        const all = judged.kind === 'sent' ? judged.all : [];
        return all.filter(({ expected }) => claims.get(expected.key)?.some(isIn));
      });
      await contents.inspect(taken);
      return !signal.aborted;
    });
  }
}

/**
 * When another line may be filed that makes the document: the time that it says, and of Calico's, which says none, the
 * minutes beside its line's. What is no event has its time in its id. CloudWatch Logs refuses to be asked for a time
 * before 1970.
 */
function claimsOf({ expected, place, altered: { claimed } }: Suspect): readonly Minutes[] {
  if (expected.kind === 'parked') return [];
  if (claimed !== undefined)
    return claimed < 0 || isoTime(claimed) === expected.time ? [] : [{ from: claimed, to: claimed + 1 }];
  if (profileOf(place.index) !== 'calico') return [];
  return [minuteFrom(expected.minute - MINUTE), minuteFrom(expected.minute + MINUTE)];
}
