import { managed, seconds } from './call.ts';

export interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface Rule {
  readonly ports?: readonly { readonly protocol: string; readonly port: number; readonly endPort?: number }[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

export interface Spec {
  readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly policyTypes: readonly string[];
}

/** A NetworkPolicy as the API server keeps it. */
export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  readonly version: string;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managers: readonly { readonly name: string; readonly at: number; readonly operation: string }[];
  readonly spec: Spec;
}

export const NAMESPACES = ['shop', 'payments', 'billing', 'monitoring', 'ingress', 'data'] as const;
export const HEAD = { kind: 'NetworkPolicy', apiVersion: 'networking.k8s.io/v1' };

/** What a client sends: no field that the server fills. */
export const sent = ({ name, namespace, labels, annotations, spec }: Policy) => ({
  ...HEAD,
  metadata: { name, namespace, creationTimestamp: null, labels, annotations },
  spec,
});

/** What the server answers, in its order of fields. */
export const kept = ({ labels, spec, ...policy }: Policy) => ({
  ...HEAD,
  metadata: {
    name: policy.name,
    namespace: policy.namespace,
    uid: policy.uid,
    resourceVersion: policy.version,
    generation: policy.generation,
    creationTimestamp: seconds(policy.createdAt),
    labels,
    annotations: policy.annotations,
    managedFields: policy.managers.map(({ name, operation, at }) =>
      managed(name, operation, HEAD.apiVersion, at, {
        'f:metadata': { 'f:labels': { '.': {}, ...fields(labels) } },
        'f:spec': fields(spec),
      }),
    ),
  },
  spec,
});

const fields = (of: object) => Object.fromEntries(Object.keys(of).map((key) => [`f:${key}`, {}]));

type Plain = Pick<Policy, 'name' | 'namespace' | 'labels' | 'spec'>;

/** What `kubectl apply` remembers in the object. */
export const lastApplied = ({ name, namespace, labels, spec }: Plain) => ({
  'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify({ apiVersion: HEAD.apiVersion, kind: HEAD.kind, metadata: { annotations: {}, labels, name, namespace }, spec })}\n`,
});
