import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { SETTINGS_FILE, type Settings } from '../../lambda/contract.ts';
import { bundleCodeSync, type CodeFile } from '../bundle.ts';

const SOURCES = fileURLToPath(new URL('../../lambda', import.meta.url));

/** Bundling takes a second, and all functions of a synth run the same code. */
let code: readonly CodeFile[] | undefined;

/** The bundle with its settings beside it: what Lambda unpacks. */
export function functionCode(settings: Settings): AssetCode {
  code ??= bundleCodeSync();
  const files = [...code, { name: SETTINGS_FILE, contents: Buffer.from(JSON.stringify(settings)) }];
  return Code.fromAsset(SOURCES, {
    assetHash: hashOf(files),
    assetHashType: AssetHashType.CUSTOM,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(folder) {
          for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
          return true;
        },
      },
    },
  });
}

/**
 * Of what runs. Not of the source map, which names files by their way from the folder it is made in: the same code would
 * be another asset in another checkout, and be deployed anew.
 */
function hashOf(files: readonly CodeFile[]): string {
  const hash = createHash('sha256');
  for (const { name, contents } of files) if (!name.endsWith('.map')) hash.update(contents);
  return hash.digest('hex');
}
