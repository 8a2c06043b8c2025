import type { Client } from '@elastic/elasticsearch';
import { at, isObject, textAt } from '../../../lambda/core/json.ts';
import { ask, bodyOf, isForbidden } from '../../../lib/elasticsearch/ask.ts';
import { notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

const SETTINGS = 'cluster.routing.allocation.disk';
const LEVELS = ['transient', 'persistent', 'defaults'];

/** Whether nodes have disk left below the high watermark: above it they take no new index. Takes `monitor`. */
export async function diskVerdict(client: Client): Promise<Verdict> {
  const get = (path: string) => ask(client, { method: 'GET', path });
  const [settings, stats] = await Promise.all([
    get(`/_cluster/settings?include_defaults=true&filter_path=*.${SETTINGS}`),
    get('/_nodes/stats/fs?filter_path=nodes.*.name,nodes.*.roles,nodes.*.fs.total'),
  ]);
  if (isForbidden(settings) || isForbidden(stats)) return notChecked('needs monitor');
  const nodes = Object.values(at(bodyOf(stats), 'nodes') ?? {}).flatMap(nodeOf);
  if (nodes.length === 0) return notChecked('this Elasticsearch does not tell');
  const setting = (key: string) =>
    LEVELS.map((level) => textAt(at(bodyOf(settings), level, ...SETTINGS.split('.')), ...key.split('|'))).find(
      (value) => value !== undefined,
    );
  if (setting('threshold_enabled') === 'false') return ok('No watermark is set there.');
  const high = setting('watermark|high') ?? '90%';
  const full = nodes.filter((node) => node.free < leastFree(high, setting('watermark|high.max_headroom'), node.total));
  const fullest = Math.max(...nodes.map(({ free, total }) => Math.round((1 - free / total) * 100)));
  if (full.length === 0) return ok(`The fullest node is at ${fullest} %, the high watermark at ${high}.`);
  return wrong(
    `Above the high watermark (${high}): ${full.map(({ name }) => name).join(', ')}, the fullest at ${fullest} %. ` +
      'Soon no index is made and writes are blocked: add disk, or delete what is old.',
  );
}

interface Node {
  readonly name: string;
  /** Bytes. */
  readonly free: number;
  readonly total: number;
}

/** Nodes that hold data. */
function nodeOf(node: unknown): readonly Node[] {
  const roles = at(node, 'roles');
  const total = Number(at(node, 'fs', 'total', 'total_in_bytes'));
  const free = Number(at(node, 'fs', 'total', 'available_in_bytes'));
  const holds = Array.isArray(roles) && roles.some((role) => /^data(_hot|_content)?$/.test(String(role)));
  return holds && isObject(node) && total > 0 ? [{ name: textAt(node, 'name') ?? '?', free, total }] : [];
}

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 };

/** Bytes that must be free: a share of the disk, at most the headroom on a big one; or the bytes that are written. */
export function leastFree(watermark: string, headroom: string | undefined, total: number): number {
  const share =
    /^([\d.]+)%$/.exec(watermark)?.[1] ?? (/^0?\.\d+$/.test(watermark) ? Number(watermark) * 100 : undefined);
  if (share === undefined) return bytes(watermark) ?? 0;
  const most = headroom === undefined ? undefined : bytes(headroom);
  return Math.min(total * (1 - Number(share) / 100), most ?? Number.POSITIVE_INFINITY);
}

/** undefined: no size (`-1`: no headroom is set). */
function bytes(text: string): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)\s*([a-z]+)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
