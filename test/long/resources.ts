import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doubtOfGroup, doubtOfResource, isClusterWide } from '../../lib/policy/api.ts';

/** Made of the OpenAPI document of the newest Kubernetes, so its sources hold every path that is served. */
const CLIENT = '@kubernetes/client-node';

interface Served {
  readonly group: string;
  /** `pods/log` */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** What Kubernetes serves and a policy's warnings would call unknown, or put into the wrong scope. Asks npm's registry. */
export async function resources(): Promise<boolean> {
  const { release, paths } = publishedClient();
  const served = new Map(paths.flatMap(servedAt).map((one) => [`${one.group} ${one.resource}`, one]));
  const wrong = [...served].filter(([, { group, resource, namespaced }]) => {
    if (doubtOfGroup(group) !== undefined || doubtOfResource(group, resource) !== undefined) return true;
    return !resource.startsWith('namespaces') && isClusterWide(group, resource) === namespaced;
  });
  console.log(`resources: ${served.size} of Kubernetes ${release}, ${wrong.length} unknown or in another scope`);
  for (const [name] of wrong) console.log(`  ${name}`);
  return served.size > 100 && wrong.length === 0;
}

function publishedClient(): { readonly release: string; readonly paths: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'resources-'));
  try {
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, CLIENT], {
      encoding: 'utf8',
    });
    execFileSync('tar', ['xzf', packed.trim()], { cwd: folder });
    const apis = join(folder, 'package', 'dist', 'gen', 'apis');
    const sources = readdirSync(apis).filter((file) => file.endsWith('.js'));
    const paths = sources.flatMap(
      (file) => readFileSync(join(apis, file), 'utf8').match(/(?<=')\/apis?\/[^']+/g) ?? [],
    );
    const model = readFileSync(join(apis, '..', 'models', 'V1Pod.js'), 'utf8');
    return { release: /release-([\d.]+)|v(1\.\d+)/.exec(model)?.slice(1).join('') ?? 'of an unknown release', paths };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale` */
function servedAt(path: string): readonly Served[] {
  const parts = path.split('/').slice(2);
  const group = path.startsWith('/api/') ? '' : (parts.shift() ?? '');
  const [, ...rest] = parts;
  const namespaced = rest[0] === 'namespaces' && rest[1] === '{namespace}';
  const [resource, , subresource] = namespaced ? rest.slice(2) : rest;
  // Discovery, the old form of watches, and any custom resource.
  if (resource === undefined || resource === '' || resource === 'watch' || /\{/.test(group + resource)) return [];
  return [{ group, resource: subresource === undefined ? resource : `${resource}/${subresource}`, namespaced }];
}
