import { Stopped } from '../core/stopped.ts';

/** What the SDK throws, as far as a decision depends on it. */
export interface AwsFault {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

const THROTTLING =
  /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|ProvisionedThroughputExceededException|LimitExceededException|SlowDown)$/;
const NETWORK = /^(TimeoutError|NetworkingError|RequestTimeout|AbortError)$/;
const NETWORK_CODE = /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOST|ENET|UND_ERR)/;
/** SigV4 dates each request; AWS takes some minutes' difference. */
const CLOCK = /RequestTimeTooSkewed|RequestExpired|Signature expired|Signature not yet current/;
const CREDENTIALS =
  /Credentials|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|SSO/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized)/;

export function faultOf(error: unknown): AwsFault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), status: undefined };
  const metadata = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }) : undefined;
  return { name: error.name, message: error.message, status: metadata?.httpStatusCode };
}

export function isThrottling(error: unknown): boolean {
  return THROTTLING.test(faultOf(error).name) || faultOf(error).status === 429;
}

export function isDenied(error: unknown): boolean {
  return DENIED.test(faultOf(error).name);
}

/** A fault that the same call may not meet again: the service's own, or the network's. */
export function isPassing(error: unknown): boolean {
  const { name, status } = faultOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (status !== undefined && status >= 500) || NETWORK.test(name) || NETWORK_CODE.test(code);
}

/** A sentence for a call that failed for good. `doing` completes "AWS refuses to …". */
export function stoppedBy(error: unknown, doing: string, missing: string): Stopped {
  const { name, message } = faultOf(error);
  if (error instanceof Stopped) return error;
  return new Stopped(sentence(name, message, doing, missing), { cause: error });
}

function sentence(name: string, message: string, doing: string, missing: string): string {
  if (name === 'ResourceNotFoundException') return `${missing} (${name}).`;
  if (CLOCK.test(`${name} ${message}`))
    return `This machine's clock is away from AWS's (${name}: ${message}): set it right.`;
  if (DENIED.test(name)) return `AWS refuses to ${doing}: ${message}. Grant the role that right.`;
  if (CREDENTIALS.test(name)) return `No valid AWS credentials to ${doing} (${name}: ${message}).`;
  return `AWS did not ${doing}: ${name}: ${message}`;
}
