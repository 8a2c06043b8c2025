import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ENVIRONMENT } from '../contract.ts';
import { isObject, parseJson, textAt } from '../core/json.ts';
import { Stopped } from '../core/stopped.ts';
import { stoppedBy } from './aws-error.ts';

/** How to sign in to Elasticsearch; undefined: not at all. */
export type Credentials = { readonly apiKey: string } | { readonly username: string; readonly password: string };

/** Reads the credentials anew each time it is called; who calls caches. */
export type CredentialsReader = () => Promise<Credentials | undefined>;

const HALF_A_LOGIN = `${ENVIRONMENT.username} and ${ENVIRONMENT.password} belong together and only one is set: set the other, or neither.`;

/** The environment of a person's machine wins over the secret; in AWS only the secret is there. */
export function credentialsReader(
  secret: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): CredentialsReader {
  const apiKey = environment[ENVIRONMENT.apiKey];
  const username = environment[ENVIRONMENT.username];
  const password = environment[ENVIRONMENT.password];
  if (apiKey) return async () => ({ apiKey });
  if (username && password) return async () => ({ username, password });
  if (username || password) return () => Promise.reject(new Stopped(HALF_A_LOGIN));
  if (secret === null) return async () => undefined;
  // Asked within a run: without an end to its patience it could outlive the run's lease.
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secret)?.[1];
  const client = new SecretsManagerClient({
    ...(region === undefined ? {} : { region }),
    requestHandler: { requestTimeout: 5000, throwOnRequestTimeout: true, connectionTimeout: 3000 },
  });
  return async () => parseSecret(await read(client, secret), secret);
}

async function read(client: SecretsManagerClient, secret: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    return SecretString ?? '';
  } catch (error) {
    throw stoppedBy(error, `read the secret ${secret}`, `There is no secret ${secret} in Secrets Manager`);
  }
}

/** An API key as it is, or JSON with `username` and `password` (or `apiKey`). What it held is in no message. */
export function parseSecret(text: string, name: string): Credentials {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') && trimmed !== '') return { apiKey: trimmed };
  const value = parseJson(trimmed);
  const apiKey = textAt(value, 'apiKey') ?? textAt(value, 'encoded');
  if (apiKey !== undefined) return { apiKey };
  const username = textAt(value, 'username');
  const password = textAt(value, 'password');
  if (username !== undefined && password !== undefined) return { username, password };
  throw new Stopped(
    `The secret ${name} holds neither an API key nor JSON with "username" and "password" ` +
      `(found ${isObject(value) ? `the keys ${Object.keys(value).join(', ') || 'none'}` : 'something else'}).`,
  );
}
