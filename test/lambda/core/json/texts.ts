import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

/** JSON as text, with all that is lost once it is parsed: white space, escapes, spellings of numbers, duplicate keys. */

const some = (word: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(word, { maxLength }).map((words) => words.join(''));

export const space = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  some(fc.constantFrom(' ', '\n', '\t', '\r'), 2),
);

const PLAIN = ['a', 'Z', '7', ' ', '/', '{', '}', '[', ']', ',', ':', 'é', '😀', '\ud83d', '\udc00', '\u2028', '\x7f'];
const ESCAPED = [
  '\\"',
  '\\\\',
  '\\/',
  '\\b',
  '\\f',
  '\\n',
  '\\r',
  '\\t',
  '\\u0041',
  '\\ud83d\\uDe00',
  '\\uD800',
  '\\u0000',
];
const text = (pieces: readonly string[]) => some(fc.constantFrom(...pieces), 6).map((inner) => `"${inner}"`);
const strings = text([...PLAIN, ...ESCAPED]);

const numbers = fc.constantFrom('0', '-0', '7', '1.0', '1e3', '-1.5E-10', '0.1e+2', '1234567890123456789', '1E400');
const scalars = fc.oneof(numbers, strings, fc.constantFrom('true', 'false', 'null'));

/**
 * Few, so that one comes twice, and one way or another of writing it. None has a backslash in it: V8 13.6 takes a key
 * that is written with an escape for another that begins as it is written, if it saw that in a like object before.
 */
const keys = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"a"', '"\\u0061"', '"b"', '""', '"__proto__"', '"constructor"') },
  { weight: 1, arbitrary: text([...PLAIN, ...ESCAPED.filter((piece) => piece !== '\\\\')]) },
);

/** `JSON.parse` of a world of its own, since in ours another file may have parsed the key that V8 stumbles over. */
export const parse: typeof JSON.parse = runInNewContext('JSON.parse');

export type Member = readonly [key: string, value: string];
type Entries<T> = fc.Arbitrary<readonly T[]>;

export const array = (elements: Entries<string>) =>
  fc.tuple(elements, space, space).map(([all, before, after]) => list('[', all, ']', before, after));

export const object = (members: Entries<Member>) =>
  fc.tuple(members, space, space, space, space).map(([all, before, after, left, right]) => {
    const entries = all.map(([key, value]) => `${key}${left}:${right}${value}`);
    return list('{', entries, '}', before, after);
  });

function list(begin: string, entries: readonly string[], end: string, before: string, after: string): string {
  return `${begin}${before}${entries.join(`${after},${before}`)}${after}${end}`;
}

export const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalars,
    array(fc.array(tie('value'), { maxLength: 4 })),
    object(fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 })),
  ),
}));

/** An object or an array: a number alone has no end of its own. */
export const container = fc.oneof(
  array(fc.array(value, { maxLength: 5 })),
  object(fc.array(fc.tuple(keys, value), { maxLength: 5 })),
);

const INTRUDERS = [...'{}[],:"\\ .-+eEu019tnx', '\u0000', '\u001f', '\\u00', 'true', '""', '"a":'];

/** A text of JSON in which a few things were changed: some are JSON still, most are not. */
export const nearly = fc
  .tuple(
    container,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.constantFrom('', ...INTRUDERS)), { maxLength: 3 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [at, less, more]) => {
      const place = at % (changed.length + 1);
      return `${changed.slice(0, place)}${more}${changed.slice(place + less)}`;
    }, text),
  );

/** Of the same pieces, whatever comes. */
export const noise = some(fc.constantFrom(...INTRUDERS, ...PLAIN, ...ESCAPED), 12);

export function prefixes(text: string): readonly string[] {
  return Array.from({ length: text.length }, (_, end) => text.slice(0, end));
}
