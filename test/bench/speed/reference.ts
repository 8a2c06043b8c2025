/**
 * What plain Node needs for the same lines: pages by `node:http` and `JSON.parse`, each message parsed and hashed, one
 * NDJSON body a page with each line and its id, gzip at its quickest, sent. No policy, no document, no ledger.
 * `reference.ts LOGS SINK FROM TO [FILE]`: the bodies are made of what lies in a file instead, in its order.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { spentSince } from './spent.ts';

interface Page {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

const [logs = '', sink = '', from = '', to = '', file] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const compressed = promisify(gzip);
const ready = file === undefined ? undefined : readFileSync(file, 'utf8').split('\n');
let taken = 0;

function post(url: string, body: string | Buffer, headers: Record<string, string>): Promise<string> {
  return new Promise((done, failed) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => void text(answer).then(done, failed));
    sent.on('error', failed).end(body);
  });
}

async function pageAt(nextToken: string | undefined): Promise<Page> {
  const asked = { logGroupName: 'any', startTime: Number(from), endTime: Number(to), nextToken };
  return JSON.parse(await post(logs, JSON.stringify(asked), {}));
}

function bodyOf({ events }: Page): string {
  let body = '';
  for (const { message } of events) {
    parse(message);
    const id = hash('sha256', message, 'base64url');
    if (ready === undefined) body += `{"create":{"_id":"${id}"}}\n${JSON.stringify({ message })}\n`;
    else if (taken < ready.length - 1) body += `${ready[taken++]}\n${ready[taken++]}\n`;
  }
  return body;
}

/** Some lines of any log are no JSON. */
function parse(message: string): void {
  try {
    JSON.parse(message);
  } catch {
    // It is sent all the same.
  }
}

const began = process.cpuUsage();
let read = 0;
let token: string | undefined;
do {
  const page = await pageAt(token);
  const body = await compressed(bodyOf(page), { level: 1 });
  await post(`${sink}/_bulk`, body, { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' });
  read += page.events.length;
  token = page.nextToken;
} while (token !== undefined);
console.log(`done ${JSON.stringify({ seconds: spentSince(began), read })}`);
process.exit();
