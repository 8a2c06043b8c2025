import type { Cluster } from '../../lambda/contract.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';

/** What docs/document.md is made of: an event as EKS records it, and a line that is none. */

export const cluster = {
  name: 'prod',
  indexName: 'prod',
  source: {
    account: '111122223333',
    region: 'eu-west-1',
    group: '/aws/eks/prod/cluster',
    prefix: 'kube-apiserver-audit-',
  },
} satisfies Cluster;

const ROLE = 'AWSReservedSSO_PlatformAdmin_4f1c2ab09d7e6653';
const SESSION = 'maria@example.com';
const ARN = `arn:aws:sts::111122223333:assumed-role/${ROLE}/${SESSION}`;

const pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'debug', namespace: 'shop', labels: { app: 'debug' } },
  spec: {
    volumes: [{ name: 'node', hostPath: { path: '/', type: 'Directory' } }],
    containers: [
      {
        name: 'shell',
        image: 'public.ecr.aws/docker/library/busybox:1.37',
        command: ['chroot', '/node', 'sh'],
        volumeMounts: [{ name: 'node', mountPath: '/node' }],
        securityContext: { privileged: true, runAsUser: 0 },
      },
      { name: 'tools', image: 'public.ecr.aws/docker/library/alpine:3.22', securityContext: { privileged: true } },
    ],
    restartPolicy: 'Never',
    hostPID: true,
  },
};

/** Somebody makes a privileged pod that sees its node. */
export const event = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID: '5c3e9a52-7f0e-4b7c-9a53-7f1f1b8f6d10',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/pods?fieldManager=kubectl-client-side-apply',
  verb: 'create',
  user: {
    username: ARN,
    uid: 'aws-iam-authenticator:111122223333:AROAEXAMPLEEXAMPLE123',
    groups: ['platform', 'system:authenticated'],
    extra: {
      accessKeyId: ['ASIAEXAMPLEEXAMPLE12'],
      arn: [ARN],
      canonicalArn: [`arn:aws:iam::111122223333:role/${ROLE}`],
      principalId: ['AROAEXAMPLEEXAMPLE123'],
      sessionName: [SESSION],
    },
  },
  sourceIPs: ['203.0.113.7'],
  userAgent: 'kubectl/v1.33.3 (linux/amd64) kubernetes/80779bd',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'debug', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 201 },
  requestObject: pod,
  responseObject: {
    ...pod,
    metadata: {
      ...pod.metadata,
      uid: '0b9f8a44-6a5e-4a0c-8f5e-3f4f5d0c9e21',
      resourceVersion: '41839201',
      creationTimestamp: '2026-11-21T11:59:59Z',
    },
    spec: { ...pod.spec, serviceAccountName: 'default', securityContext: {} },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  },
  requestReceivedTimestamp: '2026-11-21T11:59:59.213947Z',
  stageTimestamp: '2026-11-21T11:59:59.250181Z',
  annotations: {
    'authorization.k8s.io/decision': 'allow',
    'authorization.k8s.io/reason':
      'RBAC: allowed by ClusterRoleBinding "platform" of ClusterRole "admin" to Group "platform"',
    'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
  },
};

const NOON = Date.UTC(2026, 10, 21, 12);

/** When the forwarder handled the lines. */
export const handled = NOON + 61_000;

export const eventLine = lineOf(JSON.stringify(event), '39286410000000000000000000000000000000000000000000000001');

/** The API server's own log is another stream; now and then a line of it is found here. */
export const noEvent = lineOf(
  'E1121 12:00:00.114213      10 wrap.go:58] "apiserver panic\'d" method="GET" URI="/api/v1/pods"',
  '39286410000000000000000000000000000000000000000000000002',
);

function lineOf(message: string, eventId: string): CloudWatchLine {
  const stream = 'kube-apiserver-audit-0123456789abcdef0123456789abcdef';
  const { group } = cluster.source;
  const origin = { kind: 'CloudWatch Logs', group, stream, eventId, ingestionTime: NOON + 1480 } as const;
  return { message, timestamp: NOON, origin };
}
