import type { Evidence } from '../../pages/evidence.ts';
import { objectPage } from '../../pages/object.ts';
import { type ChangeLog, changeLog } from '../../query/change-log.ts';
import { gapsBetween } from '../../query/gaps.ts';
import { isSame, type ObjectKey, objectOf, objectText, parseObject } from '../../query/object.ts';
import type { Row } from '../../query/row.ts';
import { rowById } from '../../query/timeline.ts';
import { afterIn, NO_PLACE, page, paramsOf, type Review, type Route, sentencePage } from '../review.ts';

export const object: Route = (app, review) => {
  app.get('/object', async (context) => {
    const params = paramsOf(context);
    const key = parseObject(params);
    if (key === undefined) return sentencePage(context, review, NO_OBJECT);
    const after = afterIn(params);
    if (after === undefined) return sentencePage(context, review, NO_PLACE);
    const id = params.get('with') ?? '';
    const chosen = id === '' ? undefined : await rowById(review.search, id);
    if (id !== '' && (chosen === undefined || !isOf(chosen, key))) return sentencePage(context, review, NO_VERSION);
    const log = await changeLog(review.search, key, after);
    if (log.lives.length === 0) await review.mayRead();
    const body = objectPage({
      log,
      evidence: await gapsIn(review, log),
      when: review.when,
      ...after,
      ...(chosen && { chosen }),
    });
    return page(context, review, { title: objectText(key).slice(0, 200) }, body);
  });
};

const NO_OBJECT = {
  title: 'Which object?',
  sentence: 'The address of a change log names a cluster, a resource and a name: begin at the timeline.',
  status: 400,
} as const;

const NO_VERSION = {
  title: 'No such version',
  sentence:
    'with: Expected an event of this object, found another one or none. Leave it out, and choose a version anew.',
  status: 400,
} as const;

function isOf(row: Row, key: ObjectKey): boolean {
  const own = objectOf(row);
  return own !== undefined && isSame(own, key);
}

function gapsIn(review: Review, { key, lives }: ChangeLog): Promise<Evidence> {
  const times = lives.flatMap(({ entries }) => entries.map(({ row }) => row.time));
  return evidence(review, key.cluster, Math.min(...times), Math.max(...times));
}

/** What the ledger says of the time between two moments. */
export async function evidence(
  { ledger, clock }: Review,
  cluster: string,
  from: number,
  to: number,
): Promise<Evidence> {
  if (!(from < to)) return { gaps: [] };
  const found = await ledger(cluster);
  if (typeof found === 'string') return { gaps: [], unknown: found };
  try {
    return { gaps: await gapsBetween(found, { from, to, now: clock.now() }) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      gaps: [],
      unknown: `Whether lines are missing in this time is not known: the ledger does not answer. ${why}`,
    };
  }
}
