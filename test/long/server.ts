/** One stand-in of AWS in a process of its own: `server.ts cloudwatch FAULTS` or `server.ts dynamodb`. Prints its URL. */
import { startCloudWatchLogs } from '../../local/cloudwatch-logs/server.ts';
import { startDynamoDB } from '../../local/dynamodb.ts';

const [what, faults = '{}'] = process.argv.slice(2);
process.stdin.on('end', () => process.exit()).resume();
const { endpoint } =
  what === 'dynamodb' ? await startDynamoDB() : await startCloudWatchLogs({ faults: JSON.parse(faults) });
console.log(endpoint);
