import { parseArgs } from 'node:util';
import { benchLines } from './lines.ts';
import { benchPolicy } from './policy.ts';
import { benchMemory } from './speed/memory.ts';
import { benchParts } from './speed/parts.ts';
import { benchTable } from './speed/table.ts';
import { benchWork } from './work.ts';

const USAGE =
  'npm run bench -- [table|parts|memory|lines|policy|work …] [--lines N] [--rounds N] [--events FILE] [--before FILE] [--json]';

const options = {
  lines: { type: 'string', default: '50000' },
  rounds: { type: 'string', default: '3' },
  events: { type: 'string' },
  before: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Without a name it is the table. Each prints its figures and says whether they are good enough. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { lines, rounds, ...others } = values;
  const benches: Readonly<Record<string, () => Promise<boolean>>> = {
    table: () => benchTable({ ...others, lines: count(lines), rounds: count(rounds) }),
    parts: () => benchParts({ ...others, lines: count(lines) }),
    memory: () => benchMemory({ ...others, lines: count(lines), rounds: count(rounds) }),
    lines: benchLines,
    policy: benchPolicy,
    work: benchWork,
  };
  let isGood = true;
  for (const name of positionals.length === 0 ? ['table'] : positionals) {
    const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
    if (bench === undefined) throw new TypeError(`expected ${Object.keys(benches).join(', ')}, found ${name}`);
    isGood = (await bench()) && isGood;
  }
  return isGood;
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`expected a whole number above 0, found ${text}`);
  return number;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
