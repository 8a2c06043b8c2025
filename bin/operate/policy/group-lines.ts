import type { CloudWatchLine } from '../../../lambda/core/line.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import type { Page, Reader } from '../../../lambda/reader.ts';

/** The messages of a log group's audit streams, a page at a time: the next is fetched when this one has been taken. */
export async function* groupLines(reader: Reader, { from, to }: Minutes): AsyncGenerator<string> {
  const { readable, writable } = new TransformStream<readonly CloudWatchLine[], readonly CloudWatchLine[]>();
  const writer = writable.getWriter();
  // Whoever takes them may leave before the end: then nothing more is read, and nobody hears of it.
  const takePage = ({ lines }: Page) =>
    writer.write(lines).then(
      () => true,
      () => false,
    );
  const reading = reader
    .readInFull({ startTime: from, endTime: to - 1 }, takePage)
    .then(
      () => writer.close(),
      (error: unknown) => writer.abort(error),
    )
    .catch(() => {});
  for await (const lines of readable) for (const { message } of lines) yield message;
  await reading;
}
