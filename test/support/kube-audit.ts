import { appendFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { event } from './builders.ts';

export interface Rotation {
  /** Bytes at which a file is rotated. */
  readonly size: number;
  /** How many rotated files stay. */
  readonly backups: number;
}

/** An audit event as the API server writes it; `number` tells it from the others. */
export function auditLine(number: number): string {
  const time = new Date(Date.UTC(2026, 10, 21, 12) + number * 10).toISOString();
  return JSON.stringify(event({ auditID: String(number), requestReceivedTimestamp: time, stageTimestamp: time }));
}

/** Writes a kube-audit.log and rotates it as the API server does: by a new name, and a new file in its place. */
export class KubeAuditLog {
  readonly path: string;
  readonly #rotation: Rotation;
  #lines = 0;
  #bytes = 0;

  constructor(path: string, rotation: Rotation) {
    this.path = path;
    this.#rotation = rotation;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Of all lines with their newlines. */
  get bytes(): number {
    return this.#bytes;
  }

  write(lines: number): void {
    for (let count = 0; count < lines; count += 1) {
      const line = `${auditLine(this.#lines)}\n`;
      appendFileSync(this.path, line);
      this.#bytes += Buffer.byteLength(line);
      this.#lines += 1;
      if (count % 20 === 0 && statSync(this.path).size > this.#rotation.size) this.rotate();
    }
  }

  rotate(): void {
    const moment = new Date().toISOString().replaceAll(':', '-').slice(0, -1);
    renameSync(this.path, join(dirname(this.path), `${basename(this.path, '.log')}-${moment}.log`));
    appendFileSync(this.path, '');
    const rotated = readdirSync(dirname(this.path)).filter((name) => /-\d{4}-.*\.log$/.test(name));
    for (const name of rotated.toSorted().slice(0, -this.#rotation.backups)) rmSync(join(dirname(this.path), name));
  }
}
