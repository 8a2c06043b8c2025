import { show } from './show.ts';

/** `Expected a Region, found "us-west-2a": write it like us-west-2.` */
export function sentence(what: string, found: unknown, todo: string): string {
  if (found === undefined) return `Missing: ${what} is needed; ${todo}.`;
  return `Expected ${what}, found ${show(found)}: ${todo}.`;
}

export type Hint = (found: unknown) => string | undefined;

/** zod's `error` option: one sentence for a value that is missing, of the wrong type or refused by a check. */
export function wants(what: string, todo: string, hint: Hint = () => undefined) {
  return { error: ({ input }: { input?: unknown }) => sentence(what, input, hint(input) ?? todo) };
}

/** The same, for a value that may be a credential: what was found is never shown. */
export function wantsUnseen(what: string, todo: string, hint: Hint = () => undefined) {
  return {
    error: ({ input }: { input?: unknown }) =>
      input === undefined ? sentence(what, input, todo) : `Expected ${what}: ${hint(input) ?? todo}.`,
  };
}
