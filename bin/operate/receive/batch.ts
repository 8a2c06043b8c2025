import { isObject, parseJson } from '../../../lambda/core/json.ts';
import { BrokenText } from '../intake/elements.ts';
import { eventsOf } from '../intake/event-list.ts';

/** Where a list says what it is. */
const BEGIN = 4096;

/**
 * The lines of an `EventList`, each with its newline, as the API server would write them to a file; also of a broken one,
 * of which what can't be told apart is one line, to be parked. undefined: it is no such list.
 */
export async function linesOfBatch(body: Buffer): Promise<Buffer | undefined> {
  if (!/"kind"\s*:\s*"EventList"/.test(body.toString('utf8', 0, BEGIN))) return undefined;
  const lines: string[] = [];
  let end = 0;
  try {
    for await (const found of eventsOf(once(body))) {
      for (const { text } of found) lines.push(inOneLine(text));
      end = found.at(-1)?.end ?? end;
    }
  } catch (error) {
    if (!(error instanceof BrokenText)) throw error;
  }
  const rest = body.toString('utf8', end);
  if (rest.trim() !== '' && !LAST.test(rest) && !holds(body, lines.length)) lines.push(inOneLine(rest));
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** What the API server writes behind the last event. */
const LAST = /^\s*\]\s*\}\s*$/;
const KEYS = ['kind', 'apiVersion', 'metadata', 'items'];

/** Whether a list holds so many events and nothing else: what is more, or stands elsewhere, must not get lost. */
function holds(body: Buffer, events: number): boolean {
  const list = parseJson(body.toString());
  if (!isObject(list) || Object.keys(list).some((key) => !KEYS.includes(key))) return false;
  const { items = null } = list;
  return Array.isArray(items) ? items.length === events : items === null && events === 0;
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** Within a JSON text they stand between its parts alone. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
