import { expect, test } from 'vitest';
import { original } from '../../../../lambda/core/document/original.ts';

const text = '{"a":1.0,"big":1234567890123456789,"e":1e3,"text":"ü","body":{"secret":1}}';
const withoutBody = (event: unknown) => {
  const { body: _, ...rest } = event as Record<string, unknown>;
  return rest;
};

test('where nothing changed it is the line, byte for byte', () => {
  expect(original(text, false, withoutBody)).toBe(text);
});

test('where the policy took a body, the numbers stay as they were written', () => {
  expect(original(text, true, withoutBody)).toBe('{"a":1.0,"big":1234567890123456789,"e":1e3,"text":"ü"}');
});
