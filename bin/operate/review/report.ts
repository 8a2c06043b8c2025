import type { Policy } from '../../../lambda/core/policy/policy.ts';
import type { ReportView } from '../../../review/pages/report.ts';
import { coverage } from '../../../review/query/coverage.ts';
import { overview } from '../../../review/query/facets.ts';
import { ALL, exactly } from '../../../review/query/filter.ts';
import { chapters } from '../../../review/query/report.ts';
import type { AuditIndices } from '../reach/audit-indices.ts';
import type { LedgerOf } from './ledgers.ts';

export interface ReportOptions {
  readonly month: Month;
  /** undefined: all that are there. */
  readonly cluster: string | undefined;
  /** Milliseconds. */
  readonly now: number;
  readonly ledgerOf: LedgerOf;
}

export interface Month {
  /** `2026-10`. */
  readonly name: string;
  /** Milliseconds, the end exclusive. */
  readonly range: { readonly from: number; readonly to: number };
}

/** undefined: no month. */
export function parseMonth(text: string): Month | undefined {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const range = { from: Date.UTC(Number(year), Number(month) - 1), to: Date.UTC(Number(year), Number(month)) };
  return { name: text, range };
}

/** The month before the one that a moment is in. */
export function monthBefore(now: number): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1)).toISOString().slice(0, 7);
}

interface Sources extends Pick<AuditIndices, 'search' | 'url'> {
  /** undefined: no configuration was read. */
  readonly config: { readonly clusters: readonly KnownCluster[]; readonly others: readonly KnownCluster[] } | undefined;
}

interface KnownCluster {
  readonly name: string;
  readonly policy: { readonly policy: Policy };
}

/** All that a month's report tells. */
export async function reportOn(
  { search, url, config }: Sources,
  { month: { name, range }, cluster, now, ledgerOf }: ReportOptions,
): Promise<ReportView> {
  const clusters = cluster === undefined ? [] : [exactly(cluster)];
  const { total, facets } = await overview(search, { ...ALL, cluster: clusters }, range);
  const found = facets.find(({ key }) => key === 'cluster')?.values.map(({ text }) => text) ?? [];
  // One that sent nothing may be one that nobody read.
  const known = config === undefined ? [] : [...config.clusters, ...config.others];
  const configured = known.map((each) => each.name);
  const names = cluster === undefined ? [...new Set([...configured, ...found])] : [cluster];
  return {
    month: name,
    range,
    made: now,
    server: url,
    events: total,
    ...(cluster === undefined ? {} : { cluster }),
    chapters: await chapters(search, { clusters, times: range, policies: policiesOf(known, names) }),
    coverage: await Promise.all(
      names.map(async (each) => ({ cluster: each, found: await coverageOf(each, { range, now, ledgerOf }) })),
    ),
  };
}

function policiesOf(known: readonly KnownCluster[], names: readonly string[]) {
  const wanted = known.filter(({ name }) => names.includes(name));
  return wanted.map(({ name, policy: { policy } }) => ({ cluster: name, policy }));
}

interface CoverageOptions extends Pick<ReportOptions, 'now' | 'ledgerOf'> {
  readonly range: Month['range'];
}

async function coverageOf(cluster: string, { range, now, ledgerOf }: CoverageOptions) {
  const ledger = await ledgerOf(cluster);
  if (typeof ledger === 'string') return ledger;
  try {
    return await coverage(ledger, range, now);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `Whether everything was read is not known: the ledger does not answer. ${why}`;
  }
}
