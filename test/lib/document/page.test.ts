import { expect, test } from 'vitest';
import { parkedColumns } from '../../../lambda/core/document/parked.ts';
import { fields } from '../../../lambda/core/document/profiles/ecs.ts';
import { BODIES } from '../../../lambda/core/policy/reduce.ts';
import { bodyMeanings, meanings, parkedMeanings } from '../../../lib/document/meanings.ts';
import { documentPage } from '../../../lib/document/page.ts';
import { textOf } from '../../support/markdown.ts';

test('docs/document.md is what the code makes (npm run document writes it)', () => {
  expect(textOf('docs/document.md')).toBe(documentPage());
});

test('each column says what it means, and nothing is said of a column that is not there', () => {
  const bodies = BODIES.map((body) => `kubernetes.audit.${body}.`);
  const paths = fields.map(({ path }) => path.join('.'));
  const isBody = (path: string) => bodies.some((body) => path.startsWith(body));
  expect(Object.keys(meanings).toSorted()).toEqual(paths.filter((path) => !isBody(path)).toSorted());
  for (const body of bodies) {
    const below = paths.filter((path) => path.startsWith(body)).map((path) => path.slice(body.length));
    expect(Object.keys(bodyMeanings).toSorted()).toEqual(below.toSorted());
  }
  const parked = parkedColumns.map(({ path }) => path.join('.'));
  expect(parked.filter((path) => (parkedMeanings[path] ?? meanings[path]) === undefined)).toEqual([]);
  expect(Object.keys(parkedMeanings).filter((path) => !parked.includes(path))).toEqual([]);
});
