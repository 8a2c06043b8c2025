import { at, isObject, type JsonObject, textAt } from '../../../lambda/core/json.ts';
import { calicoChanges } from './calico.ts';
import { differences } from './generic.ts';
import { networkPolicyChanges, networkPolicyText } from './network-policy.ts';

/** What changed from one version of an object to the next, in words, one phrase each. Empty: nothing that anybody wrote. */
export function changesInWords(before: JsonObject, after: JsonObject): readonly string[] {
  const spec = specChanges(before, after);
  if (spec === undefined) return differences(written(before), written(after));
  return [...spec, ...differences(withoutSpec(before), withoutSpec(after))];
}

/** What a new object says, as far as we have words for it. */
export function textOfNew(manifest: JsonObject): readonly string[] {
  return isNetworkPolicy(manifest) ? (networkPolicyText(manifest.spec) ?? []) : [];
}

function specChanges(before: JsonObject, after: JsonObject): readonly string[] | undefined {
  if (isNetworkPolicy(before) && isNetworkPolicy(after)) return networkPolicyChanges(before.spec, after.spec);
  return isCalicoPolicy(before) && isCalicoPolicy(after) ? calicoChanges(before.spec, after.spec) : undefined;
}

function isNetworkPolicy(manifest: JsonObject): boolean {
  return manifest.kind === 'NetworkPolicy' && !isCalico(manifest);
}

function isCalicoPolicy(manifest: JsonObject): boolean {
  return isCalico(manifest) && /NetworkPolicy$/.test(textAt(manifest, 'kind') ?? '');
}

function isCalico({ apiVersion }: JsonObject): boolean {
  return typeof apiVersion === 'string' && /(^|\.)projectcalico\.org\//.test(apiVersion);
}

/** What kubectl writes beside each change: the change itself, once more. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what the API server or a tool wrote: that is no change that anybody meant. */
function written(manifest: JsonObject): JsonObject {
  const { creationTimestamp: _, ...metadata } = isObject(manifest.metadata) ? manifest.metadata : {};
  const annotations = at(metadata, 'annotations');
  if (!isObject(annotations)) return { ...manifest, metadata };
  const { [LAST_APPLIED]: __, ...others } = annotations;
  const { annotations: ___, ...bare } = metadata;
  const isBare = Object.keys(others).length === 0;
  return { ...manifest, metadata: isBare ? bare : { ...metadata, annotations: others } };
}

function withoutSpec(manifest: JsonObject): JsonObject {
  const { spec: _, ...others } = written(manifest);
  return others;
}
