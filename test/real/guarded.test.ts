import { afterAll, beforeAll, describe } from 'vitest';
import { bulkTests } from './guarded/bulk.ts';
import { doctorTests } from './guarded/doctor.ts';
import { reviewTests } from './guarded/review.ts';
import { type Guarded, startGuarded } from './guarded/server.ts';
import { setupTests } from './guarded/setup.ts';

/** What takes a server with TLS, users and small limits is told of one pair of them: each takes its time to start. */
const LIMITS = {
  'http.max_content_length': '1mb',
  'indexing_pressure.memory.limit': '64kb',
  'thread_pool.write.size': 1,
  'thread_pool.write.queue_size': 2,
};

let servers: Readonly<Record<8 | 9, Guarded>>;
beforeAll(async () => {
  const [nine, eight] = await Promise.all([startGuarded(9, LIMITS), startGuarded(8, LIMITS)]);
  servers = { 9: nine, 8: eight };
});
afterAll(() => Promise.all([servers[9].close(), servers[8].close()]));

describe.each([9, 8] as const)('Elasticsearch %i', (major) => {
  const guarded = () => servers[major];
  // First: it begins on a server without any template.
  describe('elasticsearch setup', () => setupTests(guarded));
  describe('the bulk edge', () => bulkTests(guarded));
  describe('doctor', () => doctorTests(guarded, major));
  describe('review', () => reviewTests(guarded));
});
