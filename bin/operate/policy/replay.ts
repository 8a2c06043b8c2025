import { type Decoded, decode } from '../../../lambda/core/document/decode.ts';
import { attributesOf } from '../../../lambda/core/policy/attributes.ts';
import { applyPolicy, type Verdict } from '../../../lambda/core/policy/evaluate.ts';
import type { Level, Policy } from '../../../lambda/core/policy/policy.ts';
import { reducedText } from '../../../lambda/core/policy/reduce.ts';

/** Bytes are those of the events as JSON; of kept ones, after the policy has reduced them. */
export interface Volume {
  events: number;
  bytes: number;
}

export interface RuleVolume {
  readonly rule: number;
  readonly kept: Volume;
  /** Events kept at each level. */
  readonly levels: Partial<Record<Level, number>>;
  readonly droppedByRule: Volume;
  readonly droppedByStage: Volume;
}

export interface Share extends Volume {
  readonly name: string;
  keptBytes: number;
}

export interface Replay {
  readonly read: Volume;
  /** Lines that hold no whole event; they are in no other number. */
  readonly unreadable: Volume;
  readonly kept: Volume;
  readonly dropped: Volume;
  readonly rules: readonly RuleVolume[];
  readonly droppedByNoRule: Volume;
  /** Indexes of the rules that no event met. */
  readonly neverMatched: readonly number[];
  /** The ten of the most bytes; what they have and what is kept of it. */
  readonly topResources: readonly Share[];
  readonly topUsers: readonly Share[];
  /** The ten resources of which the policy drops or cuts most bytes. */
  readonly topDropped: readonly Share[];
  /** Of the bytes read, what the policy saves: 0 to 1. */
  readonly saved: number;
  /** From the first event's own time to the last one's, in seconds. */
  readonly span: number;
  /** Bytes of events indexed in 30 days, should it go on like this; null when the span is too short to tell. */
  readonly bytesPerMonth: number | null;
}

const MONTH = 30 * 86_400;
/** Below this many seconds a busy moment would be taken for a habit. */
export const SHORTEST_SPAN = 3600;
const TOP = 10;
const STEP = 10_000;

/** Judges every line of a log. `progress` is called with the number of lines read so far. */
export async function replayPolicy(
  policy: Policy,
  lines: AsyncIterable<string>,
  progress: (lines: number) => void,
): Promise<Replay> {
  const volumes = new Volumes(policy);
  let count = 0;
  for await (const line of lines) {
    if (line.trim() !== '') volumes.add(line);
    count += 1;
    if (count % STEP === 0) progress(count);
  }
  return volumes.result();
}

class Volumes {
  readonly #policy: Policy;
  readonly #read = nothing();
  readonly #unreadable = nothing();
  readonly #kept = nothing();
  readonly #dropped = nothing();
  readonly #noRule = nothing();
  readonly #rules: RuleVolume[];
  readonly #resources = new Map<string, Share>();
  readonly #users = new Map<string, Share>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#rules = policy.rules.map((_, rule) => ({
      rule,
      kept: nothing(),
      levels: {},
      droppedByRule: nothing(),
      droppedByStage: nothing(),
    }));
  }

  add(line: string): void {
    const decoded = decode(line);
    const bytes = Buffer.byteLength(decoded.text);
    if (decoded.kind === 'undecodable') {
      count(this.#unreadable, bytes);
      return;
    }
    const { event } = decoded;
    count(this.#read, bytes);
    this.#see(event.stageTimestamp ?? event.requestReceivedTimestamp);
    const verdict = applyPolicy(this.#policy, event);
    const kept = keptBytes(verdict, decoded, bytes);
    this.#countVerdict(verdict, bytes, kept);
    const { apiGroup, resource, subresource, isResource, user } = attributesOf(event);
    const path = subresource === '' ? resource : `${resource}/${subresource}`;
    share(this.#resources, isResource ? `${path}${apiGroup === '' ? '' : `.${apiGroup}`}` : '(paths)', bytes, kept);
    share(this.#users, user?.name ?? '(not authenticated)', bytes, kept);
  }

  #see(time: unknown): void {
    const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
    if (Number.isNaN(at)) return;
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
  }

  #countVerdict(verdict: Verdict, bytes: number, kept: number): void {
    const rule = verdict.rule === undefined ? undefined : this.#rules[verdict.rule];
    if (verdict.kind === 'kept') {
      count(this.#kept, kept);
      if (rule === undefined) return;
      count(rule.kept, kept);
      rule.levels[verdict.level] = (rule.levels[verdict.level] ?? 0) + 1;
      return;
    }
    count(this.#dropped, bytes);
    if (rule === undefined) count(this.#noRule, bytes);
    else count(verdict.by === 'stage' ? rule.droppedByStage : rule.droppedByRule, bytes);
  }

  result(): Replay {
    const { bytes } = this.#read;
    const span = this.#last > this.#first ? (this.#last - this.#first) / 1000 : 0;
    const met = (rule: RuleVolume) => rule.kept.events + rule.droppedByRule.events + rule.droppedByStage.events > 0;
    return {
      read: this.#read,
      unreadable: this.#unreadable,
      kept: this.#kept,
      dropped: this.#dropped,
      rules: this.#rules,
      droppedByNoRule: this.#noRule,
      neverMatched: this.#rules.filter((rule) => !met(rule)).map(({ rule }) => rule),
      topResources: top(this.#resources, (one) => one.bytes),
      topUsers: top(this.#users, (one) => one.bytes),
      topDropped: top(this.#resources, (one) => one.bytes - one.keptBytes),
      // A level that was missing is added, so what is kept can be larger than what was read.
      saved: bytes === 0 ? 0 : Math.max(0, 1 - this.#kept.bytes / bytes),
      span,
      bytesPerMonth: span < SHORTEST_SPAN ? null : Math.round((this.#kept.bytes / span) * MONTH),
    };
  }
}

function nothing(): Volume {
  return { events: 0, bytes: 0 };
}

function count(volume: Volume, bytes: number): void {
  volume.events += 1;
  volume.bytes += bytes;
}

function share(shares: Map<string, Share>, name: string, bytes: number, kept: number): void {
  const one = shares.get(name) ?? { name, events: 0, bytes: 0, keptBytes: 0 };
  count(one, bytes);
  one.keptBytes += kept;
  shares.set(name, one);
}

function top(shares: ReadonlyMap<string, Share>, by: (share: Share) => number): readonly Share[] {
  const sorted = [...shares.values()].filter((one) => by(one) > 0).sort((a, b) => by(b) - by(a));
  return sorted.slice(0, TOP);
}

/** A line is measured as it came where the policy left it as it was. */
function keptBytes(verdict: Verdict, { event, text }: Extract<Decoded, { kind: 'event' }>, bytes: number): number {
  if (verdict.kind === 'dropped') return 0;
  return verdict.event === event ? bytes : Buffer.byteLength(reducedText(text, verdict));
}
