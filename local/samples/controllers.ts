import { component, controller, pod } from './actors.ts';
import { type Call, ok } from './call.ts';
import { COMMIT, KUBERNETES, type SampleCluster } from './cluster.ts';
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
const LISTED = [
  ['apps', 'v1', 'deployments'],
  ['apps', 'v1', 'replicasets'],
  ['', 'v1', 'pods'],
  ['', 'v1', 'namespaces'],
  ['batch', 'v1', 'jobs'],
  ['networking.k8s.io', 'v1', 'ingresses'],
] as const;
const kubeScheduler = component(
  'system:kube-scheduler',
  `kube-scheduler/${KUBERNETES} (linux/amd64) kubernetes/${COMMIT}/leader-election`,
);
const LEADERS = [
  ['kube-scheduler', kubeScheduler],
  [
    'kube-controller-manager',
    component(
      'system:kube-controller-manager',
      `kube-controller-manager/${KUBERNETES} (linux/amd64) kubernetes/${COMMIT}/leader-election`,
    ),
  ],
  [
    'cloud-controller-manager',
    component(
      'eks:cloud-controller-manager',
      `aws-cloud-controller-manager/${KUBERNETES} (linux/amd64) kubernetes/${COMMIT}/leader-election`,
    ),
  ],
  [
    'eks-certificates-controller',
    component('eks:certificate-controller', 'eks-certificates-controller/v0.0.0 (linux/amd64) kubernetes/$Format'),
  ],
  [
    'cp-vpc-resource-controller',
    component('eks:vpc-resource-controller', 'controller/v0.0.0 (linux/amd64) kubernetes/$Format'),
  ],
] as const;

export const leader: Make = (world) => {
  const [name, actor] = world.pick(LEADERS);
  const verb = world.random() < 0.5 ? 'get' : 'update';
  return lease(actor, verb, 'kube-system', name, world);
};

export const slices: Make = (world) => {
  const namespace = world.pick(['shop', 'payments', 'monitoring', 'kube-system']);
  const name = `${world.pick(['api', 'web', 'worker', 'metrics'])}-${world.suffix(5)}`;
  const ref = {
    resource: 'endpointslices',
    namespace,
    name,
    apiGroup: 'discovery.k8s.io',
    apiVersion: 'v1',
    resourceVersion: world.version(),
  };
  const uri = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${name}`;
  return {
    level: 'Metadata',
    uri,
    verb: 'update',
    ...controller('endpointslice-controller', world.uuid()),
    ref,
    status: ok(),
  };
};

export const watch: Make = (world) => {
  const [apiGroup, apiVersion, resource] = world.pick(LISTED);
  const root = apiGroup === '' ? '/api/v1' : `/apis/${apiGroup}/${apiVersion}`;
  const lasts = world.number(20, 590);
  const uri = `${root}/${resource}?allowWatchBookmarks=true&resourceVersion=${world.version()}&timeout=${lasts}s&timeoutSeconds=${lasts}&watch=true`;
  const actor = controller(world.pick(CONTROLLERS), world.uuid());
  const ref = { resource, ...(apiGroup && { apiGroup }), apiVersion };
  return { level: 'Request', uri, verb: 'watch', ...actor, ref, status: ok(), lasts: lasts * 1000 };
};

export const list: Make = (world) => {
  const [apiGroup, apiVersion, resource] = world.pick(LISTED);
  const root = apiGroup === '' ? '/api/v1' : `/apis/${apiGroup}/${apiVersion}`;
  const actor =
    world.random() < 0.5
      ? controller(world.pick(CONTROLLERS), world.uuid())
      : pod(world, 'monitoring', 'kube-state-metrics', 'kube-state-metrics/v2.16.0 (linux/amd64)');
  const ref = { resource, ...(apiGroup && { apiGroup }), apiVersion };
  return {
    level: 'Request',
    uri: `${root}/${resource}?limit=500&resourceVersion=0`,
    verb: 'list',
    ...actor,
    ref,
    status: ok(),
  };
};

export const addon: Make = (world) => {
  const name = world.pick(['coredns', 'metrics-server', 'ebs-csi-controller']);
  const actor = component('eks:addon-manager', 'Go-http-client/2.0', '10.0.98.40');
  const uri = `/apis/apps/v1/namespaces/kube-system/deployments/${name}?timeout=10s`;
  const ref = { resource: 'deployments', namespace: 'kube-system', name, apiGroup: 'apps', apiVersion: 'v1' };
  return { level: 'Request', uri, verb: 'get', ...actor, ref, status: ok() };
};
