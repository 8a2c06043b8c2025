import fc from 'fast-check';
import { LEVELS, STAGES } from '../../../../lambda/core/policy/policy.ts';
import { array, type Member, object, value } from '../json/texts.ts';

/** Audit events as text: with bodies of every shape, some keys twice, and numbers that fit no double. */

type Texts = fc.Arbitrary<string>;

const member = (key: string, value: Texts): fc.Arbitrary<Member> =>
  fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constant(`"${key}"`) }, fc.constant(escaped(key))), value);

/** The same key with its last letter written otherwise. */
function escaped(key: string): string {
  const code = key
    .charCodeAt(key.length - 1)
    .toString(16)
    .padStart(4, '0');
  return `"${key.slice(0, -1)}\\u${code}"`;
}

/** Some of the members in any order, one or another of them twice. */
const some = (members: readonly fc.Arbitrary<Member>[], minLength = 0) =>
  object(fc.array(fc.oneof(...members), { minLength, maxLength: members.length + 2 }));

const odd = (usual: Texts) => fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: value });
const word = (...words: readonly string[]) => fc.constantFrom(...words.map((each) => JSON.stringify(each)));

const metadata = some([
  member('name', word('web')),
  member('managedFields', odd(array(fc.array(value, { maxLength: 2 })))),
  member('generation', fc.constantFrom('1234567890123456789', '1.0', '-0')),
]);
const spec = some([member('template', some([member('metadata', metadata)])), member('replicas', value)]);
const thing = some([member('metadata', odd(metadata)), member('kind', word('Pod')), member('spec', odd(spec))], 1);

const items = odd(array(fc.array(odd(thing), { maxLength: 3 })));
const list = some([member('items', items), member('metadata', metadata), member('kind', word('PodList', 'Table'))], 1);

const row = some([member('object', odd(thing)), member('cells', value)], 1);
const table = object(
  fc
    .tuple(
      fc.array(member('rows', odd(array(fc.array(odd(row), { maxLength: 3 })))), { minLength: 1, maxLength: 2 }),
      member('kind', word('Table', 'Table', 'Desk')),
      member('apiVersion', odd(word('meta.k8s.io/v1', 'meta.k8s.io/v1beta1', 'furniture/v1'))),
      fc.array(member('metadata', metadata), { maxLength: 1 }),
    )
    .map(([rows, kind, version, more]) => [...rows, kind, version, ...more]),
);

/** What a request or a response may hold. */
export const bodyTexts = odd(fc.oneof(thing, list, table));

/** As the API server writes them, or in any order and some twice. */
export const eventTexts = some(
  [
    member('kind', word('Event')),
    member('level', odd(word(...LEVELS, 'odd'))),
    member('stage', word(...STAGES)),
    member('verb', word('get', 'create', 'patch', 'patch')),
    member('user', value),
    member('requestObject', bodyTexts),
    member('responseObject', bodyTexts),
    member('big', fc.constantFrom('1234567890123456789', '1e400', '1.0')),
  ],
  2,
);
