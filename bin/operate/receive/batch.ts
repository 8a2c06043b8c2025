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
    lines.push(inOneLine(body.toString('utf8', end)));
  }
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** Within a JSON text they stand between its parts alone. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
