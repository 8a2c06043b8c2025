import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Settings } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { addReaders } from '../../../lib/app.ts';
import { parseConfig } from '../../../lib/config/config.ts';
import { STACK } from '../../../lib/stack/name.ts';
import { EksAuditStack, type EksAuditStackProps } from '../../../lib/stack/stack.ts';
import { newFolder } from '../../support/folder.ts';
import { loadPolicy } from '../../support/forwarder-file.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'us-west-2';
/** What the CDK's command says of its environment. */
export const HERE = { CDK_DEFAULT_ACCOUNT: ACCOUNT, CDK_DEFAULT_REGION: REGION };

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

export interface Synthesized {
  readonly app: App;
  readonly stack: EksAuditStack;
  readonly template: Template;
  /** Of one type, by logical id. */
  resources(type: string, of?: Stack): Record<string, Resource>;
  /** What the function of a cluster is shipped with. */
  settings(cluster: string): Settings<Policy>;
}

/** The stack of a forwarder.yaml; the file must be right. `prepare` is called before anything is synthesized. */
export function synthesize(
  text: string,
  props: Partial<EksAuditStackProps> = {},
  prepare: (app: App, stack: Stack) => void = () => {},
): Synthesized {
  const place = { account: ACCOUNT, region: REGION };
  const read = parseConfig(text, 'forwarder.yaml', { for: 'stack', ...place, loadPolicy });
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const app = new App({ outdir: newFolder(), autoSynth: false });
  const stack = new EksAuditStack(app, STACK, { env: place, config: read.config, ...props });
  addReaders(app, read.config, place);
  prepare(app, stack);
  const templates = new Map<Stack, Template>();
  const templateOf = (of: Stack) => templates.get(of) ?? templates.set(of, Template.fromStack(of)).get(of);
  const template = Template.fromStack(stack);
  return {
    app,
    stack,
    template,
    resources: (type, of = stack) => (templateOf(of)?.findResources(type) ?? {}) as Record<string, Resource>,
    settings: (cluster) => {
      const functions = Object.values(template.findResources('AWS::Lambda::Function'));
      const found = functions.find(({ Properties }) => Properties.FunctionName.startsWith(`${STACK}-${cluster}`));
      const asset = `asset.${found?.Properties.Code.S3Key.replace('.zip', '')}`;
      return JSON.parse(readFileSync(join(app.outdir, asset, 'settings.json'), 'utf8'));
    },
  };
}
