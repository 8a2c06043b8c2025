/**
 * Runs after the app: the AWS of this test knows no alarms on an expression, so such an alarm watches the first of its
 * metrics here. All else of the templates stays as it is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';

interface Watched {
  readonly MetricStat?: { readonly Metric: object; readonly Period: number; readonly Stat: string };
}
interface Properties {
  readonly Metrics?: readonly Watched[];
  readonly [name: string]: unknown;
}
interface Template {
  readonly Resources: Record<string, { readonly Type: string; Properties: Properties }>;
}

const folder = env.CDK_OUTDIR ?? 'cdk.out';
for (const name of readdirSync(folder).filter((file) => file.endsWith('.template.json'))) {
  const template: Template = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  for (const resource of Object.values(template.Resources)) {
    const { Metrics, ...rest } = resource.Properties;
    const stat = Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat;
    if (resource.Type !== 'AWS::CloudWatch::Alarm' || stat === undefined) continue;
    resource.Properties = { ...rest, ...stat.Metric, Period: stat.Period, Statistic: stat.Stat };
  }
  writeFileSync(join(folder, name), JSON.stringify(template));
}
