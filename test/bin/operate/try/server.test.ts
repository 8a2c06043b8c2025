import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkServer, givenServer, handedOn } from '../../../../bin/operate/try/server.ts';
import { type Said, startRecording } from '../../../support/fakes/elasticsearch.ts';

const at = (url: string, env = {}) => givenServer({ ...env, ELASTICSEARCH_URL: url });

test('without an address no server is given', () => {
  expect(givenServer({})).toBeUndefined();
  expect(at('')).toBeUndefined();
});

test('what stands in the address to sign in is taken out of it', () => {
  expect(at('https://elastic:p%40ss@es.example:9200/')).toEqual({
    url: 'https://es.example:9200',
    env: {
      ELASTICSEARCH_URL: 'https://es.example:9200',
      ELASTICSEARCH_USERNAME: 'elastic',
      ELASTICSEARCH_PASSWORD: 'p@ss',
    },
  });
});

test('a key of the environment wins over what stands in the address', () => {
  const env = { ELASTICSEARCH_API_KEY: 'a-key' };
  expect(at('https://elastic:pass@es.example', env)?.env).toEqual({ ...env, ELASTICSEARCH_URL: 'https://es.example' });
});

test.each([
  ['es.example:9200', 'found no https:// or http:// at its beginning'],
  ['ftp://es.example', 'found ftp://'],
  ['https://es.example/path', 'found a path behind it'],
  ['https://me:hidden@es.example/path', 'found a path behind it'],
  ['https://me:hidden@es example', 'leave both out of it'],
  ['https://me:hidden%zz@es.example', 'leave both out of it'],
])('%s is refused, and its password is not shown', (url, sentence) => {
  expect(() => at(url)).toThrow(sentence);
  expect(() => at(url)).not.toThrow('hidden');
});

async function checked(said: Said): Promise<void> {
  const server = await startRecording(() => said);
  onTestFinished(() => server.close());
  const given = at(server.url.replace('//', '//me:hidden@'));
  if (given !== undefined) await checkServer(given);
}

test('a server that says its version is taken', async () => {
  await checked({ body: { nodes: { one: { version: '9.5.3' } } } });
});

test.each<[string, Said, RegExp]>([
  ['is another one', { headers: { 'x-elastic-product': 'none' } }, /is not Elasticsearch.*Check ELASTICSEARCH_URL\.$/],
  ['refuses the password', { status: 401 }, /refuses the credentials.*ELASTICSEARCH_API_KEY/],
  ['grants too little', { status: 403 }, /takes the privilege monitor/],
])('a server that %s is refused with a sentence without the password', async (_, said, sentence) => {
  await expect(checked(said)).rejects.toThrow(sentence);
  await expect(checked(said)).rejects.not.toThrow('hidden');
});

test('the function gets what it needs to sign in and to trust the server, and nothing else', () => {
  const env = { ELASTICSEARCH_USERNAME: 'me', ELASTICSEARCH_PASSWORD: 'pass', NODE_EXTRA_CA_CERTS: '/ca.pem' };
  expect(handedOn({ ...env, HOME: '/root', ELASTICSEARCH_API_KEY: '' })).toEqual(env);
  expect(handedOn({ NODE_EXTRA_CA_CERTS: 'ca.pem' })).toEqual({ NODE_EXTRA_CA_CERTS: resolve('ca.pem') });
});

test('a server that speaks no TLS is told so, without OpenSSL’s own words', async () => {
  const server = await startRecording(() => ({}));
  onTestFinished(() => server.close());
  const given = at(server.url.replace('http:', 'https:'));
  const sentence = /does not answer \(wrong version number\)\. It seems to speak http:\/\/, not https:\/\/\.$/;
  await expect(given && checkServer(given)).rejects.toThrow(sentence);
});
