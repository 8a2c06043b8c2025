import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import type { Filter } from './filter.ts';
import type { ObjectKey } from './object.ts';

export const FORMATS = ['json', 'ndjson', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

/** What is exported: what a filter shows, or an object's history. */
export type Selection =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'object'; readonly key: ObjectKey };

/** What was exported, for whoever must prove it. */
export interface ExportManifest {
  /** ISO. */
  readonly createdAt: string;
  readonly format: Format;
  readonly selection: Selection;
  /** As it was asked of Elasticsearch, with the times settled. */
  readonly query: object;
  readonly events: number;
  /** Of these, lines that CloudWatch cut: they stand there as text. */
  readonly truncated: number;
  /** ISO; absent: there was no event. */
  readonly oldest?: string;
  readonly newest?: string;
  readonly bytes: number;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
}

export interface ExportOptions {
  readonly selection: Selection;
  readonly format: Format;
  /** Milliseconds: what `7d` counts from. */
  readonly now: number;
}

/** An export under way: take all chunks, then ask for the manifest. */
export interface Export {
  /** UTF-8, in order; memory stays the same however much there is. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Throws while chunks are left. */
  manifest(): ExportManifest;
}

export function startExport(_search: AuditSearch, _options: ExportOptions): Export {
  throw new Error('Expected an export, which is not written yet.');
}

/** How the file should be called: `eks-audit-20261121T120000Z.yaml`. */
export function exportName(format: Format, now: number): string {
  return `eks-audit-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.${format}`;
}
