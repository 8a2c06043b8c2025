import { describe } from 'vitest';
import { refusedLines } from './read.ts';

describe("Elasticsearch's other settings", () => {
  refusedLines(
    [
      'an index without a date',
      { elasticsearch: 'index: audit-{cluster}' },
      '3: elasticsearch.index: Expected a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}, found "audit-{cluster}": add the day or the month at its end.',
    ],
    [
      'an index that begins with the date',
      { elasticsearch: 'index: "{yyyy.MM.dd}-{cluster}"' },
      '3: elasticsearch.index: Expected a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}, found "{yyyy.MM.dd}-{cluster}": add the day or the month at its end.',
    ],
    [
      'an index with upper case',
      { elasticsearch: 'index: Audit-{cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected lower case, as Elasticsearch wants index names, found "Audit-{cluster}-{yyyy.MM.dd}": write it in lower case.',
    ],
    [
      'an index with a space',
      { elasticsearch: 'index: my audit-{cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected no space and none of \\ / * ? " < > | , # : in an index name, found "my audit-{cluster}-{yyyy.MM.dd}": leave these out.',
    ],
    [
      'an index with other braces',
      { elasticsearch: 'index: audit-{Cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected no braces but one {cluster} and one date, found "audit-{Cluster}-{yyyy.MM.dd}": write it like logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}.',
    ],
    [
      'an index that begins with an underscore',
      { elasticsearch: 'index: _audit-{cluster}-{yyyy.MM.dd}' },
      '3: elasticsearch.index: Expected a letter or a digit first, found "_audit-{cluster}-{yyyy.MM.dd}": begin it otherwise.',
    ],
    [
      'an index of over 255 bytes',
      { elasticsearch: `index: ${'long-'.repeat(50)}{cluster}-{yyyy.MM.dd}` },
      `3: elasticsearch.index: Expected index names of at most 255 bytes, also for the cluster "prod", found "${'long-'.repeat(16)}…": shorten it.`,
    ],
    [
      'an index named like Calico’s',
      { elasticsearch: "index: 'tigera_secure_ee_audit_kube.{cluster}.{yyyy.MM.dd}'" },
      '3: elasticsearch.index: Expected another name than that of Calico\'s, found "tigera_secure_ee_audit_kube.{cluster}.{yyyy.MM.dd}": write logs-kubernetes.audit_logs- in its place, and profiles: [calico].',
    ],
    [
      'a date as Calico writes it',
      { elasticsearch: "index: 'eks-{cluster}-{yyyyMMdd}'" },
      '3: elasticsearch.index: Expected a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}, found "eks-{cluster}-{yyyyMMdd}": add the day or the month at its end.',
    ],
    [
      'a profile that there is not',
      { elasticsearch: 'profiles: [ecs, cnx]' },
      '3: elasticsearch.profiles[1]: Expected ecs or calico, found "cnx": write [ecs], [calico] or [ecs, calico].',
    ],
    [
      'no profile',
      { elasticsearch: 'profiles: []' },
      '3: elasticsearch.profiles: Expected a profile: write [ecs], [calico] or [ecs, calico].',
    ],
    [
      'one profile for a list',
      { elasticsearch: 'profiles: ecs' },
      '3: elasticsearch.profiles: Expected a list of profiles, found "ecs": write [ecs], [calico] or [ecs, calico].',
    ],
    [
      'a retention in years',
      { elasticsearch: 'retention: 1y' },
      '3: elasticsearch.retention: Expected whole days, found "1y": write it like 400d, or leave out the key to keep everything.',
    ],
    [
      'a retention without a unit',
      { elasticsearch: 'retention: 400' },
      '3: elasticsearch.retention: Expected whole days, found the number 400: write it like 400d, or leave out the key to keep everything.',
    ],
  );
});
