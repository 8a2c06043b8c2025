import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM text, each. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate for this machine and the authority that signed it, which nobody trusts unless told so. */
export async function makeCertificate(): Promise<Certificate> {
  const authority = await generate([{ name: 'commonName', value: 'eks-audit-forwarder stand-in' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: authority.cert, cert: server.cert, key: server.private };
}
