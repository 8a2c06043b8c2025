import type { Value } from '../../../../lib/policy/go/value.ts';
import { loadYaml } from '../../../../lib/policy/yaml/load.ts';

/** As JSON, keys sorted; `refused` where the loader has a problem. */
export function loaded(text: string): string {
  const result = loadYaml(text);
  return result.ok ? JSON.stringify(plain(result.value)) : 'refused';
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
      return value.value;
    case 'number':
      return Number(value.token);
    case 'string':
      return value.text;
    case 'list':
      return value.items.map(plain);
    case 'map':
      return Object.fromEntries(value.entries.map(({ key, value: inner }) => [key, plain(inner)]));
  }
}
