import { Hono } from 'hono';
import { Stopped } from '../../lambda/core/stopped.ts';
import { Failed, WrongUse } from '../../lib/problems/usage.ts';
import { assets } from './assets.ts';
import type { Door } from './door.ts';
import { guard, headers } from './guard.ts';
import { type ReviewPorts, type Route, reviewOf, sentencePage } from './review.ts';
import { ask } from './routes/ask.ts';
import { diff } from './routes/diff.ts';
import { event } from './routes/event.ts';
import { exports } from './routes/export.ts';
import { front } from './routes/front.ts';
import { object } from './routes/object.ts';
import { timeline } from './routes/timeline.ts';

const ROUTES: readonly Route[] = [assets, front, timeline, event, object, diff, ask, exports];

export interface Guarded {
  readonly door: Door;
  readonly port: number;
  /** Called when a token was used: there is need for another one. */
  readonly entered: () => void;
  /** Gets what nobody expected, for the terminal. */
  readonly report: (error: unknown) => void;
}

/** All pages, behind the guard. */
export function reviewApp(ports: ReviewPorts, { door, port, entered, report }: Guarded): Hono {
  const review = reviewOf(ports);
  const app = new Hono();
  app.use(headers);
  app.use(guard(door, port, entered));
  for (const route of ROUTES) route(app, review);
  app.notFound((context) => sentencePage(context, review, NO_PAGE));
  app.onError((error, context) => {
    if (error instanceof Failed || error instanceof WrongUse || error instanceof Stopped)
      return sentencePage(context, review, { title: 'No answer', sentence: error.message, status: 502 });
    report(error);
    return sentencePage(context, review, UNEXPECTED);
  });
  return app;
}

const NO_PAGE = { title: 'No such page', sentence: 'There is nothing at this address.', status: 404 } as const;

const UNEXPECTED = {
  title: 'This page failed',
  sentence: 'That is a fault of this program, and nothing was changed. The terminal in which it runs says more.',
  status: 500,
} as const;
