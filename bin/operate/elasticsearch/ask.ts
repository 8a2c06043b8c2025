import { type Client, errors } from '@elastic/elasticsearch';
import { isObject, textAt } from '../../../lambda/core/json.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
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
  | { readonly kind: 'not Elasticsearch' };

const PATIENCE = 15_000;
const NOT_THERE = new Set([400, 404, 405, 410]);
/** Answers too, with their headers; the client would throw. */
const REFUSALS = Array.from({ length: 200 }, (_, at) => 400 + at);

/** One request; whatever the server says is an answer. Nothing of the request, and so no credential, is in it. */
export async function ask(client: Client, { method, path, body }: Request): Promise<Answer> {
  const [pathname = path, search = ''] = path.split('?');
  const querystring = Object.fromEntries(new URLSearchParams(search));
  try {
    const request = { method, path: pathname, querystring, ...(body === undefined ? {} : { body }) };
    const answer = await client.transport.request(request, { meta: true, requestTimeout: PATIENCE, ignore: REFUSALS });
    const { statusCode = 0, headers, body: said } = answer;
    // The client looks at this for what went well alone. A proxy's own 403 or 502 is none of Elasticsearch's either.
    if (headers?.['x-elastic-product'] === undefined && NOT_THERE.has(statusCode)) return { kind: 'not Elasticsearch' };
    return answered(statusCode, said, headers?.date);
  } catch (error) {
    if (error instanceof errors.ProductNotSupportedError) return { kind: 'not Elasticsearch' };
    if (error instanceof errors.ElasticsearchClientError) return { kind: 'unreachable', why: error.message };
    throw error;
  }
}

function answered(status: number, body: unknown, date: unknown): Answer {
  const time = Date.parse(String(date ?? ''));
  return { kind: 'answered', status, body, date: Number.isNaN(time) ? undefined : time };
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
    case 'answered':
      return answeredText(url, answer.status, answer.body, doing, privilege);
  }
}

const OTHERS =
  'Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with ELASTICSEARCH_PASSWORD, of somebody who has it';

function answeredText(url: string, status: number, body: unknown, doing: string, privilege: string): string {
  if (status === 401)
    return `${url} refuses the credentials: they are wrong, expired or revoked, or there are none. ${OTHERS.replace('who has it', `with the privilege ${privilege}`)}.`;
  if (status === 403) return `These credentials may not ${doing}: that takes the privilege ${privilege}. ${OTHERS}.`;
  const reason = textAt(body, 'error', 'reason') ?? (isObject(body) ? textAt(body, 'error') : undefined) ?? 'no reason';
  return `Elasticsearch does not ${doing}: ${status}, ${reason}.`;
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 200) ?? '';
}

function hint(why: string): string {
  if (/wrong version number|packet length too long/.test(why)) return ' It seems to speak http://, not https://.';
  return /certificate|self.signed/i.test(why) ? ' Name the authority that signed it with elasticsearch.caFile.' : '';
}
