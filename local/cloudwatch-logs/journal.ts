import { closeSync, createReadStream, existsSync, mkdirSync, openSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, change } from './store.ts';

const fileIn = (directory: string): string => join(directory, 'cloudwatch-logs.ndjson');

export interface Journal {
  append(change: Change): void;
  close(): void;
}

/** Gives all that was written to `directory` to `apply`. A last line without its end was never acknowledged and goes. */
export async function replay(directory: string, apply: (change: Change) => void): Promise<void> {
  const file = fileIn(directory);
  if (!existsSync(file)) return;
  let begun: Buffer[] = [];
  let [ended, number] = [0, 0];
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, end)]);
      begun = [];
      from = end + 1;
      number += 1;
      ended += line.length + 1;
      apply(parse(line.toString(), file, number));
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) truncateSync(file, ended);
}

/** A change is with the operating system when `append` returns, so that a killed process loses nothing. */
export function openJournal(directory: string): Journal {
  mkdirSync(directory, { recursive: true });
  const file = openSync(fileIn(directory), 'a');
  return {
    append: (change) => writeAll(file, Buffer.from(`${JSON.stringify(change)}\n`)),
    close: () => closeSync(file),
  };
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function parse(line: string, file: string, number: number): Change {
  try {
    return change.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`${file}:${number} is no change that the emulator wrote; delete the file to begin anew`, { cause });
  }
}
