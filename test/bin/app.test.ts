import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { file } from '../support/forwarder-file.ts';

/** `npx cdk synth` of a forwarder.yaml, without any credentials. */
function synth(text: string, ...flags: readonly string[]) {
  const folder = newFolder();
  const config = join(folder, 'forwarder.yaml');
  writeFileSync(config, text);
  const out = join(folder, 'cdk.out');
  const args = ['cdk', 'synth', '--quiet', '--output', out, '-c', `config=${config}`, ...flags];
  const { PATH, HOME } = process.env;
  // No metadata service, no profile: what is known of AWS is on the command line.
  const env = { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/nowhere', CI: 'true' };
  const { status, stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8', env });
  return { status, stdout, stderr: stderr.replaceAll(config, 'forwarder.yaml'), out };
}
const PLACE = ['-c', 'account=111111111111', '-c', 'region=us-west-2'];

interface Manifest {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>>;
}

it('synthesizes without credentials, and gives the same code the same asset wherever it is made', () => {
  const [one, other] = [synth(file(), ...PLACE), synth(file(), ...PLACE)];
  expect([one.status, other.status]).toEqual([0, 0]);
  const assets = ({ out }: { readonly out: string }) => {
    const manifest: Manifest = JSON.parse(readFileSync(join(out, 'EksAuditForwarder.assets.json'), 'utf8'));
    return Object.keys(manifest.files);
  };
  expect(assets(one)).toEqual(assets(other));
});

it.each([
  ['no place to deploy to', file(), [], 'Expected the account and Region to deploy to, found no AWS credentials'],
  [
    'an unknown key',
    file({ end: 'colour: red' }),
    PLACE,
    'forwarder.yaml:7: colour: Unknown key "colour". Known here: table, existingTable, clusters, elasticsearch, network, alarms.\n',
  ],
  ['an unknown policy', file({ cluster: 'policy: netwrk-policy' }), PLACE, 'forwarder.yaml:7: clusters[0].policy: '],
])('fails of %s with a sentence and no stack trace', (_, text, flags, sentence) => {
  const { status, stderr } = synth(text, ...flags);
  expect(status).not.toBe(0);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^\s+at /m);
});
