import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { newest, type OpenSources, openSources } from '../reach/folder-sources.ts';
import { agoText, notKnown, type Verdict } from '../reach/verdict.ts';
import { type ClusterStatus, type Looks, lookAt, type Status } from './lines.ts';
import { judgedVerdict } from './made-of.ts';
import { type Kept, NEVER, tableLooks } from './table.ts';

export interface FolderQuestion {
  readonly folder: string;
  readonly config: Config;
  readonly clusters: readonly ClusterConfig[];
  readonly now: number;
}

/** What a folder of `run --state` tells, without AWS. Throws `WrongUse` where it is none. */
export async function folderStatus({ folder, config, clusters, now }: FolderQuestion): Promise<Status> {
  const region = clusters[0]?.region ?? '';
  const sources = await openSources(folder, { table: config.table, source: { region } });
  try {
    const found: ClusterStatus[] = [];
    for (const cluster of clusters)
      found.push(await lookAt(cluster.name, await looksAt(cluster, config, sources, now)));
    return { at: now, clusters: found, dashboard: null };
  } finally {
    await sources.close();
  }
}

const UNKNOWN = async () => notKnown('a folder does not tell');

async function looksAt(cluster: ClusterConfig, config: Config, sources: OpenSources, now: number): Promise<Looks> {
  const { groupName: group, streamPrefix: prefix, region } = cluster;
  const items = await newest(sources.itemsOf({ group, prefix, region }));
  const others = { deployed: UNKNOWN, alarms: UNKNOWN };
  if (items === undefined) {
    const unread = async () => notKnown('nothing was ever read');
    const rest = { file: unread, lastRun: unread, revisits: unread, lastHour: unread, parked: unread };
    return { ...others, ...rest, frontier: async () => NEVER };
  }
  const { table, alarms } = config;
  const place = { table, region: items.source.region };
  const { judge, ...looks } = tableLooks({ items, ...place, cluster, silence: alarms.silence, now });
  return {
    ...others,
    ...looks,
    file: judge((kept) => judgedVerdict(kept, cluster)),
    lastRun: judge((kept) => newestRead(kept, now)),
  };
}

/** How a run ended is written down nowhere; that one has read is. */
function newestRead({ rows }: Kept, now: number): Verdict {
  const times = [...rows.values()].map(({ readAt }) => readAt);
  if (times.length === 0) return notKnown('a folder does not tell, and no minute of the last hour was read');
  const at = Math.max(...times);
  return notKnown(`a folder does not tell; the newest full read began ${agoText(at, now)}`, {
    newestRead: new Date(at),
  });
}
