import { benchLines } from './lines.ts';
import { benchPolicy } from './policy.ts';
import { benchWork } from './work.ts';

/** `npm run bench -- NAME…`; all of them without a name. Each prints its figures and says whether they are good enough. */
const BENCHES: Readonly<Record<string, () => Promise<boolean>>> = {
  lines: benchLines,
  policy: benchPolicy,
  work: benchWork,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`expected ${Object.keys(BENCHES).join(', ')}, found ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (!(await bench())) process.exitCode = 1;
  }
}
