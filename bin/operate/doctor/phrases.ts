import { at, textAt } from '../../../lambda/core/json.ts';

/** An index that is there, and what Elasticsearch says of it. */
export interface Mapped {
  readonly index: string;
  readonly mappings: unknown;
}

/** How indices were made that keep no positions of words. */
const WITHOUT_POSITIONS: readonly unknown[] = ['docs', 'freqs'];

/**
 * From which day on `message` takes phrases, which need the words' positions: indices of earlier versions were made
 * without, and stay as they are. Nothing of ours asks for phrases. undefined: all indices take them.
 */
export function phrasesBegin(indices: readonly Mapped[]): string | undefined {
  const without = indices.filter(({ mappings }) => {
    const message = at(mappings, 'properties', 'message');
    return textAt(message, 'type') === 'text' && WITHOUT_POSITIONS.includes(at(message, 'index_options'));
  });
  const last = without
    .map(({ index }) => dateOf(index))
    .toSorted()
    .at(-1);
  if (last === undefined) return undefined;
  return (
    `Phrases (KQL's message : "…") are found in indices after ${last}: ` +
    `${without.length} of ${indices.length} were made without the positions of words, and stay so; single words are found in all.`
  );
}

/** An index is named by its day or month. */
function dateOf(index: string): string {
  return /\d{4}\.\d\d(\.\d\d)?$/.exec(index)?.[0] ?? index;
}
