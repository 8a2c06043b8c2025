import type { Context } from 'hono';
import { html } from '../../pages/html.ts';
import { address } from '../../pages/links.ts';
import { rowItem } from '../../pages/row.ts';
import { problemNotes, rowsPart, timelinePage as show, type TimelineView } from '../../pages/timeline.ts';
import { type Overview, overview } from '../../query/facets.ts';
import { filterParams, parseFilter, timesOf } from '../../query/filter-text.ts';
import { cursorText, type PageOptions, tail, timelinePage } from '../../query/timeline.ts';
import { afterIn, NO_PLACE, page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';

const SIZE = 100;

export const timeline: Route = (app, review) => {
  app.get('/events', async (context) => {
    const after = afterIn(paramsOf(context));
    if (after === undefined) return sentencePage(context, review, NO_PLACE);
    // The script has the rest already, and asks for more rows alone.
    if (paramsOf(context).get('part') === 'rows')
      return context.html(rowsPart(await view(context, review, after, NOT_COUNTED)));
    const shown = await view(context, review, after);
    return page(context, review, { title: 'Timeline', place: 'timeline' }, show(shown));
  });
  app.get('/events/news', (context) => news(context, review));
};

const NOT_COUNTED: Overview = { total: 0, facets: [] };

type Place = Pick<PageOptions, 'after'>;

async function view(context: Context, review: Review, place: Place, known?: Overview): Promise<TimelineView> {
  const { search, clock, when, mayRead } = review;
  const params = paramsOf(context);
  const now = clock.now();
  const { filter, problems } = parseFilter(params, now);
  const times = timesOf(filter, now);
  const [counted, { rows, next }] = await Promise.all([
    known ?? overview(search, filter, times),
    timelinePage(search, filter, times, { size: SIZE, ...place }),
  ]);
  if (rows.length === 0) await mayRead();
  const older = next && address('/events', filterParams(filter), { after: cursorText(next) });
  const isFirst = place.after === undefined;
  return { filter, problems, overview: counted, rows, ...(older && { older }), isFirst, now, when };
}

const NO_TIME = {
  title: 'Since when?',
  sentence: 'since: Expected milliseconds since 1970, found another text. Leave it out to begin now.',
  status: 400,
} as const;

/** What came in since, whenever it happened; the script puts it above the rest. */
async function news(context: Context, review: Review) {
  const { search, clock, when } = review;
  const params = paramsOf(context);
  const now = clock.now();
  const { filter, problems } = parseFilter(params, now);
  const since = Number(params.get('since') ?? now);
  if (!Number.isFinite(since)) return sentencePage(context, review, NO_TIME);
  // Nobody follows for longer than a day without loading anew.
  const from = since > now - 86_400_000 ? since : now;
  const found = await tail(search, filter, timesOf(filter, now), from);
  return context.html(
    html`${problemNotes(problems)}<ol data-since="${found.since}" data-cut="${found.isCut ? 'yes' : 'no'}">${found.rows.map((row) => rowItem(row, when, filter))}</ol>`,
  );
}
