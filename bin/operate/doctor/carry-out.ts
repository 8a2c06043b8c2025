import { oneLine, type Verdict, WAY, wrong } from './verdict.ts';

export interface Check {
  readonly name: string;
  /** The signal aborts when the check's time is over. */
  readonly look: (signal: AbortSignal) => Promise<Verdict>;
}

export interface Finding extends Verdict {
  readonly check: string;
}

/** Every check for itself, all at once: one that fails or hangs hides no other. In the checks' order. */
export function carryOut(checks: readonly Check[], patience: number): Promise<readonly Finding[]> {
  return Promise.all(checks.map(async ({ name, look }) => ({ check: name, ...(await within(patience, look)) })));
}

async function within(patience: number, look: Check['look']): Promise<Verdict> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => {
      resolve(wrong(`No answer in ${patience / 1000} s: ${WAY}.`));
      over.abort();
    }, patience);
  });
  try {
    return await Promise.race([late, look(over.signal)]);
  } catch (error) {
    return wrong(`The check itself failed: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Asked by several checks, answered once. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
