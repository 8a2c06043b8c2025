import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { at } from '../../lambda/core/json.ts';
import { fileFault } from '../problems/file.ts';
import { show } from '../problems/show.ts';
import { eachOf } from './check.ts';
import { elasticsearch } from './schema.ts';
import type { YamlDocument } from './yaml.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of `elasticsearch.caFile`, and nothing else that file may hold: the text is shipped with the function. */
export function readCertificates(main: YamlDocument | undefined, baseDir: string) {
  const name = eachOf(elasticsearch, at(main?.value, 'elasticsearch'))('caFile')?.trim();
  if (main === undefined || name === undefined) return { pem: null, problems: [] };
  const no = (message: string) => ({ pem: null, problems: [main.problem(['elasticsearch', 'caFile'], message)] });
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
