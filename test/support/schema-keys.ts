interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly default?: unknown;
}

/** The keys of a JSON Schema that hold a value, each with its default as YAML has it; undefined: it has none. */
export function schemaKeys(
  { properties, items, default: byDefault }: Node,
  path = '',
): Map<string, string | undefined> {
  if (items?.properties !== undefined) return schemaKeys(items, `${path}[]`);
  if (properties === undefined) return new Map([[path, written(byDefault)]]);
  const prefix = path === '' ? '' : `${path}.`;
  return new Map(Object.entries(properties).flatMap(([key, node]) => [...schemaKeys(node, `${prefix}${key}`)]));
}

function written(value: unknown): string | undefined {
  if (!Array.isArray(value)) return value === undefined ? undefined : String(value);
  return value.length === 0 ? undefined : `[${value.join(', ')}]`;
}
