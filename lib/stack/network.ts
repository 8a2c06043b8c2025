import { Annotations } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Config } from '../config/config.ts';
import type { EksAuditForwarderProps } from './forwarder.ts';

/** The VPC of forwarder.yaml for a function's props; without security groups it makes one for all functions. */
export function networkOf(
  scope: Construct,
  network: NonNullable<Config['network']>,
  elasticsearch: string,
): Pick<EksAuditForwarderProps, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  const { vpcId, subnetIds, securityGroupIds, proxy } = network;
  // A zone is asked for and not used; to look it up would take credentials at synth.
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: ['unknown'] });
  const subnets = subnetIds.map((id) => Subnet.fromSubnetId(scope, id, id));
  // A function never asks for its subnets' routes.
  Annotations.of(scope).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  const groups = securityGroupIds.map((id) => SecurityGroup.fromSecurityGroupId(scope, id, id, { mutable: false }));
  const addresses = [elasticsearch, ...(proxy === null ? [] : [proxy])];
  return {
    vpc,
    vpcSubnets: { subnets },
    securityGroups: groups.length > 0 ? groups : [makeGroup(scope, vpc, addresses)],
  };
}

/** Nothing comes in; out go HTTPS (AWS) and the ports of Elasticsearch and the proxy. */
function makeGroup(scope: Construct, vpc: EksAuditForwarderProps['vpc'] & {}, addresses: readonly string[]) {
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'The audit forwarder: out to AWS, Elasticsearch and the proxy; nothing in',
    allowAllOutbound: false,
  });
  for (const port of new Set([443, ...addresses.map(portOf)])) group.addEgressRule(Peer.anyIpv4(), Port.tcp(port));
  return group;
}

function portOf(address: string): number {
  const { port, protocol } = new URL(address);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
