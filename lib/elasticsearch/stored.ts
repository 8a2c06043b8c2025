import { Walk } from '../../lambda/core/json/walk.ts';
import { parseJson, textAt } from '../../lambda/core/json.ts';

/** What Elasticsearch says of one place. */
export interface Stored {
  readonly found: boolean;
  /** The text that was sent; undefined: the index keeps none. */
  readonly source: string | undefined;
  /** Why it can't say more. */
  readonly error: { readonly type: string; readonly reason: string } | undefined;
}

/**
 * The documents of an answer to `_mget`, in the order of these ids; undefined: it is no such answer. Elasticsearch
 * shows a document as it was sent, and takes YAML, and JSON with comments, too: such a one breaks the JSON around it.
 */
export function storedIn(answer: string, ids: readonly string[]): readonly Stored[] | undefined {
  const whole = Walk.over(answer);
  const found: Stored[] = [];
  while (whole?.next()) {
    const docs = whole.key === 'docs' ? whole.inside() : undefined;
    while (docs?.next()) {
      const stored = storedAt(answer, docs, ids[found.length]);
      if (stored === undefined) return undefined;
      found.push(stored);
    }
  }
  return (whole?.end ?? 0) > 0 && found.length === ids.length ? found : undefined;
}

function storedAt(answer: string, docs: Walk, id: string | undefined): Stored | undefined {
  const members = new Map<string, string>();
  const doc = docs.inside();
  while (doc?.next()) if (doc.valueEnd > 0) members.set(doc.key ?? '', answer.slice(doc.valueStart, doc.valueEnd));
  if (doc === undefined || doc.end < 0 || parseJson(members.get('_id') ?? '') !== id) return undefined;
  const error = parseJson(members.get('error') ?? '');
  const type = textAt(error, 'type');
  return {
    found: members.get('found') === 'true',
    source: members.get('_source'),
    error: type === undefined ? undefined : { type, reason: textAt(error, 'reason') ?? type },
  };
}
