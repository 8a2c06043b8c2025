import { IndexPattern } from '../../../lambda/core/index-pattern.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { sourceOf } from '../../../local/aws.ts';
import { indicesAt } from '../reach/audit-indices.ts';
import { REVIEW_PORT, type Served, type ServeOptions, serveReview } from '../reach/serve-review.ts';
import { tableOf } from './balance.ts';
import { type StandIns, serverSettings } from './stand-ins.ts';
import type { TryOptions } from './trial.ts';

/** Serves the sample cluster's life as `review` does, and says where. */
export async function servePage(
  { state: { cluster }, server, policy, progress }: TryOptions,
  { aws, elasticsearch }: StandIns,
): Promise<Served> {
  const settings = serverSettings(elasticsearch);
  const credentials = await credentialsReader(null, server?.env ?? process.env)();
  const names = [IndexPattern.of(settings.index).all(cluster)];
  const { close, url, ...indices } = await indicesAt({ ...settings, names, credentials });
  const ledger = new DynamoLedger(tableOf(aws, sourceOf(cluster)));
  const served = await onFreePort({
    ...indices,
    server: url,
    ledger: async () => ledger,
    policies: () => [{ clusters: [cluster], policy }],
    again: (start) => progress.say(`The page is open. Another browser opens it by ${start}`),
    report: (line) => progress.wrong(line),
  });
  progress.done(`See it in your browser: ${served.start}`);
  return {
    ...served,
    close: async () => {
      await served.close();
      await close();
    },
  };
}

/** On the usual port, or on any where another review has that. */
async function onFreePort(options: Omit<ServeOptions, 'port'>): Promise<Served> {
  try {
    return await serveReview({ ...options, port: REVIEW_PORT });
  } catch (error) {
    if (error instanceof WrongUse) return await serveReview({ ...options, port: 0 });
    throw error;
  }
}
