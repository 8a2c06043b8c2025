import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchDistribution } from '../../../local/elasticsearch/distribution.ts';
import { VERSIONS } from '../../../local/elasticsearch/versions.ts';
import { machineWith, openFolder } from './machine.ts';

const NAME = `elasticsearch-${VERSIONS[9].version}`;
const UNPACKING = `#!/bin/sh
for argument; do case $argument in -DoutputDirectory=*) out=\${argument#*=};; esac; done
/bin/mkdir -p "$out/${NAME}"
/bin/sleep 0.1
echo whole > "$out/${NAME}/marker"
`;
const FAILING = `#!/bin/sh
/bin/mkdir -p out/${NAME}
echo "[INFO] Scanning"
echo "[ERROR] Could not find artifact"
exit 1
`;

test('two at once both get the whole version, and no half of one is left', async () => {
  const cache = openFolder();
  const env = machineWith({ mvn: UNPACKING });
  const folders = await Promise.all([fetchDistribution(cache, 9, env), fetchDistribution(cache, 9, env)]);
  expect(new Set(folders)).toEqual(new Set([join(cache, NAME)]));
  expect(readFileSync(join(cache, NAME, 'marker'), 'utf8')).toBe('whole\n');
  expect(readdirSync(cache)).toEqual([NAME]);
});

test('what is there is not fetched again', async () => {
  const cache = openFolder();
  await fetchDistribution(cache, 9, machineWith({ mvn: UNPACKING }));
  expect(await fetchDistribution(cache, 9, machineWith({}))).toBe(join(cache, NAME));
});

test("Maven's failure is told by its errors, and nothing is left of the try", async () => {
  const cache = openFolder();
  const failing = fetchDistribution(cache, 9, machineWith({ mvn: FAILING }));
  await expect(failing).rejects.toThrow(/^Maven could not fetch .*:\n\[ERROR\] Could not find artifact$/);
  expect(readdirSync(cache)).toEqual([]);
});
