import { allowed, type Call, ok, seconds } from './call.ts';
import type { SampleCluster } from './cluster.ts';
import { byline } from './network-policies.ts';
import { podName } from './workload.ts';

const RBAC = 'rbac.authorization.k8s.io';

const BINDING = { kind: 'ClusterRoleBinding', apiVersion: `${RBAC}/v1` };

/** Somebody is given much, and it is taken away again. */
export class Bindings {
  readonly #world: SampleCluster;
  #standing: { readonly name: string; readonly uid: string } | undefined;

  constructor(world: SampleCluster) {
    this.#world = world;
  }

  change(at: number): Call {
    const standing = this.#standing;
    if (standing !== undefined) {
      this.#standing = undefined;
      return this.#delete(standing.name, standing.uid);
    }
    const { suffix, uuid, pick } = this.#world;
    this.#standing = { name: `temporary-admin-${suffix(4)}`, uid: uuid() };
    return this.#create({ ...this.#standing, at, role: pick(['cluster-admin', 'admin', 'edit']) });
  }

  #create({ name, uid, at, role }: { name: string; uid: string; at: number; role: string }): Call {
    const subjects = [{ kind: 'User', apiGroup: RBAC, name: this.#world.guest.user.username }];
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: role };
    const manager = {
      manager: 'kubectl-create',
      operation: 'Update',
      apiVersion: BINDING.apiVersion,
      time: seconds(at),
    };
    const managedFields = [{ ...manager, fieldsType: 'FieldsV1', fieldsV1: { 'f:roleRef': {}, 'f:subjects': {} } }];
    const made = { uid, resourceVersion: this.#world.version(), creationTimestamp: seconds(at), managedFields };
    return {
      ...byline(this.#world.pick(this.#world.people)),
      level: 'RequestResponse',
      uri: `/apis/${RBAC}/v1/clusterrolebindings?fieldManager=kubectl-create&fieldValidation=Strict`,
      verb: 'create',
      ref: { resource: 'clusterrolebindings', name, apiGroup: RBAC, apiVersion: 'v1' },
      status: ok(201),
      request: { ...BINDING, metadata: { name, creationTimestamp: null }, subjects, roleRef },
      response: { ...BINDING, metadata: { name, ...made }, subjects, roleRef },
    };
  }

  #delete(name: string, uid: string): Call {
    const done = { metadata: {}, status: 'Success', details: { name, group: RBAC, kind: 'clusterrolebindings', uid } };
    return {
      ...byline(this.#world.pick(this.#world.people)),
      level: 'RequestResponse',
      uri: `/apis/${RBAC}/v1/clusterrolebindings/${name}`,
      verb: 'delete',
      ref: { resource: 'clusterrolebindings', name, apiGroup: RBAC, apiVersion: 'v1' },
      status: { ...done, code: 200 },
      request: { kind: 'DeleteOptions', apiVersion: BINDING.apiVersion, propagationPolicy: 'Background' },
      response: { kind: 'Status', apiVersion: 'v1', ...done },
    };
  }
}

/** A shell in a pod: one line when it opens, one when it closes. */
export function exec(world: SampleCluster): Call {
  const { namespace, app, name } = podName(world);
  return {
    ...byline(world.pick(world.people)),
    level: 'RequestResponse',
    uri: `/api/v1/namespaces/${namespace}/pods/${name}/exec?command=sh&container=${app}&stdin=true&stdout=true&tty=true`,
    verb: 'create',
    ref: { resource: 'pods', namespace, name, apiVersion: 'v1', subresource: 'exec' },
    status: ok(101),
    lasts: world.number(2000, 60_000),
  };
}

/** No user, no authorization: the request ended before both. */
export const unauthorized = (world: SampleCluster): Call => ({
  level: 'Metadata',
  uri: '/api/v1/namespaces/kube-system/secrets?limit=500',
  verb: 'list',
  user: {},
  address: `192.0.2.${world.number(100, 200)}`,
  agent: 'curl/8.7.1',
  ref: { resource: 'secrets', namespace: 'kube-system', apiVersion: 'v1' },
  status: { metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
  refused: true,
});

export const anonymous = (world: SampleCluster): Call => ({
  level: 'Metadata',
  uri: world.pick(['/version', '/version?timeout=32s']),
  verb: 'get',
  user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
  address: `198.51.100.${world.number(100, 250)}`,
  agent: 'python-requests/2.32.4',
  status: ok(),
  annotations: allowed(
    'RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" of ClusterRole "system:public-info-viewer" to Group "system:unauthenticated"',
  ),
});

/** The user stays the one who is authenticated. */
export function impersonation(world: SampleCluster): Call {
  const namespace = world.pick(['shop', 'payments']);
  return {
    ...byline(world.pick(world.people)),
    level: 'Request',
    uri: `/api/v1/namespaces/${namespace}/pods?limit=500`,
    verb: 'list',
    impersonated: {
      username: 'system:serviceaccount:shop:deployer',
      groups: ['system:serviceaccounts', 'system:authenticated'],
    },
    ref: { resource: 'pods', namespace, apiVersion: 'v1' },
    status: ok(),
  };
}

/** EKS records who read a secret and never what it holds. */
export function secret(world: SampleCluster): Call {
  const [namespace, name] = world.pick([
    ['payments', 'card-gateway'],
    ['data', 'postgres-owner'],
    ['shop', 'session-key'],
  ] as const);
  const uri = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const ref = { resource: 'secrets', namespace, name, apiVersion: 'v1' };
  return { ...byline(world.pick(world.people)), level: 'Metadata', uri, verb: 'get', ref, status: ok() };
}

export function token(world: SampleCluster): Call {
  const uri = '/api/v1/namespaces/shop/serviceaccounts/deployer/token';
  const ref = {
    resource: 'serviceaccounts',
    namespace: 'shop',
    name: 'deployer',
    apiVersion: 'v1',
    subresource: 'token',
  };
  return {
    ...byline(world.pick(world.people)),
    level: 'Metadata',
    uri,
    verb: 'create',
    ref,
    status: ok(201),
    annotations: { ...allowed(), 'authentication.kubernetes.io/issued-credential-id': `JTI=${world.uuid()}` },
  };
}
