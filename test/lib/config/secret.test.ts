import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/config/config.ts';
import type { LoadPolicy } from '../../../lib/config/policy.ts';
import { describeProblems } from '../../../lib/problems/problem.ts';
import { file } from '../../support/forwarder-file.ts';
import { API_KEY, refusedLines } from './read.ts';

describe("Elasticsearch's secret", () => {
  const SECRET = '3: elasticsearch.secret: Expected the name or ARN of a secret in Secrets Manager';
  const CREATE =
    'keep the key itself in Secrets Manager (eks-audit elasticsearch key) and write the name of that secret here';
  const KEY = `${SECRET}: found what looks like a credential itself (not shown); ${CREATE}, and replace the key, since it was written into a file.`;
  refusedLines(
    ['that is an encoded API key', { elasticsearch: `secret: ${API_KEY}` }, KEY],
    ['that is the id and key', { elasticsearch: 'secret: TestTestTestTestTest:NotARealKeyNotARealKey' }, KEY],
    ['that is a user name and password', { elasticsearch: 'secret: elastic:hunter2' }, KEY],
    ["that is the secret's own JSON", { elasticsearch: `secret: '{"username":"elastic","password":"hunter2"}'` }, KEY],
    [
      'that is a mapping',
      { elasticsearch: 'secret: { username: elastic, password: hunter2 }' },
      `${SECRET}: found a mapping (not shown); ${CREATE}.`,
    ],
    [
      'that is a parameter',
      { elasticsearch: 'secret: arn:aws:ssm:us-west-2:123456789012:parameter/x' },
      `${SECRET}: found another ARN; a secret's begins with arn:aws:secretsmanager:.`,
    ],
    [
      'that is a number',
      { elasticsearch: 'secret: 12' },
      `${SECRET}: found a number or a truth value; put the name in quotes.`,
    ],
    [
      'that has a space',
      { elasticsearch: 'secret: my secret' },
      `${SECRET}: write it like eks-audit-forwarder/elasticsearch.`,
    ],
  );
});

describe('a credential that was written into the file', () => {
  it('is in no sentence, whatever key holds it', () => {
    const places = [
      'elasticsearch.url',
      'elasticsearch.secret',
      'elasticsearch.caFile',
      'table',
      'cluster.policy',
      'cluster.name',
      'reader',
      'unknown',
    ] as const;
    const key = fc.tuple(
      fc.stringMatching(/^[A-Z]{7}[a-z]{7}[0-9]{6}$/),
      fc.stringMatching(/^[A-Z]{8}[a-z]{8}[0-9]{6}$/),
    );
    fc.assert(
      fc.property(key, fc.constantFrom(...places), fc.boolean(), ([id, secret], place, encoded) => {
        const credential = encoded ? Buffer.from(`${id}:${secret}`).toString('base64') : `${id}:${secret}`;
        const result = parseConfig(withCredential(place, credential), 'forwarder.yaml', {
          for: 'run',
          loadPolicy: refuseAll,
        });
        expect(result.ok).toBe(false);
        expect(result.ok ? '' : describeProblems(result.problems)).not.toContain(
          encoded ? credential.slice(0, 16) : secret,
        );
      }),
    );
  });

  const refuseAll: LoadPolicy = () => ({ ok: false, problems: [{ path: '', message: 'No.' }] });

  function withCredential(place: string, credential: string): string {
    const value = JSON.stringify(credential);
    const [section, key] = place.split('.');
    if (place === 'reader')
      return file({ cluster: `reader: { roleArn: ${value}, externalId: ${JSON.stringify(`${credential}!`)} }` });
    if (section === 'cluster') return file({ cluster: `${key}: ${value}` });
    if (key === 'url') return file({ url: `url: https://elastic:${credential}@es.example` });
    if (key !== undefined) return file({ elasticsearch: `${key}: ${value}` });
    return file({ end: place === 'table' ? `table: ${value}` : `${value}: 1` });
  }
});
