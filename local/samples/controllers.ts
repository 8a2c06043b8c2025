import { component, controller, pod } from './actors.ts';
import { asked, type Call, type ObjectRef, ok } from './call.ts';
import { BUILD, type SampleCluster } from './cluster.ts';
import { lease } from './workload.ts';

type Make = (world: SampleCluster) => Call;

const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'namespace-controller',
  'job-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
];
const LISTED: readonly ObjectRef[] = [
  { resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1' },
  { resource: 'replicasets', apiGroup: 'apps', apiVersion: 'v1' },
  { resource: 'pods', apiVersion: 'v1' },
  { resource: 'namespaces', apiVersion: 'v1' },
  { resource: 'jobs', apiGroup: 'batch', apiVersion: 'v1' },
  { resource: 'ingresses', apiGroup: 'networking.k8s.io', apiVersion: 'v1' },
];
const UNVERSIONED = 'v0.0.0 (linux/amd64) kubernetes/$Format';
const LEADERS = [
  ['kube-scheduler', 'system:kube-scheduler', `kube-scheduler/${BUILD}/leader-election`],
  ['kube-controller-manager', 'system:kube-controller-manager', `kube-controller-manager/${BUILD}/leader-election`],
  ['cloud-controller-manager', 'eks:cloud-controller-manager', `aws-cloud-controller-manager/${BUILD}/leader-election`],
  ['eks-certificates-controller', 'eks:certificate-controller', `eks-certificates-controller/${UNVERSIONED}`],
  ['cp-vpc-resource-controller', 'eks:vpc-resource-controller', `controller/${UNVERSIONED}`],
] as const;

export const leader: Make = (world) => {
  const [name, username, agent] = world.pick(LEADERS);
  const verb = world.random() < 0.5 ? 'get' : 'update';
  return lease(component(username, agent), verb, 'kube-system', name, world);
};

export const slices: Make = (world) => {
  const namespace = world.pick(['shop', 'payments', 'monitoring', 'kube-system']);
  const name = `${world.pick(['api', 'web', 'worker', 'metrics'])}-${world.suffix(5)}`;
  const slice = { resource: 'endpointslices', namespace, name, apiGroup: 'discovery.k8s.io', apiVersion: 'v1' };
  return {
    level: 'Metadata',
    ...asked('update', { ...slice, resourceVersion: world.version() }),
    ...controller('endpointslice-controller', world.uuid()),
    status: ok(),
  };
};

export const watch: Make = (world) => {
  const ref = world.pick(LISTED);
  const lasts = world.number(20, 590);
  const query = `?allowWatchBookmarks=true&resourceVersion=${world.version()}&timeout=${lasts}s&timeoutSeconds=${lasts}&watch=true`;
  const actor = controller(world.pick(CONTROLLERS), world.uuid());
  return { level: 'Request', ...asked('watch', ref, query), ...actor, status: ok(), lasts: lasts * 1000 };
};

export const list: Make = (world) => {
  const ref = world.pick(LISTED);
  const actor =
    world.random() < 0.5
      ? controller(world.pick(CONTROLLERS), world.uuid())
      : pod(world, 'monitoring', 'kube-state-metrics', 'kube-state-metrics/v2.16.0 (linux/amd64)');
  return { level: 'Request', ...asked('list', ref, '?limit=500&resourceVersion=0'), ...actor, status: ok() };
};

export const addon: Make = (world) => {
  const name = world.pick(['coredns', 'metrics-server', 'ebs-csi-controller']);
  const actor = component('eks:addon-manager', 'Go-http-client/2.0', '10.0.98.40');
  const ref = { resource: 'deployments', namespace: 'kube-system', name, apiGroup: 'apps', apiVersion: 'v1' };
  return { level: 'Request', ...asked('get', ref, '?timeout=10s'), ...actor, status: ok() };
};
