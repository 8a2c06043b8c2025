import { diffPage } from '../../pages/diff.ts';
import type { Evidence } from '../../pages/evidence.ts';
import { type Comparison, compare, LARGE, relationOf } from '../../query/compare.ts';
import type { WholeEvent } from '../../query/event.ts';
import { changesInWords } from '../../query/words/words.ts';
import { page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';
import { eventOf, NO_EVENT } from './event.ts';
import { evidence } from './object.ts';

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
    const relation = relationOf(left, right);
    const comparison = compare(left, right, language);
    const body = diffPage({
      left,
      right,
      relation,
      comparison,
      words: relation === 'two objects' ? [] : inWords(left, right, comparison),
      style: params.get('view') === 'inline' ? 'inline' : 'side',
      language,
      isWhole: params.get('all') === 'yes',
      evidence: await evidenceBetween(review, left, right),
      when: review.when,
    });
    const { name = '' } = (relation === 'end' ? left : right)?.row ?? {};
    return page(context, review, { title: `What changed in ${name.slice(0, 200)}` }, body);
  });
};

/** What changed, for who does not read manifests; empty where that can't be told in short. */
function inWords(left: WholeEvent | undefined, right: WholeEvent, comparison: Comparison): readonly string[] {
  if (comparison.kind !== 'diff') return [];
  if (comparison.ending !== undefined) return [comparison.ending];
  const [before, after] = [left?.manifest?.shown, right.manifest?.shown];
  const isLarge = [left, right].some((event) => (event?.original.length ?? 0) > LARGE);
  return before === undefined || after === undefined || isLarge ? [] : changesInWords(before, after);
}

async function evidenceBetween(review: Review, left: WholeEvent | undefined, right: WholeEvent): Promise<Evidence> {
  if (left === undefined) return { gaps: [] };
  const times = [left.row.time, right.row.time];
  return evidence(review, right.row.cluster, Math.min(...times), Math.max(...times));
}
