import { invalid } from './refusal.ts';

/** Of the filter patterns, only plain words: all of them, case-sensitive, anywhere in the message. */
export function pattern(text = ''): (message: string) => boolean {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const strange = words.find((word) => !/^[\w.:/]+$/.test(word));
  if (strange !== undefined) {
    throw invalid(`The emulator knows filter patterns of plain words only and found ${strange}: filter in the reader.`);
  }
  return (message) => words.every((word) => message.includes(word));
}
