import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { redact } from './find.ts';

export interface Access {
  readonly url: string;
  /** PEM text of the authority to trust. */
  readonly ca?: string | undefined;
  /** An `Authorization` header. */
  readonly authorization?: string | undefined;
}

export const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

/** All primary shards are there: what was indexed before a restart can be searched. */
export const isReady = async (access: Access): Promise<boolean> =>
  (await get(access, '/_cluster/health?wait_for_status=yellow&timeout=1s').catch(() => undefined))?.status === 200;

/** The root path would say it too, but Elastic's test distribution does not serve it. */
export async function versionOf(access: Access): Promise<string> {
  const { status, body } = await get(access, '/_nodes/_local?filter_path=nodes.*.version');
  const version = /"version":"([^"]+)"/.exec(body)?.[1];
  if (version === undefined)
    throw new Error(`it answers ${status} and no version when asked for it: is it an Elasticsearch?`);
  return version;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function get({ url, ca, authorization }: Access, path: string): Promise<Answer> {
  const target = new URL(path, url);
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = authorization === undefined ? {} : { authorization };
  return new Promise((resolve, reject) => {
    const sent = request(target, { headers, timeout: 5_000, agent: false, ...(ca === undefined ? {} : { ca }) });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`${redact(url)} gave no answer in 5 seconds.`)));
    sent.on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    sent.end();
  });
}
