/**
 * Preloaded with `node --import`: the process lives by the fast clock, its code's bytes unchanged. Fast are `Date`, what
 * a run waits for (quota, backoff: `node:timers/promises`), its deadlines (`AbortSignal.timeout`) and the Date header of
 * the answers it gives. Real stays how long a client waits for a server's answer, since that takes its real time.
 */
import { subscribe } from 'node:diagnostics_channel';
import { ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { FAST_CLOCK, fastTime, parseClock } from './clock.ts';

const clock = parseClock(process.env[FAST_CLOCK] ?? '');
const realNow = Date.now;
const now = () => fastTime(clock, realNow());

Date.now = now;
globalThis.Date = new Proxy(Date, {
  apply: (date) => new date(now()).toString(),
  construct: (date, args, made) => Reflect.construct(date, args.length === 0 ? [now()] : args, made),
});

const wait = timers.setTimeout;
timers.setTimeout = (delay = 0, value, options) => wait(delay / clock.speed, value, options);
syncBuiltinESMExports();

const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (delay) => timeout(Math.ceil(delay / clock.speed));

// A function compares its clock with the one that a server's header tells.
subscribe('http.server.request.start', (message) => {
  if (typeof message !== 'object' || message === null || !('response' in message)) return;
  if (message.response instanceof ServerResponse) message.response.setHeader('date', new Date().toUTCString());
});
