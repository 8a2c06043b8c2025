import { ANYBODY, allowed, answer, asked, type Call, failure, managed, ok, seconds } from './call.ts';
import type { SampleCluster } from './cluster.ts';
import { byline } from './network-policies.ts';
import { podName } from './workload.ts';

const RBAC = 'rbac.authorization.k8s.io';
const BINDING = { kind: 'ClusterRoleBinding', apiVersion: `${RBAC}/v1` };
const BINDINGS = { resource: 'clusterrolebindings', apiGroup: RBAC, apiVersion: 'v1' };

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
    const written = { 'f:roleRef': {}, 'f:subjects': {} };
    const managedFields = [managed('kubectl-create', 'Update', BINDING.apiVersion, at, written)];
    const made = { uid, resourceVersion: this.#world.version(), creationTimestamp: seconds(at), managedFields };
    return {
      ...byline(this.#world.pick(this.#world.people)),
      level: 'RequestResponse',
      ...asked('create', { ...BINDINGS, name }, '?fieldManager=kubectl-create&fieldValidation=Strict'),
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
      ...asked('delete', { ...BINDINGS, name }),
      status: { ...done, code: 200 },
      request: { kind: 'DeleteOptions', apiVersion: BINDING.apiVersion, propagationPolicy: 'Background' },
      response: answer(done),
    };
  }
}

/** A shell in a pod: one line when it opens, one when it closes. */
export function exec(world: SampleCluster): Call {
  const { namespace, app, name } = podName(world);
  const ref = { resource: 'pods', namespace, name, apiVersion: 'v1', subresource: 'exec' };
  return {
    ...byline(world.pick(world.people)),
    level: 'RequestResponse',
    ...asked('create', ref, `?command=sh&container=${app}&stdin=true&stdout=true&tty=true`),
    status: ok(101),
    lasts: world.number(2000, 60_000),
  };
}

/** No user, no authorization: the request ended before both. */
export const unauthorized = (world: SampleCluster): Call => ({
  level: 'Metadata',
  ...asked('list', { resource: 'secrets', namespace: 'kube-system', apiVersion: 'v1' }, '?limit=500'),
  user: {},
  address: `192.0.2.${world.number(100, 200)}`,
  agent: 'curl/8.7.1',
  status: failure(401, 'Unauthorized', 'Unauthorized'),
  refused: true,
});

export const anonymous = (world: SampleCluster): Call => ({
  level: 'Metadata',
  uri: world.pick(['/version', '/version?timeout=32s']),
  verb: 'get',
  ...ANYBODY,
  address: `198.51.100.${world.number(100, 250)}`,
  agent: 'python-requests/2.32.4',
  status: ok(),
});

/** The user stays the one who is authenticated. */
export function impersonation(world: SampleCluster): Call {
  const namespace = world.pick(['shop', 'payments']);
  return {
    ...byline(world.pick(world.people)),
    level: 'Request',
    ...asked('list', { resource: 'pods', namespace, apiVersion: 'v1' }, '?limit=500'),
    impersonated: {
      username: 'system:serviceaccount:shop:deployer',
      groups: ['system:serviceaccounts', 'system:authenticated'],
    },
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
  const ref = { resource: 'secrets', namespace, name, apiVersion: 'v1' };
  return { ...byline(world.pick(world.people)), level: 'Metadata', ...asked('get', ref), status: ok() };
}

export function token(world: SampleCluster): Call {
  const deployer = { resource: 'serviceaccounts', namespace: 'shop', name: 'deployer', apiVersion: 'v1' };
  return {
    ...byline(world.pick(world.people)),
    level: 'Metadata',
    ...asked('create', { ...deployer, subresource: 'token' }),
    status: ok(201),
    annotations: { ...allowed(), 'authentication.kubernetes.io/issued-credential-id': `JTI=${world.uuid()}` },
  };
}
