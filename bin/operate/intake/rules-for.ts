import type { Rules } from '../../../lambda/core/document/judge.ts';
import { type Checkpoint, cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { MinuteRules } from '../../../lambda/minute-rules.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import type { RulesFor } from './intake.ts';

export interface Recorded {
  readonly ledger: Pick<Ledger, 'rows'>;
  /** Of what is configured now, for minutes that the table does not know. */
  readonly rules: MinuteRules;
  /** undefined: the source was never read. */
  readonly checkpoint: () => Promise<Checkpoint | undefined>;
  /** In the place of each minute's own; absent: each minute keeps its own. */
  readonly policy?: Policy;
  /** What is configured now names a cluster that is not where the table's is: nobody knows where. Default false. */
  readonly isElsewhere?: boolean;
}

const HOUR = 60 * MINUTE;
/** Hours whose rules are kept: lines of one file are near each other. */
const KEPT = 1000;

/** Lines by what judged their minute, where the table knows it; it is asked hour by hour. */
export function recordedRules({ ledger, rules, checkpoint, policy, isElsewhere = false }: Recorded): RulesFor {
  const hours = new Map<number, (minute: number) => Rules>();
  const rulesOf = async (hour: number) => {
    const minutes = { from: hour, to: hour + HOUR };
    const rows = await ledger.rows(minutes.from, minutes.to);
    const known = await checkpoint();
    // What the checkpoint names is of minutes that the frontier has not passed; those before have a row, or nothing.
    const frontier = known === undefined ? Number.POSITIVE_INFINITY : cursor(known, 0);
    const passed = await rules.recorded(minutes, rows, known && { ...known, judged: [] });
    const coming = await rules.recorded(minutes, rows, known);
    return (minute: number): Rules => {
      const recorded = minute < frontier ? passed : coming;
      const each = recorded.rules(minute);
      const isUnknown = isElsewhere && recorded.by(minute).naming === rules.current.naming;
      const { name, indexName } = each.cluster;
      return { ...each, policy: policy ?? each.policy, cluster: isUnknown ? { name, indexName } : each.cluster };
    };
  };
  return async (minutes) => {
    const wanted = new Set(minutes.map(hourOf));
    const found = new Map<number, (minute: number) => Rules>();
    for (const hour of wanted) {
      const each = hours.get(hour) ?? (await rulesOf(hour));
      found.set(hour, each);
      hours.set(hour, each);
    }
    if (hours.size > KEPT) hours.clear();
    return (minute) => {
      const each = found.get(hourOf(minute));
      if (each === undefined) throw new Error(`Minute ${minute} was not asked for.`);
      return each(minute);
    };
  };
}

/** All lines by the same rules. */
export function sameRules(rules: Rules): RulesFor {
  return async () => () => rules;
}

function hourOf(minute: number): number {
  return Math.floor(minute / HOUR) * HOUR;
}
