import { counted, figure } from '../cli/figures.ts';
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
  const { read, indexed, alreadyIndexed, duplicate, dropped, parked } = totals;
  const outcomes = table(
    ['lines read', 'indexed', 'already indexed', 'duplicate', 'dropped', 'parked'],
    [[read, indexed, alreadyIndexed, duplicate, dropped, parked].map(figure)],
    'right',
  );
  const lag = frontierLag === undefined ? '' : ` The frontier is ${Math.round(frontierLag)} s behind now.`;
  const held = documents === null ? 'An unknown number of documents' : counted(documents, 'document');
  return `${outcomes}\n${held} in ${indices}.${lag}`;
}
