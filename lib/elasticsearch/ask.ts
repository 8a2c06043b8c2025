import { type Client, errors } from '@elastic/elasticsearch';
import { parseJson, textAt } from '../../lambda/core/json.ts';
import { backoff } from '../../lambda/core/pace.ts';
import type { Clock } from '../../lambda/ports.ts';
import { textOf } from './body.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Milliseconds without an answer after which the server counts as unreachable. Default 15 s. */
  readonly timeout?: number;
  /** Bytes: of a 200 the body is left as text, and is none larger than this. Default: any, as its JSON says. */
  readonly limit?: number;
}

export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: unknown;
      /** The server's clock, or a proxy's, milliseconds; undefined where no Date header came. */
      readonly date: number | undefined;
    }
  | { readonly kind: 'unreachable'; readonly why: string }
  /** Larger than the request's limit. */
  | { readonly kind: 'too large' }
  | { readonly kind: 'not Elasticsearch' };

const TIMEOUT = 15_000;
const NOT_THERE = new Set([400, 404, 405, 410]);
/** Answers too, with their headers; the client would throw. */
const REFUSALS = Array.from({ length: 200 }, (_, at) => 400 + at);

/** One request; whatever the server says is an answer. Nothing of the request, and so no credential, is in it. */
export async function ask(client: Client, request: Request): Promise<Answer> {
  const { method, path, body, timeout = TIMEOUT, limit } = request;
  const [pathname = path, search = ''] = path.split('?');
  const querystring = Object.fromEntries(new URLSearchParams(search));
  try {
    const sent = { method, path: pathname, querystring, ...(body === undefined ? {} : { body }) };
    const asText = limit === undefined ? {} : { asStream: true };
    const options = { meta: true, requestTimeout: timeout, ignore: REFUSALS, ...asText } as const;
    const answer = await client.transport.request(sent, options);
    const { statusCode = 0, headers, body: said } = answer;
    // The client looks at this for what went well alone. A proxy's own 403 or 502 is none of Elasticsearch's either.
    if (headers?.['x-elastic-product'] === undefined && NOT_THERE.has(statusCode)) return { kind: 'not Elasticsearch' };
    if (limit === undefined) return answered(statusCode, said, headers?.date);
    return await answeredText(statusCode, said, headers, limit);
  } catch (error) {
    if (error instanceof errors.ProductNotSupportedError) return { kind: 'not Elasticsearch' };
    if (error instanceof errors.ElasticsearchClientError) return { kind: 'unreachable', why: error.message };
    throw error;
  }
}

async function answeredText(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, unknown>> | null,
  limit: number,
): Promise<Answer> {
  try {
    const text = await textOf(body, String(headers?.['content-encoding'] ?? ''), limit);
    if (text === undefined) return { kind: 'too large' };
    return answered(status, status === 200 ? text : parseJson(text), headers?.date);
  } catch (error) {
    return { kind: 'unreachable', why: error instanceof Error ? error.message : String(error) };
  }
}

function answered(status: number, body: unknown, date: unknown): Answer {
  const time = Date.parse(String(date ?? ''));
  return { kind: 'answered', status, body, date: Number.isNaN(time) ? undefined : time };
}

export interface Patience {
  readonly clock: Clock;
  /** How often a server that can't be reached is asked: it may be starting anew, or not be there at all. Default once. */
  readonly attempts?: number;
}

/** Too busy, not ready yet (so an index made a moment ago answers 503), or away behind a proxy. */
const PASSING = [429, 502, 503, 504];
const PASSES_WITHIN = 30_000;
const LONGEST_WAIT = 5000;

/** As `ask`, and again with growing waits while the answer is one that passes by itself: for half a minute or so. */
export async function askPatiently(
  client: Client,
  request: Request,
  { clock, attempts = 1 }: Patience,
): Promise<Answer> {
  const until = clock.now() + PASSES_WITHIN;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(client, request);
    const again = answer.kind === 'unreachable' ? attempt < attempts : isPassing(answer) && clock.now() < until;
    if (!again) return answer;
    await clock.sleep(backoff(attempt, clock.random(), 200, LONGEST_WAIT));
  }
}

function isPassing(answer: Answer): boolean {
  return answer.kind === 'answered' && PASSING.includes(answer.status);
}

/** The body of a 200; undefined for any other answer. */
export function bodyOf(answer: Answer): unknown {
  return answer.kind === 'answered' && answer.status === 200 ? answer.body : undefined;
}

/** Not there in this build: Elastic's test distribution lacks the endpoint (400, 405), serverless has taken it away (410). */
export function isMissing(answer: Answer): boolean {
  if (answer.kind !== 'answered') return false;
  const { status, body } = answer;
  return status === 405 || status === 410 || (status === 400 && /^no handler found/.test(textAt(body, 'error') ?? ''));
}

/** The credentials themselves, whatever is asked for. */
export function isRefused(answer: Answer): boolean {
  return answer.kind === 'answered' && answer.status === 401;
}

export function isForbidden(answer: Answer): boolean {
  return answer.kind === 'answered' && answer.status === 403;
}

/** A sentence for an answer that ends what was begun. `privilege` is what the request takes, `doing` completes "… to". */
export function refusalText(url: string, answer: Answer, doing: string, privilege: string): string {
  switch (answer.kind) {
    case 'unreachable':
      return `${url} does not answer (${firstLine(answer.why)}).${hint(answer.why)}`;
    case 'not Elasticsearch':
      return `What answers at ${url} is not Elasticsearch: it does not say that it is. Check elasticsearch.url.`;
    case 'too large':
      return `${url} answers with more than can be held.`;
    case 'answered':
      return sayingText(url, answer.status, answer.body, doing, privilege);
  }
}

const OTHERS =
  'Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with ELASTICSEARCH_PASSWORD, of somebody who has it';

function sayingText(url: string, status: number, body: unknown, doing: string, privilege: string): string {
  if (status === 401)
    return `${url} refuses the credentials: they are wrong, expired or revoked, or there are none. ${OTHERS.replace('who has it', `with the privilege ${privilege}`)}.`;
  if (status === 403) return `These credentials may not ${doing}: that takes the privilege ${privilege}. ${OTHERS}.`;
  return `Elasticsearch does not ${doing}: ${status}, ${reasonIn(body)}.`;
}

/** Where shards are missing the reason itself is empty. */
function reasonIn(body: unknown): string {
  const reason = textAt(body, 'error', 'reason') ?? textAt(body, 'error', 'caused_by', 'reason');
  return reason ?? textAt(body, 'error') ?? 'no reason';
}

/** Of OpenSSL's errors the reason alone: the rest is where its source raised it. */
function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return (/:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(line)?.[1] ?? line).slice(0, 200);
}

function hint(why: string): string {
  if (/wrong version number|packet length too long/.test(why)) return ' It seems to speak http://, not https://.';
  return /certificate|self.signed/i.test(why) ? ' Name the authority that signed it with elasticsearch.caFile.' : '';
}
