/** `12,518`: as people read it. */
export function figure(number: number): string {
  return number.toLocaleString('en');
}

/** `1 line`, `12,518 lines`. */
export function counted(number: number, one: string, several = `${one}s`): string {
  return `${figure(number)} ${number === 1 ? one : several}`;
}
