import { Command } from 'commander';
import { isEks } from '../../lib/config/select.ts';
import { Failed } from '../../lib/problems/usage.ts';
import { CONFIG_FLAG, chosen, configuration } from '../cli/configured.ts';
import { startProgress } from '../cli/progress.ts';
import { examine } from '../operate/doctor/doctor.ts';
import type { Finding } from '../operate/reach/carry-out.ts';

interface Flags {
  readonly config: string;
  readonly cluster?: string;
  readonly json?: true;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look at all that a run needs, or follow and receive: AWS, Elasticsearch and the clock; changes nothing',
    )
    .option(...CONFIG_FLAG)
    .option('--cluster <name>', 'look at this cluster alone (default: all of the file)')
    .option('--json', 'a list of {check, state, message}, and nothing else on stdout')
    .action((flags: Flags) => examineAndShow(flags));
}

async function examineAndShow(flags: Flags): Promise<void> {
  const { config } = await configuration(flags.config);
  const clusters = chosen(config, flags.cluster);
  const progress = startProgress();
  progress.doing(`Looking at ${clusters.some(isEks) ? 'AWS and ' : ''}Elasticsearch`);
  const examination = { config, clusters, env: process.env, now: Date.now() };
  const findings = await examine(examination).finally(() => progress.end());
  process.stdout.write(flags.json === true ? `${JSON.stringify(findings.map(bare))}\n` : findings.map(line).join(''));
  if (findings.some(({ state }) => state === 'wrong')) throw new Failed('');
}

function bare({ check, state, message }: Finding) {
  return { check, state, message };
}

/** Wide enough for every state. */
const COLUMN = 'not checked: '.length;

function line({ check, state, message }: Finding): string {
  return `${`${state}: `.padEnd(COLUMN)}${check}: ${message}\n`;
}
