import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { asideRefusal, type Verdict } from './verdict.ts';

/** A cluster's deployed function, as Lambda describes it. */
export type FunctionAnswer =
  | {
      readonly kind: 'there';
      readonly name: string;
      readonly description: string;
      /** Milliseconds: when its code or configuration was changed last; undefined: Lambda does not say. */
      readonly changed: number | undefined;
      /** What Lambda complains of; undefined: nothing. */
      readonly trouble: string | undefined;
    }
  | { readonly kind: 'absent'; readonly name: string; readonly region: string }
  | { readonly kind: 'not told'; readonly verdict: Verdict };

export async function askFunction(client: LambdaClient, name: string, signal: AbortSignal): Promise<FunctionAnswer> {
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: name });
    const found = await client.send(command, { abortSignal: signal });
    const changed = Date.parse(found.LastModified ?? '');
    const failed = found.State === 'Failed' || found.LastUpdateStatus === 'Failed';
    return {
      kind: 'there',
      name,
      description: found.Description ?? '',
      changed: Number.isNaN(changed) ? undefined : changed,
      trouble: failed ? (found.LastUpdateStatusReason ?? found.StateReason ?? 'no reason') : undefined,
    };
  } catch (error) {
    if (faultOf(error).name === 'ResourceNotFoundException')
      return { kind: 'absent', name, region: await client.config.region() };
    const verdict = asideRefusal('Lambda', error, 'lambda:GetFunctionConfiguration', `describe the function ${name}`);
    return { kind: 'not told', verdict };
  }
}
