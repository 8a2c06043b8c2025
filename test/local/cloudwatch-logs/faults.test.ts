import { describe, expect, it } from 'vitest';
import { events, GROUP, HOUR, messages, NOW, ONE, page, readAll, start, TWO, timestamps } from './emulator.ts';

describe('faults', () => {
  it('throttles FilterLogEvents beyond its requests per second', async () => {
    let now = NOW;
    const { logs, client } = await start({ now: () => now, faults: { throttle: 2 } });
    await logs.put(GROUP, ONE, events(1));
    await page(client);
    await page(client);
    const refused = expect.objectContaining({
      name: 'ThrottlingException',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
    await expect(page(client)).rejects.toEqual(refused);
    now += 500;
    await expect(page(client)).resolves.toBeDefined();
    expect(logs.requests).toEqual({ FilterLogEvents: 4 });
    expect(logs.refusals).toEqual({ ThrottlingException: 1 });
  });

  it('gives empty pages with a token and loses nothing', async () => {
    const { logs, client } = await start({ faults: { emptyEvery: 2 } });
    await logs.put(GROUP, ONE, events(10));
    const pages = await readAll(client, { limit: 5 });
    expect(pages.map((events) => events.length)).toEqual([5, 0, 5]);
  });

  it('makes a late event readable when its ingestion time has come', async () => {
    let now = NOW;
    const { logs, client } = await start({ now: () => now, faults: { lateness: { from: 1000, to: 1000 } } });
    await logs.put(GROUP, ONE, events(1));
    now += 999;
    expect(messages(await readAll(client))).toEqual([]);
    now += 1;
    expect((await readAll(client)).flat()).toEqual([expect.objectContaining({ ingestionTime: NOW + 1000 })]);
  });

  it('answers reads with errors of the server, of both kinds', async () => {
    const { logs, client } = await start({ faults: { errors: 1 } });
    await logs.put(GROUP, ONE, events(1));
    for (let i = 0; i < 20; i++)
      await expect(page(client)).rejects.toEqual(expect.objectContaining({ $fault: 'server' }));
    expect(Object.keys(logs.refusals).toSorted()).toEqual(['InternalServerException', 'ServiceUnavailableException']);
  });

  it('answers slowly', async () => {
    const { logs, client } = await start({ faults: { slow: { from: 60, to: 60 } } });
    await logs.put(GROUP, ONE, events(1));
    const began = performance.now();
    await page(client);
    expect(performance.now() - began).toBeGreaterThanOrEqual(59);
  });

  it('shuffles within and across pages, and still gives each event once while others arrive', async () => {
    const { logs, client } = await start({ faults: { shuffle: true } });
    await logs.put(GROUP, ONE, events(100));
    const seen: string[] = [];
    const pages: number[][] = [];
    let nextToken: string | undefined;
    do {
      const answer = await page(client, { limit: 7, nextToken });
      pages.push(timestamps([answer.events ?? []]));
      seen.push(...(answer.events ?? []).map((event) => event.message ?? ''));
      await logs.put(GROUP, TWO, [{ timestamp: NOW - HOUR + pages.length * 3000, message: `new ${pages.length}` }]);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    expect(seen.filter((message) => message.startsWith('message')).toSorted()).toEqual(
      events(100)
        .map(({ message }) => message)
        .toSorted(),
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(pages.some((page, i) => Math.min(...page) < Math.max(...(pages[i - 1] ?? [0])))).toBe(true);
    expect(pages.some((page) => page.some((timestamp, i) => timestamp < (page[i - 1] ?? 0)))).toBe(true);
  });

  it('leaves events out of one read that another has', async () => {
    const { logs, client } = await start({ faults: { leaveOut: 0.1 } });
    await logs.put(GROUP, ONE, events(200));
    const one = messages(await readAll(client));
    const other = messages(await readAll(client));
    expect(one.length).toBeLessThan(200);
    expect(one).not.toEqual(other);
    expect(new Set([...one, ...other]).size).toBeGreaterThan(Math.max(one.length, other.length));
  });

  it('draws the same faults from the same seed', async () => {
    const reads = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const { logs, client } = await start({ seed, faults: { leaveOut: 0.3 } });
        await logs.put(GROUP, ONE, events(100));
        return messages(await readAll(client));
      }),
    );
    expect(reads[0]).toEqual(reads[1]);
    expect(reads[0]).not.toEqual(reads[2]);
  });

  it('are changed over HTTP, and what is none is refused with a sentence', async () => {
    const { logs, client } = await start({ faults: { leaveOut: 1 } });
    await logs.put(GROUP, ONE, events(1));
    const put = (change: object) => fetch(`${logs.endpoint}/faults`, { method: 'PUT', body: JSON.stringify(change) });
    expect(await (await put({ shuffle: true })).json()).toMatchObject({ shuffle: true, leaveOut: 1 });
    await put({ leaveOut: 0 });
    expect((await readAll(client)).flat()).toHaveLength(1);
    const refused = await put({ leaveout: 1 });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(await refused.json())).toContain('leaveout');
  });
});
