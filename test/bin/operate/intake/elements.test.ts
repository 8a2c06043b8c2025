import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenText, type Element, elementsOf } from '../../../../bin/operate/intake/elements.ts';
import { chunksOf } from './chunks.ts';

/** What comes before a fault, and the fault. */
async function taken(text: string, size?: number, limits = {}) {
  const found: Element[] = [];
  try {
    for await (const some of elementsOf(chunksOf(text, size), ['items'], limits)) found.push(...some);
  } catch (error) {
    if (!(error instanceof BrokenText)) throw error;
    return { found, fault: error.fault };
  }
  return { found, fault: undefined };
}

const textsOf = async (...given: Parameters<typeof taken>) =>
  (await taken(...given)).found.map(({ bytes }) => bytes.toString());

describe('the elements of a list', () => {
  test('are cut out byte for byte, however the bytes come', async () => {
    const lists = fc.array(fc.array(fc.jsonValue(), { maxLength: 4 }), { maxLength: 3 });
    const spaces = fc.constantFrom('', ' ', '\n  ', '\r\n\t');
    await fc.assert(
      fc.asyncProperty(lists, spaces, fc.integer({ min: 1, max: 40 }), async (all, space, size) => {
        const texts = all.map((list) => list.map((each) => JSON.stringify(each)));
        const objects = texts.map(
          (list, at) =>
            `{${space}"kind":"L",${space}"items"${space}:[${space}${list.join(`${space},${space}`)}${space}],"at":${at}}`,
        );
        const whole = objects.join(space);
        const { found, fault } = await taken(whole, size);
        expect(fault).toBeUndefined();
        expect(found.map(({ bytes }) => bytes.toString())).toEqual(texts.flat());
        for (const { offset, end, bytes } of found)
          expect(Buffer.from(whole).subarray(offset, end)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('know what their object said before', async () => {
    const { found } = await taken('{"a":"x","more":{"b":[1]},"items":[1],"c":2}{"items":[2]}');
    expect(found.map(({ header }) => header)).toEqual([{ a: 'x', more: { b: [1] } }, {}]);
  });

  test('know no more than fits, however much their object says', async () => {
    const members = Array.from({ length: 5000 }, (_, at) => `"a${at}":${at}`).join(',');
    const { found } = await taken(`{${members},"long":"${'x'.repeat(70_000)}","items":[1]}`);
    expect(Object.keys(found[0]?.header ?? {}).length).toBeLessThan(100);
  });

  test('that are broken keep none of those behind them', async () => {
    expect(await textsOf('{"items":[{"a":tru},nothing,{"b":1}]}')).toEqual(['{"a":tru}', 'nothing', '{"b":1}']);
  });

  test('that are too long are their beginning, and the next goes on', async () => {
    const long = `{"a":"${'x'.repeat(500)}]}","b":[1]}`;
    for (const size of [7, 5000]) {
      const { found, fault } = await taken(`{"items":[1,${long},3]}`, size, { longest: 100, kept: 10 });
      expect(fault).toBeUndefined();
      expect(found.map(({ bytes, isCut }) => [bytes.toString(), isCut])).toEqual([
        ['1', false],
        ['{"a":"xxxx', true],
        ['3', false],
      ]);
    }
  });

  test.each([
    ['within an item', '{"items":[1,{"a":', 12, undefined],
    ['between two items', '{"items":[1,', 12, undefined],
    ['behind the list', '{"items":[1]', 12, undefined],
    ['with what is no object', '{"items":[1]}[2]', 13, "'['"],
    ['without a comma', '{"items":[1 2]}', 12, 'something else'],
    ['with a comma too many', '{"items":[1,]}', 12, "']'"],
    ['without a colon', '{"items" [1]}', 9, "'['"],
  ])('that ends %s is told, behind those before it', async (_, text, offset, found) => {
    const { found: elements, fault } = await taken(text);
    expect(fault).toMatchObject({ offset, found });
    if (text.includes('[1')) expect(elements.length).toBeLessThanOrEqual(1);
  });

  test('of nothing are none', async () => {
    expect(await taken(' \n')).toEqual({ found: [], fault: undefined });
    expect(await taken('\ufeff{"items":[]}')).toEqual({ found: [], fault: undefined });
  });
});
