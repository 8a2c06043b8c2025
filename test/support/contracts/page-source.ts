import { expect, test } from 'vitest';
import type { CloudWatchLine } from '../../../lambda/core/line.ts';
import type { PageSource } from '../../../lambda/ports.ts';
import { line } from '../builders.ts';

/** Every page from the first to the one without a token. */
export async function pagesOf(
  source: PageSource,
  from: number,
  to: number,
): Promise<readonly (readonly CloudWatchLine[])[]> {
  const pages: (readonly CloudWatchLine[])[] = [];
  let token: string | undefined;
  do {
    const answer = await source.page({ startTime: from, endTime: to }, token, AbortSignal.timeout(10_000));
    if (answer.kind === 'again') throw new Error(answer.why);
    pages.push(answer.lines);
    token = answer.nextToken;
  } while (token !== undefined);
  return pages;
}

/** What the port promises of a source that works. `make` gives one with these lines, of more than one page. */
export function pageSourceContract(now: number, make: (lines: readonly CloudWatchLine[]) => Promise<PageSource>): void {
  const put = Array.from({ length: 30 }, (_, at) =>
    line({ timestamp: now - 30 + at, message: `${at} ${'x'.repeat(100_000)}`, eventId: String(at) }),
  );
  const messages = (lines: readonly CloudWatchLine[]) => lines.map(({ message }) => message).toSorted();

  test('all pages together hold every line once', async () => {
    const pages = await pagesOf(await make(put), now - 60, now);
    expect(pages.length).toBeGreaterThan(1);
    expect(messages(pages.flat())).toEqual(messages(put));
  });

  test('both ends of a range belong to it', async () => {
    const pages = await pagesOf(await make(put), now - 20, now - 11);
    expect(messages(pages.flat())).toEqual(messages(put.slice(10, 20)));
  });

  test('a range without lines ends without a token', async () => {
    const pages = await pagesOf(await make(put), now - 120, now - 60);
    expect(pages.flat()).toEqual([]);
  });

  test('the same range read again gives the same lines with the same ids', async () => {
    const source = await make(put);
    const ids = async () => (await pagesOf(source, now - 60, now)).flat().map(({ origin }) => origin.eventId);
    const first = await ids();
    expect(new Set(first).size).toBe(put.length);
    expect((await ids()).toSorted()).toEqual(first.toSorted());
  });
}
