/** One stand-in in a process of its own: `server.ts NAME OPTIONS`, options as JSON. Prints its URL. */
import { startCloudWatchLogs } from '../../local/cloudwatch-logs/server.ts';
import { startDynamoDB } from '../../local/dynamodb.ts';
import { startBacklog } from './backlog.ts';
import { startYes } from './yes.ts';

/** Options differ from server to server; who starts one knows them. */
const SERVERS: Readonly<Record<string, (options: never) => Promise<{ readonly endpoint: string }>>> = {
  cloudwatch: (faults: object) => startCloudWatchLogs({ faults }),
  backlog: startBacklog,
  dynamodb: () => startDynamoDB(),
  yes: startYes,
};

const [name = '', options = '{}'] = process.argv.slice(2);
process.stdin.on('end', () => process.exit()).resume();
const start = SERVERS[name];
if (start === undefined) throw new Error(`expected ${Object.keys(SERVERS).join(', ')}; found ${name}`);
console.log((await start(JSON.parse(options) as never)).endpoint);
