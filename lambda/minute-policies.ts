import { createHash } from 'node:crypto';
import type { Rules } from './core/document/judge.ts';
import { late, type Row, recompute, type SentMinute } from './core/ledger/row.ts';
import type { Tally } from './core/ledger/tally.ts';
import { type Checkpoint, judgedBy, type Minutes } from './core/minutes/checkpoint.ts';
import { canonicalPolicy, type Policy } from './core/policy/policy.ts';
import { MINUTE } from './core/time.ts';
import type { Ledger } from './ports.ts';

/** The name of a policy: the hash of its canonical JSON. */
export function policyHash(policy: Policy): string {
  return createHash('sha256').update(canonicalPolicy(policy)).digest('hex').slice(0, 32);
}

/** By which policy each minute of a read is judged. */
export interface Judgement {
  hash(minute: number): string;
  rules(minute: number): Rules;
}

/** The ledger as a run uses it: rows written so that no other's are overwritten, and each minute's own policy. */
export class Book {
  readonly #ledger: Ledger;
  readonly #rules: Rules;
  readonly #tally: Tally;
  readonly #policies: Map<string, Policy>;
  /** Of the policy that is configured now. */
  readonly current: string;
  #kept = false;

  constructor(ledger: Ledger, rules: Rules, tally: Tally) {
    this.#ledger = ledger;
    this.#rules = rules;
    this.#tally = tally;
    this.current = policyHash(rules.policy);
    this.#policies = new Map([[this.current, rules.policy]]);
  }

  rows({ from, to }: Minutes): Promise<ReadonlyMap<number, Row>> {
    return this.#ledger.rows(from, to);
  }

  /** Keeps the policy that is configured now, before any row or checkpoint names it. */
  async keepPolicy(): Promise<void> {
    if (!this.#kept) await this.#ledger.keepPolicy(this.current, this.#rules.policy);
    this.#kept = true;
  }

  /** A minute keeps the policy by which it was first judged, be it by a row or by having been sent unfinished. */
  async judgement(minutes: Minutes, rows: ReadonlyMap<number, Row>, checkpoint: Checkpoint): Promise<Judgement> {
    const hashes = new Map<number, string>();
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      const wanted = rows.get(minute)?.policy ?? judgedBy(checkpoint, minute) ?? this.current;
      hashes.set(minute, (await this.#load(wanted)) ? wanted : this.current);
    }
    const hash = (minute: number) => hashes.get(minute) ?? this.current;
    const rules = (minute: number) => ({
      ...this.#rules,
      policy: this.#policies.get(hash(minute)) ?? this.#rules.policy,
    });
    return { hash, rules };
  }

  /** `false`: it is not in the table any more; who judges then says so by naming the other one in the row. */
  async #load(hash: string): Promise<boolean> {
    if (this.#policies.has(hash)) return true;
    const policy = await this.#ledger.policy(hash);
    if (policy !== undefined) this.#policies.set(hash, policy);
    return policy !== undefined;
  }

  /**
   * Writes the row that a sending pass makes of the one before; where another has written meanwhile, of that one.
   * `false`: the minute has been judged anew by another policy meanwhile, and is to be sent by that one. A pass that
   * judges `anew` itself goes on.
   */
  async write(pass: SentMinute, seen: Row | undefined, anew = false): Promise<boolean> {
    let before = seen;
    while (before === undefined || before.readAt < pass.begun) {
      const row = recompute(before, pass);
      if (await this.#ledger.write(row, before?.readAt)) {
        this.#tally.late += late(row) - (before === undefined ? 0 : late(before));
        this.#tally.vanished += Math.max(0, row.vanished - (before?.vanished ?? 0));
        return true;
      }
      before = (await this.#ledger.rows(pass.minute, pass.minute + MINUTE)).get(pass.minute);
      if (!anew && before !== undefined && before.policy !== pass.policy) return false;
    }
    return true;
  }

  /** Notes in a row when the minute was found unchanged; where another has written meanwhile, that tells more. */
  async lookedAt(row: Row, begun: number): Promise<void> {
    await this.#ledger.write({ ...row, readAt: Math.max(row.readAt, begun) }, row.readAt);
  }
}
