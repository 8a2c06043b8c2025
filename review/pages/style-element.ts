import { readFileSync } from 'node:fs';
import { raw } from 'hono/html';
import type { Html } from './html.ts';

/** Our own style sheets as an element, for a file that asks for no other. */
export function styleElement(...names: readonly string[]): Html {
  const sheets = names.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
  return raw(`<style>${sheets.join('\n')}</style>`);
}
