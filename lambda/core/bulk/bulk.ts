/** One `create` action. */
export interface BulkItem {
  readonly index: string;
  readonly id: string;
  /** The document as JSON text. */
  readonly body: string;
}

export interface BulkItemAnswer {
  readonly status: number;
  /** The index that took the document; another than the one asked for when a data stream claims the name. */
  readonly index: string;
  readonly type?: string;
  readonly reason?: string;
}

export type BulkAnswer =
  /** One answer per item, in the items' order. */
  | { readonly kind: 'items'; readonly took: number; readonly items: readonly BulkItemAnswer[] }
  /** The whole request was answered with an error. */
  | { readonly kind: 'refused'; readonly status: number; readonly type?: string; readonly reason?: string }
  /** No answer: whether Elasticsearch did the work is unknown. */
  | { readonly kind: 'unreachable'; readonly why: string };
