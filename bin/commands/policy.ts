import { Command } from 'commander';
import { checkPolicy } from '../operate/policy/check.ts';
import { explainEvent } from '../operate/policy/explain.ts';
import { impactOf } from '../operate/policy/impact.ts';
import { openLines, policyFor, readEvent } from '../operate/policy/input.ts';
import { replayPolicy } from '../operate/policy/replay.ts';
import { startProgress } from '../progress.ts';
import { Failed, WrongUse } from '../usage.ts';
import { checkText, explainText, impactText, replayText } from './policy-text.ts';

const POLICY = "a preset's name or a policy file";
const JSON_FLAG = ['--json', 'the same as JSON, and nothing else on stdout'] as const;

interface Flags {
  readonly json?: true;
}

/** `eks-audit policy …`: the audit policy, before it is deployed. */
export function policyCommand(): Command {
  return new Command('policy')
    .description('the audit policy, before it is deployed')
    .addCommand(checkCommand())
    .addCommand(explainCommand())
    .addCommand(replayCommand())
    .addCommand(impactCommand());
}

function checkCommand(): Command {
  return new Command('check')
    .description('would kube-apiserver take it? All problems at once, or the rules in words')
    .argument('<policy>', POLICY)
    .option(...JSON_FLAG)
    .action((policy: string, flags: Flags) => {
      const check = checkPolicy(policy, process.cwd());
      show(flags, check, () => checkText(check));
      if (!check.ok) throw new Failed('');
    });
}

function explainCommand(): Command {
  return new Command('explain')
    .description('which rule an event meets, why not those before it, and what is removed')
    .argument('<policy>', POLICY)
    .requiredOption('--event <file>', 'one audit event as JSON; - for standard input')
    .option(...JSON_FLAG)
    .action(async (policy: string, flags: Flags & { readonly event: string }) => {
      const loaded = policyFor(policy, process.cwd());
      const explanation = explainEvent(loaded.policy, await readEvent(flags.event));
      show(flags, explanation, () => explainText(explanation));
    });
}

function replayCommand(): Command {
  return new Command('replay')
    .description('what it makes of a log: events and bytes by rule, by resource and user, and in a month')
    .argument('<policy>', POLICY)
    .requiredOption('--events <file>', 'an audit log, one event a line; - for standard input')
    .option(...JSON_FLAG)
    .action(async (policy: string, flags: Flags & { readonly events: string }) => {
      const loaded = policyFor(policy, process.cwd());
      const lines = await openLines(flags.events);
      const progress = startProgress();
      const replay = await replayPolicy(loaded.policy, lines, (read) => progress.doing(`${read} lines read`)).finally(
        () => progress.end(),
      );
      if (replay.read.events === 0) {
        const { events } = replay.unreadable;
        const found =
          events === 0 ? 'no line' : events === 1 ? '1 line that holds none' : `${events} lines that hold none`;
        throw new WrongUse(`--events ${flags.events}: expected one audit event a line, found ${found}.`);
      }
      show(flags, replay, () => replayText(replay, loaded.policy));
    });
}

function impactCommand(): Command {
  return new Command('impact')
    .description("what it asks for that EKS's own policy never records")
    .argument('<policy>', POLICY)
    .option(...JSON_FLAG)
    .action((policy: string, flags: Flags) => {
      const impossible = impactOf(policyFor(policy, process.cwd()).policy);
      show(flags, impossible, () => impactText(impossible));
    });
}

function show(flags: Flags, value: unknown, text: () => string): void {
  process.stdout.write(flags.json === true ? `${JSON.stringify(value)}\n` : `${text()}\n`);
}
