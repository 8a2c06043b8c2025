/** In the bundle in the place of the Elasticsearch client's second way to connect: ours is `HttpConnection`. */
export class Pool {
  constructor() {
    throw new Error('The function has no undici: expected HttpConnection.');
  }
}

export const buildConnector = Pool;
