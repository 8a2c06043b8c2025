import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { html } from '../pages/html.ts';
import { refusalPage } from '../pages/refusal.ts';
import type { Door } from './door.ts';

/** Nothing from elsewhere, nothing inline, and no page around ours. */
const HEADERS = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  // It speaks HTTP, on this machine alone.
  strictTransportSecurity: false,
});

export const headers: MiddlewareHandler = async (context, next) => {
  await HEADERS(context, next);
  // What was read here stays in no cache of the browser.
  context.header('Cache-Control', 'no-store');
};

const READING = ['GET', 'HEAD'];

/** Lets in who has a session, and whom it knows by a token; keeps out foreign pages, names and methods. */
export function guard(door: Door, port: number, entered: () => void): MiddlewareHandler {
  // Cookies know no ports: two reviews at a time must not forget each other's.
  const cookie = `eks-audit-${port}`;
  return async (context, next) => {
    const { method, path } = context.req;
    if (!isOwnHost(context.req.header('host'), port)) return foreignName(context, port);
    if (!READING.includes(method))
      return refused(context, 405, 'Only for reading', `Nothing can be changed here: ${method} is not answered.`);
    if (isForeign(context.req.header('sec-fetch-site'))) return foreignPage(context);
    if (path === START) return enter(context, door, cookie, entered);
    if (!door.knows(getCookie(context, cookie) ?? '')) return refused(context, 401, 'Who are you?', NOT_SIGNED_IN);
    return await next();
  };
}

/** Where a token is taken. */
export const START = '/start';

const NOT_SIGNED_IN =
  'This page is for whoever started it. Open the address that it printed in the terminal (each is good for once), or start npx eks-audit review yourself.';

/** A page elsewhere may give its own name this machine's address, to read what is answered as if it were its own. */
function isOwnHost(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost'].some((name) => host === `${name}:${port}` || (port === HTTP && host === name));
}

/** A browser leaves this port out. */
const HTTP = 80;

function isForeign(site: string | undefined): boolean {
  return site === 'cross-site' || site === 'same-site';
}

function foreignName(context: Context, port: number) {
  return refused(context, 421, 'Another name', `This page answers to http://127.0.0.1:${port} alone.`);
}

/** Where a person followed a link, one more step makes it his own. */
function foreignPage(context: Context) {
  const { href, pathname } = new URL(context.req.url);
  const link = html`<p><a href="${href}">Open it from here</a></p>`;
  const sentence = 'A page elsewhere led here, and what it asks for is not shown at once.';
  return refused(context, 403, 'From another page', sentence, pathname === START ? undefined : link);
}

function enter(context: Context, door: Door, cookie: string, entered: () => void) {
  if (door.knows(getCookie(context, cookie) ?? '')) return context.redirect('/', 303);
  const session = door.enter(context.req.query('token') ?? '');
  if (session === undefined) return refused(context, 401, 'This address was used before', NOT_SIGNED_IN);
  setCookie(context, cookie, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
  entered();
  return context.redirect('/', 303);
}

function refused(context: Context, status: 401 | 403 | 405 | 421, ...page: Parameters<typeof refusalPage>) {
  return context.html(refusalPage(...page), status);
}
