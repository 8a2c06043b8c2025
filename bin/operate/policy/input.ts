import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { DEFAULT_STREAM_PREFIX } from '../../../lambda/contract.ts';
import { isAuditEvent } from '../../../lambda/core/document/decode.ts';
import { at, isObject, parseJson } from '../../../lambda/core/json.ts';
import { type LoadedPolicy, loadPolicy } from '../../../lib/policy/file.ts';
import { Failed, WrongUse } from '../../../lib/problems/usage.ts';
import { type FoundLine, foundIn } from '../intake/archive.ts';
import { formatOf } from '../intake/format.ts';
import { linesOf } from '../intake/lines.ts';
import { unpacked } from '../intake/source.ts';
import { whyUnread } from '../intake/unread.ts';

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
  const found = kindOf(event, content, file);
  throw new WrongUse(`--event ${file}: expected one audit event as JSON, found ${found}.`);
}

/** Says nothing of what stands in it: a wrong file may hold a key. */
function kindOf(value: unknown, content: string, file: string): string {
  if (content.trim() === '') return 'nothing';
  if (Array.isArray(value)) return 'a list: pass one of its events';
  if (at(value, 'kind') === 'EventList') return 'an EventList: pass one of its items';
  if (isObject(value)) return 'an object that is none: it has no "kind":"Event","apiVersion":"audit.k8s.io/v1"';
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1 && lines.every((line) => isObject(parseJson(line))))
    return `${lines.length} events: pass one of them, such as \`sed -n 1p ${file}\``;
  return value === undefined ? 'a text that is no JSON' : 'JSON that is no object';
}

/**
 * The lines of a log, from standard input for `-`, or from a file, whatever it holds them in. A file that can't be read
 * is told at once.
 */
export async function openLines(
  file: string,
  stdin: AsyncIterable<Buffer | string> = process.stdin,
): Promise<AsyncIterable<string>> {
  if (file === '-') return textsOf(linesOf(bytesOf(stdin)), file);
  const status = await stat(file).catch((error) => unreadable(file, error, '--events'));
  if (status.isDirectory())
    throw new WrongUse(`--events ${file}: expected a file with one event a line, found a folder.`);
  const { head, isWhole, chunks, fault } = await unpacked(createReadStream(file));
  const recognised = formatOf(head, isWhole || fault !== undefined);
  if (recognised.kind !== 'format') return textsOf(linesOf(chunks), file);
  return textsOf(foundIn(recognised.format, chunks, { prefix: DEFAULT_STREAM_PREFIX }), file);
}

async function* bytesOf(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function* textsOf(pages: AsyncIterable<readonly FoundLine[]>, file: string): AsyncGenerator<string> {
  try {
    for await (const lines of pages) for (const { text, isOther } of lines) if (isOther !== true) yield text;
  } catch (error) {
    const why = whyUnread(error);
    throw why === undefined ? error : new Failed(`--events ${file}: not read to its end. ${why}`);
  }
}

/** The lines as they come, until the signal ends them, also where none comes any more. */
export async function* until(signal: AbortSignal, lines: AsyncIterable<string>): AsyncGenerator<string> {
  const iterator = lines[Symbol.asyncIterator]();
  const ended = Promise.withResolvers<undefined>();
  const end = () => ended.resolve(undefined);
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      const next = await Promise.race([iterator.next(), ended.promise]);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function unreadable(file: string, error: unknown, flag = '--event'): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
  throw new WrongUse(`${flag} ${file}: expected a file that can be read, but ${why}.`);
}
