import type { Naming, Settings, Source } from '../../../lambda/contract.ts';
import { decode } from '../../../lambda/core/document/decode.ts';
import { lineId } from '../../../lambda/core/document/identity.ts';
import { type EventParcel, judge, keptParcel, type Rules } from '../../../lambda/core/document/judge.ts';
import { PARKED } from '../../../lambda/core/index-pattern.ts';
import type { Line } from '../../../lambda/core/line.ts';
import type { Checkpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import { minuteFrom } from '../../../lambda/core/minutes/minutes.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { floorMinute } from '../../../lambda/core/time.ts';
import { type MinuteRules, rulesBy } from '../../../lambda/minute-rules.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import type { Reader } from '../../../lambda/reader.ts';
import type { Place } from '../../../lib/elasticsearch/documents.ts';
import type { ParkedLine } from './lines.ts';

/** What is to be done with a parked line. */
export type Decision =
  | { readonly kind: 'send'; readonly parcel: EventParcel }
  | { readonly kind: 'dropped'; readonly by: string }
  /** It stays parked; `why` is a sentence. */
  | { readonly kind: 'left'; readonly why: string };

/** All that a decision takes. */
export interface Deciding {
  readonly settings: Pick<Settings<Policy>, 'policy'> & {
    /** undefined: the cluster is not EKS, and its documents name none. */
    readonly source: Source | undefined;
  };
  /** All by which the cluster's documents may go, today's and those before. */
  readonly namings: readonly Naming[];
  readonly ledger: Pick<Ledger, 'rows'>;
  readonly rules: Pick<MinuteRules, 'asDeployed'>;
  readonly checkpoint: Checkpoint | undefined;
  readonly reader: Pick<Reader, 'readInFull'>;
}

/** `text` is what is parked of the line. */
export function decide(deciding: Deciding, line: ParkedLine, text: string, now: number): Promise<Decision> | Decision {
  const { meant } = line;
  if (Number.isNaN(line.time)) return left('It does not say when its line was written: somebody altered it.');
  return meant === undefined ? judgedAnew(deciding, line, text, now) : asMeant(deciding, { ...line, meant }, text, now);
}

/** The policy has judged it already: its text is the event as kept, and goes where it would have gone. */
async function asMeant(deciding: Deciding, line: Meant, text: string, now: number): Promise<Decision> {
  const { settings, namings } = deciding;
  const { meant, cluster } = line;
  // The parked index tells its naming where an index of events would not, and the document says which it was.
  const then = (each: Naming) => each.cluster === cluster && PARKED.holds(each.indexName, line.index);
  for (const naming of namings.filter(then)) {
    const rules = rulesBy(naming, settings.source, settings.policy);
    const parcel = keptParcel(lineOf(line, text), rules, now, { id: meant.id, text });
    if (parcel === undefined) return cutAnew(deciding, line, text, now);
    const items = itemsFor(parcel, meant);
    if (items.length > 0) return { kind: 'send', parcel: { ...parcel, items } };
  }
  return left(nowhere(line));
}

type Meant = ParkedLine & { readonly meant: Place };

/**
 * An event that CloudWatch cut is judged again, by the whole line: what is parked says so by its hash where the policy
 * took nothing of it.
 */
async function cutAnew(deciding: Deciding, line: Meant, text: string, now: number): Promise<Decision> {
  const { meant } = line;
  const decision = await judgedAnew(deciding, { ...line, id: meant.id }, text, now);
  if (decision.kind !== 'send') return decision;
  const items = itemsFor(decision.parcel, meant);
  return items.length > 0 ? { kind: 'send', parcel: { ...decision.parcel, items } } : left(nowhere(line));
}

/** Of the one profile that it was refused for. */
function itemsFor({ items }: EventParcel, meant: Place): EventParcel['items'] {
  return items.filter(({ index, id }) => index === meant.index && id === meant.id);
}

function nowhere({ meant, cluster }: Meant): string {
  return `It was to go to ${meant.index}, which no name that ${cluster || 'this cluster'} ever had makes of it.`;
}

/** No policy has judged it: its minute's does, as a backfill would. */
async function judgedAnew(deciding: Deciding, parked: ParkedLine, text: string, now: number): Promise<Decision> {
  const found = await rulesOf(deciding, parked.time);
  if (typeof found === 'string') return left(found);
  const line = isWhole(parked, text, found) ? lineOf(parked, text) : await readAgain(deciding, parked, found);
  if (typeof line === 'string') return left(line);
  const judgement = judge(line, found, now);
  if (judgement.kind === 'dropped') return judgement;
  const { parcel } = judgement;
  if (parcel.kind === 'event') return { kind: 'send', parcel };
  return left(`It would be parked again: ${parcel.reason}.`);
}

/** By what its minute was judged; a sentence where that is not known any more. */
async function rulesOf({ ledger, rules, checkpoint }: Deciding, time: number): Promise<Rules | string> {
  const minutes = minuteFrom(floorMinute(time));
  const rows = await ledger.rows(minutes.from, minutes.to);
  const row = rows.get(minutes.from);
  const judged = await rules.asDeployed(minutes, rows, checkpoint);
  const by = judged.by(minutes.from);
  if (row !== undefined && by.policy !== row.policy)
    return `The policy ${row.policy} that judged its minute is not in the table any more.`;
  if (row !== undefined && row.naming !== '' && by.naming !== row.naming)
    return `The naming ${row.naming} of its minute is not in the table any more.`;
  return judged.rules(minutes.from);
}

/** Of what could not be judged the bodies are not parked, of a cut line not what the policy took. */
function isWhole({ id, time }: ParkedLine, text: string, { cluster }: Rules): boolean {
  return [text, decode(text).text].some((each) => lineId(cluster.name, time, each) === id);
}

/** The line where it came from; a sentence where it is not there any more. */
async function readAgain({ reader }: Deciding, parked: ParkedLine, rules: Rules): Promise<Line | string> {
  const { time, origin } = parked;
  if (origin.kind === 'file')
    return `What is parked is not the whole line: import ${origin.path} again, where it begins at byte ${origin.offset}.`;
  const found: Line[] = [];
  try {
    await reader.readInFull({ startTime: time, endTime: time }, async ({ lines }) => {
      found.push(...lines.filter((line) => line.origin.eventId === origin.eventId));
      return found.length === 0;
    });
  } catch (error) {
    if (error instanceof Stopped) return `What is parked is not the whole line, and ${error.message}`;
    throw error;
  }
  const [line] = found;
  if (line === undefined) return 'What is parked is not the whole line, and CloudWatch Logs has it no more.';
  return isWhole(parked, line.message, rules)
    ? line
    : 'What is parked is not the line that CloudWatch Logs has: somebody altered it.';
}

function lineOf({ time, origin }: ParkedLine, message: string): Line {
  return { message, timestamp: time, origin };
}

function left(why: string): Decision {
  return { kind: 'left', why };
}
