import { CALICO_INDEX } from '../../lambda/contract.ts';
import { IndexPattern } from '../../lambda/core/index-pattern.ts';

/** How many shards the forwarder's indices come to, and whether the cluster takes that many. */

export interface Indices {
  readonly clusters: number;
  /** Of each cluster: indices a day and a month. */
  readonly daily: number;
  readonly monthly: number;
  /** Of those a day, such as can't become one a month: Calico's. */
  readonly fixed: number;
  /** null: kept for ever. */
  readonly retentionDays: number | null;
}

export interface Room {
  /** `cluster.max_shards_per_node`. */
  readonly perNode: number;
  readonly dataNodes: number;
  /** Shards of others. */
  readonly others: number;
}

export interface Budget {
  /** Days that the numbers are for: the retention, else a year. */
  readonly days: number;
  /** Of the audit indices, copies included. */
  readonly audit: number;
  /** At most, copies included: an index a month and cluster, as many as audit indices are that take a month. */
  readonly parked: number;
  readonly limit: number;
  readonly fits: boolean;
}

const YEAR = 365;
const SHORTEST_MONTH = 28;

export function shardBudget({ clusters, daily, monthly, retentionDays }: Indices, room: Room): Budget {
  const days = retentionDays ?? YEAR;
  const copies = room.dataNodes > 1 ? 2 : 1;
  // A span of days touches one month more than it fills.
  const months = Math.ceil(days / SHORTEST_MONTH) + 1;
  const perMonth = clusters * months * copies;
  const audit = monthly * perMonth + daily * clusters * days * copies;
  const limit = room.perNode * room.dataNodes;
  return { days, audit, parked: perMonth, limit, fits: audit + perMonth + room.others <= limit };
}

export function budgetText(indices: Indices, room: Room): string {
  const { days, audit, parked, limit, fits } = shardBudget(indices, room);
  const count = (number: number) => number.toLocaleString('en');
  const copy = room.dataNodes > 1 ? ', each with a copy' : '';
  const many = indices.clusters === 1 ? '1 cluster' : `${indices.clusters} clusters`;
  const sum =
    `${periodsText(indices)} of ${many}${copy} comes to ${count(audit)} shards in ${count(days)} days, parked lines to ` +
    `${count(parked)} at most; others have ${count(room.others)}, and the cluster takes ${count(limit)}.`;
  if (fits) return sum;
  const less = 'keep less (elasticsearch.retention), add data nodes or raise cluster.max_shards_per_node';
  if (indices.daily === indices.fixed) return `${sum} That does not fit: ${less}.`;
  return `${sum} That does not fit: write one index a month, which comes to ${count(parked)} shards (an elasticsearch.index that ends in -{yyyy.MM}.01), ${less}.`;
}

/** Of the patterns of a cluster's audit indices. */
export function periodsOf(indices: readonly string[]): Pick<Indices, 'daily' | 'monthly' | 'fixed'> {
  const monthly = indices.filter((index) => IndexPattern.of(index).period === 'month').length;
  const fixed = indices.filter((index) => index === CALICO_INDEX).length;
  return { daily: indices.length - monthly, monthly, fixed };
}

function periodsText({ daily, monthly }: Indices): string {
  const day = daily === 0 ? [] : [daily === 1 ? 'one index a day' : `${daily} indices a day`];
  const month = monthly === 0 ? [] : [monthly === 1 ? 'one index a month' : `${monthly} indices a month`];
  const text = [...day, ...month].join(' and ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
