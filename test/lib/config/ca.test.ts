import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../lib/config/config.ts';
import { newFolder } from '../../support/folder.ts';
import { file, loadPolicy } from '../../support/forwarder-file.ts';
import { refusedLines } from './read.ts';

/** A certificate that signs nothing. */
const CERTIFICATE = `
-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUfxRRYLr4LaZQAr0X9GKWG8l5ypwwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKY2EuZXhhbXBsZTAgFw0yNjExMjEwNTIyMzBaGA8yMTI2MTAy
ODA1MjIzMFowFTETMBEGA1UEAwwKY2EuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABMD14f557+XQ5InU/XiaxoroXL3jqSRxLk0XxQIcIa9iWPDTornX
htqMaAX1T+rcqRJPwpfN+xW2gRtKje037lyjUzBRMB0GA1UdDgQWBBQJDcCE0/im
p2ANVKFmkBeWTmQAbTAfBgNVHSMEGDAWgBQJDcCE0/imp2ANVKFmkBeWTmQAbTAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIHopL5pC6n5jClc6mHPr
Ysc4o/q0FBM9eP9NIV3ztoThAiAUQ/kZM190bL3+r1LwBXiFx87iDU2MpbnLxY9O
XwViCw==
-----END CERTIFICATE-----
`.trim();

/** What the configuration comes to whose caFile is a file beside it, of that text. */
function read(pem: string) {
  const folder = newFolder();
  const path = join(folder, 'forwarder.yaml');
  writeFileSync(join(folder, 'ca.pem'), pem);
  writeFileSync(path, file({ elasticsearch: 'caFile: ca.pem' }));
  return readConfig(path, { for: 'run', loadPolicy });
}

it('ships the certificates of caFile, found beside the file, and nothing else that is in it', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  const result = read(`${key}\n${CERTIFICATE}\n${CERTIFICATE}\n`);
  expect(result).toMatchObject({ ok: true, config: { elasticsearch: { ca: `${CERTIFICATE}\n${CERTIFICATE}\n` } } });
});

it('refuses a certificate that is cut short', () => {
  const problems = [{ line: 3, path: 'elasticsearch.caFile' }];
  expect(read(CERTIFICATE.replace(/\n.{64}\n/, '\n'))).toMatchObject({ ok: false, problems });
});

describe('a certificate file', () => {
  refusedLines(
    [
      'that is not there',
      { elasticsearch: 'caFile: nowhere.pem' },
      '3: elasticsearch.caFile: There is no file "nowhere.pem": write the path of a PEM file, relative to this file.',
    ],
    [
      'that is a folder',
      { elasticsearch: 'caFile: test' },
      '3: elasticsearch.caFile: This is a folder, not a file: "test": write the path of a PEM file, relative to this file.',
    ],
    [
      'that holds none',
      { elasticsearch: 'caFile: package.json' },
      '3: elasticsearch.caFile: Expected PEM certificates (-----BEGIN CERTIFICATE-----) in "package.json", found none that can be read: write the path of the authority\'s certificate.',
    ],
  );
});
