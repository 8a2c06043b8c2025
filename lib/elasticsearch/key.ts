import type { Client } from '@elastic/elasticsearch';
import { coveragesOf } from '../../lambda/core/index-pattern.ts';
import { textAt } from '../../lambda/core/json.ts';
import { Failed, WrongUse } from '../problems/usage.ts';
import { type Answer, ask, bodyOf, isMissing, type Request, refusalText } from './ask.ts';
import { NAME } from './template.ts';

/**
 * What a key is for: the function writes and nothing else, people and their commands read and nothing else. Who redrives
 * what is parked does both.
 */
export type Purpose = 'write' | 'read' | 'redrive';

/**
 * `create_doc` neither reads nor overwrites nor deletes; `auto_configure` lets the first document of a day make its
 * index from our template. No cluster privilege: the function asks nothing about the server.
 */
const PRIVILEGES: Readonly<Record<Purpose, readonly string[]>> = {
  write: ['create_doc', 'auto_configure'],
  read: ['read', 'view_index_metadata'],
  redrive: ['create_doc', 'auto_configure', 'read', 'view_index_metadata'],
};

/** The least that the purpose takes, on the indices of these patterns and of parked lines. */
export function roleDescriptor(purpose: Purpose, indices: readonly string[]) {
  return { cluster: [], indices: [{ names: coveragesOf(indices), privileges: PRIVILEGES[purpose] }] };
}

/** `indices`: the patterns of now, and those that minutes still go by. */
export function keyRequest(purpose: Purpose, indices: readonly string[]): Request {
  const name = purpose === 'write' ? NAME : `${NAME}-${purpose}`;
  const role_descriptors = { [name]: roleDescriptor(purpose, indices) };
  return { method: 'POST', path: '/_security/api_key', body: { name, role_descriptors } };
}

export interface CreatedKey {
  readonly id: string;
  readonly name: string;
  /** A secret: what `Authorization: ApiKey` takes. Elasticsearch tells it this once. */
  readonly encoded: string;
}

/** Makes one more key at each call; `request` is one of `keyRequest`. Throws `Failed` or `WrongUse` with what is missing. */
export async function createKey(client: Client, url: string, request: Request): Promise<CreatedKey> {
  const answer = await ask(client, request);
  const body = bodyOf(answer);
  const [id, name, encoded] = ['id', 'name', 'encoded'].map((key) => textAt(body, key));
  if (id !== undefined && name !== undefined && encoded !== undefined) return { id, name, encoded };
  throw refusal(url, answer);
}

function refusal(url: string, answer: Answer): Error {
  if (isMissing(answer)) return new Failed(`${url} has no API keys: its security is off.`);
  const text = refusalText(url, answer, 'create an API key', 'manage_own_api_key');
  const derived = answer.kind === 'answered' && /derived api key/i.test(JSON.stringify(answer.body ?? ''));
  if (derived) return new Failed(`${text} An API key can't make keys that may do something: sign in as a user.`);
  return answer.kind === 'answered' && answer.status !== 401 ? new Failed(text) : new WrongUse(text);
}
