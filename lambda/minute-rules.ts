import { type Naming, namingOf, profilesOf, type Settings, type Source } from './contract.ts';
import type { Rules } from './core/document/judge.ts';
import { hashOf } from './core/hash.ts';
import { IndexPattern, indexOf } from './core/index-pattern.ts';
import type { Row } from './core/ledger/row.ts';
import { type Checkpoint, judgedBy } from './core/minutes/checkpoint.ts';
import { beginnings, type JudgedBy, type Minutes } from './core/minutes/minutes.ts';
import type { Policy } from './core/policy/policy.ts';
import type { Ledger } from './ports.ts';

/** By what each minute of a read is judged. */
export interface RulesByMinute {
  by(minute: number): JudgedBy;
  rules(minute: number): Rules;
}

type Kept = Pick<Ledger, 'policy' | 'keepPolicy' | 'naming' | 'keepNaming'>;

export function rulesBy(naming: Naming, source: Source | undefined, policy: Policy): Rules {
  const { cluster, indexName } = naming;
  return {
    cluster: { name: cluster, indexName, ...(source && { source }) },
    profiles: profilesOf(naming).map((name) => ({ name, index: IndexPattern.of(indexOf(name, naming)) })),
    policy,
  };
}

/**
 * Knows by which policy each minute is judged, and by which naming its documents get their ids and places. The row
 * names both. Without a row the checkpoint does. Else what is configured now applies.
 */
export class MinuteRules {
  /** Of what is configured now. */
  readonly current: JudgedBy;
  readonly #ledger: Kept;
  readonly #settings: Settings<Policy>;
  readonly #policies: Map<string, Policy>;
  readonly #namings: Map<string, Naming>;
  /** By both hashes: each line asks for its own. */
  readonly #made = new Map<string, Rules>();
  #kept = false;

  constructor(ledger: Kept, settings: Settings<Policy>) {
    const naming = namingOf(settings);
    this.#ledger = ledger;
    this.#settings = settings;
    this.current = { policy: hashOf(settings.policy), naming: hashOf(naming) };
    this.#policies = new Map([[this.current.policy, settings.policy]]);
    this.#namings = new Map([[this.current.naming, naming]]);
  }

  /** Keeps what is configured now, before any row or checkpoint names it. */
  async keepCurrent(): Promise<void> {
    if (this.#kept) return;
    await this.#ledger.keepPolicy(this.current.policy, this.#settings.policy);
    await this.#ledger.keepNaming(this.current.naming, namingOf(this.#settings));
    this.#kept = true;
  }

  /**
   * Each minute by what its row names, or by what the checkpoint names since the minute was sent unfinished. `otherwise`:
   * by what minutes are judged that neither names. Default: by what is configured now.
   */
  async recorded(
    minutes: Minutes,
    rows: ReadonlyMap<number, Row>,
    checkpoint: Checkpoint | undefined,
    otherwise = this.current,
  ): Promise<RulesByMinute> {
    const found = new Map<number, JudgedBy>();
    for (const minute of beginnings(minutes)) {
      const wanted = rows.get(minute) ?? (checkpoint && judgedBy(checkpoint, minute)) ?? otherwise;
      found.set(minute, await this.#known(wanted, checkpoint));
    }
    return this.#by((minute) => found.get(minute) ?? this.current);
  }

  /** The same, and minutes that nobody has judged yet by what the function goes by: this machine may know another. */
  asDeployed(
    minutes: Minutes,
    rows: ReadonlyMap<number, Row>,
    checkpoint: Checkpoint | undefined,
  ): Promise<RulesByMinute> {
    return this.recorded(minutes, rows, checkpoint, checkpoint?.judged.at(-1));
  }

  /** Each minute by the policy that is configured now, whatever judged it before; ids and places stay as they were. */
  async anew(
    minutes: Minutes,
    rows: ReadonlyMap<number, Row>,
    checkpoint: Checkpoint | undefined,
  ): Promise<RulesByMinute> {
    const recorded = await this.asDeployed(minutes, rows, checkpoint);
    return this.#by((minute) => ({ ...recorded.by(minute), policy: this.current.policy }));
  }

  #by(by: (minute: number) => JudgedBy): RulesByMinute {
    return { by, rules: (minute) => this.#rules(by(minute)) };
  }

  #rules({ policy, naming }: JudgedBy): Rules {
    const name = `${policy} ${naming}`;
    const rules = this.#made.get(name) ?? this.#make(policy, naming);
    this.#made.set(name, rules);
    return rules;
  }

  #make(policy: string, naming: string): Rules {
    const { source, policy: current } = this.#settings;
    const kept = this.#namings.get(naming) ?? namingOf(this.#settings);
    return rulesBy(kept, source, this.#policies.get(policy) ?? current);
  }

  /** What is not in the table any more gives way to what is configured now; the row then names that. */
  async #known({ policy, naming }: JudgedBy, checkpoint: Checkpoint | undefined): Promise<JudgedBy> {
    const named = naming || checkpoint?.naming || this.current.naming;
    const isPolicy = await known(this.#policies, policy, () => this.#ledger.policy(policy));
    const isNaming = await known(this.#namings, named, () => this.#ledger.naming(named));
    return {
      policy: isPolicy ? policy : this.current.policy,
      naming: isNaming ? named : this.current.naming,
    };
  }
}

async function known<T>(all: Map<string, T>, hash: string, load: () => Promise<T | undefined>): Promise<boolean> {
  if (all.has(hash)) return true;
  const found = await load();
  if (found !== undefined) all.set(hash, found);
  return found !== undefined;
}
