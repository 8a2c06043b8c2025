import type { FileLine } from '../../../lambda/core/line.ts';
import type { FoundLine } from '../intake/archive.ts';
import { type Filing, ownTime } from '../intake/filing.ts';
import type { Counted } from './positions.ts';

export interface Choice {
  /** Events of these times alone, milliseconds; the end is not in it. */
  readonly range: { readonly from: number; readonly to: number };
  /** Elasticsearch deletes events of before, milliseconds. */
  readonly expired: number;
  readonly filing: Filing;
  /** As documents name the file. */
  readonly path: string;
}

interface Chosen extends Pick<Counted, 'others' | 'outside' | 'formatted' | 'expired'> {
  readonly lines: readonly FileLine[];
}

/** The lines of audit logs in the range, each with the time that it is filed under, and what is told of the others. */
export function chosen(found: readonly FoundLine[], { range, expired, filing, path }: Choice): Chosen {
  const counts = { others: 0, outside: 0, formatted: 0, expired: 0 };
  const lines: FileLine[] = [];
  for (const { text, offset, filed, isOther } of found) {
    if (isOther === true) {
      counts.others += 1;
      continue;
    }
    const timestamp = filed?.timestamp ?? filing.timeOf(text);
    const time = filed === undefined ? timestamp : (ownTime(text, timestamp) ?? timestamp);
    if (time < range.from || time >= range.to) {
      counts.outside += 1;
      continue;
    }
    if (FORMATTED.test(text)) counts.formatted += 1;
    if (time < expired) counts.expired += 1;
    const archived = filed === undefined ? {} : { archived: filed.archived };
    lines.push({ message: text, timestamp, origin: { kind: 'file', path, offset, ...archived } });
  }
  return { ...counts, lines };
}

/** The API server writes no space between tokens; whoever formats an event makes another text of it, and another id. */
const FORMATTED = /^\{\s|^\{"\w+":\s/;
