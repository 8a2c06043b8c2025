import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../lib/config/config.ts';
import { newFolder } from '../../support/folder.ts';
import { file } from '../../support/forwarder-file.ts';

describe('policies, as the project loads them', () => {
  const folder = newFolder();
  const path = join(folder, 'forwarder.yaml');

  function read(policy: string) {
    writeFileSync(path, file({ cluster: `policy: ${policy}` }));
    return readConfig(path, { for: 'run' });
  }

  it('are presets by name', () => {
    const result = read('network-policy');
    expect(result.ok && result.config.clusters[0]?.policy.policy.rules.length).toBeGreaterThan(0);
  });

  it('are files beside forwarder.yaml, told by their own lines when they are wrong', () => {
    writeFileSync(join(folder, 'audit.yaml'), 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Loud\n');
    const result = read('audit.yaml');
    expect(result).toMatchObject({
      ok: false,
      problems: [{ file: join(folder, 'audit.yaml'), line: 4, path: 'rules[0].level' }],
    });
  });

  it('are told in forwarder.yaml when there is none of that name', () => {
    expect(read('netwrk-policy')).toMatchObject({
      ok: false,
      problems: [{ file: path, line: 7, path: 'clusters[0].policy' }],
    });
  });

  it('are refused where the table could not keep them as one item', () => {
    const users = Array.from({ length: 20_000 }, (_, at) => `      - user-number-${String(at).padStart(8, '0')}`);
    const text = ['apiVersion: audit.k8s.io/v1', 'kind: Policy', 'rules:', '  - level: None', '    users:', ...users];
    writeFileSync(join(folder, 'large.yaml'), `${text.join('\n')}\n`);
    expect(read('large.yaml')).toMatchObject({
      ok: false,
      problems: [{ file: path, line: 7, path: 'clusters[0].policy', message: expect.stringContaining('390 kB') }],
    });
  });
});
