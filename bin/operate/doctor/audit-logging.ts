import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { asideRefusal, notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

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
    if (faultOf(error).name === 'ResourceNotFoundException')
      return wrong(`EKS has no ${name} in ${await client.config.region()}.`);
    return asideRefusal('EKS', error, 'eks:DescribeCluster', `describe the cluster ${name}`);
  }
}
