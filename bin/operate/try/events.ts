import { readFileSync } from 'node:fs';
import { decode } from '../../../lambda/core/document/decode.ts';
import { at, isObject, parseJson } from '../../../lambda/core/json.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { noEvents } from '../../cli/no-events.ts';

/** A real audit log: its lines without the empty ones. Throws `WrongUse` where it can't be read or holds no event. */
export function readEvents(file: string): readonly string[] {
  const name = `--events ${file}`;
  const content = read(file, name);
  const text = new TextDecoder().decode(content);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.some((line) => decode(line).kind === 'event')) return lines;
  throw new WrongUse(noEvents(name, lines.length, remedy(content, text, file)));
}

function read(file: string, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
    throw new WrongUse(`${name}: expected a file with one audit event a line, but ${why}.`);
  }
}

const UTF_16 = ['fffe', 'feff'];

/** How to make lines of what the file most likely is. */
function remedy(content: Buffer, text: string, file: string): string | undefined {
  if (content[0] === 0x1f && content[1] === 0x8b) return `It is compressed: gunzip -c ${file} > audit.log.`;
  if (UTF_16.includes(content.subarray(0, 2).toString('hex')))
    return `It is UTF-16: iconv -f UTF-16 -t UTF-8 ${file} > audit.log.`;
  if (content.includes(0)) return 'It is no text.';
  const whole = parseJson(text);
  const filter = Array.isArray(whole) ? '.[]' : Array.isArray(at(whole, 'items')) ? '.items[]' : '.';
  const isJson = filter !== '.' || isObject(whole) || /^\s*\{\s*$/m.test(text);
  return isJson ? `It is JSON in another form: jq -c '${filter}' ${file} > audit.log.` : undefined;
}
