/** What a policy file says, before anything is known of policies. Lines count from 1. */
export type Value =
  | { readonly kind: 'null'; readonly line: number }
  /** `written`: the word in the file, where that is another. */
  | { readonly kind: 'boolean'; readonly value: boolean; readonly written?: string; readonly line: number }
  /** As the token that Go would see in JSON. */
  | { readonly kind: 'number'; readonly token: string; readonly written?: string; readonly line: number }
  | { readonly kind: 'string'; readonly text: string; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly line: number }
  /** In JSON a key may come twice: both count, one after the other. */
  | { readonly kind: 'map'; readonly entries: readonly Entry[]; readonly line: number };

export interface Entry {
  readonly key: string;
  readonly value: Value;
  readonly line: number;
}

/** Go's JSON refuses more levels of lists and maps. */
export const DEPTH = 10_000;

/** For messages: what stands there, in a few words. */
export function described(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return `the boolean ${value.value}${asWritten(value.written, String(value.value))}`;
    case 'number':
      return `the number ${shortened(value.token)}${asWritten(value.written, value.token)}`;
    case 'string':
      return `the string ${JSON.stringify(shortened(value.text))}`;
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
  }
}

function asWritten(written: string | undefined, meaning: string): string {
  return written === undefined || written === meaning ? '' : ` (which is what ${shortened(written)} means in YAML 1.1)`;
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
