import { expect, test } from 'vitest';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { IndexPattern } from '../../../lambda/core/index-pattern.ts';
import { systemClock as clock } from '../../../lambda/edges/clock.ts';
import { readFault } from '../../../lib/elasticsearch/read-rights.ts';
import { ElasticsearchSearch } from '../../../lib/elasticsearch/search.ts';
import { ALL } from '../../../review/query/filter.ts';
import { timelinePage } from '../../../review/query/timeline.ts';
import type { Guarded, Who } from './server.ts';

const COVERAGE = IndexPattern.of(DEFAULT_INDEX).coverage;

/** Who may look at the events, and that nobody else takes no rights for no events. */
export function reviewTests(guarded: () => Guarded): void {
  const faultOf = (who: Who) => readFault(guarded().client(who), guarded().settings.url, [COVERAGE]);

  test('the key that is made for reading may read all, page by page and in a point in time', async () => {
    expect(await faultOf('reader')).toBeUndefined();
    const { url } = guarded().settings;
    const search = new ElasticsearchSearch({ client: guarded().client('reader'), url, indices: COVERAGE, clock });
    const pit = await search.open();
    const options = { size: 5, pit };
    expect((await timelinePage(search, ALL, { from: undefined, to: undefined }, options)).pit).toBeDefined();
    await search.close(pit);
  });

  test.each(['forwarder', 'stranger', 'powerless'] as const)('%s may not, and is told so', async (who) => {
    expect(await faultOf(who)).toContain(`may not read ${COVERAGE}`);
  });
}
