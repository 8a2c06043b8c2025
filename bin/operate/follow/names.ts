import { posix } from 'node:path';

/** A file's part in a log. */
export interface Part {
  /** It is written to no more, except for a moment by who still has it open. */
  readonly rotated: boolean;
}

export interface Arranged<T> extends Part {
  readonly file: T;
}

/** Which files of a folder are a log's, and which was written before which. */
export interface LogNames {
  belongs(name: string): boolean;
  /** From the oldest on. */
  arrange<T extends { readonly name: string }>(files: readonly T[]): readonly Arranged<T>[];
}

const GZIP = '.gz';

/** `2026-11-21T23-10-00.123`: as the API server names what it rotates, in UTC. */
const MOMENT = String.raw`\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`;

/**
 * The names of `kube-audit.log` and of its rotations: the API server's (`kube-audit-2026-11-21T23-10-00.123.log`), and
 * those of logrotate (`kube-audit.log.1`, `kube-audit.log-20261121`); each may be packed (`.gz`).
 */
export function namesOf(current: string): LogNames {
  const { name: stem, ext } = posix.parse(current);
  const moment = new RegExp(`^${literally(stem)}-(${MOMENT})${literally(ext)}(?:\\.gz)?$`);
  const numbered = new RegExp(`^${literally(current)}\\.(\\d{1,6})(?:\\.gz)?$`);
  const dated = new RegExp(`^${literally(current)}-(\\d{8,14})(?:\\.gz)?$`);
  /** Sorts from the oldest on; undefined: another log's, or none. */
  const orderOf = (name: string): string | undefined => {
    if (name === current) return 'current';
    const [, number] = numbered.exec(name) ?? [];
    // The greater the number, the older.
    if (number !== undefined) return `b ${String(1_000_000 - Number(number)).padStart(7, '0')}`;
    const [, time] = moment.exec(name) ?? dated.exec(name) ?? [];
    return time === undefined ? undefined : `a ${time}`;
  };
  return {
    belongs: (name) => orderOf(name) !== undefined,
    arrange: (files) => {
      const names = new Set(files.map(({ name }) => name));
      return files
        .flatMap((file) => {
          const order = orderOf(file.name);
          return order === undefined || isBeingPacked(file.name, names) ? [] : [{ file, order }];
        })
        .toSorted((a, b) => (a.order < b.order ? -1 : 1))
        .map(({ file }) => ({ file, rotated: file.name !== current }));
    },
  };
}

/** Who packs a file removes it when that is done: until then only the unpacked one is whole. */
function isBeingPacked(name: string, names: ReadonlySet<string>): boolean {
  return isPacked(name) && names.has(name.slice(0, -GZIP.length));
}

export function isPacked(name: string): boolean {
  return name.endsWith(GZIP);
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|-]/g, String.raw`\$&`);
}

const SEGMENT = /^segment-\d{12}\.log$/;

/** The segments of a spool, which are numbered; the newest is written to. */
export const segmentNames: LogNames = {
  belongs: (name) => SEGMENT.test(name),
  arrange: (files) => {
    const sorted = files.filter(({ name }) => SEGMENT.test(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return sorted.map((file, at) => ({ file, rotated: at < sorted.length - 1 }));
  },
};
