import type { Checkpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import type { MinuteRules, RulesByMinute } from '../../../lambda/minute-rules.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import type { Reader } from '../../../lambda/reader.ts';
import type { IndexedDocuments } from '../../../lib/elasticsearch/documents.ts';
import type { Table } from './columns.ts';
import type { Rows } from './groups.ts';

/** A range of minutes to be verified, and all that it takes. */
export interface Inspection {
  readonly minutes: Minutes;
  readonly ledger: Pick<Ledger, 'rows'>;
  readonly reader: Pick<Reader, 'readInFull'>;
  readonly documents: IndexedDocuments;
  readonly rules: Pick<MinuteRules, 'recorded'>;
  readonly checkpoint: Checkpoint | undefined;
  /** Compare what the documents say, and not only which are there. */
  readonly contents: boolean;
  /** What documents may say. */
  readonly table: Table;
  /** Hears which minutes come next. */
  readonly report: (minutes: Minutes) => void;
  /** Ends it: what was compared until then is told. */
  readonly signal: AbortSignal;
  /** What is read at once where minutes are small. Default about eight pages. */
  readonly partBytes?: number;
}

/** Rows, and by what their minutes are judged. */
export interface Day {
  /** Of the day, and of what came shortly before. */
  readonly rows: Rows;
  readonly rules: RulesByMinute;
}
