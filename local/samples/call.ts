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

/** The fields of a reference, in the log's order. */
const REF = [
  'resource',
  'namespace',
  'name',
  'uid',
  'apiGroup',
  'apiVersion',
  'resourceVersion',
  'subresource',
] as const;

export interface ObjectRef extends Readonly<Partial<Record<(typeof REF)[number], string | undefined>>> {
  readonly resource: string;
  readonly apiVersion: string;
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

const ordered = (ref: ObjectRef) => Object.fromEntries(REF.map((key) => [key, ref[key]]));

function microseconds(at: number): string {
  const behind = Math.floor((at % 1) * 1000);
  return `${new Date(Math.floor(at)).toISOString().slice(0, -1)}${String(behind).padStart(3, '0')}Z`;
}

/** The time of an object's metadata: whole seconds. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Verbs that ask for a whole collection: their path names no object, though the log may. */
const COLLECTIVE = new Set(['create', 'list', 'watch', 'deletecollection']);

/** What is asked of which resource, as the request has it and as the log does. */
export function asked(verb: string, ref: ObjectRef, query = ''): Pick<Call, 'verb' | 'uri' | 'ref'> {
  const { apiGroup, apiVersion, namespace, resource, name, subresource } = ref;
  const steps = [
    apiGroup === undefined ? 'api' : `apis/${apiGroup}`,
    apiVersion,
    namespace && `namespaces/${namespace}`,
    resource,
    COLLECTIVE.has(verb) && subresource === undefined ? undefined : name,
    subresource,
  ];
  return { verb, uri: `/${steps.filter((step) => step !== undefined).join('/')}${query}`, ref };
}

/** An entry of managedFields: who wrote which fields, and when. */
export const managed = (manager: string, operation: string, apiVersion: string, at: number, fieldsV1: object) => ({
  manager,
  operation,
  apiVersion,
  time: seconds(at),
  fieldsType: 'FieldsV1',
  fieldsV1,
});

export const ok = (code = 200): Status => ({ metadata: {}, code });

export const failure = (code: number, reason: string, message: string, details?: object): Status => ({
  metadata: {},
  status: 'Failure',
  message,
  reason,
  ...(details && { details }),
  code,
});

/** A status as the answer's body. */
export const answer = (status: Omit<Status, 'code'>) => ({ kind: 'Status', apiVersion: 'v1', ...status });

export const allowed = (reason = ''): Readonly<Record<string, string>> => ({
  'authorization.k8s.io/decision': 'allow',
  'authorization.k8s.io/reason': reason,
});

/** The reason that RBAC gives for a right of its own. */
export const bound = (name: string, subject: string, role = name): Readonly<Record<string, string>> =>
  allowed(`RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${role}" to ${subject}`);

/** Who needs no credentials: everybody may ask whether the API server lives. */
export const ANYBODY: Pick<Call, 'user' | 'annotations'> = {
  user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
  annotations: bound('system:public-info-viewer', 'Group "system:unauthenticated"'),
};
