import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import type { ClusterConfig, Problem } from '../../../lib/config/config.ts';
import { ownRegion } from '../../cli/configured.ts';

export type Caller =
  /** Twelve digits. */
  { readonly ok: true; readonly account: string } | { readonly ok: false; readonly problem: Problem };

type Environment = Readonly<Record<string, string | undefined>>;

/** What an emulator's account is called where it has no STS to ask. */
export const EMULATED_ACCOUNT = '000000000000';
const PATH = 'AWS credentials';
const PATIENCE = 10_000;

/** How long the SDK's clients try before a check says that nobody answers. */
export const CLIENT = {
  maxAttempts: 2,
  requestHandler: { requestTimeout: 8000, throwOnRequestTimeout: true, connectionTimeout: 4000 },
};

/** The caller's own Region, else the cluster's: from now on the SDK's clients that are told none find this one. */
export async function settleRegion(cluster: ClusterConfig | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const region = (await ownRegion()) ?? cluster?.region ?? '';
  env.AWS_REGION = region;
  return region;
}

/**
 * Whose credentials the SDK finds. Their account is, in this order: what comes with them (`AWS_ACCOUNT_ID`, SSO, a
 * profile), what STS says, and where CloudWatch Logs is an emulator on this machine, twelve zeros.
 */
export async function findCaller(region: string, environment: Environment): Promise<Caller> {
  const client = new STSClient({ region, maxAttempts: 2 });
  const no = (message: string) => ({ ok: false, problem: { path: PATH, message } }) as const;
  try {
    const { accountId } = await client.config.credentials();
    if (accountId !== undefined) return { ok: true, account: accountId };
  } catch (error) {
    return no(
      `None that the SDK can use (${faultOf(error).message}): sign in (aws sso login, AWS_PROFILE), or set ` +
        'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  const emulated = isEmulated(environment);
  const sts = environment.AWS_ENDPOINT_URL_STS ?? environment.AWS_ENDPOINT_URL;
  if (emulated && sts === undefined) return { ok: true, account: EMULATED_ACCOUNT };
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(PATIENCE),
    });
    if (Account !== undefined) return { ok: true, account: Account };
    return no('AWS STS names no account: set AWS_ACCOUNT_ID to its twelve digits.');
  } catch (error) {
    const { name, message, status } = faultOf(error);
    if (emulated) return { ok: true, account: EMULATED_ACCOUNT };
    if (status !== undefined && status < 500)
      return no(`AWS refuses them (${name}: ${message}): sign in again, or use others.`);
    return no(`AWS STS does not answer (${name}: ${message}): mend the way to it, or set AWS_ACCOUNT_ID.`);
  } finally {
    client.destroy();
  }
}

/** An endpoint elsewhere may be AWS's own, in a VPC. */
function isEmulated({ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS, AWS_ENDPOINT_URL }: Environment): boolean {
  const endpoint = AWS_ENDPOINT_URL_CLOUDWATCH_LOGS ?? AWS_ENDPOINT_URL ?? '';
  return URL.canParse(endpoint) && /^(localhost|127\..*|\[::1\])$/.test(new URL(endpoint).hostname);
}
