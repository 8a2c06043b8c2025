import type { Naming } from '../../../lambda/contract.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { newest, openSources } from './folder-sources.ts';

/** The ledgers in a folder of `run --state`, for who only reads them. */
export interface FolderLedgers {
  rows(cluster: ClusterConfig, ...range: Parameters<Ledger['rows']>): ReturnType<Ledger['rows']>;
  namings(cluster: ClusterConfig): Promise<readonly Naming[]>;
}

/** One process has the folder at a time: it is opened for each question alone, so that a run goes on in between. */
export function folderLedgers(folder: string, { table, clusters }: Pick<Config, 'table' | 'clusters'>): FolderLedgers {
  const region = clusters[0]?.region ?? '';
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  const asked = <T>({ groupName: group, streamPrefix: prefix, region: own }: ClusterConfig, ask: Ask<T>) =>
    alone(async () => {
      const sources = await openSources(folder, { table, source: { region } });
      try {
        const items = await newest(sources.itemsOf({ group, prefix, region: own }));
        return items && (await ask(new DynamoLedger(items)));
      } finally {
        await sources.close();
      }
    });
  return {
    rows: async (cluster, from, to) => (await asked(cluster, (ledger) => ledger.rows(from, to))) ?? new Map(),
    namings: async (cluster) => (await asked(cluster, (ledger) => ledger.namings())) ?? [],
  };
}

type Ask<T> = (ledger: DynamoLedger) => Promise<T>;
