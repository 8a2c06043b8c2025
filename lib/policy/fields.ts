import {
  ANYTHING,
  BOOLEAN,
  INTEGER,
  list,
  optional,
  type Shape,
  STRING,
  STRINGS_BY_KEY,
  struct,
  TIME,
} from './go/shape.ts';

const STRINGS = list(STRING);

const OWNER = struct({
  apiVersion: STRING,
  kind: STRING,
  name: STRING,
  uid: STRING,
  controller: optional(BOOLEAN),
  blockOwnerDeletion: optional(BOOLEAN),
});

const MANAGED_FIELDS = struct({
  manager: STRING,
  operation: STRING,
  apiVersion: STRING,
  time: optional(TIME),
  fieldsType: STRING,
  fieldsV1: ANYTHING,
  subresource: STRING,
});

/** Nothing of it matters to the audit policy, but a value of the wrong type makes the server refuse the file. */
const METADATA = struct({
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  selfLink: STRING,
  uid: STRING,
  resourceVersion: STRING,
  generation: INTEGER,
  creationTimestamp: TIME,
  deletionTimestamp: optional(TIME),
  deletionGracePeriodSeconds: optional(INTEGER),
  labels: STRINGS_BY_KEY,
  annotations: STRINGS_BY_KEY,
  ownerReferences: list(OWNER),
  finalizers: STRINGS,
  managedFields: list(MANAGED_FIELDS),
});

const RULE = struct({
  level: STRING,
  users: STRINGS,
  userGroups: STRINGS,
  verbs: STRINGS,
  resources: list(struct({ group: STRING, resources: STRINGS, resourceNames: STRINGS })),
  namespaces: STRINGS,
  nonResourceURLs: STRINGS,
  omitStages: STRINGS,
  omitManagedFields: optional(BOOLEAN),
});

/** `Policy` of audit.k8s.io/v1. */
export const POLICY_SHAPE: Shape = struct({
  apiVersion: STRING,
  kind: STRING,
  metadata: METADATA,
  rules: list(RULE),
  omitStages: STRINGS,
  omitManagedFields: BOOLEAN,
});
