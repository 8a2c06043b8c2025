import { isMark, wholeId } from '../../../lambda/core/document/parked.ts';
import type { ParkedDocument, Redriven } from '../../../lib/elasticsearch/parked.ts';

/** A parked line, be it in one document or in parts. */
export interface ParkedLine
  extends Pick<ParkedDocument, 'index' | 'time' | 'cluster' | 'origin' | 'reason' | 'detail' | 'size' | 'meant'> {
  /** Without a part's number. */
  readonly id: string;
  /** All that hold some of its text; maybe the parts of two sizes. */
  readonly documents: readonly ParkedDocument[];
  /** undefined: it was not redriven. */
  readonly redriven: Redriven | undefined;
}

/** Put together from documents that come in the order of their lines; of which it holds those of one moment. */
export async function* linesOf(
  pages: AsyncIterable<readonly ParkedDocument[]>,
): AsyncGenerator<ParkedLine, undefined, undefined> {
  let time = Number.NaN;
  let group: ParkedDocument[] = [];
  for await (const page of pages) {
    for (const document of page) {
      if (!Object.is(document.time, time)) {
        yield* together(group);
        group = [];
        time = document.time;
      }
      group.push(document);
    }
  }
  yield* together(group);
  return undefined;
}

/**
 * All that is parked of a line in an index, or in the first that has it. Its parts may be filed under the times of two
 * lines that say the same event, and its mark under one of them.
 */
export async function lineById(
  pages: AsyncIterable<readonly ParkedDocument[]>,
  id: string,
  index?: string,
): Promise<ParkedLine | undefined> {
  const lines: ParkedLine[] = [];
  for await (const line of linesOf(pages)) {
    if (line.id === id && line.index === (index ?? lines[0]?.index ?? line.index)) lines.push(line);
  }
  const [first] = lines;
  if (first === undefined) return undefined;
  const { redriven } = lines.find((each) => each.redriven !== undefined) ?? first;
  return { ...first, documents: lines.flatMap(({ documents }) => documents), redriven };
}

/** The same line may be parked in the indices of two months. */
function* together(documents: readonly ParkedDocument[]): Generator<ParkedLine> {
  const groups = Map.groupBy(documents, ({ index, id }) => `${index}/${wholeId(id)}`);
  for (const all of groups.values()) {
    const texts = all.filter(({ id }) => !isMark(id));
    const [first] = texts;
    // A mark alone is no parked line.
    if (first === undefined || first.reason === '') continue;
    const { index, time, cluster, origin, reason, detail, size, meant } = first;
    const redriven = all.find(({ id }) => isMark(id))?.redriven;
    yield {
      ...{ id: wholeId(first.id), index, time, cluster, origin, reason, detail, size, meant },
      documents: texts,
      redriven,
    };
  }
}
