import { createHash } from 'node:crypto';
import type { Rules } from './core/document/judge.ts';
import type { Row } from './core/ledger/row.ts';
import { type Checkpoint, judgedBy } from './core/minutes/checkpoint.ts';
import { beginnings, type Minutes } from './core/minutes/minutes.ts';
import { canonicalPolicy, type Policy } from './core/policy/policy.ts';
import type { Ledger } from './ports.ts';

/** The name of a policy: the hash of its canonical JSON. */
export function policyHash(policy: Policy): string {
  return createHash('sha256').update(canonicalPolicy(policy)).digest('hex').slice(0, 32);
}

/** By what each minute of a read is judged. */
export interface RulesByMinute {
  /** The policy's hash. */
  hash(minute: number): string;
  rules(minute: number): Rules;
}

/** Knows by what each minute is judged: by the policy that judged it first, else by the one configured now. */
export class MinuteRules {
  /** Hash of the policy that is configured now. */
  readonly current: string;
  readonly #ledger: Pick<Ledger, 'policy' | 'keepPolicy'>;
  readonly #rules: Rules;
  readonly #policies: Map<string, Policy>;
  #kept = false;

  constructor(ledger: Pick<Ledger, 'policy' | 'keepPolicy'>, rules: Rules) {
    this.#ledger = ledger;
    this.#rules = rules;
    this.current = policyHash(rules.policy);
    this.#policies = new Map([[this.current, rules.policy]]);
  }

  /** Keeps the policy that is configured now, before any row or checkpoint names it. */
  async keepCurrent(): Promise<void> {
    if (!this.#kept) await this.#ledger.keepPolicy(this.current, this.#rules.policy);
    this.#kept = true;
  }

  /** Each minute by the policy that its row names, or that the checkpoint names since the minute was sent unfinished. */
  async recorded(
    minutes: Minutes,
    rows: ReadonlyMap<number, Row>,
    checkpoint: Checkpoint | undefined,
  ): Promise<RulesByMinute> {
    const hashes = new Map<number, string>();
    for (const minute of beginnings(minutes)) {
      const wanted = rows.get(minute)?.policy ?? (checkpoint && judgedBy(checkpoint, minute)) ?? this.current;
      hashes.set(minute, (await this.#load(wanted)) ? wanted : this.current);
    }
    return this.#by((minute) => hashes.get(minute) ?? this.current);
  }

  /** Each minute by the policy that is configured now, whatever judged it before. */
  anew(): RulesByMinute {
    return this.#by(() => this.current);
  }

  #by(hash: (minute: number) => string): RulesByMinute {
    const policy = (minute: number) => this.#policies.get(hash(minute)) ?? this.#rules.policy;
    return { hash, rules: (minute) => ({ ...this.#rules, policy: policy(minute) }) };
  }

  /** `false`: it is not in the table any more; whoever judges then says so by naming the other one in the row. */
  async #load(hash: string): Promise<boolean> {
    if (this.#policies.has(hash)) return true;
    const policy = await this.#ledger.policy(hash);
    if (policy !== undefined) this.#policies.set(hash, policy);
    return policy !== undefined;
  }
}
