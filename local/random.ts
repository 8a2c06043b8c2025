/** Uniform in [0, 1): the same seed gives the same numbers. */
export type Random = () => number;

/** Spreads 32 bits over 32 bits, so that neighbouring numbers have nothing in common. */
export function mix(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

export function random(seed: number): Random {
  let count = mix(seed | 0);
  return () => {
    count = (count + 0x9e3779b9) | 0;
    return mix(count) / 2 ** 32;
  };
}
