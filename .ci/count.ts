/** Prints `N passed, N failed` of vitest's JSON report; any doubt about it is an error without that line. */
import { readFileSync } from 'node:fs';

interface Suite {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

const [file = '', status = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
if (text === '') throw new Error(`vitest ended with status ${status} and left no results.`);
const { testResults }: { testResults: readonly Suite[] } = JSON.parse(text);

const statuses = testResults.flatMap((suite) => suite.assertionResults.map((one) => one.status));
const passed = statuses.filter((one) => one === 'passed').length;
// A file that can't be loaded has no tests to fail; a skipped test proves nothing.
const broken = testResults.filter(
  (suite) => suite.status !== 'passed' && suite.assertionResults.every((one) => one.status === 'passed'),
);
for (const { name, message } of broken) console.error(`${name}: ${message}`);
const skipped = statuses.filter((one) => one !== 'passed' && one !== 'failed').length;
if (skipped > 0) console.error(`${skipped} tests were skipped; they count as failed.`);
const failed = statuses.length - passed + broken.length;

if (passed + failed === 0) throw new Error('vitest ran no test.');
if (failed === 0 && status !== '0') throw new Error(`vitest ended with status ${status} though no test failed.`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
