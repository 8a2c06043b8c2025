import { type FileOrigin, inCloudWatch } from '../../lambda/core/line.ts';
import { isoTime } from '../../lambda/core/time.ts';
import { counted, figure } from '../cli/figures.ts';
import { printable } from '../cli/printable.ts';
import { COLUMNS, cut, wrapped } from '../cli/width.ts';
import type { ParkedLine } from '../operate/parked/lines.ts';
import { table } from './table.ts';

interface Flags {
  readonly all?: true;
  readonly json?: true;
}

/** Writes line after line, so that no list is too long, and at the end how many there are for each reason. */
export async function listing(
  cluster: string,
  lines: AsyncIterable<ParkedLine>,
  { all, json }: Flags,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const counts = new Map<string, { parked: number; redriven: number }>();
  let isFirst = true;
  if (json === true) await write(`{"cluster":${JSON.stringify(cluster)},"lines":[`);
  for await (const line of lines) {
    const count = counts.get(line.reason) ?? { parked: 0, redriven: 0 };
    count[line.redriven === undefined ? 'parked' : 'redriven'] += 1;
    counts.set(line.reason, count);
    if (line.redriven !== undefined && all !== true) continue;
    await write(json === true ? `${isFirst ? '' : ','}${JSON.stringify(lineJson(line))}` : `${lineText(line)}\n`);
    isFirst = false;
  }
  await write(
    json === true ? `],"reasons":${JSON.stringify(Object.fromEntries(counts))}}\n` : countText(cluster, counts),
  );
}

export function lineJson({ id, index, time, reason, detail, size, origin, meant, documents, redriven }: ParkedLine) {
  const cloudwatch = inCloudWatch(origin);
  return {
    id,
    index,
    time: timeText(time),
    reason,
    detail,
    bytes: size ?? null,
    documents: documents.length,
    group: cloudwatch?.group ?? null,
    stream: cloudwatch?.stream ?? null,
    eventId: cloudwatch?.eventId ?? null,
    ...(origin.kind === 'file' ? { file: origin.path, offset: origin.offset } : {}),
    meant: meant ?? null,
    redriven: redriven ?? null,
  };
}

/** Characters of what strangers say. */
const LONGEST = 600;

/** All of it is a stranger's. */
function lineText({ id, time, reason, detail, size, origin, redriven }: ParkedLine): string {
  const bytes = size === undefined ? '' : `  ${counted(size, 'byte')}`;
  const said = [
    `${timeText(time)}  ${printable(reason, LONGEST)}${bytes}`,
    `  id      ${printable(id, LONGEST)}`,
    origin.kind === 'file'
      ? `  file    ${printable(fileText(origin), LONGEST)}`
      : `  stream  ${printable(origin.stream, LONGEST)}`,
    ...(detail === '' ? [] : [`  detail  ${printable(detail, LONGEST)}`]),
    ...(redriven === undefined
      ? []
      : [`  redriven ${printable(redriven.at, LONGEST)}: ${printable(redriven.outcome, LONGEST)}`]),
  ];
  return said.map((line) => cut(line, COLUMNS)).join('\n');
}

export function fileText({ path, offset }: FileOrigin): string {
  return `${path}, at byte ${offset}`;
}

export function timeText(time: number): string {
  return Number.isNaN(time) ? 'no time' : isoTime(time);
}

type Counts = ReadonlyMap<string, { readonly parked: number; readonly redriven: number }>;

/** Characters of a reason in the table. */
const NAME = 40;

function countText(cluster: string, counts: Counts): string {
  if (counts.size === 0) return `${wrapped(`Nothing of ${cluster} is parked there.`, COLUMNS)}\n`;
  const rows = [...counts].map(([reason, { parked, redriven }]) => [
    printable(reason, NAME),
    figure(parked),
    figure(redriven),
  ]);
  return `${table(['reason', 'parked', 'redriven'], rows)}\n`;
}
