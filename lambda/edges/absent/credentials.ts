/**
 * In the bundle in the place of the SDK's sources of credentials that Lambda has none of: its own come from the
 * environment, another account's from STS. The SDK goes on to its next source.
 */
const none = () => async () => {
  throw Object.assign(new Error('The function has no such credentials.'), { tryNextLink: true });
};

export { none as fromIni, none as fromProcess, none as fromSSO, none as fromTokenFile };
