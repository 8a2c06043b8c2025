import { isObject, parseJson } from '../json.ts';
import type { ParkReason } from '../ledger/outcome.ts';
import { sentence } from './profiles/sentence.ts';

/** The same whatever the answer was: `account --verify` makes the document again, and can't know it. */
const NOT_TAKEN = 'Elasticsearch did not take its document (parked.reason and parked.detail say why)';

const WHY: Readonly<Record<ParkReason, string>> = {
  truncated: 'it ends before its event does',
  'not JSON': 'it is no JSON',
  'not an audit event': 'it is no audit event',
  'not judged': 'the forwarder failed to judge it',
  'refused by the mapping': NOT_TAKEN,
  'too large': NOT_TAKEN,
  'index closed': NOT_TAKEN,
};

interface Told {
  readonly reason: ParkReason;
  readonly cluster: string;
  /** The fields that say where the line is. */
  readonly place: 'aws.cloudwatch' | 'log.file';
  /** undefined: it is one document. */
  readonly part: { readonly part: number; readonly parts: number } | undefined;
  /** What an event says, as the policy keeps it. undefined: it is no event, and nothing is quoted of what nobody could read. */
  readonly said: string | undefined;
}

/** One sentence for people: what is parked, why, and where the line is; then what an event says itself. */
export function parkedMessage({ reason, cluster, place, part, said }: Told): string {
  const what = said === undefined ? `A line of ${cluster}'s audit log` : `An audit event of ${cluster}`;
  const inParts = part === undefined ? '' : ` in ${part.parts} parts, of which this is number ${part.part}`;
  const held = reason === 'not judged' ? 'what may be shown of it unjudged' : 'it';
  const where = `event.original holds ${held}, ${place} says where its line is`;
  return `${what} is parked${inParts}, since ${WHY[reason]}; ${where}${said ? `: ${said}` : '.'}`;
}

/** The sentence of an event's document, from its text. Empty where that can't be read. */
export function saidBy(event: string): string {
  const value = parseJson(event);
  return isObject(value) ? sentence(value) : '';
}
