import { styleText } from 'node:util';
import { isoTime } from '../../lambda/core/time.ts';
import { wrapped } from '../cli/width.ts';
import type { State, Verdict } from '../operate/reach/verdict.ts';
import { type ClusterStatus, isWrong, LINES, type Status } from '../operate/status/lines.ts';

type Screen = NodeJS.WritableStream & { readonly columns?: number | undefined };

/** Where nobody says how wide it is, and what is still easily read. */
const WIDTH = 80;
const WIDEST = 120;

/** What is wrong stands out by its mark and, where the screen shows colours, by its colour. */
export function statusText(status: Status, screen: Screen): string {
  const width = Math.min(screen.columns ?? WIDTH, WIDEST);
  const paint: Paint = (state, text) => styleText(COLOURS[state], text, { stream: screen });
  return `${[
    summary(status, paint),
    ...status.clusters.map((cluster) => clusterText(cluster, width, paint)),
    ...(status.dashboard === null ? [] : [`Dashboard: ${status.dashboard}`]),
  ].join('\n\n')}\n`;
}

type Paint = (state: State, text: string) => string;

const MARKS = { ok: '✔', wrong: '✖', differs: '!', 'not checked': '–', 'not known': '–' } as const;
const COLOURS = {
  ok: 'green',
  wrong: ['red', 'bold'],
  differs: 'yellow',
  'not checked': 'yellow',
  'not known': 'dim',
} as const satisfies Record<State, Parameters<typeof styleText>[0]>;

function summary(status: Status, paint: Paint): string {
  const time = `${isoTime(status.at).slice(0, 19).replace('T', ' ')} UTC: `;
  const verdicts = status.clusters.flatMap(({ lines }) => [...lines.values()]);
  if (isWrong(status)) {
    const names = status.clusters.filter((cluster) => isWrong({ clusters: [cluster] })).map(({ cluster }) => cluster);
    return time + paint('wrong', `something is wrong with ${names.join(', ')}.`);
  }
  if (verdicts.some(({ state }) => state === 'not checked'))
    return time + paint('not checked', 'nothing wrong was found, but not all could be checked.');
  return time + paint('ok', 'all is well.');
}

const COLUMN = Math.max(...Object.values(LINES).map((label) => label.length)) + 2;
const INDENT = COLUMN + 2;

function clusterText({ cluster, lines }: ClusterStatus, width: number, paint: Paint): string {
  return [cluster, ...[...lines].map(([line, verdict]) => lineText(LINES[line], verdict, width, paint))].join('\n');
}

function lineText(label: string, { state, message }: Verdict, width: number, paint: Paint): string {
  const unasked = state === 'not checked' || state === 'not known' ? `${state}: ` : '';
  const [first = '', ...more] = wrapped(unasked + message, width - INDENT).split('\n');
  const stands = (text: string) => (state === 'wrong' || state === 'differs' ? paint(state, text) : text);
  return [
    `${paint(state, MARKS[state])} ${stands(label.padEnd(COLUMN) + first)}`,
    ...more.map((text) => ' '.repeat(INDENT) + stands(text)),
  ].join('\n');
}

export function statusJson({ at, clusters, dashboard }: Status): string {
  const all = clusters.map((one) => ({
    cluster: one.cluster,
    wrong: isWrong({ clusters: [one] }),
    ...Object.fromEntries(
      [...one.lines].map(([line, { state, message, facts }]) => [line, { state, message, ...facts }]),
    ),
  }));
  return `${JSON.stringify({ at: isoTime(at), wrong: isWrong({ clusters }), clusters: all, dashboard })}\n`;
}
