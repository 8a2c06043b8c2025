/** A request to the API server, as much of it as the audit log tells. */
export interface Call {
  readonly level: 'Metadata' | 'Request' | 'RequestResponse';
  readonly uri: string;
  readonly verb: string;
  readonly user: User;
  readonly impersonated?: { readonly username: string; readonly groups?: readonly string[] };
  readonly address: string;
  readonly agent: string;
  /** Absent: a request for no resource. */
  readonly ref?: ObjectRef;
  readonly status: Status;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Milliseconds that a watch or a session lasts: it has a line when the answer begins and one when it ends. */
  readonly lasts?: number;
  /** Only the answer's beginning is told, as of a request that was not authenticated. */
  readonly refused?: boolean;
}

/** Empty: nobody, as of a request that was not authenticated. */
export interface User {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ObjectRef {
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly apiGroup?: string | undefined;
  readonly apiVersion: string;
  readonly resourceVersion?: string | undefined;
  readonly subresource?: string | undefined;
}

export interface Status {
  readonly metadata: object;
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: object;
  readonly code: number;
}

export type Stage = 'ResponseStarted' | 'ResponseComplete';

export interface Moment {
  readonly auditID: string;
  readonly stage: Stage;
  /** Milliseconds with microseconds behind the point. */
  readonly received: number;
  readonly staged: number;
}

/** One line in the API server's order of fields. The answer's body is there only when the answer is complete. */
export function write(call: Call, { auditID, stage, received, staged }: Moment): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: call.level,
    auditID,
    stage,
    requestURI: call.uri,
    verb: call.verb,
    user: call.user,
    impersonatedUser: call.impersonated,
    sourceIPs: [call.address],
    userAgent: call.agent,
    objectRef: call.ref && ordered(call.ref),
    responseStatus: call.status,
    requestObject: call.level === 'Metadata' ? undefined : call.request,
    responseObject: call.level === 'RequestResponse' && stage === 'ResponseComplete' ? call.response : undefined,
    requestReceivedTimestamp: microseconds(received),
    stageTimestamp: microseconds(staged),
    annotations: call.annotations,
  });
}

const ordered = (ref: ObjectRef): ObjectRef => ({
  resource: ref.resource,
  namespace: ref.namespace,
  name: ref.name,
  uid: ref.uid,
  apiGroup: ref.apiGroup,
  apiVersion: ref.apiVersion,
  resourceVersion: ref.resourceVersion,
  subresource: ref.subresource,
});

function microseconds(at: number): string {
  const behind = Math.floor((at % 1) * 1000);
  return `${new Date(Math.floor(at)).toISOString().slice(0, -1)}${String(behind).padStart(3, '0')}Z`;
}

/** The time of an object's metadata: whole seconds. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export const ok = (code = 200): Status => ({ metadata: {}, code });

export const allowed = (reason = ''): Readonly<Record<string, string>> => ({
  'authorization.k8s.io/decision': 'allow',
  'authorization.k8s.io/reason': reason,
});

/** The reason that RBAC gives for a right of its own. */
export const bound = (name: string, subject: string, role = name): Readonly<Record<string, string>> =>
  allowed(`RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${role}" to ${subject}`);
