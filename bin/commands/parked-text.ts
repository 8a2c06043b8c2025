import { inCloudWatch, type Origin } from '../../lambda/core/line.ts';
import { isoTime } from '../../lambda/core/time.ts';
import { counted, figure } from '../cli/figures.ts';
import { printable } from '../cli/printable.ts';
import { COLUMNS, hanging, wrapped } from '../cli/width.ts';
import type { ParkedLine } from '../operate/parked/lines.ts';
import type { RedriveResult } from '../operate/parked/redrive.ts';
import { remedyOf } from '../operate/parked/remedy.ts';
import type { ParkedText } from '../operate/parked/text.ts';
import { fileText, lineJson, timeText } from './parked-list.ts';

/** Characters of a detail, and of a text, which --raw shows whole. */
const DETAIL = 10_000;
const TEXT = 4000;
const LABEL = 10;

/** All of it is a stranger's. `flags` make a command work where this one did. */
export function shownText(line: ParkedLine, text: ParkedText, flags: string): string {
  const { id, index, time, reason, detail, origin, meant, redriven } = line;
  const inParts = line.documents.length > 1 ? `, ${counted(line.documents.length, 'document')}` : '';
  const went = redriven === undefined ? [] : [['redriven', redrivenText(redriven)] as const];
  const facts: readonly (readonly [string, string])[] = [
    ['id', id],
    ['parked in', `${index}${inParts}`],
    ['reason', reason],
    ...(detail === '' ? [] : [['detail', detail] as const]),
    ['time', timeText(time)],
    ...originFacts(origin),
    ['was to be', meant === undefined ? 'not known: no policy has judged it' : `${meant.id} in ${meant.index}`],
    ...went,
    ['to do', redriven === undefined ? remedyOf(reason) : 'Nothing: it was redriven.'],
  ];
  const told = facts.map(([name, said]) => hanging(printable(said, DETAIL), name.padEnd(LABEL), ' '.repeat(LABEL)));
  const todo = redriven === undefined ? [`npx eks-audit parked redrive ${printable(id, TEXT)}${flags}`] : [];
  return `${[...told, ...todo, '', ...textLines(text, id, flags)].join('\n')}\n`;
}

/** Of an archive of CloudWatch Logs what that says of the line, too. */
function originFacts(origin: Origin): readonly (readonly [string, string])[] {
  const { group, stream, eventId, ingestionTime } = inCloudWatch(origin) ?? {};
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['file', origin.kind === 'file' ? fileText(origin) : undefined],
    ['taken in', ingestionTime === undefined ? undefined : isoTime(ingestionTime)],
    ['group', group],
    ['stream', stream],
    ['eventId', eventId],
  ];
  return facts.flatMap(([name, said]) => (said === undefined ? [] : [[name, said] as const]));
}

function redrivenText({ outcome, by, index, id, at }: NonNullable<ParkedLine['redriven']>): string {
  return `${at}: ${outcome}${by === '' ? '' : ` by ${by}`}${index === '' ? '' : ` as ${id} in ${index}`}`;
}

function textLines(text: ParkedText, id: string, flags: string): readonly string[] {
  if (text.kind === 'not whole') return [wrapped(text.why, COLUMNS)];
  const shown = printable(text.text, TEXT);
  if (text.text.length <= TEXT) return [shown];
  const rest = `These are ${figure(TEXT)} of ${counted(text.text.length, 'character')}. All of them exactly:`;
  return [shown, '', rest, `npx eks-audit parked show --raw ${printable(id, TEXT)}${flags}`];
}

export function shownJson(line: ParkedLine, text: ParkedText): string {
  const { ingestionTime } = inCloudWatch(line.origin) ?? {};
  const said = text.kind === 'whole' ? { text: text.text } : { text: null, why: text.why };
  return `${JSON.stringify({ ...lineJson(line), ingestionTime: ingestionTime === undefined ? null : isoTime(ingestionTime), ...said, remedy: remedyOf(line.reason) })}\n`;
}

export function redriveJson(cluster: string, dryRun: boolean, result: RedriveResult): string {
  const { numbers, left, unknown, failure } = result;
  return `${JSON.stringify({ cluster, dryRun, ...numbers, leftLines: left, unknown, failure: failure ?? null })}\n`;
}

/** `again` is the command that goes on. */
export function redriveText(
  dryRun: boolean,
  { numbers, left, unknown, failure }: RedriveResult,
  again: string,
): string {
  const { lines, indexed, alreadyIndexed, dropped, marked } = numbers;
  const does = dryRun
    ? `${figure(indexed)} would be sent, ${figure(dropped)} dropped`
    : `${figure(indexed)} indexed now, ${figure(alreadyIndexed)} already indexed, ${figure(dropped)} dropped`;
  const total = `${counted(lines, 'parked line')}: ${does} by the policy of their minute, ${figure(marked)} redriven before, ${figure(numbers.left)} left as they are.`;
  const more = numbers.left - left.length;
  return `${[
    ...left.map(({ id, reason, why }) => leftText(id, reason, why)),
    ...(more > 0 ? [`… and ${figure(more)} more.`] : []),
    ...unknown.map((id) => wrapped(`Nothing is parked as ${printable(id, TEXT)}.`, COLUMNS)),
    wrapped(total, COLUMNS),
    ...(dryRun ? ['Nothing was written: it was a dry run.'] : []),
    ...(failure === undefined
      ? []
      : [wrapped(printable(failure, DETAIL), COLUMNS), 'It goes on where it stopped with:', again]),
  ].join('\n')}\n`;
}

function leftText(id: string, reason: string, why: string): string {
  return [`left: ${printable(id, TEXT)} (${printable(reason, TEXT)})`, hanging(printable(why, TEXT), '  ', '  ')].join(
    '\n',
  );
}
