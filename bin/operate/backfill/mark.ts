import { ITEMS } from '../../../lambda/contract.ts';
import type { JsonObject } from '../../../lambda/core/json.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { isoTime } from '../../../lambda/core/time.ts';
import type { SourceTable } from '../../../lambda/edges/table.ts';

/** How far a backfill has come: all before `upTo` is done. */
export interface Headway extends Minutes {
  readonly upTo: number;
  /** The policy it judges anew by; `each`: each minute keeps its own. */
  readonly policy: string;
}

export type Taken =
  | {
      readonly kind: 'taken';
      /** What an earlier backfill has left undone. */
      readonly left: Headway | undefined;
      /** AWS's clock, milliseconds; undefined where the answer told none. */
      readonly serverTime: number | undefined;
    }
  /** `until` in milliseconds: when it ends, unless it is renewed. */
  | { readonly kind: 'held'; readonly owner: string; readonly until: number };

/**
 * A source's backfill, one at a time. While the mark holds the function takes half of the source's share of the quota;
 * how far the backfill has come stands in it too, so that one that was ended goes on.
 */
export interface Mark {
  take(owner: string, now: number, until: number): Promise<Taken>;
  /** Throws `Stopped` when another has taken it meanwhile. */
  renew(owner: string, headway: Headway, until: number): Promise<void>;
  /** Best effort. `left` undefined: nothing is left to do. */
  release(owner: string, left: Headway | undefined): Promise<void>;
}

const FREE_OR_MINE = 'attribute_not_exists(markedUntil) OR markedUntil <= :now OR markedBy = :me';
const STILL_MINE = 'markedBy = :me';
const WRITING = "write the backfill's mark";

export class DynamoMark implements Mark {
  readonly #table: SourceTable;

  constructor(table: SourceTable) {
    this.#table = table;
  }

  async take(owner: string, now: number, until: number): Promise<Taken> {
    const change = {
      UpdateExpression: 'SET markedBy = :me, markedUntil = :until',
      ConditionExpression: FREE_OR_MINE,
      ExpressionAttributeValues: { ':me': owner, ':until': until, ':now': now },
      ReturnValues: 'ALL_NEW',
    } as const;
    const item = await this.#table.update(ITEMS.backfill, change, WRITING);
    if (item === undefined) return this.#holder();
    return { kind: 'taken', left: headwayOf(item), serverTime: this.#table.serverTime() };
  }

  async #holder(): Promise<Taken> {
    const item = await this.#table.get(ITEMS.backfill, "read whose backfill's mark it is");
    return { kind: 'held', owner: String(item?.markedBy ?? 'unknown'), until: Number(item?.markedUntil ?? 0) };
  }

  async renew(owner: string, { from, to, upTo, policy }: Headway, until: number): Promise<void> {
    const change = {
      UpdateExpression: 'SET markedUntil = :until, rangeFrom = :from, rangeTo = :to, upTo = :upTo, policy = :policy',
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: {
        ':me': owner,
        ':until': until,
        ':from': isoTime(from),
        ':to': isoTime(to),
        ':upTo': isoTime(upTo),
        ':policy': policy,
      },
    };
    if ((await this.#table.update(ITEMS.backfill, change, WRITING)) !== undefined) return;
    throw new Stopped('Another backfill of this cluster has begun: this one has ended.');
  }

  async release(owner: string, left: Headway | undefined): Promise<void> {
    const rest = left === undefined ? ', rangeFrom, rangeTo, upTo, policy' : '';
    const change = {
      UpdateExpression: `REMOVE markedBy, markedUntil${rest}`,
      ConditionExpression: STILL_MINE,
      ExpressionAttributeValues: { ':me': owner },
    };
    try {
      if (left !== undefined) await this.renew(owner, left, 0);
      await this.#table.update(ITEMS.backfill, change, WRITING);
    } catch {
      // It runs out by itself, and what it repeats does no harm.
    }
  }
}

function headwayOf({ rangeFrom, rangeTo, upTo, policy }: JsonObject): Headway | undefined {
  if (upTo === undefined) return undefined;
  const time = (text: unknown) => Date.parse(String(text));
  return { from: time(rangeFrom), to: time(rangeTo), upTo: time(upTo), policy: String(policy) };
}
