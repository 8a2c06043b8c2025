import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readTls } from '../../../../bin/operate/receive/certificates.ts';
import { authority, type KeyPair, signed } from '../../../support/certificates.ts';
import { newFolder } from '../../../support/folder.ts';

let [ca, own, other]: KeyPair[] = [];

beforeAll(async () => {
  ca = await authority('audit');
  own = await signed(ca, 'localhost');
  other = await signed(ca, 'localhost');
});

function read({ cert = own?.cert ?? '', key = own?.key ?? '', clientCa = ca?.cert ?? '' } = {}, now = new Date()) {
  const folder = newFolder();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return readTls({ cert: file('tls.crt', cert), key: file('tls.key', key), clientCa: file('ca.crt', clientCa) }, now);
}

const half = (pair: KeyPair | undefined) => (pair?.cert ?? '').slice(0, 300);

test('files that fit together are taken, also with several certificates in one', () => {
  const chain = { cert: `${own?.cert}\n${ca?.cert}`, clientCa: `# ours\n${ca?.cert}\n${other?.cert}` };
  expect([read().ok, read(chain).ok]).toEqual([true, true]);
});

test.each<[string, () => Parameters<typeof read>[0]]>([
  ["an authority that is empty, by which everybody's would be trusted", () => ({ clientCa: '' })],
  ['an authority that is no PEM text', () => ({ clientCa: 'hello' })],
  ['half an authority', () => ({ clientCa: half(ca) })],
  ['an authority and half of another', () => ({ clientCa: `${ca?.cert}\n${half(other)}` })],
  ['a key as authority', () => ({ clientCa: own?.key ?? '' })],
  ['a certificate that is empty', () => ({ cert: '' })],
  ['half a certificate', () => ({ cert: half(own) })],
  ['a key that is empty', () => ({ key: '' })],
  ['the key of another certificate', () => ({ key: other?.key ?? '' })],
])('files may be read while somebody writes them: %s is refused, and no key is told', (_, files) => {
  const found = read(files());
  expect(found).toMatchObject({ ok: false, problems: [{ path: '--tls-cert' }] });
  expect(JSON.stringify(found)).not.toContain('BEGIN');
});

test('a certificate that has ended is refused, and when it ended is told', () => {
  const end = new X509Certificate(own?.cert ?? '').validToDate;
  expect(read({}, new Date(end.getTime() - 1000)).ok).toBe(true);
  expect(read({}, end)).toMatchObject({
    ok: false,
    problems: [{ path: '--tls-cert', message: expect.stringContaining(end.toISOString()) }],
  });
});
