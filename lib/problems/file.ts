import { show } from './show.ts';

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file',
  EISDIR: 'This is a folder, not a file:',
  EACCES: 'There is no permission to read',
};

/** Why a file can't be read, as the beginning of a sentence. */
export function fileFault(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return `${FAULTS[code] ?? `Cannot read (${code})`} ${show(path)}`;
}
