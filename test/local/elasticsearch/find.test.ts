import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Findings, findElasticsearch, type Wanted } from '../../../local/elasticsearch/find.ts';
import { VERSIONS } from '../../../local/elasticsearch/versions.ts';
import { javasOf, machineWith } from './machine.ts';

const ENGINE = '#!/bin/sh\necho 28.1.0\n';
const NO_ENGINE = '#!/bin/sh\necho Cannot connect >&2; exit 1\n';
const MAVEN = '#!/bin/sh\n';

const find = (overrides: Partial<Wanted> = {}): Findings =>
  findElasticsearch({ major: 9, env: machineWith({}), own: false, javaFolders: [], ...overrides });

test('a machine with nothing is told each thing that would do', () => {
  const { way, found, needs } = find();
  expect(way).toBeUndefined();
  expect(found).toHaveLength(3);
  for (const need of ['Docker', 'Java 21+ and Maven', 'ELASTICSEARCH_URL']) expect(needs.join('\n')).toContain(need);
});

test('a URL goes before all else, and no password is shown', () => {
  const env = { ...machineWith({ docker: ENGINE }), ELASTICSEARCH_URL: 'http://me:secret@127.0.0.1:9200' };
  const { way, found } = find({ env });
  expect(way).toEqual({ how: 'url', url: env.ELASTICSEARCH_URL });
  expect(found.join()).not.toContain('secret');
});

test('a URL is passed over where a server with settings of its own is needed', () => {
  const env = { ...machineWith({ docker: ENGINE }), ELASTICSEARCH_URL: 'http://127.0.0.1:9200' };
  expect(find({ env, own: true }).way?.how).toBe('docker');
});

test('Docker goes before Java, with the image of the version that is wanted', () => {
  const env = machineWith({ docker: ENGINE, mvn: MAVEN });
  const { way } = find({ env, major: 8, javaFolders: [javasOf('21.0.2')] });
  expect(way).toEqual({ how: 'docker', image: expect.stringContaining(`:${VERSIONS[8].version}`) });
});

test('a Docker client without an engine is passed over', () => {
  const env = machineWith({ docker: NO_ENGINE, mvn: MAVEN });
  expect(find({ env, javaFolders: [javasOf('21.0.2')] }).way?.how).toBe('java');
});

test('the oldest Java that is new enough is taken', () => {
  const folder = javasOf('1.8.0_392', '17.0.15', '25.0.3', '21.0.2');
  const env = machineWith({ mvn: MAVEN });
  expect(find({ env, javaFolders: [folder] }).way).toEqual({ how: 'java', javaHome: join(folder, '21.0.2') });
  expect(find({ env, javaFolders: [folder], major: 8 }).way).toEqual({
    how: 'java',
    javaHome: join(folder, '17.0.15'),
  });
});

test('JAVA_HOME is preferred where it is new enough', () => {
  const folder = javasOf('17.0.15', '21.0.2', '25');
  const env = machineWith({ mvn: MAVEN });
  const home = (version: string) => ({ ...env, JAVA_HOME: join(folder, version) });
  expect(find({ env: home('25'), javaFolders: [folder] }).way).toMatchObject({ javaHome: join(folder, '25') });
  expect(find({ env: home('17.0.15'), javaFolders: [folder] }).way).toMatchObject({ javaHome: join(folder, '21.0.2') });
});

test('a Java that is too old is not enough', () => {
  const { way, found } = find({ env: machineWith({ mvn: MAVEN }), javaFolders: [javasOf('17.0.15')] });
  expect(way).toBeUndefined();
  expect(found.at(-1)).toMatch(/only Java 17.* needs Java 21/);
});

test('Maven is needed until the version is there', () => {
  const env = machineWith({});
  const javaFolders = [javasOf('21.0.2')];
  expect(find({ env, javaFolders }).way).toBeUndefined();
  const cache = join(String(env.XDG_CACHE_HOME), 'eks-audit-forwarder');
  mkdirSync(join(cache, `elasticsearch-${VERSIONS[9].version}`));
  expect(find({ env, javaFolders }).way?.how).toBe('java');
});
