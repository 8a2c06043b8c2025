import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { isPassing } from '../../../lambda/edges/aws-error.ts';
import { awsRefusal, notChecked, ok, type Verdict, wrong } from './verdict.ts';

/** Whether EKS writes the audit log at all. `group` names the cluster, as EKS has it. */
export async function auditLogging(client: EKSClient, group: string, signal: AbortSignal): Promise<Verdict> {
  const name = /^\/aws\/eks\/([^/]+)\/cluster$/.exec(group)?.[1];
  if (name === undefined) return notChecked(`${group} does not tell which cluster EKS should be asked for`);
  try {
    const { cluster } = await client.send(new DescribeClusterCommand({ name }), { abortSignal: signal });
    const on = (cluster?.logging?.clusterLogging ?? []).some(
      ({ enabled, types }) => enabled === true && types?.includes('audit') === true,
    );
    if (on) return ok(`on for ${name}.`);
    return wrong(
      `Off for ${name}: aws eks update-cluster-config --name ${name} --logging ` +
        `'{"clusterLogging":[{"types":["audit"],"enabled":true}]}'`,
    );
  } catch (error) {
    // No run needs EKS itself: that it can't be reached from here hinders nothing.
    if (isPassing(error)) return notChecked('EKS does not answer');
    const region = await client.config.region();
    return awsRefusal(error, 'eks:DescribeCluster', `describe the cluster ${name}`, `EKS has no ${name} in ${region}`);
  }
}
