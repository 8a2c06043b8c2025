import { textAt } from '../../../lambda/core/json.ts';
import { BrokenText, besideLists, type Element, elementsOf } from '../intake/elements.ts';
import { asLine } from '../intake/event-list.ts';
import { LIMITS } from '../intake/lines.ts';

const LISTS = ['items'];
const GROUP = 'audit.k8s.io/';
/** Bytes of lines that are given together. */
const PIECE = 1024 * 1024;

/**
 * The lines of an `EventList`, each with its newline, as the API server would write them to a file; also of a broken one,
 * of which what can't be told apart is one line, to be parked. Some at a time: they are more bytes than the list.
 * undefined: it is no such list.
 */
export function linesOfBatch(body: readonly Buffer[]): AsyncIterable<Buffer> | undefined {
  // The API server writes both first, but in JSON it may be anywhere.
  const { members } = besideLists(
    body,
    LISTS,
    ({ kind, apiVersion }) => kind !== undefined && apiVersion !== undefined,
  );
  const apiVersion = textAt(members, 'apiVersion');
  if (members.kind !== 'EventList' || apiVersion?.startsWith(GROUP) === false) return undefined;
  return inPieces(linesOf(body, apiVersion));
}

async function* linesOf(body: readonly Buffer[], apiVersion: string | undefined): AsyncGenerator<readonly Buffer[]> {
  let end = 0;
  try {
    for await (const found of elementsOf(each(body), LISTS)) {
      yield found.map((element) => lineOf(element, apiVersion));
      end = found.at(-1)?.end ?? end;
    }
  } catch (error) {
    if (!(error instanceof BrokenText)) throw error;
  }
  const rest = behind(body, end);
  if (!isEnd(rest, body)) yield [Buffer.from(`${inOneLine(rest)}\n`, 'latin1')];
}

async function* each(body: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* body;
}

async function* inPieces(lines: AsyncIterable<readonly Buffer[]>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const some of lines) {
    for (const line of some) {
      waiting.push(line);
      bytes += line.length;
      if (bytes < PIECE) continue;
      yield Buffer.concat(waiting);
      [waiting, bytes] = [[], 0];
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

/** Of one that is too long as much as is kept of such a line in a file, so that it has the same id. */
function lineOf({ bytes, isCut }: Element, apiVersion: string | undefined): Buffer {
  const line = inOneLine(asLine(bytes.toString(), apiVersion));
  return isCut ? Buffer.concat([Buffer.from(line).subarray(0, LIMITS.kept), NEWLINE]) : Buffer.from(`${line}\n`);
}

const NEWLINE = Buffer.from('\n');

/** Within a JSON text they stand between its parts alone. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

/** The bytes behind a place, as characters; of more than a line may have its beginning. */
function behind(body: readonly Buffer[], place: number): string {
  const found: Buffer[] = [];
  let [at, held] = [0, 0];
  for (const chunk of body) {
    const from = Math.min(chunk.length, Math.max(0, place - at));
    at += chunk.length;
    held += chunk.length - from;
    found.push(chunk.subarray(from));
    if (held > LIMITS.longest) return Buffer.concat(found).toString('latin1', 0, LIMITS.kept);
  }
  return Buffer.concat(found).toString('latin1');
}

/** What the API server writes behind the last event. */
const LAST = /^\s*\]\s*\}\s*$/;
const KEYS = ['kind', 'apiVersion', 'metadata', 'items'];

/** Whether the list ends so: what is more, or stands elsewhere, must not get lost. */
function isEnd(rest: string, body: readonly Buffer[]): boolean {
  if (rest.trim() === '' || LAST.test(rest)) return true;
  const { members, fault } = besideLists(body, LISTS);
  const isNone = !Object.hasOwn(members, 'items') || members.items === null;
  return fault === undefined && isNone && Object.keys(members).every((key) => KEYS.includes(key));
}
