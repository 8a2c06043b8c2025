import { decode } from '../../../lambda/core/document/decode.ts';
import { at, isObject, parseJson, textAt } from '../../../lambda/core/json.ts';
import { type Element, firstElement } from './elements.ts';

/** How an audit log lies in a file. */
export type Format = keyof typeof FORMATS;

/** As people are told. */
export const FORMATS = {
  lines: 'one event a line',
  list: 'an EventList',
  export: 'an export of CloudWatch Logs',
  subscription: 'messages of a CloudWatch Logs subscription',
  'log events': 'output of aws logs filter-log-events',
} as const;

export type Recognised =
  | { readonly kind: 'format'; readonly format: Format }
  | { readonly kind: 'empty' }
  /** An export of a stream that is no audit log, or of none. */
  | { readonly kind: 'other export' }
  /** `found`: what it is instead. */
  | { readonly kind: 'unknown'; readonly found: string };

/** How CloudWatch Logs begins a line of an export. */
export const EXPORTED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
/** What an export task writes first, to try whether it may. */
const PERMISSION_CHECK = /^Permission Check Successful\s*$/;
const EVENT = /^\s*\{\s*"kind"\s*:\s*"Event"/;
/** Lines of the beginning that are looked at: a crash may leave broken ones. */
const LINES = 200;

/** Tells a file's format by its beginning. `isWhole`: that is all of it. */
export function formatOf(head: Buffer, isWhole: boolean): Recognised {
  const text = head.toString().replace(/^\ufeff/, '');
  if (text.trim() === '' && isWhole) return { kind: 'empty' };
  if (PERMISSION_CHECK.test(text)) return { kind: 'other export' };
  const lines = text.split('\n', LINES);
  const isLog = isEvent(lines.find((line) => line.trim() !== '') ?? '');
  // The items of a list may stand on lines of their own.
  const list = isLog ? undefined : objectFormat(head, text, isWhole);
  if (list !== undefined) return list;
  if (isLog || lines.some(isEvent)) return format('lines');
  const messages = lines.flatMap((line) => (EXPORTED.test(line) ? [line.replace(EXPORTED, '')] : []));
  if (messages.some(isEvent)) return format('export');
  if (messages.length > 0) return { kind: 'other export' };
  return { kind: 'unknown', found: whatIs(head, text) };
}

function format(format: Format): Recognised {
  return { kind: 'format', format };
}

/** Also one that is cut, or longer than what is looked at. */
function isEvent(line: string): boolean {
  const decoded = decode(line);
  return decoded.kind === 'event' || (decoded.reason === 'truncated' && EVENT.test(line));
}

const LISTS = { items: 'list', logEvents: 'subscription', events: 'log events' } as const;

/** A list as the API server begins one, whatever of it is empty, null or left out. */
const LIST = /^\s*\{\s*"kind"\s*:\s*"EventList"\s*,\s*"apiVersion"\s*:\s*"audit\.k8s\.io\//;

function objectFormat(head: Buffer, text: string, isWhole: boolean): Recognised | undefined {
  if (LIST.test(text)) return format('list');
  const whole = isWhole ? parseJson(text) : undefined;
  if (at(whole, 'kind') === 'EventList' && !Array.isArray(at(whole, 'items'))) return format('list');
  for (const [list, each] of Object.entries(LISTS)) {
    const element = firstElement(head, [list]);
    const isEmpty = isObject(whole) && Array.isArray(whole[list]) && whole[list].length === 0;
    if (element === undefined ? isEmpty : fits(element, each)) return format(each);
  }
  return undefined;
}

function fits({ header, bytes }: Element, as: (typeof LISTS)[keyof typeof LISTS]): boolean {
  const begins = bytes.toString();
  // Of one that is longer than what is looked at, its beginning has to do.
  const has = (key: string) => {
    const value = parseJson(begins);
    return value === undefined ? begins.includes(`"${key}"`) : typeof at(value, key) === 'string';
  };
  if (as === 'list') return header.kind === 'EventList' || has('auditID');
  return textAt(header, 'messageType') !== undefined || has('message');
}

const PACKED: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['something packed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['something packed with bzip2', [0x42, 0x5a, 0x68]],
  ['something packed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
];
/** What no text has. */
const BINARY = /[^\P{Cc}\s]/u;
const ADVICE = 'leave it out, or name the files that are audit logs';

/** Says nothing of what stands in it: among the files of a folder are keys. */
function whatIs(head: Buffer, text: string): string {
  const packed = PACKED.find(([, magic]) => magic.every((byte, at) => head[at] === byte));
  if (packed !== undefined) return `${packed[0]}: unpack it first`;
  const start = text.trim();
  if (/^\{\s*"(kind|apiVersion|level)"/.test(start))
    return 'an object over several lines: write each event on one line (jq -c .)';
  if (start.startsWith('[')) return 'a list: write each event on one line (jq -c .[])';
  if (BINARY.test(start)) return `no text: ${ADVICE}`;
  return `${start.startsWith('{') ? 'an object that is no audit event' : 'a text that is no JSON'}: ${ADVICE}`;
}
