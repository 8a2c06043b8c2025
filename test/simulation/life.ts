import type { CloudWatchLine } from '../../lambda/core/line.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { random } from '../../local/random.ts';
import { event, rule } from '../support/builders.ts';

/** What a simulated source lives through; all of it follows from these numbers. Rates are probabilities per call. */
export interface Life {
  readonly seed: number;
  /** A whole day of few lines and long intervals; else an hour, with an hour for the oldest age too. */
  readonly day: boolean;
  /** Minutes in which lines are written; of a day, so many times `DAY`. */
  readonly minutes: number;
  /** Of a day, so many in `DAY` minutes. */
  readonly linesPerMinute: number;
  /** Share of lines that become readable late, and how late at most, as a share of the oldest age. */
  readonly lateShare: number;
  readonly latest: number;
  /** Seconds between two runs; of a day at least ten minutes. */
  readonly interval: number;
  /** Share of runs that begin while another is under way. */
  readonly overlap: number;
  readonly killRate: number;
  readonly throttleRate: number;
  readonly emptyRate: number;
  /** Lines come in no order of time, within a page and from page to page. */
  readonly shuffle: boolean;
  /** A line that is new may be missing in a read, though an earlier read had it. */
  readonly flickerRate: number;
  /** A page gives lines again that the read has had. Absent: never. */
  readonly repeatRate?: number;
  readonly sinkRate: number;
  readonly tableRate: number;
  /** The SDK asks the table again by itself, since the first answer was lost. Absent: never. */
  readonly tableRepeatRate?: number;
  /** A call that takes minutes: the run wakes up when its lease is long over. */
  readonly stallRate: number;
  /** Milliseconds by which a function's clock is wrong at most. */
  readonly skew: number;
  /** The minute (of a day, so many times `DAY`) in which the policy changes; beyond the life: never. */
  readonly policyChange: number;
  /** The minute (of a day, so many times `DAY`) in which cluster and index get another name. Absent: never. */
  readonly renamed?: number;
  /** The minute (of a day, so many times `DAY`) in which every other setting changes. Absent: never. */
  readonly changed?: number;
  /** The minutes (of a day, so many times `DAY`) from which and up to which events are written in Calico's profile, too. Absent: never. */
  readonly bothFrom?: number;
  readonly bothTo?: number;
  /** Share of documents that the mapping refuses, of each profile others. Absent: none. */
  readonly pickyRate?: number;
  /** Share of lines that were made to do harm. Absent: none. */
  readonly hostileRate?: number;
  /** When Elasticsearch loses every document, as a share of the life; an operator backfills it then. null: never. */
  readonly emptied: number | null;
  /** Minutes (of a day, so many times `DAY`) after which CloudWatch Logs forgets a line. null: never. */
  readonly retention: number | null;
  /** A minute with so many times more lines. */
  readonly giant: number;
  readonly pageSize: number;
  /** The source's share of the quota, requests per second. */
  readonly share: number;
  /** Milliseconds that a page takes at most. */
  readonly slow: number;
  readonly partBytes: number;
  /** Of a day at least `MOST_OF_A_DAY`, or it would take weeks to read. */
  readonly maxBytesPerRun: number | null;
}

export const START = Date.UTC(2026, 10, 21, 12);
export const MINUTE = 60_000;
/** How many times longer a day is than what the numbers of a life say of an hour. */
const DAY = 36;
export const MOST_OF_A_DAY = 5000;
/** A line this new may be missing in a read though an earlier read had it. */
export const UNSTEADY = 5 * MINUTE;

/** What a life's numbers come to. */
export interface Shape {
  /** Seconds; the oldest bounds how late a line may come. After the settings change: it stays the oldest. */
  readonly ages: readonly number[];
  readonly agesBefore: readonly number[];
  /** Milliseconds. */
  readonly oldest: number;
  /** When the last line is written at the latest. */
  readonly end: number;
  readonly minutes: number;
  readonly linesPerMinute: number;
  /** Seconds. */
  readonly interval: number;
  /** Milliseconds; infinite where lines are kept for ever. */
  readonly retention: number;
  /** When Elasticsearch is emptied; undefined: never. */
  readonly emptied: number | undefined;
  /** When the policy changes, and when the names do. */
  readonly policyChange: number;
  readonly renamed: number;
  readonly changed: number;
  readonly bothFrom: number;
  readonly bothTo: number;
  readonly maxBytesPerRun: number | null;
}

