import type { Readable } from 'node:stream';

/** No text of a function holds this character, so a mark is found also behind a line without an end. */
const MARK = '\0';

export const endMark = (id: string): string => `${MARK}${id}${MARK}\n`;

export interface Lines {
  /** Done when the mark of this invocation was read: every line before it has been reported. */
  marked(id: string): Promise<void>;
}

/** Reports a pipe line by line, without the marks. */
export function readLines(pipe: Readable, onLine: (line: string) => void): Lines {
  let rest = '';
  let seen = '';
  let waiting: { id: string; done: () => void } | undefined;
  const report = (line: string): void => {
    const [text = '', id] = line.split(MARK);
    if (text !== '' || id === undefined) onLine(text);
    if (id === undefined) return;
    seen = id;
    if (waiting?.id === id) waiting.done();
  };
  pipe.setEncoding('utf8').on('data', (part: string) => {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) report(line);
  });
  pipe.on('end', () => {
    if (rest !== '') report(rest);
  });
  return {
    marked: (id) =>
      new Promise((done) => {
        if (seen === id) done();
        else waiting = { id, done };
      }),
  };
}
