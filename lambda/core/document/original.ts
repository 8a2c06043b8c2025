/**
 * `event.original`: the exact line where the policy changed nothing, else the reduced event. A number is kept as the
 * API server wrote it: 19 digits don't fit a double, and `1.0` is not `1` to whoever compares hashes.
 */
export function original(text: string, changed: boolean, reduce: (event: unknown) => unknown): string {
  if (!changed) return text;
  return JSON.stringify(reduce(JSON.parse(text, keepNumber)));
}

function keepNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source) return value;
  return rawJson(context.source);
}

/** Node has `JSON.rawJSON`; TypeScript's library does not know it yet. */
const rawJson: (text: string) => unknown = (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON;
