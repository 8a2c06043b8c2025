import { type Actor, controller } from './actors.ts';
import { asked, type Call, managed, ok, seconds } from './call.ts';
import type { SampleCluster } from './cluster.ts';

export function lease(
  actor: Actor,
  verb: 'get' | 'update',
  namespace: string,
  name: string,
  world: SampleCluster,
): Call {
  const known = { resource: 'leases', namespace, name, apiGroup: 'coordination.k8s.io', apiVersion: 'v1' };
  const what =
    verb === 'get'
      ? asked(verb, known, '?timeout=5s')
      : asked(verb, { ...known, uid: world.uuid(), resourceVersion: world.version() }, '?timeout=10s');
  return { level: 'Metadata', ...what, ...actor, status: ok() };
}

/** A ReplicaSet's pod: URI and reference have no name, since the request has only the beginning of one. */
export function podCreate(world: SampleCluster, at: number): Call {
  const { namespace, app, set, name } = podName(world);
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set, uid: world.uuid(), controller: true };
  const labels = { app, 'pod-template-hash': set.split('-').at(-1) };
  const head = { kind: 'Pod', apiVersion: 'v1' };
  const begun = { generateName: `${set}-`, namespace };
  const described = { labels, ownerReferences: [owner] };
  const spec = podSpec(app, `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${app}:2.${world.number(1, 40)}.0`);
  const made = { uid: world.uuid(), resourceVersion: world.version(), generation: 1, creationTimestamp: seconds(at) };
  const fieldsV1 = { 'f:metadata': { 'f:generateName': {}, 'f:labels': {}, 'f:ownerReferences': {} }, 'f:spec': {} };
  const managedFields = [managed('kube-controller-manager', 'Update', 'v1', at, fieldsV1)];
  return {
    level: 'RequestResponse',
    ...asked('create', { resource: 'pods', namespace, apiVersion: 'v1' }),
    ...controller('replicaset-controller', owner.uid),
    status: ok(201),
    request: { ...head, metadata: { ...begun, creationTimestamp: null, ...described }, spec, status: {} },
    response: {
      ...head,
      metadata: { name, ...begun, ...made, ...described, managedFields },
      spec,
      status: { phase: 'Pending', qosClass: 'Burstable' },
    },
  };
}

function podSpec(app: string, image: string) {
  const container = {
    name: app,
    image,
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { capabilities: { drop: ['ALL'] }, runAsNonRoot: true, allowPrivilegeEscalation: false },
  };
  return {
    containers: [container],
    restartPolicy: 'Always',
    serviceAccountName: app,
    securityContext: {},
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
  };
}

export function podName(world: SampleCluster) {
  const namespace = world.pick(['shop', 'payments', 'billing', 'monitoring']);
  const app = world.pick(['web', 'api', 'worker', 'gateway']);
  const set = `${app}-${world.suffix(9)}`;
  return { namespace, app, set, name: `${set}-${world.suffix(5)}` };
}
