import { parseJson, textAt } from '../../../lambda/core/json.ts';
import type { IndexedDocuments } from '../../../lib/elasticsearch/documents.ts';
import type { ParkedDocument } from '../../../lib/elasticsearch/parked.ts';
import type { ParkedLine } from './lines.ts';

export type ParkedText =
  | { readonly kind: 'whole'; readonly text: string }
  /** A sentence. */
  | { readonly kind: 'not whole'; readonly why: string };

/** Bytes of a document that says nothing of its size: of the largest there are. */
const LARGEST = 2 * 1024 * 1024;
/** A text of JSON has at most so many times its bytes where it stands in JSON. */
const ESCAPED = 6;

/** The text of a parked line, put together where it is in parts: of one size all must be there. */
export async function textOf(documents: Pick<IndexedDocuments, 'contents'>, line: ParkedLine): Promise<ParkedText> {
  const sizes = Map.groupBy(line.documents, ({ part }) => part?.bytes ?? 0);
  const sets = [...sizes.values()].map(inOrder);
  const set = sets.find((each) => each.lacking === 0);
  if (set === undefined) return { kind: 'not whole', why: lackText(sets) };
  const texts = await textsOf(documents, set.documents);
  if (texts.includes(undefined)) return { kind: 'not whole', why: 'A document of it can’t be read.' };
  const text = texts.join('');
  if (line.size === undefined || line.size === Buffer.byteLength(text)) return { kind: 'whole', text };
  const why = `It says that it has ${line.size} bytes, and has ${Buffer.byteLength(text)}: somebody altered it.`;
  return { kind: 'not whole', why };
}

interface PartSet {
  /** In order. */
  readonly documents: readonly ParkedDocument[];
  readonly parts: number;
  readonly lacking: number;
}

function inOrder(documents: readonly ParkedDocument[]): PartSet {
  const parts = documents[0]?.part?.parts ?? 1;
  const numberOf = ({ part }: ParkedDocument) => part?.part ?? 1;
  const byNumber = new Map(documents.map((each) => [numberOf(each), each]));
  const known = [...byNumber.values()].filter((each) => numberOf(each) >= 1 && numberOf(each) <= parts);
  const sorted = known.toSorted((a, b) => numberOf(a) - numberOf(b));
  return { documents: sorted, parts, lacking: parts - sorted.length };
}

function lackText(sets: readonly PartSet[]): string {
  const told = sets.map(({ parts, lacking }) => `${lacking} of ${parts}`);
  return `Parts of it are not there (${told.join(', ')}): they are on their way, or somebody deleted them.`;
}

/** In the order of the documents. */
async function textsOf(documents: Pick<IndexedDocuments, 'contents'>, parts: readonly ParkedDocument[]) {
  const found = new Map<string, string>();
  const bytesOf = ({ part, size }: ParkedDocument) => (part?.bytes ?? size ?? LARGEST) * ESCAPED;
  const places = parts.map((each) => ({ index: each.index, id: each.id, bytes: bytesOf(each) }));
  for await (const some of documents.contents(places)) {
    for (const { id, source } of some) {
      const text = textAt(parseJson(source ?? ''), 'event', 'original');
      if (text !== undefined) found.set(id, text);
    }
  }
  return parts.map(({ id }) => found.get(id));
}
