import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { SETTINGS_FILE, type Settings } from '../../lambda/contract.ts';
import { bundleCodeSync } from '../bundle.ts';

/** Bundling takes a second; all functions of one synth run the same code. */
let bundled: string | undefined;

/** The bundle with its settings beside it: what Lambda unpacks. */
export function functionCode(settings: Settings): AssetCode {
  bundled ??= bundle();
  const folder = temporary();
  cpSync(bundled, folder, { recursive: true });
  const text = JSON.stringify(settings);
  writeFileSync(join(folder, SETTINGS_FILE), text);
  // Of what runs, not of the folder: the source map names files by their way from it, so the same code would be
  // another asset in another checkout, and be deployed anew.
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, 'index.mjs')))
    .update(text);
  return Code.fromAsset(folder, { assetHash: hash.digest('hex'), assetHashType: AssetHashType.CUSTOM });
}

function bundle(): string {
  const folder = temporary();
  bundleCodeSync(folder);
  return folder;
}

/** A synth copies assets into its own folder while it runs; nothing stays here. */
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eks-audit-function-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
