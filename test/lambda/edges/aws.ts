/** An error as an SDK client throws it for an answer of its service. */
export function serviceError(name: string, status = 400, message = `${name} happened`): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: status } });
}

/** An error as Node's network makes it. */
export function networkError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 203.0.113.1:443`), { code });
}
