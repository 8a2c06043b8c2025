import { constants, type FileHandle, open } from 'node:fs/promises';
import { bytesOf } from '../intake/bytes.ts';

const NEWLINE = 0x0a;
/** Bytes that are read at a time. */
const READ = 1024 * 1024;

/**
 * Bytes of a segment whose process was killed in the middle of a line, without that. Nobody was told 200 for it, and its
 * batch comes again; whole lines before it are known again by their ids.
 */
export async function withoutHalf(path: string): Promise<number> {
  const file = await open(path, constants.O_RDWR);
  try {
    const { size } = await file.stat();
    const whole = await behindLastLine(file, size);
    if (whole === size) return size;
    await file.truncate(whole);
    await file.sync();
    return whole;
  } finally {
    await file.close();
  }
}

async function behindLastLine(file: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - READ);
    const newline = (await bytesOf(file, from, end - from)).lastIndexOf(NEWLINE);
    if (newline >= 0) return from + newline + 1;
    end = from;
  }
  return 0;
}
