import type { Context, Hono } from 'hono';
import type { Clock, Ledger } from '../../lambda/ports.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import { type Html, html } from '../pages/html.ts';
import { type Frame, layout } from '../pages/layout.ts';
import { whole } from '../pages/shown.ts';
import { type When, whenIn } from '../pages/when.ts';
import type { PolicyInForce } from '../query/questions/recorded.ts';
import { type Cursor, parseCursor } from '../query/timeline.ts';

/** All that the pages read; nothing of it can change anything. */
export interface ReviewPorts {
  readonly search: AuditSearch;
  readonly clock: Clock;
  /** Throws `Failed` with a sentence where the credentials may not read: then no events would look like none. */
  mayRead(): Promise<void>;
  /** Of a cluster by its name; a sentence says why there is none. Asked each time: it may be out of reach only now. */
  ledger(cluster: string): Promise<Pick<Ledger, 'rows'> | string>;
  /** The audit policies in force: that of a cluster, or of all; empty: none is known. */
  policies(cluster: string | undefined): readonly PolicyInForce[];
  /** The server's address, as it may be shown. */
  readonly server: string;
  /** The reader's time zone, of the IANA database. */
  readonly zone: string;
}

/** What every route gets. */
export interface Review extends ReviewPorts {
  readonly when: When;
}

export type Route = (app: Hono, review: Review) => void;

export function reviewOf(ports: ReviewPorts): Review {
  return { ...ports, when: whenIn(ports.zone) };
}

/** Answers with a whole page. */
export function page(
  context: Context,
  { server, zone }: Review,
  frame: Pick<Frame, 'title' | 'place'>,
  body: Html,
  status: 200 | 400 | 404 | 500 | 502 = 200,
) {
  return context.html(layout({ ...frame, server, zone }, body), status);
}

/** A page that says why there is nothing else to show. */
export function sentencePage(
  context: Context,
  review: Review,
  {
    title,
    sentence,
    status,
  }: { readonly title: string; readonly sentence: string; readonly status: 400 | 404 | 500 | 502 },
) {
  const body = html`<h1>${title}</h1><p class="note bad">${whole(sentence)}</p><p><a href="/">To the questions</a></p>`;
  return page(context, review, { title }, body, status);
}

/** From where older rows are shown; undefined: `after` is there, and nobody's cursor. */
export function afterIn(params: URLSearchParams): { readonly after?: Cursor } | undefined {
  const text = params.get('after') ?? '';
  if (text === '') return {};
  const after = parseCursor(text);
  return after === undefined ? undefined : { after };
}

/** `after` of an address that nobody here made: without it the newest would look like what comes next. */
export const NO_PLACE = {
  title: 'No such place',
  sentence:
    'after: Expected the place that a link to older rows names, found another text. Leave it out to begin at the newest.',
  status: 400,
} as const;

/** The parameters of a request's address. */
export function paramsOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
