import { at } from '../../../lambda/core/json.ts';
import { Failed } from '../../../lib/problems/usage.ts';
import { reviewApp } from '../../../review/server/app.ts';
import { Door } from '../../../review/server/door.ts';
import type { ReviewPorts } from '../../../review/server/review.ts';
import { NOON } from '../../support/builders.ts';
import { VirtualClock } from '../../support/fakes/clock.ts';
import { ListedSearch, type Stored } from '../../support/fakes/search.ts';

export interface Asked {
  readonly status: number;
  readonly html: string;
  /** What a person reads of it. */
  readonly text: string;
  readonly location: string | null;
}

const PORT = 7240;

/** The pages over these documents, for somebody who has come in. */
export function pagesOver(documents: readonly Stored[], ports: Partial<ReviewPorts> = {}) {
  const door = new Door();
  const reported: unknown[] = [];
  const all: ReviewPorts = {
    search: new ByIdSearch(documents),
    clock: new VirtualClock(NOON),
    mayRead: async () => {},
    ledger: async () => 'The ledger is not at hand.',
    policies: () => [],
    server: 'https://es.example:9200',
    zone: 'Europe/Berlin',
    ...ports,
  };
  const guarded = { door, port: PORT, entered: () => {}, report: (error: unknown) => void reported.push(error) };
  const app = reviewApp(all, guarded);
  const session = door.enter(door.token());
  const get = async (path: string) =>
    await app.request(`http://127.0.0.1:${PORT}${path}`, {
      headers: { host: `127.0.0.1:${PORT}`, cookie: `eks-audit-${PORT}=${session}` },
    });
  const ask = async (path: string): Promise<Asked> => {
    const answer = await get(path);
    const html = await answer.text();
    const text = html.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
    return { status: answer.status, html, text, location: answer.headers.get('location') };
  };
  return { ask, get, reported };
}

/** Knows an event by its id, too. */
export class ByIdSearch extends ListedSearch {
  readonly #documents: readonly Stored[];

  constructor(documents: readonly Stored[]) {
    super(documents);
    this.#documents = documents;
  }

  override async search(body: object): Promise<unknown> {
    const wanted = at(body, 'query', 'term', 'event.id');
    if (wanted === undefined) return await super.search(body);
    return await new ListedSearch(this.#documents.filter(({ id }) => id === wanted)).search(body);
  }
}

/** As `mayRead` is where the rights were taken away. */
export async function noRights(): Promise<void> {
  throw new Failed('These credentials may not read logs-*.');
}
