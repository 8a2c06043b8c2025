import { at, textAt } from '../../../lambda/core/json.ts';
import { type Answer, bodyOf, refusalText } from '../../../lib/elasticsearch/ask.ts';
import { notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

/** Any answer of Elasticsearch but a refusal of the credentials will do: the forwarder's key may ask for nothing. */
export function reachVerdict(url: string, root: Answer): Verdict {
  const reached = root.kind === 'answered' && root.status !== 401 && root.status < 500;
  return reached ? ok(`${url} answers.`) : wrong(refusalText(url, root, 'be asked for its version', 'monitor'));
}

const OLDEST = 8;
const NEWEST = 9;

/** `root` answers `GET /`, `nodes` `GET /_nodes/_local`, for servers that have no root. */
export function versionVerdict(root: Answer, nodes: Answer): Verdict {
  if (root.kind !== 'answered') return notChecked('Elasticsearch does not answer');
  const flavor = textAt(bodyOf(root), 'version', 'build_flavor');
  const version = textAt(bodyOf(root), 'version', 'number') ?? versionOfNode(bodyOf(nodes));
  if (flavor === 'serverless') return ok('Elasticsearch Serverless.');
  if (version === undefined) return notChecked('needs monitor');
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST && major <= NEWEST) return ok(`Elasticsearch ${version}.`);
  if (major > NEWEST) return ok(`Elasticsearch ${version}, newer than what was tested (8 and 9).`);
  return wrong(`Elasticsearch ${version}: the forwarder serves 8 and 9. Upgrade it.`);
}

function versionOfNode(body: unknown): string | undefined {
  const [node] = Object.values(at(body, 'nodes') ?? {});
  return textAt(node, 'version');
}
