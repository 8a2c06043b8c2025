import { writeFileSync } from 'node:fs';
import { jsonSchema } from '../lib/config/json-schema.ts';

writeFileSync(new URL('../lib/forwarder.schema.json', import.meta.url), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
