import { at, type JsonObject, textAt } from '../../json.ts';
import { shortName } from './person.ts';

/** One line for people: who did what to which object, and how it ended. Made from kept fields only. */
export function sentence(event: JsonObject): string {
  const code = at(event, 'responseStatus', 'code');
  const said = [
    `${who(event)} ${textAt(event, 'verb') ?? '?'} ${what(event)} → ${typeof code === 'number' ? code : '?'}`,
  ];
  const uri = textAt(event, 'requestURI');
  if (uri !== undefined) said.push(decoded(uri));
  for (const more of [textAt(event, 'userAgent'), textAt(event, 'responseStatus', 'message')]) {
    if (more !== undefined) said.push(more);
  }
  return said.join('; ');
}

function who(event: JsonObject): string {
  const user = shortName(at(event, 'user')) ?? 'nobody known';
  const as = shortName(at(event, 'impersonatedUser'));
  return as === undefined ? user : `${user} as ${as}`;
}

/** `networkpolicies.networking.k8s.io shop/allow-web`, `pods/exec shop/web-0`, or the path of a non-resource request. */
function what(event: JsonObject): string {
  const part = (key: string) => textAt(event, 'objectRef', key);
  const resource = part('resource');
  if (resource === undefined) return decoded(textAt(event, 'requestURI') ?? '').split('?')[0] || 'something';
  const group = part('apiGroup');
  const subresource = part('subresource');
  const type = `${resource}${group === undefined ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  const name = [part('namespace'), objectName(event)].filter((each) => each !== undefined).join('/');
  return name === '' ? type : `${type} ${name}`;
}

/** A create's name may stand in the bodies alone. */
export function objectName(event: JsonObject): string | undefined {
  return (
    textAt(event, 'objectRef', 'name') ??
    textAt(event, 'responseObject', 'metadata', 'name') ??
    textAt(event, 'requestObject', 'metadata', 'name')
  );
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
