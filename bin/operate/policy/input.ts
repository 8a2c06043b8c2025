import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { isAuditEvent } from '../../../lambda/core/document/decode.ts';
import { isObject, parseJson } from '../../../lambda/core/json.ts';
import { type LoadedPolicy, loadPolicy } from '../../../lib/policy/file.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';

/** The policy to work with; one that does not load is wrong use, told with file and line. */
export function policyFor(nameOrFile: string, baseDir: string): Extract<LoadedPolicy, { ok: true }> {
  const loaded = loadPolicy(nameOrFile, baseDir);
  if (loaded.ok) return loaded;
  throw WrongUse.of(loaded.problems.map((problem) => ({ file: nameOrFile, ...problem })));
}

/** One event, from a file or, for `-`, from standard input. */
export async function readEvent(file: string, stdin: NodeJS.ReadableStream = process.stdin): Promise<unknown> {
  const content =
    file === '-' ? await text(stdin) : await readFile(file, 'utf8').catch((error) => unreadable(file, error));
  const event = parseJson(content);
  if (isAuditEvent(event)) return event;
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  const found =
    lines.length > 1 && lines.every((line) => isObject(parseJson(line)))
      ? `${lines.length} events: pass one of them, such as \`sed -n 1p ${file}\``
      : content.trim() === ''
        ? 'nothing'
        : `${JSON.stringify(content.slice(0, 60))}…, which is ${isObject(event) ? 'none: it has no "kind":"Event","apiVersion":"audit.k8s.io/v1"' : 'no JSON object'}`;
  throw new WrongUse(`--event ${file}: expected one audit event as JSON, found ${found}.`);
}

/** The lines of a log, from a file or, for `-`, from standard input. A file that can't be read is told at once. */
export async function openLines(
  file: string,
  stdin: NodeJS.ReadableStream = process.stdin,
): Promise<AsyncIterable<string>> {
  if (file !== '-') {
    const status = await stat(file).catch((error) => unreadable(file, error, '--events'));
    if (status.isDirectory())
      throw new WrongUse(`--events ${file}: expected a file with one event a line, found a folder.`);
  }
  return createInterface({ input: file === '-' ? stdin : createReadStream(file), crlfDelay: Infinity });
}

/** The lines as they come, until the signal ends them. */
export async function* until(signal: AbortSignal, lines: AsyncIterable<string>): AsyncGenerator<string> {
  if (signal.aborted) return;
  const iterator = lines[Symbol.asyncIterator]();
  // Ends the wait for a next one, too.
  const end = () => void iterator.return?.();
  signal.addEventListener('abort', end);
  try {
    for (let next = await iterator.next(); !next.done && !signal.aborted; next = await iterator.next())
      yield next.value;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function unreadable(file: string, error: unknown, flag = '--event'): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
  throw new WrongUse(`${flag} ${file}: expected a file that can be read, but ${why}.`);
}
