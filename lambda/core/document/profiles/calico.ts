import { type Change, edited, editsFor } from '../../json/edit.ts';
import type { Path } from '../../json/path.ts';
import { isReadable } from '../../json/readable.ts';
import { Walk } from '../../json/walk.ts';
import { textAt } from '../../json.ts';
import { isoTime, parseTime } from '../../time.ts';
import type { FieldType } from '../fit.ts';
import type { Recorded } from '../recorded.ts';
import { objectName } from './sentence.ts';

/**
 * Calico's profile: the event itself at the top level, every byte as it was kept, with a name and two times in front. Its
 * documents have none of the fields of `ecs`, so no query of one profile finds the other's.
 */

/** A column of the mapping alone: the event is not taken apart, so no column makes a part of the document. */
export interface CalicoColumn {
  readonly path: readonly string[];
  /** `unread`: kept, and never looked into. */
  readonly type: FieldType | 'unread';
  /** The shape with which it came. */
  readonly since: number;
}

/** What Calico Manager, compliance reports and alerts search by, and sort by; and what callers fill as they like. */
export const calicoColumns: readonly CalicoColumn[] = [
  ...columns('date', '@timestamp', 'timestamp', 'requestReceivedTimestamp', 'stageTimestamp'),
  ...columns('keyword', 'name', 'apiVersion', 'kind', 'level', 'auditID', 'stage', 'verb', 'requestURI', 'userAgent'),
  ...columns('keyword', 'sourceIPs', 'user.username', 'user.uid', 'user.groups'),
  ...columns('keyword', 'impersonatedUser.username', 'impersonatedUser.uid', 'impersonatedUser.groups'),
  ...columns('keyword', 'objectRef.resource', 'objectRef.namespace', 'objectRef.name', 'objectRef.uid'),
  ...columns('keyword', 'objectRef.apiGroup', 'objectRef.apiVersion', 'objectRef.resourceVersion'),
  ...columns('keyword', 'objectRef.subresource', 'responseStatus.status', 'responseStatus.reason'),
  ...columns('keyword', 'responseStatus.message'),
  ...columns('integer', 'responseStatus.code'),
  ...columns('unread', 'requestObject', 'responseObject', 'annotations', 'user.extra', 'impersonatedUser.extra'),
  ...columns('unread', 'responseStatus.metadata', 'responseStatus.details'),
];

function columns(type: CalicoColumn['type'], ...paths: readonly string[]): CalicoColumn[] {
  return paths.map((path) => ({ path: path.split('.'), type, since: 2 }));
}

const UNREAD: readonly Path[] = calicoColumns.filter(({ type }) => type === 'unread').map(({ path }) => path);
/** Ours; no server writes them. */
const OWN: readonly Change[] = ['@timestamp', 'timestamp', 'name'].map((key) => ({ path: [key] }));

/** The document, as JSON text in one line. */
export function calicoBody(recorded: Recorded): string {
  const text = inOneLine(eventText(recorded));
  const walk = Walk.over(text);
  if (walk?.isObject !== true) throw new TypeError('Expected the text of an event.');
  const begin = walk.before;
  const body = edited(text, editsFor(walk, [...OWN, ...asTexts(text)]));
  const members = JSON.stringify(own(recorded)).slice(0, -1);
  const isAlone = Walk.over(body)?.next() !== true;
  return `${members}${isAlone ? '' : ','}${body.slice(begin)}`;
}

/** As Calico's own forwarder has them: `timestamp` is when the stage was reached, as the server wrote it. */
function own({ event, time }: Recorded): object {
  const stage = parseTime(event.stageTimestamp) === undefined ? undefined : textAt(event, 'stageTimestamp');
  return { '@timestamp': isoTime(time), timestamp: stage ?? isoTime(time), name: objectName(event) };
}

/** Of a line that was cut there is no whole text: what could be recovered is written anew. */
function eventText({ event, original }: Recorded): string {
  return (Walk.over(original)?.finish() ?? -1) > 0 ? original : JSON.stringify(event);
}

/** In JSON a line's end stands between tokens alone; in a request to Elasticsearch it would end the document. */
function inOneLine(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .trim()
    .toWellFormed();
}

/**
 * What a caller may fill as he likes stands there as the text that it is where Elasticsearch would refuse to read it: a
 * patch with a key twice must not keep its own event out of the index.
 */
function asTexts(text: string, walk = Walk.over(text), paths = UNREAD, depth = 0): readonly Change[] {
  const found: Change[] = [];
  while (walk?.next()) {
    const here = paths.filter((path) => path[depth] === walk.key);
    const path = here.find(({ length }) => length === depth + 1);
    if (path === undefined) {
      if (here.length > 0) found.push(...asTexts(text, walk.inside(), here, depth + 1));
    } else if (!isReadable(walk)) {
      found.push({ path, to: JSON.stringify(text.slice(walk.valueStart, walk.valueEnd)) });
    }
  }
  return found;
}
