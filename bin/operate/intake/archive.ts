import { at, parseJson, textAt } from '../../../lambda/core/json.ts';
import type { FileOrigin } from '../../../lambda/core/line.ts';
import { type Element, elementsOf } from './elements.ts';
import { eventsOf } from './event-list.ts';
import { EXPORTED, type Format } from './format.ts';
import { type LineLimits, linesOf, type RawLine } from './lines.ts';

/** A line as CloudWatch Logs had it. */
export interface Filed {
  /** CloudWatch's time, milliseconds. */
  readonly timestamp: number;
  readonly archived: NonNullable<FileOrigin['archived']>;
}

export interface FoundLine extends RawLine {
  /** Absent: it is of no archive, or that does not say. */
  readonly filed?: Filed;
  /** It is of a stream that is no audit log, and its text is left out. */
  readonly isOther?: true;
}

export interface Reading {
  /** How an audit log's stream begins. */
  readonly prefix: string;
  /** The stream of an export, where its folder is named after one. */
  readonly stream?: string | undefined;
  /**
   * Bytes of the text that were read before: lines that end there are left out. Of `lines` and `export` the chunks
   * begin there, too (`isByLine`).
   */
  readonly from?: number;
  readonly limits?: LineLimits;
}

/** Whether a text of this format can be read from the begin of any line. */
export function isByLine(format: Format): boolean {
  return format === 'lines' || format === 'export';
}

/** The lines of an audit log, whatever it lies in. What breaks the chunks or the text is thrown behind them. */
export async function* foundIn(
  format: Format,
  chunks: AsyncIterable<Buffer>,
  { prefix, stream, from = 0, limits = {} }: Reading,
): AsyncGenerator<readonly FoundLine[], undefined, undefined> {
  const isNew = ({ end }: { readonly end: number }) => end > from;
  switch (format) {
    case 'lines':
      yield* linesOf(chunks, from, limits);
      return undefined;
    case 'list':
      for await (const lines of eventsOf(chunks, limits)) yield lines.filter(isNew);
      return undefined;
    case 'export':
      for await (const lines of linesOf(chunks, from, limits)) yield lines.map((line) => exported(line, stream));
      return undefined;
    case 'subscription':
      for await (const elements of elementsOf(chunks, ['logEvents'], limits))
        yield elements.filter(isNew).map((element) => audited(element, subscribed(element), prefix));
      return undefined;
    case 'log events':
      for await (const elements of elementsOf(chunks, ['events'], limits))
        yield elements.filter(isNew).map((element) => audited(element, filtered(element), prefix));
      return undefined;
  }
}

/** A line that says no time is the end of a message that had several. */
function exported(line: RawLine, stream: string | undefined): FoundLine {
  const [beginning, time] = EXPORTED.exec(line.text) ?? [];
  const timestamp = Date.parse(time ?? '');
  if (beginning === undefined || !isTime(timestamp)) return line;
  const filed = { timestamp, archived: stream === undefined ? {} : { stream } };
  return { ...line, text: line.text.slice(beginning.length), filed };
}

type Parsed = { readonly text: string; readonly stream: string | undefined; readonly filed: Filed | undefined };

/** A stream whose name is not known is taken for an audit log. */
function audited({ offset, end, isCut }: Element, { text, stream, filed }: Parsed, prefix: string): FoundLine {
  const line = { offset, end, isCut, isEnded: true };
  if (stream !== undefined && !stream.startsWith(prefix)) return { ...line, text: '', isOther: true };
  return { ...line, text, ...(filed === undefined ? {} : { filed }) };
}

/** `{"id":…,"timestamp":…,"message":…}`; the object around it names group and stream. CloudWatch's own messages are none. */
function subscribed(element: Element): Parsed {
  const { header } = element;
  const [group, stream] = [textAt(header, 'logGroup'), textAt(header, 'logStream')];
  const isControl = header.messageType === 'CONTROL_MESSAGE';
  return parsed(element, { group, stream: isControl ? '' : stream, id: 'id' });
}

/** `{"logStreamName":…,"timestamp":…,"message":…,"ingestionTime":…,"eventId":…}` */
function filtered(element: Element): Parsed {
  return parsed(element, { id: 'eventId' });
}

interface Around {
  readonly group?: string | undefined;
  readonly stream?: string | undefined;
  /** The key of CloudWatch's id. */
  readonly id: string;
}

function parsed({ bytes }: Element, { group, stream: named, id }: Around): Parsed {
  const whole = bytes.toString();
  const value = parseJson(whole);
  const message = at(value, 'message');
  const stream = named ?? textAt(value, 'logStreamName');
  if (typeof message !== 'string') return { text: messageIn(whole), stream, filed: undefined };
  const timestamp = at(value, 'timestamp');
  if (!isTime(timestamp)) return { text: message, stream, filed: undefined };
  const [eventId, ingestionTime] = [textAt(value, id), at(value, 'ingestionTime')];
  const archived = {
    ...(group === undefined ? {} : { group }),
    ...(stream === undefined ? {} : { stream }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(isTime(ingestionTime) ? { ingestionTime } : {}),
  };
  return { text: message, stream, filed: { timestamp, archived } };
}

/** Of what is written with four digits of a year. */
const LATEST = Date.UTC(10_000, 0) - 1;

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LATEST;
}

const MESSAGE = /"message"\s*:\s*"/;

/** The beginning of a message in an object that is cut or broken; the whole where it has none. */
function messageIn(text: string): string {
  const found = MESSAGE.exec(text);
  if (found === null) return text;
  const start = found.index + found[0].length;
  let end = start;
  while (end < text.length && text[end] !== '"') {
    const step = text[end] !== '\\' ? 1 : text[end + 1] === 'u' ? 6 : 2;
    if (end + step > text.length) break;
    end += step;
  }
  const message = parseJson(`"${text.slice(start, end)}"`);
  return typeof message === 'string' ? message : text;
}
