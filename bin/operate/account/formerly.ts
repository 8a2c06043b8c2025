import { decode } from '../../../lambda/core/document/decode.ts';
import { lineId } from '../../../lambda/core/document/identity.ts';
import { type Parcel, parked, type Rules } from '../../../lambda/core/document/judge.ts';
import type { CloudWatchLine } from '../../../lambda/core/line.ts';

/** The shape since which lines that CloudWatch cut are judged; those of before were parked as they were. */
const JUDGED_SINCE = 2;

/** How a version of shape 1 sent a line that is cut; undefined where none may have sent it. */
export function parkedFormerly(line: CloudWatchLine, rules: Rules, oldest: number): Parcel | undefined {
  const decoded = decode(line.message);
  if (oldest >= JUDGED_SINCE || decoded.kind === 'event') return undefined;
  const id = lineId(rules.cluster.name, line.timestamp, decoded.text);
  return parked(line, rules, line.origin.ingestionTime, { reason: decoded.reason, id, text: line.message });
}
