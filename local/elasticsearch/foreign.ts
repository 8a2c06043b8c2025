import { ENVIRONMENT } from '../../lambda/contract.ts';
import { redact } from './find.ts';
import { basic, versionOf } from './health.ts';
import type { RunningElasticsearch } from './options.ts';
import type { Major } from './versions.ts';

/** A server that somebody else runs: asked for its version, never stopped. */
export async function useForeign(
  url: string,
  major: Major | undefined,
  env: NodeJS.ProcessEnv,
): Promise<RunningElasticsearch> {
  const version = await versionOf({ url, authorization: credentials(env) }).catch((cause) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`ELASTICSEARCH_URL: ${redact(url)} can't be used: ${why}`, { cause });
  });
  if (major !== undefined && Number.parseInt(version, 10) !== major)
    throw new Error(`ELASTICSEARCH_URL: ${redact(url)} is ${version}, but version ${major} is needed. Unset it.`);
  const kill = () => Promise.reject(new Error(`${redact(url)} was not started here and is not killed.`));
  return { url, version, how: 'url', stop: async () => {}, kill };
}

function credentials(env: NodeJS.ProcessEnv): string | undefined {
  const { apiKey, username, password } = ENVIRONMENT;
  if (env[apiKey]) return `ApiKey ${env[apiKey]}`;
  return env[username] ? basic(env[username], env[password] ?? '') : undefined;
}
