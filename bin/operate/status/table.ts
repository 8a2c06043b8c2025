import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Checkpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import type { SourceTable } from '../../../lambda/edges/table.ts';
import type { ClusterConfig } from '../../../lib/config/config.ts';
import { thresholdsOf } from '../../../lib/stack/thresholds.ts';
import { once } from '../reach/carry-out.ts';
import { frontierVerdict, revisitVerdict } from '../reach/standing.ts';
import { isTableMissing, tableRefusal, type Verdict, wrong } from '../reach/verdict.ts';
import { hourOf, hourVerdict, lastHour, parkedVerdict } from './hour.ts';
import type { Looks } from './lines.ts';

/** What the table holds of a cluster now. */
export interface Kept {
  readonly checkpoint: Checkpoint | undefined;
  /** Of the last hour. */
  readonly rows: ReadonlyMap<number, Row>;
}

export interface TableQuestion {
  readonly items: SourceTable;
  readonly table: string;
  /** Where the table is. */
  readonly region: string;
  readonly cluster: ClusterConfig;
  /** Seconds: `alarms.silence`. */
  readonly silence: number;
  readonly now: number;
}

export type TableLooks = Pick<Looks, 'frontier' | 'revisits' | 'lastHour' | 'parked'> & {
  /** Another verdict on the same items. */
  readonly judge: (verdict: (kept: Kept) => Verdict) => () => Promise<Verdict>;
};

/** Read once for all. */
export function tableLooks({ items, table, region, cluster, silence, now }: TableQuestion): TableLooks {
  const minutes = lastHour(now);
  const read = once(async (): Promise<Kept> => {
    const checkpoint = await new DynamoCheckpoints(items).peek();
    return { checkpoint, rows: await new DynamoLedger(items).rows(minutes.from, minutes.to) };
  });
  const judge = (verdict: (kept: Kept) => Verdict) => () => read().then(verdict, (error) => tableRefusal(table, error));
  const hour = ({ rows, checkpoint }: Kept) => hourOf(rows, minutes, checkpoint);
  const { silence: quiet } = thresholdsOf({ ...cluster, silence });
  return {
    frontier: () =>
      read().then(
        ({ checkpoint }) => (checkpoint === undefined ? NEVER : frontierVerdict({ ...cluster, checkpoint, now })),
        (error) =>
          isTableMissing(error) ? wrong(`There is no table ${table} in ${region}.`) : tableRefusal(table, error),
      ),
    revisits: judge(({ checkpoint }) => revisitVerdict({ ...cluster, checkpoint, now })),
    lastHour: judge((kept) => hourVerdict(hour(kept), minutes, quiet)),
    parked: judge((kept) => parkedVerdict(hour(kept))),
    judge,
  };
}

export const NEVER = wrong('Nothing was ever read.');
