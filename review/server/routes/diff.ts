import { diffPage } from '../../pages/diff.ts';
import { compare } from '../../query/diff.ts';
import type { WholeEvent } from '../../query/event.ts';
import { page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';
import { eventOf, NO_EVENT } from './event.ts';
import { gaps } from './object.ts';

export const diff: Route = (app, review) => {
  app.get('/diff', async (context) => {
    const params = paramsOf(context);
    const given = params.get('left') ?? '';
    const [left, right] = await Promise.all([
      given === '' ? undefined : eventOf(review, given),
      eventOf(review, params.get('right')),
    ]);
    if (right === undefined || (given !== '' && left === undefined)) return sentencePage(context, review, NO_EVENT);
    const language = params.get('language') === 'json' ? 'json' : 'yaml';
    const body = diffPage({
      left,
      right,
      comparison: compare(left, right, language),
      style: params.get('view') === 'inline' ? 'inline' : 'side',
      language,
      isWhole: params.get('all') === 'yes',
      gaps: await gapsBetweenVersions(review, left, right),
      when: review.when,
    });
    return page(context, review, { title: `What changed in ${(right.row.name ?? '').slice(0, 200)}` }, body);
  });
};

async function gapsBetweenVersions(
  review: Review,
  left: WholeEvent | undefined,
  right: WholeEvent,
): Promise<readonly string[]> {
  if (left === undefined) return [];
  const times = [left.row.time, right.row.time];
  return gaps(review, right.row.cluster, Math.min(...times), Math.max(...times));
}
