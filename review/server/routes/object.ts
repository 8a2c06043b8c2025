import { objectPage } from '../../pages/object.ts';
import { type ChangeLog, changeLog } from '../../query/change-log.ts';
import { gapsBetween } from '../../query/gaps.ts';
import { objectText, parseObject } from '../../query/object.ts';
import { parseCursor } from '../../query/timeline.ts';
import { page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';

export const object: Route = (app, review) => {
  app.get('/object', async (context) => {
    const params = paramsOf(context);
    const key = parseObject(params);
    if (key === undefined) return sentencePage(context, review, NO_OBJECT);
    const after = parseCursor(params.get('after') ?? '');
    const log = await changeLog(review.search, key, { ...(after && { after }) });
    if (log.lives.length === 0) await review.mayRead();
    const body = objectPage(log, await gapsIn(review, log), review.when);
    return page(context, review, { title: objectText(key).slice(0, 200) }, body);
  });
};

const NO_OBJECT = {
  title: 'Which object?',
  sentence: 'The address of a change log names a cluster, a resource and a name: begin at the timeline.',
  status: 400,
} as const;

function gapsIn(review: Review, { key, lives }: ChangeLog): Promise<readonly string[]> {
  const times = lives.flatMap(({ entries }) => entries.map(({ row }) => row.time));
  return gaps(review, key.cluster, Math.min(...times), Math.max(...times));
}

/** What the ledger can't vouch for between two moments; also that nobody could ask it. */
export async function gaps({ ledger }: Review, cluster: string, from: number, to: number): Promise<readonly string[]> {
  if (!(from < to)) return [];
  const found = await ledger(cluster);
  if (typeof found === 'string') return [found];
  try {
    return (await gapsBetween(found, from, to)).sentences;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [`The ledger could not be asked whether lines are missing here: ${why}`];
  }
}
