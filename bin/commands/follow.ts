import { closeSync, opendirSync, openSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Command } from 'commander';
import type { Config, Problem } from '../../lib/config/config.ts';
import type { KubeAuditCluster } from '../../lib/config/kube-audit.ts';
import { fileFault } from '../../lib/problems/file.ts';
import { show } from '../../lib/problems/show.ts';
import { WrongUse } from '../../lib/problems/usage.ts';
import { CLUSTER_FLAG, CONFIG_FLAG, configuration } from '../cli/configured.ts';
import { namesOf } from '../operate/follow/names.ts';
import { LOG_STATE_FLAG, type LogFlags, lagProblems, MAX_LAG_FLAG, otherCluster, passOnLog } from './pass-on.ts';

export function followCommand(): Command {
  return new Command('follow')
    .description('pass on the audit log that an API server writes to a file, of a cluster that is not EKS')
    .argument('[path]', 'its --audit-log-path (default: kubeAudit.path in forwarder.yaml)')
    .requiredOption(...LOG_STATE_FLAG)
    .option(...CONFIG_FLAG)
    .option(...CLUSTER_FLAG)
    .option(...MAX_LAG_FLAG)
    .addHelpText('after', MORE)
    .action((path: string | undefined, flags: LogFlags) => followLog(path, flags));
}

const MORE = `
Credentials: ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with
ELASTICSEARCH_PASSWORD, win over the secret of forwarder.yaml.

Stdout: a line of figures as JSON each minute. The folder of the state holds the
same as health.json, written every five seconds. Ctrl-C ends it in order.

Example:
  npx eks-audit follow /var/log/kubernetes/audit/kube-audit.log \\
    --state /var/lib/eks-audit/onprem --max-lag 15m`;

async function followLog(given: string | undefined, flags: LogFlags): Promise<void> {
  const { config, warnings } = await configuration(flags.config, undefined, lagProblems(flags));
  const cluster = otherCluster(config, flags.cluster);
  const path = pathOf(given, cluster, config);
  const problems = [...lagProblems(flags), ...reachProblems(path)];
  if (problems.length > 0) throw WrongUse.of(problems);
  await passOnLog({
    config,
    warnings,
    cluster,
    flags,
    log: path,
    folder: dirname(path),
    names: namesOf(basename(path)),
    doing: `Following ${path}`,
  });
}

function pathOf(given: string | undefined, { name, path }: KubeAuditCluster, { file }: Config): string {
  const found = given ?? path;
  if (found !== undefined) return resolve(found);
  const message = `Missing: the file to follow is needed; name it here, or as kubeAudit.path of ${name} in ${file}.`;
  throw WrongUse.of([{ path: 'path', message }]);
}

/** The file itself may come later. */
function reachProblems(path: string): readonly Problem[] {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return [
      {
        path,
        message: `There is no folder ${show(folder)}: name the file that --audit-log-path of the API server names.`,
      },
    ];
  try {
    // To ask for the permission alone would not do: the system answers without what a service's capabilities allow.
    opendirSync(folder).closeSync();
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() === true)
      return [{ path, message: `Expected a file, found the folder ${show(path)}: name the file in it.` }];
    if (found !== undefined) closeSync(openSync(path, 'r'));
    return [];
  } catch (error) {
    return [
      { path, message: `${fileFault(path, error)}: the API server lets its own user alone read it, root mostly.` },
    ];
  }
}
