import { counted } from './figures.ts';

/** What is said of a log that is none: `unreadable` lines, no event. `remedy`: a sentence. */
export function noEvents(name: string, unreadable: number, remedy?: string): string {
  const found = unreadable === 0 ? 'no line' : `${counted(unreadable, 'line that holds', 'lines that hold')} none`;
  return `${name}: expected one audit event a line, found ${found}.${remedy === undefined ? '' : ` ${remedy}`}`;
}
