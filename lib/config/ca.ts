import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileFault } from '../problems/file.ts';
import type { Problem } from '../problems/problem.ts';
import { show } from '../problems/show.ts';
import { textAt } from './candidate.ts';
import type { YamlDocument } from './yaml.ts';

export interface Certificates {
  /** null: no file is named. */
  readonly pem: string | null;
  readonly problems: readonly Problem[];
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const KEY = ['elasticsearch', 'caFile'];

/** The certificates of `elasticsearch.caFile`, and nothing else that file may hold: the text is shipped with the function. */
export function readCertificates(main: YamlDocument | undefined, baseDir: string): Certificates {
  const name = main && textAt(main.value, KEY)?.trim();
  if (main === undefined || !name) return { pem: null, problems: [] };
  const no = (message: string) => ({ pem: null, problems: [main.problem(KEY, message)] });
  const path = isAbsolute(name) ? name : join(baseDir, name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return no(`${fileFault(path, error)}: write the path of a PEM file, relative to this file.`);
  }
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return { pem: `${blocks.join('\n')}\n`, problems: [] };
  return no(
    `Expected PEM certificates (-----BEGIN CERTIFICATE-----) in ${show(path)}, found none that can be read: write the path of the authority's certificate.`,
  );
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
