import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '../process/identity.ts';

const INSIDE = '/usr/share/elasticsearch';
export const JAVA_OPTIONS = '-Xms512m -Xmx512m';

/** One container per folder, so that what a killed launcher left is found again. */
export const containerName = (home: string): string =>
  `eks-audit-forwarder-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;

export interface Container {
  readonly image: string;
  readonly home: string;
  readonly port: number;
  readonly identity: Identity;
}

/** `docker run` in the foreground: it passes SIGTERM on, and ends when the container does. */
export function dockerCommand({ image, home, port, identity }: Container): readonly string[] {
  // Group 0 owns the image's files, whoever the user is; the user is the one that owns our data folder.
  const user = identity.uid ?? process.getuid?.() ?? 1000;
  const config = join(home, 'config');
  return [
    'docker',
    'run',
    '--rm',
    `--name=${containerName(home)}`,
    `--user=${user}:0`,
    `--publish=127.0.0.1:${port}:9200`,
    `--env=ES_JAVA_OPTS=${JAVA_OPTIONS}`,
    `--volume=${join(home, 'data')}:${INSIDE}/data`,
    ...readdirSync(config).map((name) => `--volume=${join(config, name)}:${INSIDE}/config/${name}:ro`),
    image,
  ];
}

export function removeContainer(home: string, env: NodeJS.ProcessEnv): void {
  spawnSync('docker', ['rm', '--force', containerName(home)], { env, stdio: 'ignore', timeout: 30_000 });
}
