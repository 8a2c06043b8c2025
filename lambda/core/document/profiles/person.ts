import { at, textAt } from '../../json.ts';

/** Who came with a role of IAM, whose user name is the role's or an ARN of a hundred characters. */

/** What AWS takes as a name of a role or of its session: a caller who chooses one can't write a sentence into ours. */
const NAME = '[\\w+=,.@-]{1,64}';
/** In every partition of AWS. */
const ASSUMED_ROLE = new RegExp(`^arn:aws[a-z-]{0,20}:sts::\\d{12}:assumed-role/(${NAME})/(${NAME})$`);
const SESSION = new RegExp(`^${NAME}$`);
/** User names that EKS keeps for the cluster's own parts: nobody looks for a person behind these. */
const OWN = /^(system|eks|aws|amazon|iam):/;

interface Session {
  readonly role: string;
  readonly session: string;
}

function assumedRole(arn: unknown): Session | undefined {
  const [, role, session] = (typeof arn === 'string' ? ASSUMED_ROLE.exec(arn) : undefined) ?? [];
  return role === undefined || session === undefined ? undefined : { role, session };
}

/** The names of a user's session, as EKS tells them: they may differ, since in a user name `@` becomes `-`. */
export function sessionNames(user: unknown): readonly string[] {
  const arns = [textAt(user, 'username'), ...texts(at(user, 'extra', 'arn'))];
  const named = texts(at(user, 'extra', 'sessionName')).filter((each) => SESSION.test(each));
  return [...new Set([...named, ...arns.flatMap((arn) => assumedRole(arn)?.session ?? [])])];
}

/** Of a user who came with a role the session's name, which tells the person, and the role's or the user's. */
export function shortName(user: unknown): string | undefined {
  const name = textAt(user, 'username');
  if (name === undefined || OWN.test(name)) return name;
  const role = assumedRole(name);
  if (role !== undefined) return `${role.session} (${role.role})`;
  const [session] = sessionNames(user);
  return session === undefined || name.split(':').includes(session) ? name : `${name} (${session})`;
}

function texts(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each) => typeof each === 'string');
}
