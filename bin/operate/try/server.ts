import { resolve } from 'node:path';
import { ENVIRONMENT } from '../../../lambda/contract.ts';
import { textAt } from '../../../lambda/core/json.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { url as address } from '../../../lib/config/address.ts';
import { ask, bodyOf, refusalText } from '../../../lib/elasticsearch/ask.ts';
import { WrongUse } from '../../../lib/problems/usage.ts';
import { serverSettings } from './stand-ins.ts';

/** The server that `ELASTICSEARCH_URL` names; undefined: one of our own is started. */
export interface GivenServer {
  /** Without path, user name and password: it is shown and kept. */
  readonly url: string;
  /** The process's own, with the address as it is above; what stood in it to sign in has variables of its own. */
  readonly env: NodeJS.ProcessEnv;
}

const NAME = 'ELASTICSEARCH_URL';

/** Throws `WrongUse` with a sentence that never repeats the address: it may hold a password. */
export function givenServer(env: NodeJS.ProcessEnv): GivenServer | undefined {
  const given = env[NAME];
  if (given === undefined || given === '') return undefined;
  const { signIn, url } = parted(given);
  const checked = address.safeParse(url);
  if (!checked.success) throw new WrongUse(`${NAME}: ${checked.error.issues[0]?.message ?? UNREADABLE}`);
  const isSignedIn = [ENVIRONMENT.apiKey, ENVIRONMENT.username].some((name) => env[name]);
  return { url, env: { ...env, ...(isSignedIn ? {} : signIn), [NAME]: url } };
}

const UNREADABLE = `Expected an address like https://es.example:9200: set ${ENVIRONMENT.username} and ${ENVIRONMENT.password} and leave both out of it.`;

function parted(given: string): { readonly url: string; readonly signIn: NodeJS.ProcessEnv } {
  const parsed = URL.parse(given);
  if (parsed === null && given.includes('@')) throw new WrongUse(`${NAME}: ${UNREADABLE}`);
  if (parsed === null || `${parsed.username}${parsed.password}` === '') return { url: given, signIn: {} };
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const url = parsed.href.replace(/\/$/, '');
  return { url, signIn: { [ENVIRONMENT.username]: plain(username), [ENVIRONMENT.password]: plain(password) } };
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new WrongUse(`${NAME}: ${UNREADABLE}`);
  }
}

/** Throws `WrongUse` where the server can't be used, before anything is made there. */
export async function checkServer({ url, env }: GivenServer): Promise<void> {
  const client = elasticsearchClient(serverSettings({ url }), await credentialsReader(null, env)());
  try {
    const answer = await ask(client, { method: 'GET', path: '/_nodes/_local?filter_path=nodes.*.version' });
    const [node] = Object.values(Object(bodyOf(answer))?.nodes ?? {});
    if (textAt(node, 'version') === undefined)
      throw new WrongUse(asTrySays(refusalText(url, answer, ASKED, 'monitor')));
  } finally {
    await client.close();
  }
}

const ASKED = 'say its version';

/** What forwarder.yaml has keys for has variables here. */
function asTrySays(text: string): string {
  return text
    .replace('Check elasticsearch.url.', `Check ${NAME}.`)
    .replace(/Name the authority.*caFile\./, 'Name the authority that signed it with NODE_EXTRA_CA_CERTS=FILE.');
}

/** What of a person's environment the function needs to reach the server: how to sign in, and whom to trust. */
export function handedOn(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const { [AUTHORITY]: file } = env;
  // The function has another working directory.
  const all: NodeJS.ProcessEnv = { ...env, ...(file ? { [AUTHORITY]: resolve(file) } : {}) };
  return Object.fromEntries(HANDED_ON.flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
}

const AUTHORITY = 'NODE_EXTRA_CA_CERTS';
const HANDED_ON = [...Object.values(ENVIRONMENT), AUTHORITY, 'NODE_USE_SYSTEM_CA'];
