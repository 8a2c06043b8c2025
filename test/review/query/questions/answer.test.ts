import { describe, expect, test } from 'vitest';
import { exactly } from '../../../../review/query/filter.ts';
import { answerTo, questionFault } from '../../../../review/query/questions/answer.ts';
import { QUESTIONS, type QuestionName } from '../../../../review/query/questions/question.ts';
import { userOf } from '../../../../review/query/questions/user.ts';
import { NOON } from '../../../support/builders.ts';
import { ListedSearch } from '../../../support/fakes/search.ts';
import { stored } from '../history.ts';

test.each([
  ['is stored', stored({ verb: 'get' }), 0],
  ['is not', [], 1],
])('an answer of nothing of a cluster of which an event %s says so', async (_, documents, count) => {
  const search = new ListedSearch(documents);
  const question = { name: 'controller', about: 'x', cluster: 'prud' } as const;
  const { found, notes } = await answerTo(search, question, { now: NOON, policies: [] });
  expect(found).toBe(0);
  expect(notes.filter((note) => note.includes('a cluster called prud is stored at all'))).toHaveLength(count);
});

describe('a question', () => {
  const names = Object.keys(QUESTIONS) as QuestionName[];

  test.each(names)('about %s can be asked of any name that a cluster may have', (name) => {
    expect(questionFault({ name, about: 'x'.repeat(224) })).toBeUndefined();
  });

  test.each(['user', 'controller'] as const)('about %s says which patterns Elasticsearch takes', (name) => {
    expect(questionFault({ name, about: `*${'x'.repeat(250)}` })).toBe(
      'Expected a pattern of at most 250 characters with up to 3 stars, or at most 100 characters with up to 10 stars; found 251 characters with 1: shorten it.',
    );
  });

  test('about a controller says what is made of a part of its name', () => {
    expect(questionFault({ name: 'controller', about: 'x'.repeat(225) })).toMatch(
      /found 251 characters with 3: shorten it\. The question looks for "system:serviceaccount:\*:\*x+…"\.$/,
    );
  });

  test('about a user takes a name that is too long for a pattern as a whole', () => {
    const about = `${'x'.repeat(8190)}\\`;
    expect(questionFault({ name: 'user', about })).toBeUndefined();
    expect(userOf({ name: 'user', about })).toBe(exactly(about));
    expect(userOf({ name: 'user', about: 'maria' })).toBe('*maria*');
  });
});
