import { readFileSync } from 'node:fs';
import { measureWork } from '../work.ts';
import { measureRounds, type Options } from './rounds.ts';
import { median, meetsGoal, type Row, rowsOf, spread } from './rows.ts';

export interface TableOptions extends Omit<Options, 'say'> {
  readonly json: boolean;
  /** What a bench printed before with `--json`: its figures stand beside these. */
  readonly before?: string | undefined;
}

/** MB of log a minute at which a run's work is told. */
const FLOWS = [1, 10, 50];

/** Prints the table; true when each goal is met. */
export async function benchTable({ json, before, ...options }: TableOptions): Promise<boolean> {
  const say = (progress: string) => console.error(progress);
  const rows = [...rowsOf(await measureRounds({ ...options, say })), ...(await workRows(say))];
  // A file of figures should not keep people from seeing them.
  print(rows, before === undefined ? [] : rowsIn(before), json ? console.error : console.log);
  if (json) console.log(JSON.stringify({ rows }, undefined, 2));
  return rows.every(meetsGoal);
}

async function workRows(say: Options['say']): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const flow of FLOWS) {
    say(`a run's work at ${flow} MB of log a minute`);
    const { readUnits, writeUnits } = await measureWork({ bytesPerMinute: flow * 1e6, lateEvery: 0 });
    const name = (units: string) => `DynamoDB's ${units} units a run, ${flow} MB a minute`;
    rows.push({ name: name('write'), unit: '', values: [writeUnits], digits: 1 });
    rows.push({ name: name('read'), unit: '', values: [readUnits], digits: 1 });
  }
  return rows;
}

function rowsIn(file: string): readonly Row[] {
  return JSON.parse(readFileSync(file, 'utf8')).rows;
}

function print(rows: readonly Row[], before: readonly Row[], out: (line: string) => void): void {
  const isCompared = before.length > 0;
  out(`| | unit | figure | rounds | goal |${isCompared ? ' before | gain |' : ''}`);
  out(`|---|---|---|---|---|${isCompared ? '---|---|' : ''}`);
  for (const row of rows) {
    const { name, unit, values, goal, least, digits = 2 } = row;
    const text = (value: number) => value.toFixed(digits);
    const range = values.length === 1 ? '' : `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
    const wanted = goal === undefined ? '' : `${least ? 'at least' : 'at most'} ${goal}${verdict(row)}`;
    const then = before.find((each) => each.name === name);
    const gain = then === undefined ? ' | |' : ` ${text(median(then.values))} | ${gainOf(row, then)} |`;
    out(`| ${name} | ${unit} | ${text(median(values))} | ${range} | ${wanted} |${isCompared ? gain : ''}`);
  }
}

function verdict(row: Row): string {
  const { values, goal = 0 } = row;
  if (values.length > 1 && Math.min(...values) < goal && Math.max(...values) > goal) return ': the rounds differ';
  return meetsGoal(row) ? ': met' : ': not met';
}

/** A gain that two rounds of the same code differ by is none that was seen. */
function gainOf(row: Row, before: Row): string {
  const gain = median(before.values) / median(row.values);
  const difference = Math.abs(median(before.values) - median(row.values));
  const noise = Math.max(spread(row.values), spread(before.values));
  return `${gain.toFixed(2)} times${noise > difference ? '; two runs differ by more than that' : ''}`;
}
