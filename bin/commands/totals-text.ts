import type { RunNumbers } from '../cli/totals.ts';
import { table } from './table.ts';

/** What a command's runs made of the lines they read, and what Elasticsearch holds now. */
export interface Balance extends RunNumbers {
  /** null where the key may not read. */
  readonly documents: number | null;
  /** The pattern of the indices counted. */
  readonly indices: string;
}

/** One line for programs. */
export function totalsJson({ totals, documents }: Pick<Balance, 'totals' | 'documents'>): string {
  return `${JSON.stringify({ ...totals, documents })}\n`;
}

export function totalsText({ totals, documents, frontierLag, indices }: Balance): string {
  const head = ['lines read', 'indexed', 'already indexed', 'duplicate', 'dropped', 'parked'];
  const { read, indexed, alreadyIndexed, duplicate, dropped, parked } = totals;
  const outcomes = table(head, [[read, indexed, alreadyIndexed, duplicate, dropped, parked]]);
  const lag = frontierLag === undefined ? '' : ` The frontier is ${Math.round(frontierLag)} s behind now.`;
  return `${outcomes}\n${documents ?? 'An unknown number of'} documents in ${indices}.${lag}`;
}
