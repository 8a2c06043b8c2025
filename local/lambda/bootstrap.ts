/** What Lambda's Node runtime does, in the function's process: import the handler, then answer events until the end. */
import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { endMark } from './lines.ts';

const { env } = process;
const root = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

interface Answer {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Not `fetch`: that gives up on a `next` that takes five minutes. */
function call(method: 'GET' | 'POST', path: string, payload?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${root}${path}`, { method }, (response) => {
      text(response).then((body) => resolve({ headers: response.headers, body }), reject);
    });
    sent.on('error', reject).end(method === 'POST' ? JSON.stringify(payload ?? null) : undefined);
  });
}

const errorOf = (error: unknown): unknown =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') }
    : { errorType: typeof error, errorMessage: String(error) };

async function load(): Promise<(event: unknown, context: unknown) => unknown> {
  const [file = '', name = ''] = (env._HANDLER ?? '').split('.');
  const folder = env.LAMBDA_TASK_ROOT ?? process.cwd();
  const path = ['mjs', 'js', 'ts'].map((ending) => join(folder, `${file}.${ending}`)).find((one) => existsSync(one));
  if (path === undefined) throw named('Runtime.ImportModuleError', `Cannot find module '${file}' in ${folder}`);
  const handler = (await import(pathToFileURL(path).href))[name];
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  return handler;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function contextOf(headers: IncomingMessage['headers']): unknown {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Tells the reader of both pipes that no earlier line is still on its way. */
function markEnd(id: string): void {
  process.stdout.write(endMark(id));
  process.stderr.write(endMark(id));
}

// The pipe to our parent: nothing of us stays when it ends.
process.stdin.on('end', () => process.exit(1)).resume();

const handler = await load().catch(async (error: unknown) => {
  console.error(error);
  await call('POST', '/init/error', errorOf(error));
  process.exit(1);
});
for (;;) {
  const { headers, body } = await call('GET', '/invocation/next');
  const id = String(headers['lambda-runtime-aws-request-id']);
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    markEnd(id);
    await call('POST', `/invocation/${id}/response`, result);
  } catch (error) {
    console.error(error);
    markEnd(id);
    await call('POST', `/invocation/${id}/error`, errorOf(error));
  }
}
