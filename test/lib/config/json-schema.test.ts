import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/config/config.ts';
import { jsonSchema } from '../../../lib/config/json-schema.ts';
import { loadPolicy } from '../../support/forwarder-file.ts';

describe('what ships beside the code', () => {
  const text = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

  it('is a JSON Schema that is not stale (npm run schema writes it)', () => {
    expect(JSON.parse(text('lib/forwarder.schema.json'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  it('is an example without a problem, which names the schema', () => {
    const example = text('forwarder.example.yaml');
    expect(example).toMatch(/^# yaml-language-server: \$schema=\.\/lib\/forwarder\.schema\.json\n/);
    expect(parseConfig(example, 'forwarder.example.yaml', { for: 'stack' })).toMatchObject({
      ok: true,
      warnings: [],
    });
  });

  it('is an example of which every commented key may be uncommented, but for the certificate that is not there', () => {
    const full = text('forwarder.example.yaml').replace(/^(\s*)# (?=\s*(?:- )?\w+:(\s|$)|---)/gm, '$1');
    const result = parseConfig(full, 'forwarder.example.yaml', { for: 'stack', now: Date.UTC(2026, 5, 1), loadPolicy });
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual(['elasticsearch.caFile']);
  });

  it('is an example that shows every key of the schema', () => {
    const keys = [...text('lib/forwarder.schema.json').matchAll(/^ +"(\w+)": \{$/gm)].map(([, key]) => key);
    const shown = text('forwarder.example.yaml');
    expect(keys.filter((key) => key !== 'properties' && key !== 'items' && !shown.includes(`${key}:`))).toEqual([]);
  });
});
