import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { SETTINGS_FILE, type Settings } from '../../lambda/contract.ts';
import { bundleCodeSync } from '../bundle.ts';

/** Where this process keeps the code, bundled once since that takes a second: all functions of a synth run the same. */
let workshop: string | undefined;

/** The bundle with its settings beside it: what Lambda unpacks. */
export function functionCode(settings: Settings): AssetCode {
  workshop ??= openWorkshop();
  const bundle = join(workshop, BUNDLE);
  const folder = mkdtempSync(join(workshop, 'function-'));
  cpSync(bundle, folder, { recursive: true });
  const text = JSON.stringify(settings);
  writeFileSync(join(folder, SETTINGS_FILE), text);
  // Of what runs, not of the folder: the source map names files by their way from it, so the same code would be
  // another asset in another checkout, and be deployed anew.
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, 'index.mjs')))
    .update(text);
  return Code.fromAsset(folder, { assetHash: hash.digest('hex'), assetHashType: AssetHashType.CUSTOM });
}

const BUNDLE = 'bundle';

/** A synth copies assets into its own folder while it runs; nothing stays here. */
function openWorkshop(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eks-audit-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  bundleCodeSync(join(folder, BUNDLE));
  return folder;
}
