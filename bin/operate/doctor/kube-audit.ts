import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { KubeAuditCluster } from '../../../lib/config/kube-audit.ts';
import { fileFault } from '../../../lib/problems/file.ts';
import { counted } from '../../cli/figures.ts';
import type { Check } from '../reach/carry-out.ts';
import { agoText, notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

/** What there is to look at of a cluster that is not EKS, beside Elasticsearch. */
export function kubeAuditChecks(cluster: KubeAuditCluster, now: number): readonly Check[] {
  const { name } = cluster;
  return [
    {
      name: `${name}: AWS`,
      look: async () => ok('Not needed: it is not EKS, and has no log group, function or table.'),
    },
    { name: `${name}: audit log`, look: () => logVerdict(cluster, now) },
  ];
}

/** How often it is written is up to the API server's own policy, so its age is told and not judged. */
export async function logVerdict(
  { path, listen }: Pick<KubeAuditCluster, 'path' | 'listen'>,
  now: number,
): Promise<Verdict> {
  if (path === undefined)
    return notChecked(
      `it is in no file: its API server sends it to receive${listen === undefined ? '' : `, on ${listen}`}`,
    );
  try {
    const found = await stat(path);
    if (!found.isFile())
      return wrong(`${path} is no file: name in kubeAudit.path what --audit-log-path of the API server names.`);
    await access(path, constants.R_OK);
    return ok(`${path} can be read: ${counted(found.size, 'byte')}, written ${agoText(found.mtimeMs, now)}.`);
  } catch (error) {
    return unread(path, error);
  }
}

/** What a fault of the disk says: the file may be another machine's, or another user's. */
export function unread(path: string, error: unknown): Verdict {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return notChecked(`${path} is not on this machine: look on that of the API server`);
  if (code === 'EACCES') return notChecked(`this user may not read ${path}: look as the one who follows it`);
  return wrong(`${fileFault(path, error)}.`);
}
