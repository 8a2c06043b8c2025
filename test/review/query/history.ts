import { documentBody } from '../../../lambda/core/document/document.ts';
import type { JsonObject } from '../../../lambda/core/json.ts';
import { changeLog } from '../../../review/query/change-log.ts';
import type { Entry } from '../../../review/query/entry.ts';
import type { ObjectKey } from '../../../review/query/object.ts';
import { CLUSTER, event, line, NOON } from '../../support/builders.ts';
import { ListedSearch, type Stored } from '../../support/fakes/search.ts';

/** The object that the tests tell of. */
export const POLICY: ObjectKey = {
  cluster: CLUSTER.name,
  group: 'networking.k8s.io',
  resource: 'networkpolicies',
  namespace: 'shop',
  name: 'allow-web',
};

/** A version of the object as an answer has it. */
export function version(resourceVersion: string, spec: object = {}, metadata: object = {}): JsonObject {
  return {
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name: 'allow-web', namespace: 'shop', uid: 'uid-1', resourceVersion, ...metadata },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
  };
}

export const FORBIDDEN = {
  responseStatus: { metadata: {}, code: 403, message: 'is forbidden' },
  responseObject: { kind: 'Status', metadata: {} },
};
export const STATUS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };

/** Events a second apart, oldest first, as the forwarder stores them. */
export function stored(...events: readonly JsonObject[]): readonly Stored[] {
  return events.map((overrides, at) => {
    const time = NOON + at * 1000;
    const told = event({ stageTimestamp: new Date(time).toISOString(), ...overrides });
    const original = JSON.stringify(told);
    const id = `event-${at}`;
    const recorded = {
      event: told,
      line: line({ timestamp: time }),
      cluster: CLUSTER,
      id,
      time,
      ingested: time,
      original,
    };
    return { id, source: JSON.parse(documentBody(recorded, [])) };
  });
}

/** `kind: summary` of each entry, oldest first; lives in brackets. */
export async function told(events: readonly JsonObject[], key = POLICY): Promise<readonly (readonly string[])[]> {
  return (await lives(events, key)).map((entries) => entries.map(({ kind, summary }) => `${kind}: ${summary}`));
}

/** The entries of each life, oldest first. */
export async function lives(events: readonly JsonObject[], key = POLICY): Promise<readonly (readonly Entry[])[]> {
  const log = await changeLog(new ListedSearch(stored(...events)), key);
  return log.lives.toReversed().map(({ entries }) => entries.toReversed());
}
