import { floorMinute, isoTime } from '../../../lambda/core/time.ts';
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
  const claims = [...findings.suspects.values()].flatMap((suspect) => claimOf(suspect) ?? []);
  const times = new Set(claims);
  const minutes = [...new Set(claims.map(floorMinute))].toSorted((a, b) => a - b).slice(0, MOST_MINUTES);
  for (const { from, to } of runsOf(minutes)) {
    const rows = await ledger.rows(from - UNNAMED, to);
    const rules = await inspection.rules.recorded({ from, to }, rows, checkpoint);
    const oldest = (minute: number) => oldestShape(rows, minute);
    const contents = new Contents(documents, inspection.table, oldest, ({ expected, place, altered }) => {
      if (altered === undefined) findings.clear(expected, place);
    });
    await reader.readInFull({ startTime: from, endTime: to - 1 }, async ({ lines }) => {
      const claimed = lines.filter(({ timestamp }) => times.has(timestamp));
      const taken = claimed.map((line) => {
        const minute = floorMinute(line.timestamp);
        return takenBy(line, rules.rules(minute), oldest(minute));
      });
      await contents.inspect(
        taken.flatMap((each) =>
          each.kind === 'sent' && isClaimed(each.expected.id, each.expected.time) ? [each] : [],
        ),
      );
      return !signal.aborted;
    });
  }

  function isClaimed(id: string, time: string): boolean {
    const claimed = findings.suspects.get(id)?.altered.claimed;
    return claimed !== undefined && isoTime(claimed) === time;
  }
}

/**
 * The time of another line, of which the document says that it is; what is no event has its time in its id. CloudWatch
 * Logs refuses to be asked for a time before 1970.
 */
function claimOf({ expected, altered: { claimed } }: Suspect): number | undefined {
  if (claimed === undefined || claimed < 0 || expected.kind === 'parked') return undefined;
  return isoTime(claimed) === expected.time ? undefined : claimed;
}
