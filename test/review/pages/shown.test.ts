import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from '../../../review/pages/html.ts';
import { block, plainShown, shown, whole } from '../../../review/pages/shown.ts';

const textOf = (text: unknown) => String(text).replaceAll(/<[^>]*>/g, '');

test('what stands in a template is escaped, in attributes too', () => {
  const name = `"><script>'&`;
  expect(String(html`<a title="${name}">${name}</a>`)).toBe(
    '<a title="&quot;&gt;&lt;script&gt;&#39;&amp;">&quot;&gt;&lt;script&gt;&#39;&amp;</a>',
  );
});

test('no text of a caller makes an element', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const elements = String(html`<p title="${text}">${whole(text)}${block(text)}${shown(text, 5)}</p>`).match(
        /<\w+/g,
      );
      expect(new Set(elements).isSubsetOf(new Set(['<p', '<bdi', '<span', '<wbr']))).toBe(true);
    }),
  );
});

test.each([
  ['turns the line around', 'a\u202Eb', 'aU+202Eb'],
  ['has no width', 'a\u200Bb', 'aU+200Bb'],
  ['is a control', 'a\u0007b', 'aU+0007b'],
  ['is half a character', 'a\uD800b', 'aU+D800b'],
  ['can be seen', 'aüß字🙂', 'aüß字🙂'],
])('a character that %s is shown as what it is', (_, text, seen) => {
  expect(textOf(whole(text))).toBe(seen);
});

test.each([
  ['one run', '\u202E'.repeat(300_000)],
  ['many', 'a\u202E'.repeat(150_000)],
  ['a line each', '\u202E\n'.repeat(150_000)],
])('what can’t be seen makes no page of many megabytes: %s', (_, text) => {
  expect(String(block(text)).length).toBeLessThan(8 * text.length);
});

test('a run of what can’t be seen is told once, with how long it is', () => {
  expect(textOf(whole(`a${'\u200B'.repeat(10)}b`))).toBe(`aU+200B${' U+200B'.repeat(7)} and 2 moreb`);
});

test('where no element may stand what can’t be seen is named, too', () => {
  expect(plainShown('a\u202Eb\tc\u0007')).toBe('aU+202Eb\tcU+0007');
});

test('a long name is cut in a list, and says by how much', () => {
  expect(textOf(shown('x'.repeat(10_000), 60))).toBe(`${'x'.repeat(60)}… 9,940 more characters`);
  expect(textOf(whole('x'.repeat(10_000)))).toBe('x'.repeat(10_000));
});

test('no character is cut in two', () => {
  expect(textOf(shown('a🙂b', 2))).toBe('a… 3 more characters');
});

test('a name that is not there is not an empty one', () => {
  expect(textOf(shown(undefined))).toBe('none');
  expect(textOf(shown(''))).toBe('none');
});
