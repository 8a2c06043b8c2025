import { describe } from 'vitest';
import { refusedLines } from './read.ts';

describe("Elasticsearch's address", () => {
  refusedLines(
    [
      'with a password',
      { url: 'url: https://elastic:hunter2@es.example:9200' },
      '2: elasticsearch.url: Expected Elasticsearch\'s address, found a user name or password in it (not shown): put these into Secrets Manager and the name of the secret under "secret".',
    ],
    [
      'with a password that breaks it',
      { url: 'url: https://elastic:hunter/2@es.example:9200' },
      '2: elasticsearch.url: Expected Elasticsearch\'s address, found a user name or password in it (not shown): put these into Secrets Manager and the name of the secret under "secret".',
    ],
    [
      'with a path to an index',
      { url: 'url: https://es.example:9200/audit-logs' },
      '2: elasticsearch.url: Expected Elasticsearch\'s address, found a path behind it: leave the path out; index names are made from "index".',
    ],
    [
      'with a query',
      { url: 'url: https://es.example:9200?apikey=hunter2' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found a ? or # in it: leave out what follows the port.",
    ],
    [
      'without its scheme',
      { url: 'url: es.example:9200' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found no https:// or http:// at its beginning: write it like https://es.example:9200.",
    ],
    [
      'of an environment',
      { url: 'url: $ES_URL' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found no https:// or http:// at its beginning: write it like https://es.example:9200.",
    ],
    [
      'of another scheme',
      { url: 'url: ftp://es.example' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found ftp://: write it like https://es.example:9200.",
    ],
    [
      'with an impossible port',
      { url: 'url: https://es.example:99999' },
      "2: elasticsearch.url: Expected Elasticsearch's address, found one that cannot be read: write it like https://es.example:9200.",
    ],
    [
      'as a Cloud ID',
      { url: `url: prod:${Buffer.from('us-east-1.aws.example$abcdef$123456').toString('base64')}` },
      "2: elasticsearch.url: Expected Elasticsearch's address, found a Cloud ID: copy the Elasticsearch endpoint from the deployment's page instead (https://…).",
    ],
    [
      'as a list',
      { url: 'url: [https://a.example, https://b.example]' },
      "2: elasticsearch.url: Expected Elasticsearch's address: write it like https://es.example:9200.",
    ],
  );
});
