import { apiserver } from './apiserver.ts';
import { chaosAtLength } from './chaos-at-length.ts';
import { days } from './days.ts';
import { follow } from './follow.ts';
import { importAtLength } from './import.ts';
import { limits } from './limits.ts';
import { memory } from './memory.ts';
import { resources } from './resources.ts';
import { review } from './review.ts';
import { torture } from './torture.ts';

/** `npm run test:long -- NAME…`; all of them without a name. Each prints its figures; exit 1 when one is not good enough. */
const LONG: Readonly<Record<string, () => Promise<boolean>>> = {
  apiserver,
  chaos: chaosAtLength,
  follow,
  import: importAtLength,
  limits,
  memory,
  resources,
  review,
  simulation: days,
  torture,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(LONG, name));
if (unknown.length > 0) {
  console.error(`expected ${Object.keys(LONG).join(', ')}, found ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(LONG)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (!(await run())) process.exitCode = 1;
  }
}
