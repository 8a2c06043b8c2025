import { isMark } from '../../../lambda/core/document/parked.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { ParkedDocuments } from '../../../lib/elasticsearch/parked.ts';
import type { LedgerAccount } from './account.ts';

const HOUR = 60 * MINUTE;

/** The account with how many of the parked lines were redriven, as the marks beside them say. */
export async function withRedriven(account: LedgerAccount, parked: ParkedDocuments): Promise<LedgerAccount> {
  const range = { startTime: Date.parse(account.from), endTime: Date.parse(account.to) - 1 };
  const counts = new Map<number, number>();
  let last = '';
  for await (const page of parked.search({ range, marksAlone: true })) {
    for (const { id, time } of page.filter((each) => isMark(each.id))) {
      // A row counts a line once, whose documents of several profiles have a mark each. They stand together.
      const line = `${time} ${id.replace(/\..*$/, '')}`;
      const hour = Math.floor(time / HOUR) * HOUR;
      if (line !== last) counts.set(hour, (counts.get(hour) ?? 0) + 1);
      last = line;
    }
  }
  const hours = account.hours.map((each) => ({ ...each, redriven: counts.get(Date.parse(each.hour)) ?? 0 }));
  const redriven = hours.reduce((sum, each) => sum + each.redriven, 0);
  return { ...account, hours, total: { ...account.total, redriven } };
}
