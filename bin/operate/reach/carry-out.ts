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
export function carryOut(checks: readonly Check[], patience = PATIENCE): Promise<readonly Finding[]> {
  return Promise.all(checks.map(async ({ name, look }) => ({ check: name, ...(await within(patience, look)) })));
}

/** Milliseconds; a check that takes longer is told as what is wrong. Elasticsearch and the SDK give up before. */
const PATIENCE = 20_000;

async function within(patience: number, look: Check['look']): Promise<Verdict> {
  const over = new AbortController();
  const late = Promise.withResolvers<Verdict>();
  const timer = setTimeout(() => {
    late.resolve(wrong(`No answer in ${patience / 1000} s: ${WAY}.`));
    over.abort();
  }, patience);
  try {
    return await Promise.race([late.promise, look(over.signal)]);
  } catch (error) {
    return wrong(`The check itself failed: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Asked by several checks, answered once: as the first of them asked. */
export function once<A extends readonly unknown[], T>(ask: (...as: A) => Promise<T>): (...as: A) => Promise<T> {
  let answer: Promise<T> | undefined;
  return (...as) => {
    answer ??= ask(...as);
    return answer;
  };
}