export function shapeOf(life: Life): Shape {
  const { day, minutes, linesPerMinute, interval, retention, emptied, policyChange, maxBytesPerRun } = life;
  const factor = day ? DAY : 1;
  const ages = day ? [0, 120, 600, 7200, 86_400] : [0, 120, 600, 3600];
  const [oldest = 0] = ages.toReversed();
  const isChanged = life.changed !== undefined;
  const end = START + minutes * factor * MINUTE;
  return {
    ages,
    agesBefore: isChanged ? [0, 300, oldest] : ages,
    oldest: oldest * 1000,
    end,
    minutes: minutes * factor,
    linesPerMinute: linesPerMinute / factor,
    interval: day ? Math.max(600, interval) : interval,
    retention: (retention ?? Number.POSITIVE_INFINITY) * factor * MINUTE,
    emptied: emptied === null ? undefined : START + Math.floor(emptied * (end + oldest * 1000 - START)),
    policyChange: START + policyChange * factor * MINUTE,
    renamed: START + (life.renamed ?? Number.POSITIVE_INFINITY) * factor * MINUTE,
    changed: START + (life.changed ?? Number.POSITIVE_INFINITY) * factor * MINUTE,
    bothFrom: START + (life.bothFrom ?? Number.POSITIVE_INFINITY) * factor * MINUTE,
    bothTo: START + (life.bothTo ?? Number.POSITIVE_INFINITY) * factor * MINUTE,
    maxBytesPerRun: day && maxBytesPerRun !== null ? Math.max(MOST_OF_A_DAY, maxBytesPerRun) : maxBytesPerRun,
  };
}

export interface Written extends CloudWatchLine {
  /** When it becomes readable. */
  readonly readable: number;
  /** Its place among a read's lines where those come in no order of time. */
  readonly order: number;
}

/** Everything that is ever written to the source, in the order of its time. */
export function written(life: Life): Written[] {
  const dice = random(life.seed);
  const lines: Written[] = [];
  const { minutes, linesPerMinute } = shapeOf(life);
  for (let minute = 0; minute < minutes; minute += 1) {
    const wanted = minute === Math.floor(minutes / 2) ? life.linesPerMinute * life.giant : linesPerMinute;
    const count = Math.floor(wanted * (0.5 + dice()) + dice());
    for (let at = 0; at < count; at += 1) {
      const fresh = line(life, dice, lines.length, START + minute * MINUTE);
      const before = lines.at(-1);
      // The same event delivered twice, as CloudWatch's agents do.
      const again = at > 0 && before !== undefined && dice() < 0.05;
      lines.push(again ? twin(before, fresh.origin.eventId, minute + 1 < minutes && dice() < 0.3) : fresh);
    }
  }
  return lines.sort((a, b) => a.timestamp - b.timestamp);
}

/** In the same minute, where it is a duplicate, or filed under the next. */
function twin(of: Written, eventId: string, later: boolean): Written {
  const delay = later && of.message.endsWith('}') ? MINUTE : 0;
  return { ...of, origin: { ...of.origin, eventId }, timestamp: of.timestamp + delay, readable: of.readable + delay };
}

function line(life: Life, dice: () => number, number: number, minute: number): Written {
  // Few distinct milliseconds: ties are the rule in a busy cluster.
  const timestamp = minute + Math.floor(dice() * 600) * 100;
  const isLate = dice() < life.lateShare;
  const latest = shapeOf(life).oldest - slackOf(life) - MINUTE - 2 * life.skew;
  const delay = isLate ? dice() * life.latest * latest : dice() * 2000;
  const readable = timestamp + Math.floor(delay);
  const eventId = `event-${number}`;
  const stream = `kube-apiserver-audit-${number % 3}`;
  // No dice: what a life's seed makes of everything else stays the same.
  const order = (number * 2_654_435_761) % 2 ** 32;
  const isHostile = (number * 7919) % 1000 < 1000 * (life.hostileRate ?? 0);
  const harmless = message(dice, number, timestamp);
  const text = isHostile ? hostile(number, timestamp) : harmless;
  const origin = { kind: 'CloudWatch Logs', group: 'a-group', stream, eventId, ingestionTime: readable } as const;
  return { message: text, timestamp, origin, readable, order };
}

