import { readFileSync } from 'node:fs';
import { textAt } from '../../lambda/core/json.ts';

/** Of the checkout that this is. */
export function version(): string {
  return textAt(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')), 'version') ?? '';
}
