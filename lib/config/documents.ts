import type { Problem } from '../problems/problem.ts';
import { show } from '../problems/show.ts';
import { valueAt } from './candidate.ts';
import type { YamlDocument } from './yaml.ts';

export interface Documents {
  /** The forwarder's own settings. */
  readonly main: YamlDocument | undefined;
  readonly collectors: readonly YamlDocument[];
  readonly problems: readonly Problem[];
}

const BEGIN = 'copy forwarder.example.yaml and fill it in';

/** Tells the forwarder's settings from Calico's LogCollectors. */
export function classify(documents: readonly YamlDocument[], file: string): Documents {
  const kinds = Map.groupBy(documents, kindOf);
  const [main, ...more] = kinds.get('forwarder') ?? [];
  const collectors = kinds.get('LogCollector') ?? [];
  const say = (line: number, message: string) => ({ file, line, path: '', message });
  const problems: Problem[] = [
    ...more.map((document) =>
      say(
        document.line([]),
        "Expected one document with the forwarder's settings, found another: put its keys into the first one.",
      ),
    ),
    ...(kinds.get('other') ?? []).map((document) =>
      say(
        document.line(['kind']),
        `Expected the forwarder's settings or a Calico LogCollector, found an object of the kind ${show(valueAt(document.value, ['kind']))}: remove this document.`,
      ),
    ),
  ];
  if (documents.length === 0) problems.push({ file, path: '', message: `The file is empty: ${BEGIN}.` });
  else if (main === undefined)
    problems.push({
      file,
      path: '',
      message: `The forwarder's own settings are missing: add them as a document of their own, separated by a line of ---, beginning with elasticsearch: and under it url: https://es.example:9200.`,
    });
  return { main, collectors, problems };
}

function kindOf({ value }: YamlDocument): 'forwarder' | 'LogCollector' | 'other' {
  const kind = valueAt(value, ['kind']);
  if (kind === 'LogCollector') return 'LogCollector';
  return kind === undefined && valueAt(value, ['apiVersion']) === undefined ? 'forwarder' : 'other';
}
