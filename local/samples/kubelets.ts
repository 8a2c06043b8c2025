import { kubelet } from './actors.ts';
import { asked, type Call, managed, ok, seconds } from './call.ts';
import type { SampleCluster } from './cluster.ts';
import { lease, podName } from './workload.ts';

type Make = (world: SampleCluster, at: number) => Call;

export const nodeLease: Make = (world) => {
  const node = world.pick(world.nodes);
  return lease(kubelet(node, world.account), 'update', 'kube-node-lease', node.name, world);
};

export const nodeGet: Make = (world) => {
  const node = world.pick(world.nodes);
  const ref = { resource: 'nodes', name: node.name, apiVersion: 'v1' };
  const query = '?resourceVersion=0&timeout=10s';
  return { level: 'Request', ...asked('get', ref, query), ...kubelet(node, world.account), status: ok() };
};

export const configWatch: Make = (world) => {
  const name = world.pick(['kube-root-ca.crt', 'coredns', 'web-settings']);
  const namespace = name === 'coredns' ? 'kube-system' : 'shop';
  const lasts = world.number(300, 590);
  const query = `?allowWatchBookmarks=true&fieldSelector=metadata.name%3D${name}&resourceVersion=${world.version()}&timeout=${lasts}s&timeoutSeconds=${lasts}&watch=true`;
  const ref = { resource: 'configmaps', namespace, name, apiVersion: 'v1' };
  return {
    level: 'Metadata',
    ...asked('watch', ref, query),
    ...kubelet(world.pick(world.nodes), world.account),
    status: ok(),
    lasts: lasts * 1000,
  };
};

export const review: Make = (world, at) => {
  const actor = kubelet(world.pick(world.nodes), world.account);
  const spec = {
    resourceAttributes: {
      verb: 'get',
      version: 'v1',
      resource: 'nodes',
      subresource: 'metrics',
      name: actor.user.username?.slice(12),
    },
    user: 'system:serviceaccount:monitoring:prometheus',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:monitoring', 'system:authenticated'],
  };
  const head = { kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' };
  const request = { ...head, metadata: { creationTimestamp: null }, spec, status: { allowed: false } };
  const written = { 'f:spec': { 'f:groups': {}, 'f:resourceAttributes': {}, 'f:user': {} } };
  const managedFields = [managed('kubelet', 'Update', head.apiVersion, at, written)];
  const response = {
    ...head,
    metadata: { creationTimestamp: null, managedFields },
    spec,
    status: { allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "prometheus"' },
  };
  const ref = { resource: 'subjectaccessreviews', apiGroup: 'authorization.k8s.io', apiVersion: 'v1' };
  return { level: 'RequestResponse', ...asked('create', ref), ...actor, status: ok(201), request, response };
};

/** EKS records what a kubelet writes about its node, not what it gets back. */
export function nodeStatus(world: SampleCluster, at: number): Call {
  const node = world.pick(world.nodes);
  const condition = (type: string, status: string, reason: string, message: string) => ({
    lastHeartbeatTime: seconds(at),
    lastTransitionTime: seconds(at - 86_400_000),
    message,
    reason,
    status,
    type,
  });
  const conditions = [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
  ];
  const request = { status: { $setElementOrder_conditions: conditions.map(({ type }) => ({ type })), conditions } };
  const ref = { resource: 'nodes', name: node.name, apiVersion: 'v1', subresource: 'status' };
  const what = asked('patch', ref, '?timeout=10s');
  return { level: 'Request', ...what, ...kubelet(node, world.account), status: ok(), request };
}

export function podStatus(world: SampleCluster, at: number): Call {
  const node = world.pick(world.nodes);
  const { namespace, app, name } = podName(world);
  const uid = world.uuid();
  const running = {
    state: { running: { startedAt: seconds(at) } },
    ready: true,
    restartCount: world.number(0, 3),
    started: true,
  };
  const image = `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${app}:2.${world.number(1, 40)}.0`;
  const status = {
    conditions: [{ lastProbeTime: null, lastTransitionTime: seconds(at), status: 'True', type: 'Ready' }],
    containerStatuses: [
      {
        containerID: `containerd://${world.hex(64)}`,
        image,
        imageID: `${image.split(':')[0]}@sha256:${world.hex(64)}`,
        name: app,
        ...running,
      },
    ],
    phase: 'Running',
    podIP: `10.0.${world.number(16, 60)}.${world.number(4, 250)}`,
  };
  const ref = { resource: 'pods', namespace, name, apiVersion: 'v1', subresource: 'status' };
  const request = { metadata: { uid }, status };
  return { level: 'Request', ...asked('patch', ref), ...kubelet(node, world.account), status: ok(), request };
}
