import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { PART_BYTES } from '../../../lambda/core/minutes/step.ts';
import { DAY, isoTime } from '../../../lambda/core/time.ts';
import { UNNAMED } from './columns.ts';
import { groupsOf } from './groups.ts';
import type { Day, Inspection } from './inspection.ts';
import { Strays } from './strays.ts';
import { add, type Deviation, deviation, NOTHING, type Verification } from './verification.ts';
import { verifyGroup } from './verify-group.ts';

/**
 * Reads a range of CloudWatch Logs again, judges each minute by the policy and the naming that its row names, and
 * compares the documents that must come of it with those in Elasticsearch. Memory holds the ids of one minute, or of
 * about eight pages of small ones, and the documents of one page. Minutes without a row are left out: their documents
 * may be on their way.
 */
export async function verify(inspection: Inspection): Promise<Verification> {
  const { minutes, contents, signal } = inspection;
  const strays = new Strays();
  let all: Verification = { ...NOTHING, contents };
  for (let from = minutes.from; from < minutes.to; ) {
    const to = Math.min(minutes.to, (Math.floor(from / DAY) + 1) * DAY);
    const day = await dayOf(inspection, { from, to });
    const notJudged = notJudgeable(inspection, { from, to }, day);
    const isJudgeable = ({ minute }: Row) => !notJudged.has(minute);
    for (const group of groupsOf({ from, to }, day.rows, isJudgeable, inspection.partBytes ?? PART_BYTES)) {
      inspection.report(group);
      const found = signal.aborted ? undefined : await verifyGroup(inspection, group, day, strays);
      if (found === undefined) return { ...all, upTo: isoTime(group.from) };
      all = add(all, found);
    }
    all = add(all, { ...NOTHING, notVerifiable: [...notJudged.values()] });
    from = to;
  }
  return { ...add(all, await strays.verified(inspection)), upTo: isoTime(minutes.to) };
}

async function dayOf({ ledger, rules, checkpoint }: Inspection, { from, to }: Minutes): Promise<Day> {
  const rows = await ledger.rows(from - UNNAMED, to);
  return { rows, rules: await rules.recorded({ from, to }, rows, checkpoint) };
}

function notJudgeable(inspection: Inspection, { from }: Minutes, day: Day): ReadonlyMap<number, Deviation> {
  const found = new Map<number, Deviation>();
  for (const row of day.rows.values()) {
    const why = row.minute < from ? undefined : (forgotten(row, day) ?? unknown(row, inspection));
    if (why !== undefined) found.set(row.minute, deviation(row.minute, why));
  }
  return found;
}

/** What of that by which a row was judged is not in the table any more. */
function forgotten({ minute, policy, naming }: Row, { rules }: Day): string | undefined {
  const by = rules.by(minute);
  if (by.policy !== policy) return `the policy ${policy} that judged it is not in the table any more`;
  return naming === '' || by.naming === naming ? undefined : `the naming ${naming} is not in the table any more`;
}

function unknown({ shapes }: Row, { contents, table }: Inspection): string | undefined {
  const newest = shapes.at(-1) ?? 1;
  if (!contents || newest <= table.shape) return undefined;
  return `a newer version made its documents (shape ${newest}, this one knows ${table.shape}): use that one, or --ids-only`;
}
