import type { TestProject } from 'vitest/node';
import type { RunningElasticsearch } from '../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the server whose events the pages show. */
    reviewed: string;
  }
}

let running: RunningElasticsearch | undefined;

export async function setup(project: TestProject): Promise<void> {
  running = await startElasticsearch({ major: 9, report: (line) => console.log(line) });
  project.provide('reviewed', running.url);
}

export async function teardown(): Promise<void> {
  await running?.stop();
}