/** For how long a line that has become readable may yet be missing in a read. */
export function slackOf({ flickerRate }: Life): number {
  return flickerRate > 0 ? UNSTEADY : 0;
}

function message(dice: () => number, number: number, timestamp: number): string {
  const kind = dice();
  if (kind < 0.02) return `no JSON ${number}`;
  if (kind < 0.04) return cut(number) + CUT_MARK;
  const auditID = String(number);
  const stageTimestamp = new Date(timestamp).toISOString();
  const verb = ['get', 'create', 'delete', 'watch'][Math.floor(dice() * 4)];
  return JSON.stringify(event({ auditID, verb, stageTimestamp, pad: 'x'.repeat(Math.floor(dice() * 200)) }));
}

/** Stands at the end of a line that CloudWatch cut. */
export const CUT_MARK = '[Truncated...]';

/** The beginning of an event: of nearly nothing, or up to a body, which stands where the API server writes it or elsewhere. */
function cut(number: number): string {
  const auditID = String(number);
  if (number % 3 === 0) return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${auditID}`;
  const verb = ['get', 'create', 'delete', 'watch'][number % 4];
  const last = { requestReceivedTimestamp: undefined, stageTimestamp: undefined, annotations: undefined };
  const text = JSON.stringify(event({ auditID, verb, ...(number % 3 === 1 ? last : {}), requestObject: HIDDEN }));
  return text.slice(0, text.lastIndexOf('"'));
}

/** Whoever judges a line of this verb throws: a fault of ours that nobody knows of yet. */
export const THROWS = 'boom';
/** Stands in bodies alone, which no policy here keeps. */
export const HIDDEN = 'hidden-in-a-body';

/** Whether the mapping refuses the document of this profile: of one event's it may be either, both or none. */
export function refuses({ pickyRate = 0 }: Life, profile: string, auditID: string): boolean {
  return (Number(auditID) * (profile === 'calico' ? 104_729 : 15_485_863)) % 1000 < 1000 * pickyRate;
}

/** What a caller of the API may have the server write, and what no server writes. */
function hostile(number: number, timestamp: number): string {
  const usual = { auditID: String(number), verb: 'create', stageTimestamp: new Date(timestamp).toISOString() };
  const body = { kind: 'Secret', data: HIDDEN };
  const texts = [
    () => event({ ...usual, verb: THROWS, requestObject: body }),
    () => event({ ...usual, requestURI: `/api/v1${'/'.repeat(5000)}`, userAgent: '\ud800\u0000\u2028"]}' }),
    () => event({ ...usual, user: 'nobody', objectRef: [], sourceIPs: {}, responseObject: { items: [null, body] } }),
    () => event({ ...usual, annotations: { constructor: 'x', hasOwnProperty: { toString: 1 } }, level: 'Everything' }),
  ];
  const chosen = texts[number % (texts.length + 2)];
  if (chosen !== undefined) return JSON.stringify(chosen());
  const deep = `${'[{"a":'.repeat(1500)}"${HIDDEN}"${'}]'.repeat(1500)}`;
  const keys =
    number % 2 === 0 ? `"requestObject":${deep}` : `"__proto__":{"level":"None"},"level":1e400,"__proto__":null`;
  return `${JSON.stringify(event(usual)).slice(0, -1)},${keys}}`;
}

/** A rule's verbs, or what `sorted` and the like make of them. */
class Tripwire extends Array<string> {
  override includes(verb: string): boolean {
    if (verb === THROWS) throw new RangeError('Maximum call stack size exceeded');
    return super.includes(verb);
  }
}

/** Two policies that differ in what they keep, and in which rule drops what. */
export const POLICIES: readonly [Policy, Policy] = [without('get', 'watch'), without('watch', 'delete')];

function without(...verbs: string[]): Policy {
  const rules = [...verbs.map((verb) => rule({ level: 'None', verbs: new Tripwire(verb) })), rule()];
  return { omitStages: [], omitManagedFields: false, rules };
}

/** What the cluster is called, and what it is called later. */
export const NAMES = ['prod', 'other'] as const;
