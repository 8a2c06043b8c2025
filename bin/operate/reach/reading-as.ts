import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Settings } from '../../../lambda/contract.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { faultOf, isDenied } from '../../../lambda/edges/aws-error.ts';
import { assumed } from '../../../lambda/wiring.ts';

/**
 * Credentials to read a log group with. Where a role reads it: the role's; and where that refuses the caller, the
 * caller's own if they are of the log group's account (`caller`: whose they are, empty: nobody's). Throws `Stopped`
 * with what to do. undefined: no role reads it, so the SDK's own are used.
 */
export function readingAs({ reader, source }: Pick<Settings, 'reader' | 'source'>, caller: () => Promise<string>) {
  if (reader === undefined) return undefined;
  const { roleArn } = reader;
  const ofRole = assumed(reader);
  const own = fromNodeProviderChain();
  return async () => {
    try {
      return await ofRole();
    } catch (error) {
      if (!isDenied(error)) throw error;
      if ((await caller()) === source.account) return await own();
      throw new Stopped(
        `AWS refuses to let you become ${roleArn}: ${faultOf(error).message}. Write the ARN of your role under the ` +
          `cluster's reader.alsoTrust and deploy EksAuditReader-${source.account} again, or use credentials of ` +
          `account ${source.account}.`,
        { cause: error },
      );
    }
  };
}
