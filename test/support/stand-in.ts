/** What sends a client of the SDK to a stand-in, which takes any key. */
export function standIn(endpoint: string) {
  return { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' } };
}
