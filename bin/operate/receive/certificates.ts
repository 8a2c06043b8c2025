import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Problem } from '../../../lib/config/config.ts';
import { fileFault } from '../../../lib/problems/file.ts';

/** The files that make a server known to its clients, and these to it. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string;
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export type ReadTls =
  | { readonly ok: true; readonly tls: Tls }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the files hold, where it fits together and clients would take it. */
export function readTls({ cert, key, clientCa }: TlsFiles, now = new Date()): ReadTls {
  const problems: Problem[] = [];
  const read = (path: string, file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      problems.push({ path, message: `${fileFault(file, error)}: name a PEM file.` });
      return '';
    }
  };
  const tls = { cert: read('--tls-cert', cert), key: read('--tls-key', key), ca: read('--client-ca', clientCa) };
  if (problems.length > 0) return { ok: false, problems };
  try {
    for (const text of [tls.cert, tls.ca]) certificatesIn(text);
    createPrivateKey(tls.key);
    createSecureContext(tls);
    const { validToDate: end } = new X509Certificate(tls.cert);
    if (end > now) return { ok: true, tls };
    const message = `Expected a certificate that is valid, found one that ended on ${end.toISOString()}, which no client takes: renew it.`;
    return { ok: false, problems: [{ path: '--tls-cert', message }] };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'no PEM text';
    const message = `Expected a certificate in --tls-cert, its key in --tls-key and certificates in --client-ca, all as PEM, found what does not fit together (${why}): name others.`;
    return { ok: false, problems: [{ path: '--tls-cert', message }] };
  }
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Throws where a text has none, or half of one: a file may be read while it is written. TLS itself would take a text
 * without any for none, and trust the clients of every public authority.
 */
function certificatesIn(text: string): void {
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0 || found.length !== text.split(BEGIN).length - 1) throw new Error('Half a file.');
  for (const each of found) new X509Certificate(each);
}
