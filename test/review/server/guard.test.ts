import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { Door } from '../../../review/server/door.ts';
import { guard, headers } from '../../../review/server/guard.ts';
import { listenOn } from '../../../review/server/serve.ts';

interface Said {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A page behind the guard, over HTTP as anybody may speak it. */
async function guarded() {
  const door = new Door();
  let entered = 0;
  const { port, close } = await listenOn(0, (own) => {
    const app = new Hono();
    app.use(headers);
    app.use(guard(door, own, () => (entered += 1)));
    return app.get('/page', (context) => context.text('what is kept'));
  });
  onTestFinished(close);
  const ask = async (path: string, given: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Said> => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: given }).end();
    const [answer]: IncomingMessage[] = await once(sent, 'response');
    if (answer === undefined) throw new Error('no answer');
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };
  const enter = async () => {
    const { headers: said } = await ask(`/start?token=${door.token()}`);
    return String(said['set-cookie']).split(';')[0] ?? '';
  };
  return { ask, enter, port, door, entered: () => entered };
}

test('without a session nothing is shown, whatever is asked for', async () => {
  const { ask } = await guarded();
  for (const path of ['/page', '/', '/style.css', '/nothing', '/start', '/start?token=guess']) {
    const { status, body } = await ask(path, { cookie: 'eks-audit=guess' });
    expect([path, status, body.includes('what is kept')]).toEqual([path, 401, false]);
  }
});

test('a token opens the door once, and the session goes on without it', async () => {
  const { ask, door, port, entered } = await guarded();
  const path = `/start?token=${door.token()}`;
  const first = await ask(path);
  expect([first.status, first.headers.location]).toEqual([303, '/']);
  const cookie = String(first.headers['set-cookie']);
  expect(cookie).toMatch(new RegExp(`^eks-audit-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
  expect((await ask('/page', { cookie: cookie.split(';')[0] ?? '' })).body).toBe('what is kept');
  expect((await ask(path)).status).toBe(401);
  expect(entered()).toBe(1);
});

test('who is in already and follows a used address comes in', async () => {
  const { ask, enter } = await guarded();
  const cookie = await enter();
  expect((await ask('/start?token=used', { cookie })).headers.location).toBe('/');
});

test.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost', 'localhost.evil.example'])(
  'under the name %j nothing is answered',
  async (host) => {
    const { ask, enter } = await guarded();
    const { status, body } = await ask('/page', { cookie: await enter(), host });
    expect([status === 400 || status === 421, body.includes('what is kept')]).toEqual([true, false]);
  },
);

test.each([
  ['cross-site', 403],
  ['same-site', 403],
  ['same-origin', 200],
  ['none', 200],
])('a request that the browser calls %s is answered %i', async (site, status) => {
  const { ask, enter } = await guarded();
  expect((await ask('/page', { cookie: await enter(), 'sec-fetch-site': site })).status).toBe(status);
});

test('a link from elsewhere is shown as one of our own, and leads nowhere else', async () => {
  const { ask, enter, port } = await guarded();
  const cookie = await enter();
  const { body } = await ask('//evil.example/%22?a=<b>', { cookie, 'sec-fetch-site': 'cross-site' });
  const [, href = ''] = /href="([^"]*)"/.exec(body) ?? [];
  expect(href.startsWith(`http://127.0.0.1:${port}/`)).toBe(true);
  const start = await ask('/start?token=x', { cookie, 'sec-fetch-site': 'cross-site' });
  expect([start.status, start.body.includes('href')]).toEqual([403, false]);
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
  const { ask, enter } = await guarded();
  expect((await ask('/page', { cookie: await enter() }, method)).status).toBe(405);
});

test('every answer, a refusal too, carries the headers that keep it to itself', async () => {
  const { ask, enter } = await guarded();
  for (const { headers: said } of [await ask('/page'), await ask('/page', { cookie: await enter() })]) {
    expect(said).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    const policy = String(said['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  }
});

test('other machines can’t reach it: it listens on 127.0.0.1 alone', async () => {
  const { port } = await guarded();
  const outside = fetch(`http://[::1]:${port}/`).catch((error: Error) => error.message);
  expect(await outside).toBe('fetch failed');
});

test('a port that is taken is refused with a sentence', async () => {
  const { port } = await guarded();
  await expect(listenOn(port, () => new Hono())).rejects.toThrow(
    `--port ${port}: another program listens there, another review maybe. Name another port.`,
  );
});

test('an address of the longest names that an index holds is answered', async () => {
  const { ask, enter } = await guarded();
  const path = `/page?${new URLSearchParams({ namespace: '字'.repeat(8191), name: '字'.repeat(8191) })}`;
  expect((await ask(path, { cookie: await enter() })).status).toBe(200);
});

test.each([
  [80, '127.0.0.1', 401],
  [80, 'localhost', 401],
  [80, '127.0.0.1:80', 401],
  [80, 'elsewhere.example', 421],
  [8080, '127.0.0.1', 421],
])('on port %i the name %s is answered with %i: a browser leaves out the port of HTTP', async (port, host, status) => {
  const app = new Hono().use(guard(new Door(), port, () => {})).get('/page', (context) => context.text('kept'));
  expect((await app.request('http://127.0.0.1/page', { headers: { host } })).status).toBe(status);
});
