import { z } from 'zod';
import { forwarder } from './schema.ts';

/** What editors complete and check forwarder.yaml by. Draft 7, which YAML editors know best. */
export function jsonSchema() {
  const schema = z.toJSONSchema(forwarder, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema: { properties = {}, required = [] } }) => {
      for (const [key, property] of Object.entries(properties)) if (!required.includes(key)) allowNull(property);
    },
  });
  return { title: 'forwarder.yaml of the EKS audit forwarder', ...schema };
}

/** A key without a value counts as absent. */
function allowNull(property: z.core.JSONSchema._JSONSchema): void {
  if (typeof property !== 'boolean' && typeof property.type === 'string')
    Object.assign(property, { type: [property.type, 'null'] });
}
