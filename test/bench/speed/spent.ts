/** Seconds that all threads of this process had a processor since then: others on the machine don't count. */
export function spentSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}
