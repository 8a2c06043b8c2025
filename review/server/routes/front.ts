import { frontPage, POLICY_CHANGES } from '../../pages/front.ts';
import { overview } from '../../query/facets.ts';
import { ALL } from '../../query/filter.ts';
import { timelinePage } from '../../query/timeline.ts';
import { page, type Route } from '../review.ts';

const OPEN = { from: undefined, to: undefined };
const CHANGES_SHOWN = 12;

export const front: Route = (app, review) => {
  const { search, when, mayRead } = review;
  app.get('/', async (context) => {
    const [all, changes] = await Promise.all([
      overview(search, ALL, OPEN),
      timelinePage(search, { ...ALL, ...POLICY_CHANGES }, OPEN, { size: CHANGES_SHOWN }),
    ]);
    if (all.total === 0) await mayRead();
    const body = frontPage({ overview: all, changes: changes.rows, when });
    return page(context, review, { title: 'Questions', place: 'questions' }, body);
  });
};
