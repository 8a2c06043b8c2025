import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mutations } from './mutations.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Inside the checkout, so that packages are found, and ignored by Git. */
mkdirSync(join(ROOT, 'coverage'), { recursive: true });
const mutants = mkdtempSync(join(ROOT, 'coverage', 'mutants-'));
afterAll(() => rmSync(mutants, { recursive: true, force: true }));

/** The simulation's search, run on a copy of the code; its exit code. */
function search(name: string, seconds: number, mutate: (copy: string) => void = () => {}): number | null {
  const copy = join(mutants, name);
  for (const part of [
    'lambda',
    'lib',
    'bin/operate',
    'local/random.ts',
    'test/support',
    'test/simulation',
    'package.json',
  ]) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  mutate(copy);
  const script = ['test/simulation/search.ts', '--seconds', String(seconds), '--seed', '11', '--raw'];
  // Every mutant is compiled but for what is mutated in it; nothing of it is of use after this.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(mutants, 'compiled') };
  return spawnSync(process.execPath, script, { cwd: copy, env, encoding: 'utf8' }).status;
}

test('the code as it is passes the search that each mutation fails', () => {
  expect(search('none', 3)).toBe(0);
});

test.each(mutations)('it is found that $what', ({ file, from, to }) => {
  const status = search('mutant', 30, (copy) => {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  });
  // Not 1: a mutant that only fails to start was not found to be wrong.
  expect(status).toBe(3);
});
