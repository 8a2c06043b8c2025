/** The one place that says which Elasticsearch stands in: the newest of each major version that the forwarder serves. */
export type Major = 8 | 9;

/** `java`: the lowest that it runs on. */
export const VERSIONS: Readonly<Record<Major, { readonly version: string; readonly java: number }>> = {
  9: { version: '9.5.3', java: 21 },
  8: { version: '8.19.21', java: 17 },
};

/** Elastic's own test distribution: the server without the modules that need Elastic's licence beyond the basics. */
export const artifact = (major: Major): string =>
  `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${VERSIONS[major].version}:zip`;

export const image = (major: Major): string =>
  `docker.elastic.co/elasticsearch/elasticsearch:${VERSIONS[major].version}`;
