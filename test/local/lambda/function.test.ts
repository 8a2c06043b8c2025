import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type FunctionOptions, type RunningFunction, startFunction } from '../../../local/lambda/function.ts';
import { newFolder } from '../../support/folder.ts';

function functionOf(code: string, overrides: Partial<FunctionOptions> = {}): RunningFunction {
  const folder = newFolder();
  writeFileSync(join(folder, 'index.mjs'), code);
  const running = startFunction({ folder, timeoutSeconds: 10, ...overrides });
  onTestFinished(() => running.stop());
  return running;
}

test('an event goes to the handler and its result comes back', async () => {
  const { invoke } = functionOf('export const handler = async ({ a, b }) => ({ sum: a + b });');
  expect(await invoke({ a: 1, b: 2 })).toEqual({ ok: true, payload: { sum: 3 } });
});

test('a warm process keeps what it remembers', async () => {
  const { invoke } = functionOf('let calls = 0; export const handler = async () => ++calls;');
  await invoke({});
  expect(await invoke({})).toEqual({ ok: true, payload: 2 });
});

test('two calls at once are answered one after the other', async () => {
  const { invoke } = functionOf('let calls = 0; export const handler = async () => ++calls;');
  expect(await Promise.all([invoke({}), invoke({})])).toEqual([
    { ok: true, payload: 1 },
    { ok: true, payload: 2 },
  ]);
});

test('the context tells the time that is left and who is called', async () => {
  const code = `export const handler = async (event, context) => ({
    left: context.getRemainingTimeInMillis(), name: context.functionName, memory: context.memoryLimitInMB,
    arn: context.invokedFunctionArn, id: context.awsRequestId });`;
  const { invoke } = functionOf(code, { timeoutSeconds: 30, memory: 256 });
  expect(await invoke({})).toEqual({
    ok: true,
    payload: {
      left: expect.toSatisfy((left) => left > 28_000 && left <= 30_000),
      name: 'eks-audit',
      memory: '256',
      arn: expect.stringMatching(/:function:eks-audit$/),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
});

test('the environment holds what is given and nothing of ours', async () => {
  vi.stubEnv('OURS', 'secret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { invoke } = functionOf('export const handler = async () => process.env;', {
    env: { AWS_REGION: 'eu-west-1', GIVEN: 'yes' },
  });
  const outcome = await invoke({});
  expect(outcome).toMatchObject({ payload: { AWS_REGION: 'eu-west-1', GIVEN: 'yes' } });
  expect(outcome).not.toHaveProperty('payload.OURS');
  expect(outcome).not.toHaveProperty('payload.HOME');
});

test('an error of the handler is told, and the process stays', async () => {
  const { invoke } = functionOf(`let calls = 0;
    export const handler = async () => { if (++calls === 1) throw new TypeError('no'); return calls; };`);
  expect(await invoke({})).toEqual({ ok: false, errorType: 'TypeError', errorMessage: 'no' });
  expect(await invoke({})).toEqual({ ok: true, payload: 2 });
});

test('a module that does not load fails the invocation with its error', async () => {
  const { invoke } = functionOf('throw new RangeError("no settings");');
  expect(await invoke({})).toEqual({ ok: false, errorType: 'RangeError', errorMessage: 'no settings' });
});

test('a handler that is not there fails the invocation', async () => {
  const { invoke } = functionOf('export const other = 1;');
  expect(await invoke({})).toMatchObject({ ok: false, errorType: 'Runtime.HandlerNotFound' });
});

test('every line is reported before its invocation is answered', async () => {
  const lines: string[] = [];
  const code = `export const handler = async () => {
    for (let i = 0; i < 5000; i += 1) console.log('line', i);
    console.error('error');
    process.stdout.write('no end');
  };`;
  const { invoke } = functionOf(code, { onLine: (line) => lines.push(line) });
  await invoke({});
  expect(lines).toHaveLength(5002);
  expect(lines).toContain('error');
  expect(lines.filter((line) => line !== 'error').at(-1)).toBe('no end');
});

test('a handler that is late is killed at its deadline, and the next event finds a fresh process', async () => {
  const code = `let calls = 0;
    export const handler = async ({ hang }) => { calls += 1; while (hang); return calls; };`;
  const { invoke } = functionOf(code, { timeoutSeconds: 1 });
  await invoke({});
  const begun = Date.now();
  expect(await invoke({ hang: true })).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
  expect(await invoke({})).toEqual({ ok: true, payload: 1 });
});

test('a process killed in the middle of an event fails it, and the next event finds a fresh one', async () => {
  const lines: string[] = [];
  const code = `let calls = 0; export const handler = async ({ wait }) => {
    console.log('begun'); await new Promise((done) => setTimeout(done, wait)); return ++calls; };`;
  const running = functionOf(code, { onLine: (line) => lines.push(line) });
  await running.invoke({ wait: 0 });
  const { pid } = running;
  const cut = running.invoke({ wait: 60_000 });
  while (lines.length < 2) await sleep(10);
  await running.kill();
  expect(await cut).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
  expect(running.pid).toBeUndefined();
  expect(await running.invoke({ wait: 0 })).toEqual({ ok: true, payload: 1 });
  expect(running.pid).not.toBe(pid);
});

test('a process that exits by itself fails the event', async () => {
  const { invoke } = functionOf('export const handler = async () => process.exit(3);');
  expect(await invoke({})).toMatchObject({
    ok: false,
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/status 3$/),
  });
});
