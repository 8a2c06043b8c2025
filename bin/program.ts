import { Command } from 'commander';
import { version } from './cli/version.ts';
import { accountCommand } from './commands/account.ts';
import { askCommand } from './commands/ask.ts';
import { backfillCommand } from './commands/backfill.ts';
import { doctorCommand } from './commands/doctor.ts';
import { elasticsearchCommand } from './commands/elasticsearch.ts';
import { exportCommand } from './commands/export.ts';
import { followCommand } from './commands/follow.ts';
import { importCommand } from './commands/import.ts';
import { parkedCommand } from './commands/parked.ts';
import { policyCommand } from './commands/policy.ts';
import { receiveCommand } from './commands/receive.ts';
import { reportCommand } from './commands/report.ts';
import { reviewCommand } from './commands/review.ts';
import { runCommand } from './commands/run.ts';
import { statusCommand } from './commands/status.ts';
import { tryCommand } from './commands/try.ts';

const MORE = `
Environment:
  AWS_PROFILE, AWS_REGION and whatever else the AWS SDK reads
  ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME with ELASTICSEARCH_PASSWORD
                        win over the secret that forwarder.yaml names
  NODE_EXTRA_CA_CERTS   PEM file of certificate authorities to trust
  NO_COLOR              no colors

Exit codes:
  0  done
  1  the answer is no, or the run failed
  2  wrong use, configuration or reach: nothing was begun

Examples:
  npm start                                  the whole job on this machine
  npx eks-audit doctor                       what a run needs and lacks
  npx eks-audit run --once                   read everything readable, then end
  npx eks-audit account --since 24h --verify

In the checkout only: elsewhere npx asks npm's registry for a package of that
name.`;

/** All commands of `eks-audit`. */
export function eksAudit(): Command {
  const program = new Command('eks-audit')
    .description('Forwards the Kubernetes audit log of EKS from CloudWatch Logs to Elasticsearch.')
    .version(version())
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .addCommand(tryCommand())
    .addCommand(runCommand())
    .addCommand(policyCommand())
    .addCommand(accountCommand())
    .addCommand(backfillCommand())
    .addCommand(followCommand())
    .addCommand(receiveCommand())
    .addCommand(importCommand())
    .addCommand(parkedCommand())
    .addCommand(reviewCommand())
    .addCommand(reportCommand())
    .addCommand(elasticsearchCommand())
    .addCommand(doctorCommand())
    .addCommand(statusCommand())
    .addCommand(askCommand())
    .addCommand(exportCommand())
    .addHelpText('after', MORE);
  passOn(program);
  return program;
}

/** `addCommand` passes no settings on: without this a wrong flag of a command would end with 1. */
function passOn(parent: Command): void {
  for (const command of parent.commands) passOn(command.copyInheritedSettings(parent));
}
