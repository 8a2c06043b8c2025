import type { TestProject } from 'vitest/node';
import type { RunningElasticsearch } from '../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import type { Major } from '../../local/elasticsearch/versions.ts';

/** One server of each, for all tests of a run: a test takes index names that nobody else has. */
const MAJORS = [9, 8] as const satisfies readonly Major[];

declare module 'vitest' {
  interface ProvidedContext {
    /** URLs by major version: `inject('elasticsearch')[9]`. */
    elasticsearch: Readonly<Record<(typeof MAJORS)[number], string>>;
  }
}

let running: readonly RunningElasticsearch[] = [];

export async function setup(project: TestProject): Promise<void> {
  const report = (line: string): void => console.log(line);
  running = await Promise.all(MAJORS.map((major) => startElasticsearch({ major, report })));
  const [nine, eight] = running;
  if (nine === undefined || eight === undefined) throw new Error('No Elasticsearch was started.');
  project.provide('elasticsearch', { 9: nine.url, 8: eight.url });
}

export async function teardown(): Promise<void> {
  await Promise.all(running.map((server) => server.stop()));
}
