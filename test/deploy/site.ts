import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { roleDescriptor } from '../../lib/elasticsearch/key.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from '../../local/cloudwatch-logs/server.ts';
import type { RunningElasticsearch } from '../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { type Ministack, startMinistack } from '../../local/ministack.ts';

/** As in the README's examples. */
export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const REGION = 'eu-west-1';

export const ADMIN = { username: 'admin', password: 'of-the-server' };
export const WRITER = { username: 'forwarder', password: 'of-the-function' };

/** All that a deployment needs, on this machine: a small AWS that checks every right, a real Elasticsearch, a checkout. */
export interface Site {
  readonly aws: Ministack;
  readonly logs: CloudWatchLogs;
  readonly elasticsearch: RunningElasticsearch;
  /** Runs a command line in the checkout as `sh -e` does; throws, with all it printed, when it fails. */
  shell(commands: string): Promise<string>;
  /** A file of the checkout. */
  write(name: string, text: string): void;
  read(name: string): string;
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const account = ACCOUNT;
  const region = REGION;
  const [aws, logs, elasticsearch] = await Promise.all([
    startMinistack({ account, region, auth: true }),
    startCloudWatchLogs({ account, region }),
    startElasticsearch({
      // Without TLS: this AWS turns a function's https to this machine into http.
      security: {
        users: [
          { name: ADMIN.username, password: ADMIN.password, roles: ['superuser'] },
          { name: WRITER.username, password: WRITER.password, roles: ['writer'] },
        ],
        roles: { writer: roleDescriptor('write', [DEFAULT_INDEX]) },
      },
    }),
  ]);
  const checkout = mkdtempSync(join(tmpdir(), 'deploy-'));
  layOut(checkout, logs.endpoint);
  const env = environment(checkout, aws);
  return {
    aws,
    logs,
    elasticsearch,
    shell: (commands) => shell(commands, checkout, env),
    write: (name, text) => writeFileSync(join(checkout, name), text),
    read: (name) => readFileSync(join(checkout, name), 'utf8'),
    close: async () => {
      await Promise.all([aws.stop(), logs.close(), elasticsearch.stop()]);
      rmSync(checkout, { recursive: true, force: true });
    },
  };
}

const ROOT = resolve(import.meta.dirname, '..', '..');
const OWN = ['.git', '.eks-audit', 'cdk.out', 'coverage', 'forwarder.yaml', 'cdk.json'];

/** This checkout, without what a developer keeps in it. Nobody is there to approve, and logs are read from a stand-in. */
function layOut(checkout: string, logsEndpoint: string): void {
  for (const name of readdirSync(ROOT)) if (!OWN.includes(name)) symlinkSync(join(ROOT, name), join(checkout, name));
  const cdk = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const app = `${cdk.app} && node test/deploy/plain-alarms.ts`;
  const ours = { ...cdk, app, requireApproval: 'never', notices: false, context: { ...cdk.context, logsEndpoint } };
  writeFileSync(join(checkout, 'cdk.json'), JSON.stringify(ours));
}

function environment(checkout: string, aws: Ministack): NodeJS.ProcessEnv {
  const config = join(checkout, 'aws');
  mkdirSync(config);
  writeFileSync(join(config, 'credentials'), profile('default', ACCOUNT) + profile('other-account', OTHER_ACCOUNT));
  writeFileSync(join(config, 'config'), '');
  return {
    PATH: [join(ROOT, 'node_modules', '.bin'), aws.bin, process.env.PATH].join(delimiter),
    HOME: checkout,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    AWS_SHARED_CREDENTIALS_FILE: join(config, 'credentials'),
    AWS_CONFIG_FILE: join(config, 'config'),
    ...aws.environment,
    ELASTICSEARCH_USERNAME: ADMIN.username,
    ELASTICSEARCH_PASSWORD: ADMIN.password,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
  };
}

function profile(name: string, account: string): string {
  return `[${name}]\naws_access_key_id = ${account}\naws_secret_access_key = test\n`;
}

function shell(commands: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn('sh', ['-ec', commands], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0 ? done(said) : failed(new Error(`${commands}\nended with ${code}:\n${said}`)),
    );
  });
}
