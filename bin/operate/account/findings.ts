import type { Place } from '../../../lib/elasticsearch/documents.ts';
import type { Alteration, Inspected } from './contents.ts';
import type { Expected } from './expected.ts';
import { NAMED } from './verification.ts';

/** A document that does not say what the line at hand makes. */
export interface Suspect extends Inspected {
  readonly altered: Alteration;
}

/** What an inspection has found, by the documents' keys. Of the first suspects alone it keeps which fields differ. */
export class Findings {
  readonly suspects = new Map<string, Suspect>();
  readonly #there = new Set<string>();

  note({ expected, place, altered }: Inspected): void {
    const { key } = expected;
    this.#there.add(key);
    if (altered === undefined) return;
    const fields = this.suspects.size < NAMED ? altered.fields : [];
    this.suspects.set(key, { expected, place, altered: { ...altered, fields } });
  }

  /** Not a suspect any more: at this place there is what another line makes. */
  clear({ key }: Expected, { index }: Place): void {
    if (this.suspects.get(key)?.place.index === index) this.suspects.delete(key);
  }

  isThere({ key }: Expected): boolean {
    return this.#there.has(key);
  }
}
