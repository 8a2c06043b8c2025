import { allowed, bound, type Call, type User } from './call.ts';
import { BUILD, type Node, type SampleCluster } from './cluster.ts';

/** Who acts, from where and by what right: the parts of a call that do not say what is done. */
export type Actor = Pick<Call, 'user' | 'address' | 'agent' | 'annotations'>;

export function kubelet(node: Node, account: string): Actor {
  const role = `arn:aws:iam::${account}:role/workers-NodeInstanceRole`;
  const session = `i-0${node.uid.replaceAll('-', '').slice(0, 16)}`;
  return {
    user: {
      username: `system:node:${node.name}`,
      uid: `aws-iam-authenticator:${account}:AROAWORKERNODEEXAMPLE`,
      groups: ['system:nodes', 'system:authenticated'],
      extra: {
        accessKeyId: ['ASIAWORKERNODEXAMPLE'],
        arn: [`arn:aws:sts::${account}:assumed-role/workers-NodeInstanceRole/${session}`],
        canonicalArn: [role],
        principalId: ['AROAWORKERNODEEXAMPLE'],
        sessionName: [session],
      },
    },
    address: node.address,
    agent: `kubelet/${BUILD}`,
    annotations: allowed(),
  };
}

/** A controller of the control plane, `kube-controller-manager`'s unless it is another process's. */
export function controller(name: string, uid: string, process = 'kube-controller-manager'): Actor {
  return {
    user: serviceAccount('kube-system', name, uid),
    address: '10.0.97.14',
    agent: `${process}/${BUILD}/system:serviceaccount:kube-system:${name}`,
    annotations: bound(`system:controller:${name}`, `ServiceAccount "${name}/kube-system"`),
  };
}

/** One of the control plane's own users, such as `system:kube-scheduler` or `eks:addon-manager`. */
export function component(username: string, agent: string, address = '10.0.97.14'): Actor {
  return {
    user: { username, groups: ['system:authenticated'] },
    address,
    agent,
    annotations: bound(username, `User "${username}"`),
  };
}

/** A pod that talks to the API server, on one of the nodes. */
export function pod(world: SampleCluster, namespace: string, name: string, agent: string): Actor {
  const node = world.pick(world.nodes);
  const extra = {
    'authentication.kubernetes.io/credential-id': [`JTI=${world.uuid()}`],
    'authentication.kubernetes.io/node-name': [node.name],
    'authentication.kubernetes.io/node-uid': [node.uid],
    'authentication.kubernetes.io/pod-name': [`${name}-${world.suffix(9)}-${world.suffix(5)}`],
    'authentication.kubernetes.io/pod-uid': [world.uuid()],
  };
  return {
    user: { ...serviceAccount(namespace, name, world.uuid()), extra },
    address: node.address,
    agent,
    annotations: bound(name, `ServiceAccount "${name}/${namespace}"`),
  };
}

export const serviceAccount = (namespace: string, name: string, uid: string): User => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  uid,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
